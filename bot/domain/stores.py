"""Protocols of what Easel remembers. Each raises `StoreFailed` where the store does not work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Protocol

from bot.domain.budgets import Budgets, Judgement, Limit, Spent
from bot.domain.conversation import IncomingMessage, Thread, ThreadHistory, Turn
from bot.domain.costs import CostOwner, ModelRequest, RequestPurpose, UnbilledRequest
from bot.domain.files import FileRef, FileView
from bot.domain.llm import ResponseStarted
from bot.domain.questions import Answer, EnqueueResult, Outcome, Question, QueueStats


class QuestionQueue(Protocol):
    """Questions from stored to shown. Each method is one transaction, `shown` excepted.

    A question is open until all of its answer is shown. A claim is a lease: it lapses unless it is
    renewed, and then the question comes back. `StoreFailed` where the store does not work.
    """

    async def enqueue(self, message: IncomingMessage, *, claim: bool) -> EnqueueResult | Question:
        """Store `message`, merging it with another view of the same post. Commits, then returns.

        With `take`, a new question whose thread is free may be returned already claimed.
        """
        ...

    async def claim(self, *, skip: Collection[str] = ()) -> Question | None:
        """Take the oldest due question that is the first of its thread, or None.

        Questions of the people whose ids are in `skip` are left for later.
        """
        ...

    async def renew(self, ids: Collection[int]) -> int:
        """Extend the leases of `ids`; return how many others' lapsed and came back."""
        ...

    async def requeue(
        self, question: Question, *, delay_seconds: float = 0, counts_as_attempt: bool
    ) -> None:
        """Give up a claim; the question is due again `after` seconds.

        Without `counts` this claim is no attempt.
        """
        ...

    def mark_delivered(
        self,
        question: Question,
        outcome: Outcome,
        files: Sequence[FileRef] = (),
        messages: Sequence[str] = (),
    ) -> None:
        """All of the answer is shown, `files` are its pictures; `messages` of its reply may not
        have been noted.

        Written with the next transaction, by `renew` within seconds, or by `flush`: a crash before
        that repeats the end of a showing, which changes nothing.
        """
        ...

    async def flush(self) -> None:
        """Write what is `shown` now."""
        ...

    async def retry(self, question_id: int, channel: str, *, go_on: bool = False) -> bool:
        """Ask a question of `channel` that failed once more; False where there is none.

        With `go_on` it is to be answered although something has to be left out.
        """
        ...

    async def recover_expired(self) -> int:
        """Put back all claims, of processes that are gone; return how many questions are open."""
        ...

    async def stats(self) -> QueueStats: ...

    async def list_undelivered_pictures(self) -> set[str]:
        """The sha256 of every picture of an answer that is not wholly shown."""
        ...


class Journal(Protocol):
    """What is known of a claimed question before it can be repeated. Each call is a transaction.

    `ClaimLost` where the question is somebody else's by now.
    """

    async def record_generation(
        self, question: Question, started: ResponseStarted, max_cost: Decimal
    ) -> None:
        """The provider took a request, which may cost up to `worst` US dollars."""
        ...

    async def record_message(self, question: Question, ts: str) -> None:
        """Slack shows a message of the reply."""
        ...

    async def record_uploads(self, question: Question, file_ids: Sequence[str]) -> None:
        """The answer's pictures are uploaded, in order, and about to be shared."""
        ...

    async def settle(
        self, question: Question, answer: Answer, messages: Sequence[str] = ()
    ) -> None:
        """Remember the answer and its cost and close the question, in one transaction.

        `messages` of its reply may not have been noted.
        """
        ...

    async def list_messages(self, thread: Thread) -> set[str]:
        """Every message noted for any question of the thread."""
        ...


class ConversationStore(Protocol):
    """What was said in a thread."""

    async def load(
        self, thread: Thread, *, before: str, limit: int, keywords: Sequence[str] = ()
    ) -> ThreadHistory:
        """Return what the thread holds before ts `before`: at most the newest `limit` turns that
        are in no summary, and older ones that hold `words`."""
        ...

    async def has_earlier(self, thread: Thread) -> bool:
        """Whether the thread's earlier messages are already kept (or it had none)."""
        ...

    async def save_earlier(self, thread: Thread, turns: Sequence[Turn]) -> None:
        """Keep `turns` as the thread's earlier messages; after this `knows` is True."""
        ...

    async def save_summary(self, thread: Thread, summarized: Sequence[Turn], summary: str) -> None:
        """Let `summary` stand for `folded`, and for what the one before stood for."""
        ...


