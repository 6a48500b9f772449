"""What one replica hears reaches the answer that another one gives."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace

import pytest

from bot.domain.conversation import IncomingMessage, Thread
from bot.domain.errors import StoreError
from bot.domain.files import FileRef
from bot.domain.messages import Message
from bot.domain.questions import Outcome, Question
from bot.domain.stores.replicas import SILENT_MARK, Interruption, InterruptionKind
from bot.queue.interrupter import Interrupter
from bot.queue.loop_guard import SharedLoopGuard
from bot.queue.running_answers import RunningAnswers
from tests.support.desk import RecordingNotices
from tests.support.values import THREAD, build_incoming_message, build_question


class Elsewhere:
    """The table that replicas share, and who answers what."""

    def __init__(self) -> None:
        self.rows: list[Interruption] = []
        self.answered: list[Question] = []
        self.is_failing = False

    async def stop_thread(self, thread: Thread) -> int:
        return self._add(thread, InterruptionKind.STOP)

    async def stop_message(
        self, team: str, channel: str, ts: str, *, silently: bool = False
    ) -> int:
        marks = (SILENT_MARK,) if silently else ()
        return self._add(Thread(team, channel, ts), InterruptionKind.STOP, marks)

    async def restart(self, team: str, channel: str, ts: str, file_ids: Sequence[str]) -> int:
        return self._add(Thread(team, channel, ts), InterruptionKind.RESTART, tuple(file_ids))

    async def restart_edited(self, team: str, channel: str, ts: str) -> int:
        return self._add(Thread(team, channel, ts), InterruptionKind.EDITED)

    async def note_follow_up(self, thread: Thread) -> int:
        return self._add(thread, InterruptionKind.FOLLOW_UP)

    async def list_for(self, question_ids: Collection[int]) -> list[Interruption]:
        if self.is_failing:
            raise StoreError("away")
        return [row for row in self.rows if row.question_id in question_ids]

    def _add(self, thread: Thread, kind: InterruptionKind, files: tuple[str, ...] = ()) -> int:
        if self.is_failing:
            raise StoreError("away")
        found = [one for one in self.answered if one.thread == thread]
        self.rows += [Interruption(one.id, kind, one.claims, files) for one in found]
        return len(found)


class Replica:
    """A replica with the answers that it gives, which end when they are cancelled or stopped."""

    def __init__(self, elsewhere: Elsewhere | None) -> None:
        self.has_reply, self.is_visible = True, False
        self.stopped: list[int] = []
        self.silent: list[int] = []
        self.announced: list[int] = []
        self.follow_ups: list[Thread] = []
        self.notices = RecordingNotices()
        self.running = RunningAnswers(self._run, lambda: None)
        self.interrupter = Interrupter(self.running, self, self.notices, self._note_follow_up)
        if elsewhere is not None:
            self.interrupter.connect(elsewhere)

    def announce_restart(self, question: Question) -> None:
        self.announced.append(question.id)

    def stop(self, question: Question, *, silently: bool = False) -> bool:
        if self.has_reply:
            self.stopped.append(question.id)
            self.silent += [question.id] if silently else []
        return self.has_reply

    def has_shown(self, question: Question) -> bool:
        return self.is_visible

    async def answer(self, question: Question) -> Outcome:
        raise NotImplementedError

    async def give_up(self, question: Question, user_message: Message) -> Outcome:
        raise NotImplementedError

    async def _run(self, question: Question) -> None:
        await asyncio.Event().wait()

    def _note_follow_up(self, message: IncomingMessage) -> None:
        self.follow_ups.append(message.thread)


@pytest.fixture
async def elsewhere() -> Elsewhere:
    return Elsewhere()


@pytest.fixture
async def replicas(elsewhere: Elsewhere) -> list[Replica]:
    """One that hears, and one that answers."""
    hearing, answering = Replica(elsewhere), Replica(elsewhere)
    question = build_question("hello", number=7)
    answering.running.start(question)
    elsewhere.answered.append(question)
    return [hearing, answering]


async def test_a_press_of_stop_ends_the_answer_of_another_replica_once_it_has_begun(
    replicas: list[Replica],
) -> None:
    hearing, answering = replicas
    answering.has_reply = False
    assert await hearing.interrupter.stop_thread(THREAD)
    await answering.interrupter.look()
    assert answering.stopped == []  # its reply is not open yet
    answering.has_reply = True
    await answering.interrupter.look()
    await answering.interrupter.look()
    assert answering.stopped == [7]
    await answering.running.stop(0)


async def test_a_stop_that_no_one_waits_for_is_silent_at_another_replica_too(
    replicas: list[Replica],
) -> None:
    hearing, answering = replicas
    place = (THREAD.team, THREAD.channel, THREAD.root)
    await hearing.interrupter.stop_question(*place, silently=True)
    await answering.interrupter.look()
    assert answering.silent == [7]
    await answering.running.stop(0)


async def test_an_answer_that_is_given_here_is_stopped_here_and_nobody_is_told(
    replicas: list[Replica], elsewhere: Elsewhere
) -> None:
    _, answering = replicas
    assert await answering.interrupter.stop_thread(THREAD)
    await answering.interrupter.stop_question(THREAD.team, THREAD.channel, THREAD.root)
    assert answering.stopped == [7, 7] and elsewhere.rows == []
    await answering.running.stop(0)


async def test_where_nothing_is_answered_there_is_nothing_to_stop(elsewhere: Elsewhere) -> None:
    assert not await Replica(elsewhere).interrupter.stop_thread(THREAD)
    assert not await Replica(None).interrupter.stop_thread(THREAD)


async def test_late_files_restart_what_is_not_visible_and_are_told_of_where_it_is(
    replicas: list[Replica],
) -> None:
    hearing, answering = replicas
    message = replace(build_incoming_message(), files=(FileRef("F1", "a.png"),))
    answering.is_visible = True
    await hearing.interrupter.restart_unshown(message)
    await answering.interrupter.look()
    assert answering.notices.late == ["hello"] and len(answering.running) == 1
    answering.is_visible = False
    await hearing.interrupter.restart_unshown(replace(message, files=(FileRef("F2", "b"),)))
    await answering.interrupter.look()
    async with asyncio.timeout(60):
        await answering.running.stop(5)  # it was cancelled: nothing is left to wait for
    assert len(answering.running) == 0


async def test_a_restart_is_not_for_an_attempt_that_has_begun_since(
    replicas: list[Replica], elsewhere: Elsewhere
) -> None:
    hearing, answering = replicas
    await hearing.interrupter.restart_unshown(build_incoming_message())
    await answering.running.stop(0)
    answering.running.start(replace(build_question("hello", number=7), claims=2))
    await answering.interrupter.look()
    await asyncio.sleep(0)
    assert len(answering.running) == 1
    await answering.running.stop(0)


async def test_a_question_that_waits_elsewhere_is_known_to_the_reply_before_it(
    replicas: list[Replica],
) -> None:
    hearing, answering = replicas
    hearing.interrupter.note_follow_up(build_incoming_message("and?", ts="1700000001.000100"))
    async with asyncio.timeout(60):
        while not answering.follow_ups:
            await asyncio.sleep(0)
            await answering.interrupter.look()
    assert answering.follow_ups == [THREAD]
    await answering.running.stop(0)


async def test_a_store_that_is_away_keeps_no_answer_from_its_end(
    replicas: list[Replica], elsewhere: Elsewhere
) -> None:
    hearing, answering = replicas
    elsewhere.is_failing = True
    await answering.interrupter.look()
    await hearing.interrupter.restart_unshown(build_incoming_message())
    with pytest.raises(StoreError):  # Slack delivers it again
        await hearing.interrupter.stop_thread(THREAD)
    elsewhere.is_failing = False
    await hearing.interrupter.stop_thread(THREAD)
    await answering.interrupter.look()
    assert answering.stopped == [7]
    await answering.running.stop(0)


class CountedSenders:
    """The questions that all replicas have stored."""

    def __init__(self) -> None:
        self.count, self.looks = 0, 0

    async def count_questions(self, thread: Thread, user: str, seconds: float) -> int:
        self.looks += 1
        return self.count


async def test_a_loop_is_seen_however_its_posts_are_spread_over_replicas() -> None:
    senders = CountedSenders()
    guards = [SharedLoopGuard() for _ in range(3)]
    for guard in guards:
        guard.connect(senders)
    answered = 0
    for number in range(30):
        guard = guards[number % 3]
        message = build_incoming_message(ts=f"1700000001.{number:06d}")
        if not await guard.is_loop(message):
            guard.count(message)
            senders.count += 1
            answered += 1
    assert answered == 20
    # The first question of a sender at a replica costs no look.
    assert senders.looks == 27


async def test_an_answer_is_broken_off_once_however_often_words_change() -> None:
    ends = list[str]()
    may_end = asyncio.Event()

    async def run(_: Question) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ends.append("begun")  # its cost is booked, and the question is put back
            await may_end.wait()
            ends.append("done")

    running = RunningAnswers(run, lambda: None)
    question = build_question("hello", number=7)
    task = running.start(question)
    await asyncio.sleep(0)
    for _ in range(3):
        running.cancel_soon(question)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    may_end.set()
    await asyncio.wait({task})
    assert ends == ["begun", "done"] and task.cancelled()


async def test_the_status_tells_that_an_answer_begins_again(replicas: list[Replica]) -> None:
    hearing, answering = replicas
    await hearing.interrupter.restart_edited(THREAD.team, THREAD.channel, THREAD.root)
    await answering.interrupter.look()
    assert answering.announced == [7]
    await answering.running.stop(0)
