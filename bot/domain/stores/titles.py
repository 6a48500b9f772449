"""Protocol of what is stored about the titles of threads."""

from __future__ import annotations

from typing import Protocol

from bot.domain.answers.steering import TitleAuthor
from bot.domain.conversation import Thread


class TitleStore(Protocol):
    """Knows which threads have a title. Raises `StoreError`."""

    async def list_first_words(self, thread: Thread) -> list[str]:
        """Return what the first questions of `thread` say by now; none if it has a title that
        stands."""
        ...

    async def find_stale(self, team: str, channel: str, ts: str) -> tuple[Thread, str] | None:
        """Return the thread of a person's message at `ts`, and who wrote that, if the thread has a
        title of words that are not there any more."""
        ...

    async def record(self, thread: Thread, author: TitleAuthor) -> None:
        """Note who gave `thread` its title. That it was a person stays so."""
        ...

    def record_soon(self, thread: Thread, author: TitleAuthor) -> None:
        """As `record`, in the next transaction or within seconds. Returns at once; a crash before
        that forgets it, and the title is given once more."""
        ...
