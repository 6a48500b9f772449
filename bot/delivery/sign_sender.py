"""Sends a sign of life where Slack takes no status: to a person, into the thread, into a message.

`signs.py` decides when, and what it says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.delivery.escaper import escape_text
from bot.delivery.reply import Reply
from bot.delivery.status_board import StatusBoard
from bot.domain.conversation import Person, Thread
from bot.domain.errors import AllowanceUsed, EaselError, TransientError
from bot.domain.messages import Message, render
from bot.domain.ports import Chat, ChooseLanguage
from bot.domain.posts import PostMetadata
from bot.domain.questions import OpenQuestion
from bot.domain.safe_text import SafeText

log = structlog.get_logger(__name__)

# From sign to sign; signs that are no status come less and less often.
MIN_GAP_SECONDS, MAX_GAP_SECONDS = 60.0, 240.0
_MAX_PEOPLE = 5
# A sign is worth no longer wait: soon after, another way or another time may do.
_MAX_CALL_SECONDS = 10.0
# At most this number of open questions is looked at; of those beyond, nothing is known.
MAX_OPEN_QUESTIONS = 1_000

# Finds the reply that is being given in a thread.
FindReply = Callable[[Thread], Reply | None]


class WaitingQuestions(Protocol):
    """Questions that people wait for, and the signs of life that they are given meanwhile.

    A sign is a message of the reply: the next attempt puts the answer in its place. Each method is
    one transaction.
    """

    async def list_open(self) -> list[OpenQuestion]:
        """Return the oldest open questions, in the order in which they are answered.

        At most `MAX_OPEN_QUESTIONS`.
        """
        ...

    async def prepare_sign(self, question_id: int) -> bool:
        """Note that a sign is about to be posted, so that the next attempt looks for it. Return
        False if the question does not wait any more: then none may be posted."""
        ...

    async def record_sign(self, question: OpenQuestion, ts: str) -> bool:
        """Record the sign's message, unless the question does not wait any more: return False."""
        ...

    async def is_closed_unanswered(self, question_id: int) -> bool:
        """Whether the question was deleted, stopped, or has failed: its sign may have stayed."""
        ...


@dataclass(slots=True)
class Silence:
    """What those in a thread were given who wait for its first question, and for those behind it.

    That is nothing since `since`; the next sign is due at `next_at`. `has_message`: there is a sign
    that stays until the answer takes its place.
    `has_uncertain_post`: Slack may have such a sign although its answer never came, or the store
    may not know it.
    """

    since: float
    next_at: float = 0.0
    gap: float = MIN_GAP_SECONDS
    was_broken: bool = False
    has_message: bool = False
    has_uncertain_post: bool = False

    def note_sign(self, now: float, gap: float) -> None:
        """Note that a sign was given, and that the next one is due in `gap` seconds."""
        self.was_broken, self.next_at = True, now + gap


