"""Opens the reply to a question: its messages are recorded, its previews are removed again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.delivery.message_journal import MessageJournal
from bot.delivery.previews import Previews
from bot.delivery.reply import Reply
from bot.delivery.status_board import StatusBoard
from bot.domain.conversation import Thread
from bot.domain.ports import Chat, ChooseLanguage, Uploads, choose_english
from bot.domain.questions import Question
from bot.domain.stores.questions import Journal


class ReplyOpener:
    """Opens replies and knows those that are open.

    `observe_first_text` gets the seconds until the first message of each reply.
    """

    def __init__(
        self,
        chat: Chat,
        board: StatusBoard,
        uploads: Uploads,
        journal: Journal,
        observe_first_text: Callable[[float], None],
        choose_language: ChooseLanguage = choose_english,
    ) -> None:
        self._choose_language = choose_language
        self._chat = chat
        self._board = board
        self._replies: dict[int, Reply] = {}
        self._uploads = uploads
        self._journal = journal
        self._observe_first_text = observe_first_text

    def find_reply(self, question_id: int) -> Reply | None:
        """Return the reply that is being given to a question, or None."""
        return self._replies.get(question_id)

    def find_by_thread(self, thread: Thread) -> Reply | None:
        """Return the reply that is being given in `thread`, or None."""
        return next((reply for reply in self._replies.values() if reply.thread == thread), None)

    @asynccontextmanager
    async def open_reply(self, question: Question) -> AsyncIterator[Reply]:
        """Open the reply. On leaving, no message stays streaming and no status stays behind.

        Messages of an earlier attempt may be unrecorded. They are found first, so that they are
        reused before new ones are posted. Raises `EaselError` if Slack cannot be asked for them.
        """
        messages = MessageJournal(
            self._journal, self._chat, question, on_first_message=self._observe_first_text
        )
        language = self._choose_language(question.asker, question.text)
        async with messages, Reply(self._chat, question, messages, self._board, language) as reply:
            self._replies[question.id] = reply
            try:
                if question.claims > 1:
                    await reply.poster.recover_lost_messages()
                yield reply
            finally:
                del self._replies[question.id]

    def open_previews(self, question: Question, reply: Reply) -> Previews:
        """Return previews of unfinished pictures; leaving them as a context removes them."""
        return Previews(self._chat, self._uploads, question, reply.message_log, reply.language)
