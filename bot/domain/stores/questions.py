"""Protocols of the queue of questions and of the journal of their answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol

from bot.domain.conversation import IncomingMessage, Thread
from bot.domain.files import FileRef
from bot.domain.questions import (
    Answer,
    ClaimedBatch,
    ClaimLimits,
    ClaimRefusal,
    EnqueueResult,
    Outcome,
    Presser,
    PressResult,
    Question,
    QueueStats,
    SuspectLane,
    Trouble,
)


class QuestionQueue(Protocol):
    """Questions, from being stored to being answered and shown.

    A question is open until all of its answer is shown. A claim is a lease: it expires unless it is
    renewed. Each method but `mark_delivered` and `note_troubles` is one transaction, committed
    before it returns.
    """

    @property
    def has_room(self) -> bool:
        """Whether `enqueue` would not be refused at once, as while more comes than is stored."""
        ...

    async def enqueue(
        self, message: IncomingMessage, *, claim: ClaimLimits | None
    ) -> EnqueueResult | Question:
        """Store `message`, or merge it into what is stored of the same post. With `claim`, return a
        new question already claimed if its thread is free and there is room."""
        ...

    async def claim(
        self, limits: ClaimLimits, lane: SuspectLane = SuspectLane.EMPTY
    ) -> ClaimedBatch:
        """Claim every due question that is the first of its thread, the oldest first, as far as
        there is room; and the suspect with the fewest crashes if `lane` takes one."""
        ...

    async def claim_next(
        self, thread: Thread, limits: ClaimLimits, lane: SuspectLane
    ) -> Question | ClaimRefusal:
        """Claim the first open question of `thread`, if it is due and its asker has a place among
        all that are claimed, by whichever process. For several processes on one queue."""
        ...

    async def is_any_other_open(self, thread: Thread, but: int) -> bool:
        """Whether a question of `thread` is open besides the one of the id `but`. What comes after
        that, and waits for that one, is told to some process when its end is written."""
        ...

    async def schedule(self, thread: Thread) -> None:
        """Have some process look at `thread`, where several work on one queue."""
        ...

    async def count_waiting(self) -> int:
        """Return how many open questions no process works on."""
        ...

    async def is_any_due(self) -> bool:
        """Whether a question is due that no process works on, be its thread free or not."""
        ...

    async def renew(self, ids: Collection[int], *, takes_others: bool = True) -> int:
        """Extend the leases of `ids`. Release every other expired claim; return their number.

        Without `takes_others`, only this process's own.

        Writes now and then even where there is nothing to do: it fails within half a minute of a
        database that takes nothing.
        """
        ...

    async def list_lost(self, ids: Collection[int]) -> list[int]:
        """Return those of `ids` that another process has claimed since."""
        ...

    async def release_claims(self) -> None:
        """Release all claims of this process, as if its attempts had not been made."""
        ...

    async def make_suspects(self, ids: Collection[int]) -> None:
        """Make the claimed questions `ids` suspects, unless a suspect is claimed already."""
        ...

    async def requeue(
        self, question: Question, *, delay_seconds: float = 0, counts_as_attempt: bool
    ) -> None:
        """Release a claim; the question is due again after `delay_seconds`."""
        ...

    def mark_delivered(
        self,
        question: Question,
        outcome: Outcome,
        files: Sequence[FileRef] = (),
        messages: Sequence[str] = (),
        deleted: Sequence[str] = (),
        *,
        why: str = "",
    ) -> None:
        """Note that all of the answer is shown, with pictures `files`. `messages` of its reply may
        not be recorded yet; those that are `deleted` belong to it no more. `why` is what
        the person was told of a failure; it alone is kept of the answer's note.

        Written with the next transaction, within seconds, or by `flush`. A crash before that
        repeats the last step of showing the answer, which changes nothing.
        """
        ...

    def note_troubles(self, question: Question, troubles: Sequence[Trouble]) -> None:
        """Note what went wrong on the way of `question`. Written as by `mark_delivered`."""
        ...

    async def flush(self) -> None:
        """Write now what `mark_delivered` and `note_troubles` have noted."""
        ...

    async def retry(
        self, question_id: int, channel: str, presser: Presser, *, go_on: bool = False
    ) -> PressResult:
        """Reopen a failed question of `channel` for the person who pressed, whom it costs. With
        `go_on` it is answered even if something has to be left out."""
        ...

    async def ask_apart(self, question_id: int, channel: str, presser: Presser) -> PressResult:
        """Store the question of `channel` once more, for the person who pressed, to be answered
        without what its answer took along. Only once."""
        ...

    async def recover_expired(self, *, has_stalled: bool = False) -> int:
        """Charge the end of the earlier process to what it was answering, and release all claims;
        return how many questions are open. `has_stalled`: its event loop had stopped turning.

        Where several processes work on one queue, `renew` does that as soon as leases expire."""
        ...

    async def read_stats(self) -> QueueStats: ...

    async def list_undelivered_pictures(self) -> set[str]:
        """Return the sha256 of every picture of an answer that is not completely shown."""
        ...


class AnswerPlaces(Protocol):
    """How many answers one process can give at once, and whether it can begin one more."""

    total: int

    async def wait_for_one(self) -> bool:
        """Wait for a free place, a second or two at most; return whether there is one."""
        ...

    def note_none_waiting(self) -> None:
        """Note that no thread waits to be looked at."""
        ...


class ThreadDispatcher(Protocol):
    """Says which threads to look at, where several processes work on one queue."""

    async def run(self, work: Callable[[Thread], Awaitable[None]], places: AnswerPlaces) -> None:
        """Call `work` for each thread that may have a question to claim, as soon as there is a
        place for one, until `stop`. Where the database fails, `work` may be cancelled."""
        ...

    def stop(self) -> None:
        """Begin no more; what is begun is cancelled."""
        ...


class Journal(Protocol):
    """What is known of a claimed question, recorded before a crash can repeat a step.

    Each method is one transaction. `record_uploads` and `settle` raise `LeaseLost` if the claim no
    longer holds.
    """

    async def record_message(self, question: Question, ts: str) -> None:
        """Record that Slack shows a message of the reply."""
        ...

    async def record_uploads(self, question: Question, file_ids: Sequence[str]) -> None:
        """Record that the answer's pictures are uploaded, in order, and about to be shared."""
        ...

    async def is_file_awaited(self, question: Question, sha256: str) -> bool:
        """Whether the answer of another question, settled and not shown, has a file of these
        bytes."""
        ...

    async def settle(
        self, question: Question, answer: Answer, messages: Sequence[str] = ()
    ) -> None:
        """Record the answer, its cost and that the question is settled. `messages` of the reply
        may not be recorded yet."""
        ...

    async def take_earlier_files(
        self, question: Question, *, name: str, mimetype: str
    ) -> list[str]:
        """Return the ids of the files that came with earlier answers to `question`, and have that
        name or type, for Easel to delete them: these deletions break no answer off."""
        ...

    async def list_other_messages(self, question: Question) -> set[str]:
        """Return the ts of every message that is recorded for another question of its thread."""
        ...
