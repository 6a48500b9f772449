"""A model of the queue in plain Python: which questions wait, who has claimed them, what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.conversation import IncomingMessage
from bot.domain.questions import (
    MAX_CRASHES,
    SUSPECT_CRASHES,
    ClaimLimits,
    Outcome,
    Question,
    SuspectLane,
)
from storage.queue.questions import LEASE_SECONDS

Claim = tuple[str, Question]  # the owner, and the question as it was claimed


@dataclass(slots=True)
class ExpectedQuestion:
    """The state of one question in the model."""

    message: IncomingMessage
    id: int = 0  # known once it is claimed
    state: str = "stored"
    claim: Claim | None = None
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

    @property
    def is_suspect(self) -> bool:
        return self.crashes >= SUSPECT_CRASHES

    def is_claimed_by(self, owner: str) -> bool:
        return self.claim is not None and self.claim[0] == owner


class QueueModel:
    """The questions by their ts, and the claims that no longer hold. `now` is a Unix time."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.questions: dict[str, ExpectedQuestion] = {}
        self.lost_claims: list[Claim] = []

    def list_not_shown(self) -> list[ExpectedQuestion]:
        return [known for known in self.questions.values() if not known.shown]

    def list_claimed(self) -> list[ExpectedQuestion]:
        return [known for known in self.questions.values() if known.claim is not None]

    def list_open(self, root: str) -> list[ExpectedQuestion]:
        return [known for known in self.list_not_shown() if known.root == root]

    def count_places(self, owner: str) -> int:
        """Return how many places of a process are taken. One suspect takes none."""
        suspects = [
            known
            for known in self.list_claimed()
            if known.is_claimed_by(owner) and known.is_suspect
        ]
        return self._count_claimed(owner) + max(0, len(suspects) - 1)

    def has_room(self, owner: str, person: str, limits: ClaimLimits) -> bool:
        return (
            self.count_places(owner) < limits.total
            and self._count_claimed(owner, person) < limits.per_person
        )

    def select_claimable(
        self, owner: str, limits: ClaimLimits, lane: SuspectLane
    ) -> list[ExpectedQuestion]:
        """Return what the next look of a process claims."""
        due = [known for known in self.questions.values() if self._is_claimable(known)]
        due.sort(key=lambda known: known.message.ts)
        return self._select_normal(owner, limits, due) + _select_suspect(lane, due)

    def mark_claimed(self, known: ExpectedQuestion, owner: str, question: Question) -> None:
        known.id = question.id
        known.claim, known.leased_until = (owner, question), self.now + LEASE_SECONDS
        known.claims += 1
        known.attempt += 1

    def requeue(self, known: ExpectedQuestion, *, delay_seconds: float) -> None:
        """Put a question back. Only one that waits for a time has used up an attempt."""
        self.release(known)
        known.attempt -= delay_seconds == 0
        known.due_at = self.now + delay_seconds if delay_seconds else 0.0

    def release(self, known: ExpectedQuestion) -> None:
        assert known.claim is not None
        self.lost_claims.append(known.claim)
        known.claim = None

    def renew(self, owner: str) -> int:
        """Renew the leases of a process; return how many of others have run out."""
        lapsed_count = 0
        for known in self.list_claimed():
            if known.is_claimed_by(owner):
                if known.leased_until < self.now + LEASE_SECONDS * 2 / 3:
                    known.leased_until = self.now + LEASE_SECONDS
            elif known.leased_until < self.now:
                lapsed_count += 1
                self.release(known)
        return lapsed_count

    def retry(self, known: ExpectedQuestion) -> None:
        known.shown, known.state, known.outcome = False, "stored", None
        known.attempt, known.due_at = 0, 0.0

    def restart(self, *, has_stalled: bool) -> None:
        """End every process, and charge the crash to whom it may be charged."""
        running = self.list_claimed()
        suspects = [known for known in running if known.is_suspect]
        if running and not suspects:
            self._take_back(1)
        for known in running:
            self.release(known)
            if known not in suspects:
                known.crashes = max(known.crashes + 1, 2 if has_stalled and not suspects else 1)
        self._charge_suspects(suspects)
        for known in self.questions.values():
            known.due_at = known.due_at if known.crashes > SUSPECT_CRASHES else 0.0

    def close(self, known: ExpectedQuestion) -> None:
        known.shown, known.claim = True, None
        if SUSPECT_CRASHES < known.crashes < MAX_CRASHES:
            self._take_back(known.crashes - SUSPECT_CRASHES)

    def _charge_suspects(self, suspects: Sequence[ExpectedQuestion]) -> None:
        for known in suspects:
            if len(suspects) > 1:
                known.is_isolated = True
                continue
            known.crashes += 1
            if known.crashes < MAX_CRASHES:
                known.due_at = self.now + 10.0 * 2 ** (known.crashes - SUSPECT_CRASHES - 1)

    def _take_back(self, count: int) -> None:
        for known in self.list_not_shown():
            if known.claim is None and known.crashes > SUSPECT_CRASHES:
                known.crashes = max(known.crashes - count, SUSPECT_CRASHES)

    def _count_claimed(self, owner: str, person: str = "") -> int:
        return sum(
            known.is_claimed_by(owner)
            and person in ("", known.message.sender.id)
            and not known.is_suspect
            for known in self.questions.values()
        )

    def _is_claimable(self, known: ExpectedQuestion) -> bool:
        others = [other for other in self.list_open(known.root) if other is not known]
        is_blocked = any(
            other.claim is not None or other.message.ts < known.message.ts for other in others
        )
        waits = known.shown or known.claim is not None or known.due_at > self.now
        return not (waits or is_blocked)

    def _select_normal(
        self, owner: str, limits: ClaimLimits, due: Sequence[ExpectedQuestion]
    ) -> list[ExpectedQuestion]:
        taken: list[ExpectedQuestion] = []
        for known in due:
            person = known.message.sender.id
            people = [one.message.sender.id for one in taken]
            left = limits.total - self.count_places(owner) - len(taken)
            share = limits.per_person - self._count_claimed(owner, person) - people.count(person)
            if not known.is_suspect and left > 0 and share > 0:
                taken.append(known)
        return taken


def _select_suspect(lane: SuspectLane, due: Sequence[ExpectedQuestion]) -> list[ExpectedQuestion]:
    suspects = [
        known
        for known in due
        if known.is_suspect and (lane is SuspectLane.EMPTY or not known.is_isolated)
    ]
    if not suspects or lane is SuspectLane.CLOSED:
        return []
    return [min(suspects, key=lambda known: (known.crashes, known.message.ts))]
