"""What every query may rely on, whichever engine holds the database.

`sqlite.py` and `postgres.py` implement it. A query is a plain function of a SQLAlchemy
`Connection`, and runs on both: `dialects.py` has what they say differently.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
Body: TypeAlias = Callable[[Connection], T]


class Database(Protocol):
    """Runs bodies in transactions. What is written is on the disk before the call returns."""

    async def write(self, body: Body[T]) -> T:
        """Run `body` in one transaction: whole or not at all, even if the caller is cancelled.

        `body` may run more than once, of which only the last counts. Raises what `body` raises, and
        `StoreError` if the database fails or is closed.
        """
        ...

    async def write_in_time(self, body: Body[T]) -> T:
        """As `write`, for an event that is sent again if this takes long.

        Where processes share the database, `StoreError` is raised once the sender has stopped to
        wait, or where others have waited for too long already. It may be committed nevertheless.
        """
        ...

    async def write_first(self, body: Body[T]) -> T:
        """As `write`, but waits for nothing else of this process where several share the database.

        For the little that a process has to write to be known to live.
        """
        ...

    async def read_first(self, body: Body[T]) -> T:
        """As `read`, and as soon as `write_first`."""
        ...

    @property
    def has_room(self) -> bool:
        """Whether `write_in_time` would not be refused at once."""
        ...

    def defer(self, body: Body[None], *, within_seconds: float) -> None:
        """Run `body` at the beginning of the next transaction that writes.

        If there is none within `within_seconds`, one is run for it. Until that is committed the
        process may end without it.
        """
        ...

    @property
    def has_deferred(self) -> bool:
        """Whether something that was deferred is not committed yet."""
        ...

    async def flush(self) -> None:
        """Return once what was deferred before is written. Raises `StoreError`."""
        ...

    async def read(self, body: Body[T]) -> T:
        """Run `body` on one consistent snapshot; it must not write. Raises as `write` does."""
        ...

    async def read_in_time(self, body: Body[T]) -> T:
        """As `read`, for an event that is being stored: raises as `write_in_time` does."""
        ...

    async def read_apart(self, body: Body[T]) -> T:
        """As `read`, on a connection of its own: what takes long holds up no other reader."""
        ...

    @property
    def commits(self) -> int:
        """The number of transactions that have changed something since the database was opened."""
        ...
