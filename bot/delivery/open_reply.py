"""Opens the reply to a question: its messages are recorded, its previews are removed again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.delivery.message_journal import MessageJournal
from bot.delivery.previews import Previews
from bot.delivery.reply import Reply
from bot.domain.ports import Chat, Uploads
from bot.domain.questions import Question
from bot.domain.stores import Journal


class ReplyOpener:
    """`observe_first_text` gets the seconds until the first message of each reply."""

    def __init__(
        self,
        chat: Chat,
        uploads: Uploads,
        journal: Journal,
        observe_first_text: Callable[[float], None],
    ) -> None:
        self._chat = chat
        self._uploads = uploads
        self._journal = journal
        self._observe_first_text = observe_first_text

    @asynccontextmanager
    async def open_reply(self, question: Question) -> AsyncIterator[Reply]:
        """Open the reply. On leaving, no message stays streaming and no status stays behind."""
        messages = MessageJournal(
            self._journal, self._chat, question, on_first_message=self._observe_first_text
        )
        async with messages, Reply(self._chat, question, messages) as reply:
            yield reply

    def open_previews(self, question: Question, reply: Reply) -> Previews:
        """Return previews of unfinished pictures; leaving them as a context removes them."""
        return Previews(self._chat, self._uploads, question, reply.message_log)
