"""The worker and the store, in any order of steps: what is due is taken within a second."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.domain.conversation import IncomingMessage, Person, Thread, Trigger
from bot.domain.questions import SUSPECT_CRASHES, Presser, PressResult
from bot.queue.fairness import WorkerLimits
from tests.support.thorough import IS_THOROUGH
from tests.support.values import build_picture_ref
from tests.support.virtual_easel import CHANNEL, Plan, VirtualEasel

LIMITS = WorkerLimits(concurrency=3, per_person=2, backlog=99)
TAKEN_WITHIN_SECONDS = 1.0
_WATCH_SECONDS = 0.1


class WorkerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.messages: list[IncomingMessage] = []
        self.claimable_since: dict[int, float] = {}
        self.easel: Any = None

    @initialize(delays=st.lists(st.sampled_from([0.0, 0.0, 0.001, 0.02]), min_size=1))
    def open(self, delays: list[float]) -> None:
        self.easel = VirtualEasel(LIMITS, itertools.cycle(delays))
        self.database, self.loop = self.easel.database, self.easel.loop
        self.loop.run(self._start())

    def teardown(self) -> None:
        if self.easel is not None:
            self.loop.run(self._check_everything_ends())
            self.loop.run(self._stop(0.0))
            self.easel.close()

    # Steps.

    @rule(
        place=st.integers(0, 3),
        person=st.sampled_from(["U0A", "U0B", "U0C"]),
        ends=st.lists(st.sampled_from(["ok", "ok", "away", "bug"]), min_size=1, max_size=3),
        seconds=st.sampled_from([0.0, 0.3, 4.0, 45.0]),
        late=st.integers(0, 3),
    )
    def post_question(
        self, place: int, person: str, ends: list[str], seconds: float, late: int
    ) -> None:
        self.count += 1
        ts = f"17000{self.count * 2 - late:05d}.{self.count:06d}"
        thread = Thread("T0", CHANNEL, f"1600000000.00000{place}")
        message = IncomingMessage(
            f"Ev{self.count}", thread, ts, Person(person, "T0"), f"q{self.count}", Trigger.MENTION
        )
        self.easel.plans[message.text] = Plan(ends, seconds)
        self.messages.append(message)
        self.loop.run(self.easel.worker.submit(message))

    @precondition(lambda self: self.messages)
    @rule(data=st.data())
    def post_second_view(self, data: st.DataObject) -> None:
        message = data.draw(st.sampled_from(self.messages))
        self.count += 1
        if data.draw(st.booleans()):
            message = replace(message, event_id=f"Ev{self.count}")
        if data.draw(st.booleans()):
            message = replace(message, files=(build_picture_ref(),))
        self.loop.run(self.easel.worker.submit(message))

    @rule(seconds=st.sampled_from([0.05, 0.6, 2.0, 7.0, 65.0]))
    def wait(self, seconds: float) -> None:
        self.loop.run(asyncio.sleep(seconds))

    @rule(seconds=st.sampled_from([-90_000.0, -1_800.0, -50.0, 20.0, 5_000.0]))
    def move_clock(self, seconds: float) -> None:
        self.easel.skew += seconds

    @rule(seconds=st.sampled_from([0.2, 3.0, 40.0]))
    def fail_store(self, seconds: float) -> None:
        self.database.is_failing = True
        self.loop.run(asyncio.sleep(seconds))
        self.database.is_failing = False
        self.claimable_since.clear()

    @rule()
    def press_retry(self) -> None:
        sql = "SELECT id, user FROM questions WHERE shown AND outcome = 'failed' LIMIT 1"
        found = self.database.run_now(lambda c: c.exec_driver_sql(sql).first())
        if found is not None:
            self.count += 1
            press = Presser(Person(found[1], "T0"), f"1800000000.{self.count:06d}")
            result = self.loop.run(self.easel.worker.retry(found[0], CHANNEL, press, go_on=False))
            assert result is PressResult.ASKED

    @rule(grace=st.sampled_from([0.0, 1.0]))
    def restart(self, grace: float) -> None:
        self.loop.run(self._stop(grace))
        self.loop.run(self._start())

    @rule()
    def kill(self) -> None:
        self.loop.run(self._kill())
        self.loop.run(self._start())

    # The process, and the watch over it.

    async def _start(self) -> None:
        await self.easel.start()
        self.watch = asyncio.create_task(self._watch())

    async def _stop(self, grace_seconds: float) -> None:
        await self._end_watch()
        await self.easel.stop(grace_seconds)

    async def _kill(self) -> None:
        await self._end_watch()
        await self.easel.kill()

    async def _end_watch(self) -> None:
        if self.watch.done():
            self.watch.result()
        self.watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.watch
        self.claimable_since.clear()

    # The promises.

    async def _watch(self) -> None:
        """Look ten times a second for a question that could have been claimed for too long."""
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            claimable = [] if self.database.is_failing else self._list_claimable()
            now = self.loop.time()
            self.claimable_since = {one: self.claimable_since.get(one, now) for one in claimable}
            for one, since in self.claimable_since.items():
                assert now - since <= TAKEN_WITHIN_SECONDS, f"question {one} waits for nothing"

    def _list_claimable(self) -> list[int]:
        """Return the ids of the questions that could be claimed now, from the rows themselves."""
        rows = [row for row in self.easel.read_rows("*") if not row.shown]
        # Of an answer that has just ended, the row says so only with the next transaction.
        running = {one[0].id: one for one in self.easel.worker._running.list_begun()}
        claimed = [row for row in rows if row.claimed_by and row.id in running]
        has_suspect = any(question.is_suspect for question, _ in running.values())
        busy = {row.root for row in rows if row.claimed_by}
        first = {row.root: row for row in sorted(rows, key=lambda r: (r.ts, r.id), reverse=True)}
        now = self.easel.read_clock()
        due = [
            row
            for row in first.values()
            if row.root not in busy and not now < row.due_at <= now + 300.0
        ]
        people = Counter(row.user for row in claimed if row.crashes < SUSPECT_CRASHES)
        has_room = people.total() < LIMITS.concurrency
        found = [
            row.id
            for row in due
            if row.crashes < SUSPECT_CRASHES and has_room and people[row.user] < LIMITS.per_person
        ]
        suspects = [row.id for row in due if row.crashes >= SUSPECT_CRASHES]
        return found + ([] if has_suspect else suspects[:1])

    async def _check_everything_ends(self) -> None:
        """Nothing waits for ever: an hour later every question is answered, or has failed."""
        rows: list[Any] = []
        for _ in range(120):
            await asyncio.sleep(30.0)
            rows = self.easel.read_rows("shown, outcome")
            if all(row.shown for row in rows):
                break
        assert not self.watch.done()
        assert len(rows) == len(self.messages)
        assert all(row.shown for row in rows)
        assert all(row.outcome in ("answered", "failed") for row in rows)


TestWorker = pytest.mark.filterwarnings("default")(WorkerMachine.TestCase)
WorkerMachine.TestCase.settings = settings(
    max_examples=200 if IS_THOROUGH else 15,
    stateful_step_count=30,
    deadline=None,
    derandomize=not IS_THOROUGH,
)
