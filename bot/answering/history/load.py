"""Loads what was said before a question: in its thread, or in an earlier conversation.

Sends nothing. See `bot.prompt.window` for how much of it goes to the model.
"""

from __future__ import annotations

from dataclasses import replace

from bot.answering.history.take_along import add_to_history, find_carried
from bot.domain.conversation import ThreadHistory
from bot.domain.errors import EaselError, StoreError
from bot.domain.messages import Message
from bot.domain.ports import Threads
from bot.domain.questions import Question
from bot.domain.stores.conversations import ConversationStore
from bot.request.parse import ParsedRequest

HISTORY_UNREADABLE_MESSAGE = "_I could not read the earlier messages of this thread: {reason}_"


class HistoryLoader:
    """Loads the history of questions: at most `max_turns` turns are sent."""

    def __init__(self, conversations: ConversationStore, threads: Threads, max_turns: int) -> None:
        self._conversations = conversations
        self._threads = threads
        self._max_turns = max_turns

    async def load(
        self, question: Question, request: ParsedRequest, notes: list[Message]
    ) -> tuple[ThreadHistory, bool]:
        """Load what belongs to the question, and whether that is of an earlier conversation.

        Without a memory of threads there is none of other conversations either. Where Slack does
        not give the earlier messages, a note says so. Raises `StoreError`.
        """
        carried = None
        if self._max_turns:
            carried = await find_carried(self._conversations, question, request)
        if carried is None:
            return await self._load_history(question, request, notes), False
        return add_to_history(carried), True

    async def _load_history(
        self, question: Question, request: ParsedRequest, notes: list[Message]
    ) -> ThreadHistory:
        thread, limit = question.thread, self._max_turns
        is_first = question.place == thread.root
        if is_first and question.version == 1:
            return ThreadHistory()
        if is_first or question.is_apart:
            # Nothing was said, but new pictures get their number.
            history = await self._conversations.load(thread, before=question.place, limit=0)
            files = tuple(ref for ref in history.files if ref.version)
            return ThreadHistory(files=files, newest_version=history.newest_version)
        if not await self._conversations.has_earlier(thread):
            try:
                earlier = await self._threads.fetch_earlier(thread, question.place)
                await self._conversations.save_earlier(thread, earlier)
            except StoreError:
                raise  # of the database, which is back in a while: the question is put back
            except EaselError as error:
                notes.append(Message(HISTORY_UNREADABLE_MESSAGE, reason=error.user_message))
        # Load one turn more than is sent, to learn whether any is left out.
        history = await self._conversations.load(
            thread, before=question.place, limit=limit + 1, keywords=request.keywords
        )
        if not limit:
            return replace(history, turns=(), retrieved=(), summary="", summary_tokens=0)
        return history
