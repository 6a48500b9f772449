"""Protocol of the store of questions that are about to be posted."""

from __future__ import annotations

from typing import Protocol

from bot.domain.answers.asks import PendingAsk


class AskStore(Protocol):
    """Keeps questions of “Ask Easel…” from before they are posted until they are stored. Raises
    `StoreError`."""

    async def put(self, ask: PendingAsk) -> None:
        """Store `ask`. One with its id is the same; it is then about to be posted once more."""
        ...

    async def note_channel(self, ask_id: str, channel: str) -> None:
        """Note in which channel one was posted, where that was not known before."""
        ...

    async def remove(self, ask_id: str) -> None: ...

    async def list_left(self, seconds: float) -> list[PendingAsk]:
        """Return those that were stored at least `seconds` ago: what posts them has ended."""
        ...
