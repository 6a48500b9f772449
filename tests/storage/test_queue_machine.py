"""The queue against a model of it: two processes, a clock, and steps in any order."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain.conversation import IncomingMessage, Person, Thread, Trigger
from bot.domain.errors import LeaseLost
from bot.domain.questions import (
    MAX_CRASHES,
    SUSPECT_CRASHES,
    Answer,
    ClaimLimits,
    EnqueueResult,
    Outcome,
    Question,
    SuspectLane,
)
from storage.engine.sqlite import open_database
from storage.queue.journal import SqliteJournal
from storage.queue.sqlite import LEASE_SECONDS, SqliteQuestionQueue
from tests.support.queues import AMPLE

PEOPLE = ("U0A", "U0B", "U0C")
OWNERS = ("one", "other")
CHANNEL = "C0GENERAL"


@dataclass(slots=True)
class ExpectedQuestion:
    """The state of one question in the model."""

    message: IncomingMessage
    id: int = 0  # known once it is claimed
    state: str = "stored"
    claim: tuple[str, Question] | None = None
    leased_until: float = 0.0
    due_at: float = 0.0
    claims: int = 0
    attempt: int = 0
    crashes: int = 0
    is_isolated: bool = False
    shown: bool = False
    outcome: Outcome | None = None
    messages: set[str] = field(default_factory=set)

    @property
    def root(self) -> str:
        return self.message.thread.root


class QueueMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000_000.0
        self.count = 0
        self.expected: dict[str, ExpectedQuestion] = {}  # by the ts of the question
        self.lost_claims: list[tuple[str, Question]] = []  # claims that no longer hold
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.stack = AsyncExitStack()
        self.run(self._open())

    async def _open(self) -> None:
        path = Path(self.folder.name) / "easel.db"
        database = await self.stack.enter_async_context(open_database(path))
        self.queues = {
            owner: SqliteQuestionQueue(database, owner=owner, clock=lambda: self.now)
            for owner in OWNERS
        }
        self.journals = {
            owner: SqliteJournal(database, owner=owner, clock=lambda: self.now) for owner in OWNERS
        }

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
        free = not self._list_open(thread.root)
        has_room = limits is not None and self._has_room(owner, person, limits)
        stored = self.run(self.queues[owner].enqueue(message, claim=limits))
        known = self.expected[ts] = ExpectedQuestion(message)
        if has_room and free:
            assert isinstance(stored, Question)
            self._mark_claimed(known, owner, stored)
        else:
            assert stored is EnqueueResult.NEW

    @precondition(lambda self: self.expected)
    @rule(data=st.data(), owner=st.sampled_from(OWNERS), same_event=st.booleans())
    def enqueue_duplicate(self, data: st.DataObject, owner: str, same_event: bool) -> None:
        message = data.draw(st.sampled_from(list(self.expected.values()))).message
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
        places_before = self._count_places(owner)
        batch = self.run(self.queues[owner].claim(limits, lane))
        expected = self._select_claimable(owner, limits, lane)
        normal_count = sum(one.crashes < SUSPECT_CRASHES for one in expected)
        assert [one.ts for one in batch.questions] == sorted(one.message.ts for one in expected)
        for found in batch.questions:
            known = self.expected[found.ts]
            assert set(found.messages) == known.messages
            assert (found.answer is not None) == (known.state == "settled")
            self._mark_claimed(known, owner, found)
            assert (found.attempt, found.claims) == (known.attempt, known.claims)
            assert (found.crashes, found.is_isolated) == (known.crashes, known.is_isolated)
        assert batch.waiting_count == len(self._list_waiting())
        assert batch.is_full == (places_before + normal_count >= limits.total)

    @precondition(lambda self: self._list_claimed())
    @rule(data=st.data(), kind=st.sampled_from(["message", "settle", "back", "later", "shown"]))
    def work_on_claim(self, data: st.DataObject, kind: str) -> None:
        known = data.draw(st.sampled_from(self._list_claimed()))
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
                known.shown, known.claim = True, None
                if SUSPECT_CRASHES < known.crashes < MAX_CRASHES:
                    self._take_back(known.crashes - SUSPECT_CRASHES)
            case "back" | "later":
                self._requeue(known, after=60.0 if kind == "later" else 0.0)
            case _:
                pass

    @precondition(lambda self: self.lost_claims)
    @rule(data=st.data())
    def check_lost_claim(self, data: st.DataObject) -> None:
        owner, question = data.draw(st.sampled_from(self.lost_claims))
        self._close(owner, question, Outcome.FAILED)
        self.run(self.queues[owner].requeue(question, counts_as_attempt=True))
        with pytest.raises(LeaseLost):
            self.run(self.journals[owner].settle(question, Answer("late")))

    @rule(owner=st.sampled_from(OWNERS), seconds=st.sampled_from([1.0, 12.0, 31.0, 61.0]))
    def advance_and_renew(self, owner: str, seconds: float) -> None:
        self.now += seconds
        mine = [known for known in self._list_claimed() if known.claim and known.claim[0] == owner]
        others = [known for known in self._list_claimed() if known not in mine]
        lapsed = [known for known in others if known.leased_until < self.now]
        ids = [known.claim[1].id for known in mine if known.claim is not None]
        assert self.run(self.queues[owner].renew(ids)) == len(lapsed)
        for known in mine:
            if known.leased_until < self.now + LEASE_SECONDS * 2 / 3:
                known.leased_until = self.now + LEASE_SECONDS
        for known in lapsed:
            self._release(known)

    @precondition(lambda self: any(known.shown for known in self.expected.values()))
    @rule(data=st.data())
    def press_retry(self, data: st.DataObject) -> None:
        ended = [known for known in self.expected.values() if known.shown]
        known = data.draw(st.sampled_from(ended))
        failed = known.outcome is Outcome.FAILED
        assert self.run(self.queues["one"].retry(known.id, CHANNEL)) is failed
        if failed:
            known.shown, known.state, known.outcome = False, "stored", None
            known.attempt, known.due_at = 0, 0.0

    @rule(stalled=st.booleans())
    def restart_process(self, stalled: bool) -> None:
        open_count = sum(not known.shown for known in self.expected.values())
        assert self.run(self.queues["one"].recover_expired(has_stalled=stalled)) == open_count
        running = self._list_claimed()
        suspects = [known for known in running if known.crashes >= SUSPECT_CRASHES]
        if running and not suspects:
            self._take_back(1)
        for known in running:
            self._release(known)
            if known not in suspects:
                known.crashes = max(known.crashes + 1, 2 if stalled and not suspects else 1)
        self._charge_suspects(suspects)
        for known in self.expected.values():
            known.due_at = known.due_at if known.crashes > SUSPECT_CRASHES else 0.0

    def _charge_suspects(self, suspects: list[ExpectedQuestion]) -> None:
        for known in suspects:
            if len(suspects) > 1:
                known.is_isolated = True
                continue
            known.crashes += 1
            if known.crashes < MAX_CRASHES:
                known.due_at = self.now + 10.0 * 2 ** (known.crashes - SUSPECT_CRASHES - 1)

    # Promises.

    @invariant()
    def check_nothing_lost(self) -> None:
        states = self.run(self.queues["one"].read_stats()).states
        assert sum(states.values()) == sum(not known.shown for known in self.expected.values())

    @invariant()
    def check_one_claim_per_thread(self) -> None:
        roots = [known.root for known in self._list_claimed()]
        assert len(roots) == len(set(roots))

    def _close(self, owner: str, question: Question, outcome: Outcome) -> None:
        async def close() -> None:
            self.queues[owner].mark_delivered(question, outcome)
            await self.queues[owner].flush()

        self.run(close())

    # The model itself.

    def _list_claimed(self) -> list[ExpectedQuestion]:
        return [known for known in self.expected.values() if known.claim is not None]

    def _list_open(self, root: str) -> list[ExpectedQuestion]:
        return [known for known in self.expected.values() if known.root == root and not known.shown]

    def _take_back(self, count: int) -> None:
        for known in self._list_waiting():
            if known.crashes > SUSPECT_CRASHES:
                known.crashes = max(known.crashes - count, SUSPECT_CRASHES)

    def _list_waiting(self) -> list[ExpectedQuestion]:
        return [one for one in self.expected.values() if not one.shown and one.claim is None]

    def _count_claimed(self, owner: str, person: str = "") -> int:
        return sum(
            known.claim is not None
            and known.claim[0] == owner
            and person in ("", known.message.sender.id)
            and known.crashes < SUSPECT_CRASHES
            for known in self.expected.values()
        )

    def _count_places(self, owner: str) -> int:
        suspects = [
            known
            for known in self._list_claimed()
            if known.claim and known.claim[0] == owner and known.crashes >= SUSPECT_CRASHES
        ]
        return self._count_claimed(owner) + max(0, len(suspects) - 1)

    def _has_room(self, owner: str, person: str, limits: ClaimLimits) -> bool:
        return (
            self._count_places(owner) < limits.total
            and self._count_claimed(owner, person) < limits.per_person
        )

    def _select_claimable(
        self, owner: str, limits: ClaimLimits, lane: SuspectLane
    ) -> list[ExpectedQuestion]:
        due = [known for known in self.expected.values() if self._is_claimable(known)]
        due.sort(key=lambda known: known.message.ts)
        taken: list[ExpectedQuestion] = []
        for known in due:
            person = known.message.sender.id
            is_suspect = known.crashes >= SUSPECT_CRASHES
            people = [one.message.sender.id for one in taken]
            left = limits.total - self._count_places(owner) - len(taken)
            share = limits.per_person - self._count_claimed(owner, person) - people.count(person)
            if not is_suspect and left > 0 and share > 0:
                taken.append(known)
        suspects = [
            known
            for known in due
            if known.crashes >= SUSPECT_CRASHES
            and (lane is SuspectLane.EMPTY or not known.is_isolated)
        ]
        if suspects and lane is not SuspectLane.CLOSED:
            taken.append(min(suspects, key=lambda known: (known.crashes, known.message.ts)))
        return taken

    def _is_claimable(self, expected: ExpectedQuestion) -> bool:
        others = [other for other in self._list_open(expected.root) if other is not expected]
        is_blocked = any(
            other.claim is not None or other.message.ts < expected.message.ts for other in others
        )
        waits = expected.shown or expected.claim is not None or expected.due_at > self.now
        return not (waits or is_blocked)

    def _mark_claimed(self, expected: ExpectedQuestion, owner: str, question: Question) -> None:
        expected.id = question.id
        expected.claim, expected.leased_until = (owner, question), self.now + LEASE_SECONDS
        expected.claims += 1
        expected.attempt += 1

    def _requeue(self, expected: ExpectedQuestion, *, after: float) -> None:
        assert expected.claim is not None
        owner, question = expected.claim
        self.run(
            self.queues[owner].requeue(question, delay_seconds=after, counts_as_attempt=after > 0)
        )
        self._release(expected)
        expected.attempt -= after == 0
        expected.due_at = self.now + after if after else 0.0

    def _release(self, expected: ExpectedQuestion) -> None:
        assert expected.claim is not None
        self.lost_claims.append(expected.claim)
        expected.claim = None


TestQueue = pytest.mark.filterwarnings("default")(QueueMachine.TestCase)
QueueMachine.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, derandomize=True
)