class SignSender:
    """Sends signs of life that are no status."""

    def __init__(
        self,
        chat: Chat,
        board: StatusBoard,
        waiting: WaitingQuestions,
        find_reply: FindReply,
        choose_language: ChooseLanguage,
    ) -> None:
        self._choose_language = choose_language
        self._chat = chat
        self._board = board
        self._waiting = waiting
        self._find_reply = find_reply

    async def send(
        self, questions: Sequence[OpenQuestion], silence: Silence, text: Message
    ) -> bool:
        """Show `text` to those who wait for `questions` of one thread; return whether they see it.

        What only one person sees comes first, in the language of each. A message in the thread
        belongs to the first question and becomes its answer.
        """
        if await self._notify_people(questions, text):
            return True
        if not await self._post_or_edit(questions[0], silence, text):
            return False
        silence.has_message = True
        return True

    async def take_back(self, question: OpenQuestion) -> bool:
        """Delete the signs of a question that was closed without an answer in their place.

        Return False if that should be tried again.
        """
        try:
            if await self._waiting.is_closed_unanswered(question.id):
                for post in await self._chat.list_own_messages(question.thread, question.ts):
                    if post.is_sign and post.question_id == question.id:
                        await self._chat.delete(question.thread, post.ts)
        except EaselError as error:
            log.info("sign_stays", error=type(error).__name__, code=error.code)
            return not isinstance(error, TransientError)
        return True

    async def _notify_people(self, questions: Sequence[OpenQuestion], text: Message) -> bool:
        """Show `text` to each person who waits; return whether any of them sees it."""
        first_questions: dict[Person, OpenQuestion] = {}
        for question in questions:
            first_questions.setdefault(question.asker, question)
        firsts = list(first_questions.values())[:_MAX_PEOPLE]
        # All at once: where Slack does not answer, each takes its time.
        return any(await asyncio.gather(*(self._notify_person(first, text) for first in firsts)))

    async def _notify_person(self, question: OpenQuestion, text: Message) -> bool:
        words = self._render(text, question)
        try:
            await self._chat.post_ephemeral(question.thread, question.asker, words, question.ts)
        except EaselError as error:
            _log_failure(error)
            return False
        return True

    async def _post_or_edit(self, question: OpenQuestion, silence: Silence, text: Message) -> bool:
        """Put `text` into the thread, in the place of the answer; return whether it is there."""
        reply = self._find_reply(question.thread)
        if reply is not None:
            reply.show_sign(text)  # `Reply.is_seen` tells when it is there
            return False
        try:
            if question.last_message:
                return await self._edit(question, self._render(text, question))
            return await self._post(question, silence, self._render(text, question))
        except EaselError as error:
            _log_failure(error)
        except TimeoutError:
            log.info("no_sign_given", error="TimeoutError", code="no_answer")
        return False

    def _render(self, text: Message, question: OpenQuestion) -> SafeText:
        words = render(text, self._choose_language(question.asker, question.text))
        return escape_text(words, question.asker.id)

    async def _post(self, question: OpenQuestion, silence: Silence, text: SafeText) -> bool:
        if not await self._waiting.prepare_sign(question.id):
            return False
        found_ts = await self._find_lost(question) if silence.has_uncertain_post else ""
        ts = found_ts or await self._post_now(question, silence, text)
        if not found_ts:
            self._board.mark_cleared(question.thread)
        is_recorded = await self._waiting.record_sign(question, ts)
        # An attempt has begun meanwhile. A message that was found may be its answer; one that was
        # posted just now may have become it.
        if not is_recorded and not found_ts and not self._is_adopted(question, ts):
            await self._chat.delete(question.thread, ts)
        silence.has_uncertain_post = False
        return True

    def _is_adopted(self, question: OpenQuestion, ts: str) -> bool:
        """Whether a running reply has found the message, and makes it its own."""
        reply = self._find_reply(question.thread)
        return reply is not None and reply.message_log.has_message(ts)

    async def _post_now(self, question: OpenQuestion, silence: Silence, text: SafeText) -> str:
        silence.has_uncertain_post = True
        try:
            async with asyncio.timeout(_MAX_CALL_SECONDS):
                return await self._chat.post(
                    question.thread, text, _build_metadata(question), can_wait=False
                )
        except EaselError as error:
            is_uncertain = isinstance(error, TransientError) and error.retry_after is None
            silence.has_uncertain_post = is_uncertain
            raise

    async def _find_lost(self, question: OpenQuestion) -> str:
        """Return the ts of a sign that Slack has, although its answer never came, or ""."""
        async with asyncio.timeout(_MAX_CALL_SECONDS):
            posts = await self._chat.list_own_messages(question.thread, question.ts)
        return next((post.ts for post in posts if post.question_id == question.id), "")

    async def _edit(self, question: OpenQuestion, text: SafeText) -> bool:
        """Edit a message of an earlier attempt, which the next attempt rewrites in any case."""
        if question.is_settled or not await self._waiting.prepare_sign(question.id):
            return False
        if not self._chat.try_acquire_update():
            return False
        async with asyncio.timeout(_MAX_CALL_SECONDS):
            await self._chat.update(
                question.thread, question.last_message, text, _build_metadata(question)
            )
        return True


def _build_metadata(question: OpenQuestion) -> PostMetadata:
    return PostMetadata(question.id, is_sign=True)


def _log_failure(error: EaselError) -> None:
    if not isinstance(error, AllowanceUsed):
        log.info("no_sign_given", error=type(error).__name__, code=error.code)
