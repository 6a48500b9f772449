"""The protocol of the ledger: what requests to models cost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from bot.domain.costs import BillCounts, CostOwner, ModelRequest, PlannedRequest, UnbilledRequest
from bot.domain.llm import RequestSent


class Ledger(Protocol):
    """What requests to models cost. Each request has one row, named by its key.

    From `record_sent` until the end is recorded, a request counts with the most it can cost.
    """

    async def record_sent(
        self, cost_owner: CostOwner, planned: PlannedRequest, sent: RequestSent
    ) -> None:
        """Record that a request is about to be sent, and the end of the one that it replaces. It
        takes the place of one reservation.

        Raises `WordsChanged`, and records nothing, where something that the question may send was
        edited or deleted since it was claimed.
        """
        ...

    def note_started(self, planned: PlannedRequest, provider: str, generation_id: str) -> None:
        """Note the generation of a request that the provider took, unless it has ended.

        Written with the next transaction, within seconds. A process that dies before that leaves
        the request without its bill, and so with the most it can cost.
        """
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