class FileStore(Protocol):
    """What files came to, and what the model was shown of them."""

    async def find_copy(self, sha256: str) -> str:
        """The sha256 of the working copy that such bytes came to; "" where they are new."""
        ...

    async def record_file(
        self, thread: Thread, file: FileRef, sha256: str, copy_sha256: str
    ) -> bool:
        """A file of the thread is as `file` says, has these bytes and this working copy.

        False where nobody has that copy: the file was deleted meanwhile, or is not of the thread.
        """
        ...

    async def record_views(self, question: Question, views: Sequence[FileView]) -> None:
        """The model is shown this with `question`, and nothing else."""
        ...

    async def list_views(self, thread: Thread) -> list[FileView]:
        """What the model was shown last of each file of the thread, in their order."""
        ...


class DeletionStore(Protocol):
    """What is forgotten when it is deleted in Slack."""

    async def forget_file(self, file_id: str) -> list[str]:
        """Forget a file. Return the sha256 of working copies that belong to no other file."""
        ...

    async def forget_message(self, team: str, channel: str, ts: str) -> list[str]:
        """A person's message was deleted: forget its words and its files; as `forget_file`."""
        ...


class BudgetStore(Protocol):
    """What budgets have left. Each call is a transaction."""

    async def reserve(
        self, cost_owner: CostOwner, max_cost: Decimal, budgets: Budgets, *, requests: int = 1
    ) -> Judgement:
        """Set `most` US dollars aside for each of a question's `requests`, if the limits of
        `account` allow that for all of them.

        Each is free again once a request is noted as taken, all once the question is settled.
        """
        ...

    async def get_spent(
        self, cost_owner: CostOwner, limits: Sequence[Limit]
    ) -> dict[Limit, Spent]: ...

    async def record_event(self, kind: str, text: str, cost_owner: CostOwner | None = None) -> None:
        """Add to the record of budgets."""
        ...


class SettingsStore(Protocol):
    """Parameters that people have set for a channel, as flags."""

    def get(self, team: str, channel: str) -> str: ...

    async def set(self, team: str, channel: str, flags: str, *, set_by: str) -> None: ...


class Ledger(Protocol):
    """What generations cost."""

    async def list_unbilled(self, limit: int) -> list[UnbilledRequest]:
        """Generations without a cost that are due to be asked for, oldest first."""
        ...

    async def record_cost(self, generation_id: str, cost: Decimal) -> None: ...

    async def record_started(
        self,
        cost_owner: CostOwner,
        started: ResponseStarted,
        max_cost: Decimal,
        purpose: RequestPurpose,
    ) -> None:
        """A request was taken which belongs to no answer; it may cost up to `worst` US dollars."""
        ...

    async def record_request(self, cost_owner: CostOwner, request: ModelRequest) -> None:
        """Keep a request that belongs to no answer."""
        ...

    async def postpone(self, request: UnbilledRequest, *, delay_seconds: float | None) -> None:
        """The provider did not know: due again `after` seconds, or never; one try counted."""
        ...


class BlobStore(Protocol):
    """Working copies, known by the sha256 of their bytes. May forget; Slack has the original."""

    async def put(self, data: bytes) -> str:
        """Keep `data`; return its sha256 in hex."""
        ...

    async def get(self, sha256: str) -> bytes | None:
        """Return the bytes, or None where they are gone or damaged."""
        ...

    async def delete(self, sha256: str) -> None:
        """Let the bytes go: what they were made of is gone."""
        ...


class Outbox(Protocol):
    """Pictures that were paid for and are not shared yet: original bytes, never let go."""

    async def put(self, data: bytes) -> str: ...

    async def get(self, sha256: str) -> bytes | None: ...

    async def delete_except(self, wanted: Collection[str]) -> None:
        """Let everything but `wanted` go. At the start, before anything is put."""
        ...

    async def delete(self, sha256: str) -> None:
        """The picture is in Slack: the bytes here may go."""
        ...
