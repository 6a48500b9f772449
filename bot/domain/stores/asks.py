"""Protocol of the store of questions that are about to be posted."""

from __future__ import annotations

from typing import Protocol

from bot.domain.answers.asks import PendingAsk


class AskStore(Protocol):
    """Keeps questions of “Ask Easel…” from before they are posted until they are stored. Raises
    `StoreError`."""

    async def put(self, ask: PendingAsk) -> None:
        """Store `ask`, in place of one with its id."""
        ...

    async def remove(self, ask_id: str) -> None: ...

    async def list_left(self, seconds: float) -> list[PendingAsk]:
        """Return those that were stored at least `seconds` ago: what posts them has ended."""
        ...
