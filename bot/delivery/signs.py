"""Gives people a sign of life while they wait and see nothing.

A status is best: it leaves no trace. `sign_sender.py` knows what to do where Slack takes none. A
reply shows by itself what it does (`status.py`); here are questions that wait for their turn or for
the next attempt, and replies whose status fails. The store says who waits, also after a restart.

Of several replicas, each attends to the threads in which it answers, and one to all in which none
does.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog

from bot.delivery.reply import Reply
from bot.delivery.sign_sender import (
    MAX_GAP_SECONDS,
    MAX_OPEN_QUESTIONS,
    MIN_GAP_SECONDS,
    FindReply,
    SignSender,
    Silence,
    WaitingQuestions,
)
from bot.delivery.status import REFRESH_INTERVAL_SECONDS, TRYING_STATUS
from bot.delivery.status_board import StatusBoard, StatusResult
from bot.domain.conversation import Thread
from bot.domain.errors import StoreError
from bot.domain.messages import Message, render
from bot.domain.ports import Chat, ChooseLanguage, choose_english
from bot.domain.questions import OpenQuestion
from bot.domain.stores.replicas import Duties, OwnDuties
from bot.observability.background_tasks import BackgroundTasks

log = structlog.get_logger(__name__)

WAITING_STATUS = Message("is answering other questions first…")
WAITING_MESSAGE = Message("_I have your question, and answer others that came first._")
TRYING_MESSAGE = Message(
    "_I am still working on your question. It takes longer because a service that I need is slow or"
    " fails right now._"
)
# How often to look who waits, and how long nothing may be seen: together well below 30 seconds,
# which leaves time for calls that Slack does not answer: a status, those to people, a message.
TICK_SECONDS = 4.0
SILENCE_SECONDS = 12.0
# When to try again where Slack has taken no sign in any way.
RETRY_SECONDS = 8.0
_DUTY = "signs"
# At the same time. Statuses do not wait behind messages, which may take longer.
_MAX_STATUSES, _MAX_MESSAGES = 50, 50


class SignGiver:
    """Gives signs of life. `run` looks around for ever; `look_around` does it once."""

    def __init__(
        self,
        chat: Chat,
        board: StatusBoard,
        waiting: WaitingQuestions,
        find_reply: FindReply,
        choose_language: ChooseLanguage = choose_english,
        duties: Duties | None = None,
    ) -> None:
        self._duties = duties or OwnDuties()
        self._sender = SignSender(chat, board, waiting, find_reply, choose_language)
        self._choose_language = choose_language
        self._board = board
        self._waiting = waiting
        self._find_reply = find_reply
        self._silences: dict[int, Silence] = {}  # by the first question of a thread
        self._status_slots = asyncio.Semaphore(_MAX_STATUSES)
        self._message_slots = asyncio.Semaphore(_MAX_MESSAGES)
        self._tasks = BackgroundTasks("sign")
        self._busy_keys: set[Thread | int] = set()
        self._signed: dict[int, OpenQuestion] = {}  # what may have a sign in its thread
        self._has_looked = False
        self._claimed_since: dict[int, float] = {}  # what is claimed and has no reply

    async def run(self) -> None:
        """Look around until cancelled."""
        try:
            while True:
                await asyncio.sleep(TICK_SECONDS)
                await self.look_around()
        finally:
            await self._tasks.cancel()
            self._busy_keys.clear()

    async def look_around(self) -> None:
        """Begin to give the signs that are due, and to take statuses away that nothing follows.

        Each thread has a task of its own, because a call in one may take long.
        """
        try:
            has_duty = await self._duties.take(_DUTY, seconds=TICK_SECONDS * 3)
            questions = await self._waiting.list_open()
        except StoreError as error:
            log.warning("store_failed", at="signs", code=error.recorded_code)
            return
        threads = _collect_by_thread(questions)
        self._take_signs_back(questions, has_duty=has_duty)
        self._note_claims(questions)
        firsts = {found[0].id for found in threads.values()}
        self._silences = {key: one for key, one in self._silences.items() if key in firsts}
        due = [
            thread
            for thread, found in threads.items()
            if (has_duty or self._is_own(thread, found)) and self._is_due(thread, found)
        ]
        # Who has had none yet comes first, because Slack bounds how many it takes a minute.
        due.sort(key=lambda thread: self._silences[threads[thread][0].id].next_at)
        for thread in due:
            self._spawn(thread, partial(self._give_sign, thread, threads[thread]))
        if len(questions) >= MAX_OPEN_QUESTIONS:
            return  # who waits in other threads is not known, so no status is known to be stale
        for thread in self._board.list_threads():
            if thread not in threads:
                self._spawn(thread, partial(self._clear_status, thread))

    def _is_own(self, thread: Thread, questions: Sequence[OpenQuestion]) -> bool:
        """Whether an answer in `thread` is given here, or about to be."""
        is_here = any(one.is_claimed and not one.is_elsewhere for one in questions)
        return is_here or self._find_reply(thread) is not None

    def _take_signs_back(self, questions: Sequence[OpenQuestion], *, has_duty: bool) -> None:
        """Begin to delete the signs of questions that are open no more and have no answer."""
        if not has_duty:
            self._has_looked = False
        elif not self._has_looked:
            self._has_looked = True
            # What an earlier process or another replica has left, which may be a sign.
            self._signed |= {one.id: one for one in questions if one.last_message}
        open_ids = {question.id for question in questions}
        for key, question in self._signed.items():
            if key not in open_ids:
                self._spawn(key, partial(self._take_back, question))

    async def _take_back(self, question: OpenQuestion) -> None:
        async with self._message_slots:
            is_done = await self._sender.take_back(question)
        if is_done:
            self._signed.pop(question.id, None)

    def _spawn(self, key: Thread | int, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` in the background, unless some is being done for the thread or question."""

        async def run_work() -> None:
            try:
                await work()
            finally:
                self._busy_keys.discard(key)

        if key not in self._busy_keys:
            self._busy_keys.add(key)
            self._tasks.spawn(run_work())

    def _is_due(self, thread: Thread, questions: Sequence[OpenQuestion]) -> bool:
        """Whether people in `thread` have seen no sign for too long."""
        if any(question.is_elsewhere for question in questions):
            return False  # the replica that answers there attends to it
        reply = self._find_reply(thread)
        now = _get_time()
        if reply is None and any(self._is_attended(question, now) for question in questions):
            return False
        if self._is_visible(thread, reply):
            known = self._silences.get(questions[0].id)
            if known is not None:
                known.since = now
                # A reply puts its own words in the place of the sign.
                known.has_message = known.has_message and reply is None
            return False
        silence = self._silences.setdefault(questions[0].id, Silence(now))
        patience = 0.0 if silence.was_broken else SILENCE_SECONDS
        return not silence.has_message and now >= max(silence.next_at, silence.since + patience)

    def _is_attended(self, question: OpenQuestion, now: float) -> bool:
        """Whether a question without a reply is about to have one, or its end to be written.

        It is not if it stays claimed for long: then the store could not take it back.
        """
        since = self._claimed_since.get(question.id, now)
        return question.is_claimed and (question.is_settled or now - since < SILENCE_SECONDS)

    def _note_claims(self, questions: Sequence[OpenQuestion]) -> None:
        """Note since when questions are claimed that no reply is being given to."""
        now = _get_time()
        self._claimed_since = {
            question.id: self._claimed_since.get(question.id, now)
            for question in questions
            if question.is_claimed and self._find_reply(question.thread) is None
        }

    def _is_visible(self, thread: Thread, reply: Reply | None) -> bool:
        if reply is None:
            return self._board.is_visible(thread, max_age=REFRESH_INTERVAL_SECONDS)
        # A reply renews its status by itself.
        return reply.is_seen(SILENCE_SECONDS) or self._board.is_visible(thread)

    async def _give_sign(self, thread: Thread, questions: Sequence[OpenQuestion]) -> None:
        """Try one way after another until Slack takes a sign."""
        first, silence = questions[0], self._silences[questions[0].id]
        status, text = _choose_sign(first)
        async with self._status_slots:
            language = self._choose_language(first.asker, first.text)
            result = await self._board.send(thread, render(status, language))
        if result is StatusResult.SHOWN:
            silence.note_sign(_get_time(), MIN_GAP_SECONDS)
        if result is not StatusResult.REFUSED:
            return  # a status that may not be sent yet is sent at one of the next looks
        self._signed[first.id] = first
        async with self._message_slots:
            is_given = await self._sender.send(questions, silence, text)
        if is_given:
            log.info("sign_given", question=first.id)
            silence.note_sign(_get_time(), silence.gap)
            silence.gap = min(silence.gap * 2, MAX_GAP_SECONDS)
        else:
            silence.next_at = _get_time() + RETRY_SECONDS

    async def _clear_status(self, thread: Thread) -> None:
        async with self._status_slots:
            if self._find_reply(thread) is None:
                await self._board.show(thread, "")


def _collect_by_thread(questions: Sequence[OpenQuestion]) -> Mapping[Thread, list[OpenQuestion]]:
    threads: dict[Thread, list[OpenQuestion]] = defaultdict(list)
    for question in questions:
        threads[question.thread].append(question)
    return threads


def _choose_sign(question: OpenQuestion) -> tuple[Message, Message]:
    """Return the status and the message for the first question of a thread that waits."""
    if question.was_claimed:
        return TRYING_STATUS, TRYING_MESSAGE
    return WAITING_STATUS, WAITING_MESSAGE


def _get_time() -> float:
    return asyncio.get_running_loop().time()
