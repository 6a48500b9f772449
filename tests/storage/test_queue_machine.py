"""The inbox against a model of it: two processes, a clock, and whatever order things come in."""

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

from bot.domain.conversation import Incoming, Person, Reach, Thread
from bot.domain.errors import ClaimLost
from bot.domain.questions import Answer, Outcome, Put, Question
from storage.engine.sqlite import open_database
from storage.queue.journal import QuestionJournal
from storage.queue.sqlite import LEASE_SECONDS, SqliteInbox

PEOPLE = ("U0A", "U0B", "U0C")
OWNERS = ("one", "other")
CHANNEL = "C0GENERAL"


@dataclass(slots=True)
class Known:
    """What the model knows of one question."""

    message: Incoming
    arrived: int
    state: str = "stored"
    claim: tuple[str, Question] | None = None
    until: float = 0.0
    due: float = 0.0
    claims: int = 0
    attempt: int = 0
    shown: bool = False
    outcome: Outcome | None = None
    messages: set[str] = field(default_factory=set)

    @property
    def root(self) -> str:
        return self.message.thread.root


class InboxMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000_000.0
        self.count = 0
        self.known: dict[str, Known] = {}  # by the ts of the question
        self.lost: list[tuple[str, Question]] = []  # claims that are none any more
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.stack = AsyncExitStack()
        self.run(self._open())

    async def _open(self) -> None:
        path = Path(self.folder.name) / "easel.db"
        database = await self.stack.enter_async_context(open_database(path))
        self.inboxes = {
            owner: SqliteInbox(database, owner=owner, clock=lambda: self.now) for owner in OWNERS
        }
        self.journals = {
            owner: QuestionJournal(database, owner=owner, clock=lambda: self.now)
            for owner in OWNERS
        }

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()
        self.folder.cleanup()

    # What may be done.

    @rule(
        owner=st.sampled_from(OWNERS),
        place=st.integers(0, 3),
        person=st.sampled_from(PEOPLE),
        late=st.integers(0, 3),
        take=st.booleans(),
    )
    def a_question_comes(self, owner: str, place: int, person: str, late: int, take: bool) -> None:
        self.count += 1
        ts = f"17000{self.count * 2 - late:05d}.{self.count:06d}"
        thread = Thread("T0", CHANNEL, f"1600000000.00000{place}")
        message = Incoming(f"Ev{self.count}", thread, ts, Person(person, "T0"), "q", Reach.MENTION)
        free = not self._open_in(thread.root)
        stored = self.run(self.inboxes[owner].put(message, take=take))
        known = self.known[ts] = Known(message, self.count)
        if take and free:
            assert isinstance(stored, Question)
            self._claimed(known, owner, stored)
        else:
            assert stored is Put.NEW

    @precondition(lambda self: self.known)
    @rule(data=st.data(), owner=st.sampled_from(OWNERS), same_event=st.booleans())
    def it_comes_again(self, data: st.DataObject, owner: str, same_event: bool) -> None:
        message = data.draw(st.sampled_from(list(self.known.values()))).message
        self.count += 1
        event_id = message.event_id if same_event else f"Ev{self.count}"
        again = Incoming(
            event_id, message.thread, message.ts, message.sender, message.text, Reach.MENTION
        )
        assert self.run(self.inboxes[owner].put(again, take=True)) is Put.NOTHING

    @rule(owner=st.sampled_from(OWNERS), skip=st.sets(st.sampled_from(PEOPLE)))
    def somebody_claims(self, owner: str, skip: set[str]) -> None:
        found = self.run(self.inboxes[owner].claim(skip=skip))
        due = [known for known in self.known.values() if self._may_be_claimed(known, skip)]
        expected = min(due, key=lambda known: known.message.ts, default=None)
        if expected is None:
            assert found is None
            return
        assert found is not None and found.ts == expected.message.ts
        assert set(found.messages) == expected.messages
        assert (found.answer is not None) == (expected.state == "settled")
        self._claimed(expected, owner, found)
        assert (found.attempt, found.claims) == (expected.attempt, expected.claims)

    @precondition(lambda self: self._claims())
    @rule(data=st.data(), kind=st.sampled_from(["message", "settle", "back", "later", "shown"]))
    def the_claim_is_worked_on(self, data: st.DataObject, kind: str) -> None:
        known = data.draw(st.sampled_from(self._claims()))
        assert known.claim is not None
        owner, question = known.claim
        match kind:
            case "message":
                self.count += 1
                ts = f"18000{self.count:05d}.000000"
                self.run(self.journals[owner].note_message(question, ts))
                known.messages.add(ts)
            case "settle" if known.state != "settled":
                outcome = Outcome.FAILED if self.count % 2 else Outcome.ANSWERED
                self.run(self.journals[owner].settle(question, Answer("a", outcome=outcome)))
                known.state, known.outcome, known.attempt = "settled", outcome, 1
            case "shown" if known.state == "settled" and known.outcome is not None:
                self.inboxes[owner].shown(question, known.outcome)
                self.run(self.inboxes[owner].flush())
                known.shown, known.claim = True, None
            case "back" | "later":
                self._put_back(known, after=60.0 if kind == "later" else 0.0)
            case _:
                pass

    @precondition(lambda self: self.lost)
    @rule(data=st.data())
    def a_lost_claim_changes_nothing(self, data: st.DataObject) -> None:
        owner, question = data.draw(st.sampled_from(self.lost))
        self.inboxes[owner].shown(question, Outcome.FAILED)
        self.run(self.inboxes[owner].flush())
        self.run(self.inboxes[owner].put_back(question, counts=True))
        with pytest.raises(ClaimLost):
            self.run(self.journals[owner].settle(question, Answer("late")))

    @rule(owner=st.sampled_from(OWNERS), seconds=st.sampled_from([1.0, 12.0, 31.0, 61.0]))
    def time_passes_and_one_of_them_renews(self, owner: str, seconds: float) -> None:
        self.now += seconds
        mine = [known for known in self._claims() if known.claim and known.claim[0] == owner]
        others = [known for known in self._claims() if known not in mine]
        lapsed = [known for known in others if known.until < self.now]
        ids = [known.claim[1].id for known in mine if known.claim is not None]
        assert self.run(self.inboxes[owner].renew(ids)) == len(lapsed)
        for known in mine:
            if known.until < self.now + LEASE_SECONDS * 2 / 3:
                known.until = self.now + LEASE_SECONDS
        for known in lapsed:
            self._let_go(known)

    @precondition(lambda self: any(known.shown for known in self.known.values()))
    @rule(data=st.data())
    def a_button_is_pressed(self, data: st.DataObject) -> None:
        ended = [known for known in self.known.values() if known.shown]
        known = data.draw(st.sampled_from(ended))
        number = self.run(self._id_of(known))
        failed = known.outcome is Outcome.FAILED
        assert self.run(self.inboxes["one"].reopen(number, CHANNEL)) is failed
        if failed:
            known.shown, known.state, known.outcome = False, "stored", None
            known.attempt, known.due = 0, 0.0

    @rule()
    def all_processes_die_and_one_starts(self) -> None:
        opened = sum(not known.shown for known in self.known.values())
        assert self.run(self.inboxes["one"].release_all()) == opened
        for known in self.known.values():
            if known.claim is not None:
                self._let_go(known)
            known.due = 0.0

    # What always holds.

    @invariant()
    def nothing_is_ever_lost(self) -> None:
        states = self.run(self.inboxes["one"].census()).states
        assert sum(states.values()) == sum(not known.shown for known in self.known.values())

    @invariant()
    def at_most_one_claim_in_a_thread(self) -> None:
        roots = [known.root for known in self._claims()]
        assert len(roots) == len(set(roots))

    # The model's own bookkeeping.

    async def _id_of(self, known: Known) -> int:
        query = f"SELECT id FROM questions WHERE ts = '{known.message.ts}'"
        inbox = self.inboxes["one"]
        return int(await inbox._database.read(lambda c: c.exec_driver_sql(query).scalar_one()))

    def _claims(self) -> list[Known]:
        return [known for known in self.known.values() if known.claim is not None]

    def _open_in(self, root: str) -> list[Known]:
        return [known for known in self.known.values() if known.root == root and not known.shown]

    def _may_be_claimed(self, known: Known, skip: set[str]) -> bool:
        others = [other for other in self._open_in(known.root) if other is not known]
        in_its_way = any(
            other.claim is not None or other.message.ts < known.message.ts for other in others
        )
        waits = known.shown or known.claim is not None or known.due > self.now
        return not (waits or in_its_way or known.message.sender.id in skip)

    def _claimed(self, known: Known, owner: str, question: Question) -> None:
        known.claim, known.until = (owner, question), self.now + LEASE_SECONDS
        known.claims += 1
        known.attempt += 1

    def _put_back(self, known: Known, *, after: float) -> None:
        assert known.claim is not None
        owner, question = known.claim
        self.run(self.inboxes[owner].put_back(question, after=after, counts=after > 0))
        self._let_go(known)
        known.attempt -= after == 0
        known.due = self.now + after if after else 0.0

    def _let_go(self, known: Known) -> None:
        assert known.claim is not None
        self.lost.append(known.claim)
        known.claim = None


TestInbox = pytest.mark.filterwarnings("default")(InboxMachine.TestCase)
InboxMachine.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, derandomize=True
)
