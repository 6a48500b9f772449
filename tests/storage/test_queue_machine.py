"""The queue against a model of it: two processes, a clock, and steps in any order."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain.conversation import IncomingMessage, Person, Thread, Trigger
from bot.domain.errors import LeaseLost
from bot.domain.questions import (
    Answer,
    ClaimLimits,
    EnqueueResult,
    Outcome,
    Presser,
    PressResult,
    Question,
    SuspectLane,
)
from storage.engine.sqlite import open_database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from tests.support.queue_model import ExpectedQuestion, QueueModel
from tests.support.queues import AMPLE
from tests.support.thorough import IS_THOROUGH

PEOPLE = ("U0A", "U0B", "U0C")
OWNERS = ("one", "other")
CHANNEL = "C0GENERAL"


class QueueMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.model = QueueModel()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.stack = AsyncExitStack()
        self.run(self._open())

    async def _open(self) -> None:
        path = Path(self.folder.name) / "easel.db"
        database = await self.stack.enter_async_context(open_database(path))
        self.queues = {
            owner: SqlQuestionQueue(database, owner=owner, clock=self.read_clock)
            for owner in OWNERS
        }
        self.journals = {
            owner: SqlJournal(database, owner=owner, clock=self.read_clock) for owner in OWNERS
        }

    def read_clock(self) -> float:
        return self.model.now

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()
        self.folder.cleanup()

    # Steps.

    @rule(
        owner=st.sampled_from(OWNERS),
        place=st.integers(0, 3),
        person=st.sampled_from(PEOPLE),
        late=st.integers(0, 3),
        places=st.none() | st.integers(0, 3),
    )
    def enqueue_question(
        self, owner: str, place: int, person: str, late: int, places: int | None
    ) -> None:
        self.count += 1
        ts = f"17000{self.count * 2 - late:05d}.{self.count:06d}"
        thread = Thread("T0", CHANNEL, f"1600000000.00000{place}")
        message = IncomingMessage(
            f"Ev{self.count}", thread, ts, Person(person, "T0"), "q", Trigger.MENTION
        )
        limits = None if places is None else ClaimLimits(places, 2)
        free = not self.model.list_open(thread.root)
        has_room = limits is not None and self.model.has_room(owner, person, limits)
        stored = self.run(self.queues[owner].enqueue(message, claim=limits))
        known = self.model.questions[ts] = ExpectedQuestion(message)
        if has_room and free:
            assert isinstance(stored, Question)
            self.model.mark_claimed(known, owner, stored)
        else:
            assert stored is EnqueueResult.NEW

    @precondition(lambda self: self.model.questions)
    @rule(data=st.data(), owner=st.sampled_from(OWNERS), same_event=st.booleans())
    def enqueue_duplicate(self, data: st.DataObject, owner: str, same_event: bool) -> None:
        message = data.draw(st.sampled_from(list(self.model.questions.values()))).message
        self.count += 1
        event_id = message.event_id if same_event else f"Ev{self.count}"
        again = IncomingMessage(
            event_id, message.thread, message.ts, message.sender, message.text, Trigger.MENTION
        )
        assert self.run(self.queues[owner].enqueue(again, claim=AMPLE)) is EnqueueResult.DUPLICATE

    @rule(
        owner=st.sampled_from(OWNERS),
        limits=st.builds(ClaimLimits, st.integers(0, 4), st.integers(0, 2)),
        lane=st.sampled_from(SuspectLane),
    )
    def claim_questions(self, owner: str, limits: ClaimLimits, lane: SuspectLane) -> None:
        places_before = self.model.count_places(owner)
        batch = self.run(self.queues[owner].claim(limits, lane))
        expected = self.model.select_claimable(owner, limits, lane)
        normal_count = sum(not one.is_suspect for one in expected)
        assert [one.ts for one in batch.questions] == sorted(one.message.ts for one in expected)
        for found in batch.questions:
            known = self.model.questions[found.ts]
            assert set(found.messages) == known.messages
            assert (found.answer is not None) == (known.state == "settled")
            self.model.mark_claimed(known, owner, found)
            assert (found.attempt, found.claims) == (known.attempt, known.claims)
            assert (found.crashes, found.is_isolated) == (known.crashes, known.is_isolated)
        waiting = [one for one in self.model.list_not_shown() if one.claim is None]
        assert batch.waiting_count == len(waiting)
        assert batch.is_full == (places_before + normal_count >= limits.total)

    @precondition(lambda self: self.model.list_claimed())
    @rule(data=st.data(), kind=st.sampled_from(["message", "settle", "back", "later", "shown"]))
    def work_on_claim(self, data: st.DataObject, kind: str) -> None:
        known = data.draw(st.sampled_from(self.model.list_claimed()))
        assert known.claim is not None
        owner, question = known.claim
        match kind:
            case "message":
                self.count += 1
                ts = f"18000{self.count:05d}.000000"
                self.run(self.journals[owner].record_message(question, ts))
                known.messages.add(ts)
            case "settle" if known.state != "settled":
                outcome = Outcome.FAILED if self.count % 2 else Outcome.ANSWERED
                self.run(self.journals[owner].settle(question, Answer("a", outcome=outcome)))
                known.state, known.outcome, known.attempt = "settled", outcome, 1
            case "shown" if known.state == "settled" and known.outcome is not None:
                self._close(owner, question, known.outcome)
                self.model.close(known)
            case "back" | "later":
                delay = 60.0 if kind == "later" else 0.0
                back = self.queues[owner].requeue(
                    question, delay_seconds=delay, counts_as_attempt=delay > 0
                )
                self.run(back)
                self.model.requeue(known, delay_seconds=delay)
            case _:
                pass

    @precondition(lambda self: self.model.lost_claims)
    @rule(data=st.data())
    def check_lost_claim(self, data: st.DataObject) -> None:
        owner, question = data.draw(st.sampled_from(self.model.lost_claims))
        self._close(owner, question, Outcome.FAILED)
        self.run(self.queues[owner].requeue(question, counts_as_attempt=True))
        with pytest.raises(LeaseLost):
            self.run(self.journals[owner].settle(question, Answer("late")))

    @rule(owner=st.sampled_from(OWNERS), seconds=st.sampled_from([1.0, 12.0, 31.0, 61.0]))
    def advance_and_renew(self, owner: str, seconds: float) -> None:
        self.model.now += seconds
        claims = [known.claim for known in self.model.list_claimed()]
        ids = [claim[1].id for claim in claims if claim is not None and claim[0] == owner]
        assert self.run(self.queues[owner].renew(ids)) == self.model.renew(owner)

    @precondition(lambda self: any(known.shown for known in self.model.questions.values()))
    @rule(data=st.data())
    def press_retry(self, data: st.DataObject) -> None:
        ended = [known for known in self.model.questions.values() if known.shown]
        known = data.draw(st.sampled_from(ended))
        failed = known.outcome is Outcome.FAILED
        self.count += 1
        press = Presser(known.message.sender, f"1800000000.{self.count:06d}")
        result = self.run(self.queues["one"].retry(known.id, CHANNEL, press))
        assert (result is PressResult.ASKED) is failed
        if failed:
            self.model.retry(known)

    @rule(stalled=st.booleans())
    def restart_process(self, stalled: bool) -> None:
        open_count = len(self.model.list_not_shown())
        assert self.run(self.queues["one"].recover_expired(has_stalled=stalled)) == open_count
        self.model.restart(has_stalled=stalled)

    # Promises.

    @invariant()
    def check_nothing_lost(self) -> None:
        states = self.run(self.queues["one"].read_stats()).states
        assert sum(states.values()) == len(self.model.list_not_shown())

    @invariant()
    def check_one_claim_per_thread(self) -> None:
        roots = [known.root for known in self.model.list_claimed()]
        assert len(roots) == len(set(roots))

    def _close(self, owner: str, question: Question, outcome: Outcome) -> None:
        async def close() -> None:
            self.queues[owner].mark_delivered(question, outcome)
            await self.queues[owner].flush()

        self.run(close())


TestQueue = pytest.mark.filterwarnings("default")(QueueMachine.TestCase)
QueueMachine.TestCase.settings = settings(
    max_examples=400 if IS_THOROUGH else 30,
    stateful_step_count=40,
    deadline=None,
    derandomize=not IS_THOROUGH,
)
