"""Protocol of what is stored about answers whose questions are deleted."""

from __future__ import annotations

from typing import Protocol

from bot.domain.answers.removal import RemovalOffer, ShownAnswer
from bot.domain.conversation import Person


class RemovalStore(Protocol):
    """Knows which answers may be deleted. Raises `StoreError`."""

    async def take_offer(self, team: str, channel: str, ts: str) -> RemovalOffer | None:
        """Return the offer to delete the answer to the deleted message at `ts`; None if it is not
        the last question of its thread, nothing of an answer is shown, or it was offered. For a
        minute no one else gets it; then it is due again, unless it was ended."""
        ...

    async def end_offer(self, offer: RemovalOffer) -> None:
        """Note that `offer` was made, or cannot be."""
        ...

    async def list_due(self) -> list[tuple[str, str, str]]:
        """Return the deleted questions, by team, channel and ts, whose answers may be offered."""
        ...

    async def is_deleted(self, team: str, channel: str, ts: str) -> bool:
        """Whether the message at `ts` was deleted; what was stored before is written then."""
        ...

    async def find_removable(
        self, question_id: int, channel: str, person: Person
    ) -> ShownAnswer | None:
        """Return the answer that `person` may have deleted: who asked, and deleted that."""
        ...
