"""Protocols of what Easel remembers. See `ports.py` for Slack and the model, and
`budget_stores.py` for what is spent of budgets.

Methods raise `StoreError` if the database fails, and `put` raises `OperatorError` if the disk does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Protocol

from bot.domain.conversation import IncomingMessage, Thread, ThreadHistory, Turn
from bot.domain.costs import BillCounts, CostOwner, ModelRequest, PlannedRequest, UnbilledRequest
from bot.domain.files import FileRef, FileView
from bot.domain.llm import RequestSent
from bot.domain.questions import (
    Answer,
    ClaimedBatch,
    ClaimLimits,
    EnqueueResult,
    Outcome,
    Question,
    QueueStats,
    SuspectLane,
)


class QuestionQueue(Protocol):
    """Questions, from being stored to being answered and shown.

    A question is open until all of its answer is shown. A claim is a lease: it expires unless it is
    renewed. Each method but `mark_delivered` is one transaction, committed before it returns.
    """

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

    async def is_any_due(self) -> bool:
        """Whether a question is due that no process works on, be its thread free or not."""
        ...

    async def renew(self, ids: Collection[int]) -> int:
        """Extend the leases of `ids`. Release every other expired claim; return their number."""
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
    ) -> None:
        """Note that all of the answer is shown, with pictures `files`. `messages` of its reply may
        not be recorded yet.

        Written with the next transaction, by `renew` within seconds, or by `flush`. A crash before
        that repeats the last step of showing the answer, which changes nothing.
        """
        ...

    async def flush(self) -> None:
        """Write now what `mark_delivered` has noted."""
        ...

    async def retry(self, question_id: int, channel: str, *, go_on: bool = False) -> bool:
        """Reopen a failed question of `channel`; return False if there is none. With `go_on` it is
        answered even if something has to be left out."""
        ...

    async def recover_expired(self, *, has_stalled: bool = False) -> int:
        """Charge the end of the earlier process to what it was answering, and release all claims;
        return how many questions are open. `has_stalled`: its event loop had stopped turning."""
        ...

    async def read_stats(self) -> QueueStats: ...

    async def list_undelivered_pictures(self) -> set[str]:
        """Return the sha256 of every picture of an answer that is not completely shown."""
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

    async def settle(
        self, question: Question, answer: Answer, messages: Sequence[str] = ()
    ) -> None:
        """Record the answer, its cost and that the question is settled. `messages` of the reply
        may not be recorded yet."""
        ...

    async def list_messages(self, thread: Thread) -> set[str]:
        """Return the ts of every message that is recorded for a question of the thread."""
        ...


class ConversationStore(Protocol):
    """The messages of threads, and the summaries of older ones."""

    async def load(
        self, thread: Thread, *, before: str, limit: int, keywords: Sequence[str] = ()
    ) -> ThreadHistory:
        """Return the history of the thread before ts `before`: at most the newest `limit` turns
        that are not summarized, and summarized ones that contain `keywords`."""
        ...

    async def has_earlier(self, thread: Thread) -> bool:
        """Whether the messages from before Easel joined are stored, or there were none."""
        ...

    async def save_earlier(self, thread: Thread, earlier: Sequence[Turn]) -> None:
        """Store `earlier` as those messages. From then on `has_earlier` is True."""
        ...

    async def count_answers(self, thread: Thread) -> int:
        """Return how many answers the thread holds, summarized or not."""
        ...

    async def save_summary(self, thread: Thread, summarized: Sequence[Turn], summary: str) -> None:
        """Replace `summarized`, and all that the previous summary covers, with `summary`."""
        ...


class FileStore(Protocol):
    """Which working copy belongs to which file, and what the model was shown of files."""

    async def find_copy(self, sha256: str) -> str:
        """Return the sha256 of the working copy of such bytes; "" if they are new."""
        ...

    async def record_file(
        self, thread: Thread, file: FileRef, sha256: str, copy_sha256: str
    ) -> bool:
        """Record `file` of the thread as it is now, with its bytes and its working copy. Return
        False if no file has that copy: `file` was deleted or is not of the thread."""
        ...

    async def record_views(self, question: Question, views: Sequence[FileView]) -> None:
        """Record that with `question` the model is shown exactly `views`."""
        ...

    async def list_views(self, thread: Thread) -> list[FileView]:
        """Return what the model was last shown of each file, in the order of the files."""
        ...


class DeletionStore(Protocol):
    """Forgets what is deleted in Slack."""

    async def forget_file(self, file_id: str) -> list[str]:
        """Forget a file. Return the sha256 of the working copies that no other file has."""
        ...

    async def forget_message(self, team: str, channel: str, ts: str) -> list[str]:
        """Forget the text and files of a person's message. Returns as `forget_file` does."""
        ...


class SettingsStore(Protocol):
    """Request options that people have set for a channel, as flags."""

    def get(self, team: str, channel: str) -> str: ...

    async def set(self, team: str, channel: str, flags: str, *, set_by: str) -> None: ...


class Ledger(Protocol):
    """What requests to models cost. Each request has one row, named by its key.

    From `record_sent` until the end is recorded, a request counts with the most it can cost.
    """

    async def record_sent(
        self, cost_owner: CostOwner, planned: PlannedRequest, sent: RequestSent
    ) -> None:
        """Record that a request is about to be sent, and the end of the one that it replaces. It
        takes the place of one reservation."""
        ...

    async def record_started(
        self, planned: PlannedRequest, provider: str, generation_id: str
    ) -> None:
        """Record the generation of a request that the provider took, unless it has ended."""
        ...

    async def record_requests(
        self, cost_owner: CostOwner, requests: Sequence[ModelRequest], *, is_over: bool
    ) -> None:
        """Record the end of requests that `Journal.settle` does not record. `is_over`: no other
        request follows, so what is still reserved is released."""
        ...

    async def list_unbilled(self, limit: int) -> list[UnbilledRequest]:
        """Return requests without a cost whose bill is due to be looked up, oldest first."""
        ...

    async def record_cost(self, generation_id: str, cost: Decimal) -> None: ...

    async def postpone(
        self, request: UnbilledRequest, *, delay_seconds: float | None, is_counted: bool = True
    ) -> None:
        """Look the bill up after `delay_seconds`, and count the look-up that had no result. None:
        never again; what was assumed is booked, else the most the request can cost."""
        ...

    async def count_bills(self) -> BillCounts:
        """Count the ended requests whose cost is not known."""
        ...


class BlobStore(Protocol):
    """Working copies by the sha256 of their bytes. It may lose them: Slack has the originals."""

    async def put(self, data: bytes) -> str:
        """Store `data`; return its sha256 in hex."""
        ...

    async def get(self, sha256: str) -> bytes | None:
        """Return the bytes, or None if they are missing or damaged."""
        ...

    async def delete(self, sha256: str) -> None: ...


class Outbox(BlobStore, Protocol):
    """Original bytes of pictures that are paid for and not yet shared. It never loses them."""

    async def delete_except(self, used: Collection[str]) -> None:
        """Delete all but `used`. Only at the start, before anything is put."""
        ...
