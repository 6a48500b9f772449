"""Gives people a sign of life while they wait and see nothing, whatever Slack still takes.

A status is best: it leaves no trace. Where Slack takes none, the sign is a message that only the
person sees, else a message in the thread, else an edit of one. The reply itself shows what it does
(`status.py`); here are those that wait for a turn or for the next attempt, and those whose status
fails. The store says who waits, so a restart forgets nobody who does.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.delivery.reply import Reply
from bot.delivery.status import REFRESH_INTERVAL_SECONDS, TRYING_STATUS
from bot.delivery.status_board import StatusBoard
from bot.domain.conversation import Thread
from bot.domain.errors import EaselError, StoreError
from bot.domain.messages import Message
from bot.domain.ports import Chat
from bot.domain.posts import PostMetadata
from bot.domain.questions import OpenQuestion
from bot.domain.stores import WaitingQuestions

log = structlog.get_logger(__name__)

WAITING_STATUS = "is answering other questions first…"
WAITING_MESSAGE = Message("_I have your question, and answer others that came first._")
TRYING_MESSAGE = Message(
    "_I am still working on your question. It takes longer because a service that I need is slow or"
    " fails right now._"
)
# How often to look who waits, and how long nothing may be seen: together well below 30 seconds,
# which leaves time for three calls that Slack does not answer.
TICK_SECONDS = 4.0
SILENCE_SECONDS = 12.0
# From sign to sign; signs that stay in the thread's view come less and less often.
MIN_GAP_SECONDS, MAX_GAP_SECONDS = 60.0, 240.0
# When to try again where Slack has taken no sign in any way.
RETRY_SECONDS = 8.0
_MAX_CONCURRENT = 50
_MAX_PEOPLE = 5

# Finds the reply that is being given in a thread.
FindReply = Callable[[Thread], Reply | None]


@dataclass(slots=True)
class _Silence:
    """What a waiting thread was given: nothing since `since`, the next sign not before `next_at`.

    `message_question`: the question with a sign that stays until its answer takes its place.
    `has_uncertain_post`: Slack may have such a sign although its answer never came.
    """

    since: float
    next_at: float = 0.0
    gap: float = MIN_GAP_SECONDS
    was_broken: bool = False
    message_question: int = 0
    has_uncertain_post: bool = False

    def note_sign(self, now: float, gap: float) -> None:
        """Note that a sign was given, and that the next one is due in `gap` seconds."""
        self.was_broken, self.next_at = True, now + gap


class SignGiver:
    """Gives signs of life. `run` looks around for ever; `tick` does it once."""

    def __init__(
        self, chat: Chat, board: StatusBoard, waiting: WaitingQuestions, find_reply: FindReply
    ) -> None:
        self._chat = chat
        self._board = board
        self._waiting = waiting
        self._find_reply = find_reply
        self._silences: dict[Thread, _Silence] = {}
        self._slots = asyncio.Semaphore(_MAX_CONCURRENT)

    async def run(self) -> None:
        """Look around until cancelled."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            await self.tick()

    async def tick(self) -> None:
        """Give the signs that are due, and take statuses away that nothing follows."""
        try:
            questions = await self._waiting.list_open()
        except StoreError as error:
            log.warning("store_failed", at="signs", error=type(error).__name__)
            return
        threads = _group_by_thread(questions)
        self._silences = {key: one for key, one in self._silences.items() if key in threads}
        due = [thread for thread, found in threads.items() if self._is_due(thread, found)]
        stale = [thread for thread in self._board.list_threads() if thread not in threads]
        await asyncio.gather(
            *(self._give_sign(thread, threads[thread]) for thread in due),
            *(self._clear_status(thread) for thread in stale),
        )

    def _is_due(self, thread: Thread, questions: Sequence[OpenQuestion]) -> bool:
        """Whether people in `thread` have seen no sign for too long."""
        reply = self._find_reply(thread)
        if reply is None and any(question.is_claimed for question in questions):
            return False  # it is about to begin, or its end is about to be written
        now = _get_time()
        if self._is_visible(thread, reply):
            if thread in self._silences:
                self._silences[thread].since = now
            return False
        silence = self._silences.setdefault(thread, _Silence(now))
        patience = 0.0 if silence.was_broken else SILENCE_SECONDS
        has_message = silence.message_question == questions[0].id
        return not has_message and now >= max(silence.next_at, silence.since + patience)

    def _is_visible(self, thread: Thread, reply: Reply | None) -> bool:
        if reply is None:
            return self._board.is_visible(thread, max_age=REFRESH_INTERVAL_SECONDS)
        # A reply renews its status by itself.
        return reply.is_visible or reply.has_sign or self._board.is_visible(thread)

    async def _give_sign(self, thread: Thread, questions: Sequence[OpenQuestion]) -> None:
        """Try one way after another until Slack takes a sign."""
        first, silence = questions[0], self._silences[thread]
        status, text = _choose_sign(first)
        async with self._slots:
            if await self._board.show(thread, status):
                silence.note_sign(_get_time(), MIN_GAP_SECONDS)
                return
            is_given = await self._tell_people(thread, questions, text)
            if not is_given and await self._post_or_edit(first, silence, text):
                is_given, silence.message_question = True, first.id
        if is_given:
            log.info("sign_given", question=first.id)
            silence.note_sign(_get_time(), silence.gap)
            silence.gap = min(silence.gap * 2, MAX_GAP_SECONDS)
        else:
            silence.next_at = _get_time() + RETRY_SECONDS

    async def _tell_people(
        self, thread: Thread, questions: Sequence[OpenQuestion], text: str
    ) -> bool:
        """Show `text` to each person who waits; return whether any of them sees it."""
        asked = {question.asker: question for question in reversed(questions)}
        is_given = False
        for person, question in list(asked.items())[-_MAX_PEOPLE:]:
            try:
                await self._chat.post_ephemeral(thread, person, text, question.ts)
            except EaselError as error:
                log.info("no_sign_given", error=type(error).__name__, code=error.code)
            else:
                is_given = True
        return is_given

    async def _post_or_edit(self, question: OpenQuestion, silence: _Silence, text: str) -> bool:
        """Put `text` into the thread, in the place of the answer; return whether it is there."""
        reply = self._find_reply(question.thread)
        if reply is not None:
            reply.show_sign(text)  # `has_sign` tells when it is there
            return False
        try:
            if question.last_message:
                return await self._edit(question, text)
            return await self._post(question, silence, text)
        except EaselError as error:
            log.info("no_sign_given", error=type(error).__name__, code=error.code)
            return False

    async def _post(self, question: OpenQuestion, silence: _Silence, text: str) -> bool:
        if not await self._waiting.prepare_sign(question.id):
            return False
        ts = await self._find_lost(question) if silence.has_uncertain_post else ""
        if not ts:
            silence.has_uncertain_post = True
            ts = await self._chat.post(question.thread, text, PostMetadata(question.id))
            self._board.mark_cleared(question.thread)
        silence.has_uncertain_post = False
        if not await self._waiting.record_sign(question, ts):
            # An attempt has begun meanwhile, and does not know the message.
            await self._chat.delete(question.thread, ts)
        return True

    async def _find_lost(self, question: OpenQuestion) -> str:
        """Return the ts of a sign that Slack has, although its answer never came, or ""."""
        posts = await self._chat.list_own_messages(question.thread, question.ts)
        return next((post.ts for post in posts if post.question_id == question.id), "")

    async def _edit(self, question: OpenQuestion, text: str) -> bool:
        """Edit a message of an earlier attempt, which the next attempt rewrites in any case."""
        if question.is_settled or not await self._waiting.prepare_sign(question.id):
            return False
        await self._chat.update(
            question.thread, question.last_message, text, PostMetadata(question.id)
        )
        return True

    async def _clear_status(self, thread: Thread) -> None:
        async with self._slots:
            if self._find_reply(thread) is None:
                await self._board.show(thread, "")


def _group_by_thread(questions: Sequence[OpenQuestion]) -> Mapping[Thread, list[OpenQuestion]]:
    threads: dict[Thread, list[OpenQuestion]] = defaultdict(list)
    for question in questions:
        threads[question.thread].append(question)
    return threads


def _choose_sign(question: OpenQuestion) -> tuple[str, str]:
    """Return the status and the message for the first question of a thread that waits."""
    if question.was_claimed:
        return TRYING_STATUS, TRYING_MESSAGE
    return WAITING_STATUS, WAITING_MESSAGE


def _get_time() -> float:
    return asyncio.get_running_loop().time()
