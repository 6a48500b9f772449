"""Protocol of what is stored about the titles of threads."""

from __future__ import annotations

from collections.abc import Sequence
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

    async def list_stale(self, after: Thread | None, limit: int) -> list[tuple[Thread, str]]:
        """Return up to `limit` threads with a title of words that are not there any more, those
        that follow on `after`, and who asked first in each, "" if it is not known."""
        ...

    async def record(self, thread: Thread, author: TitleAuthor) -> None:
        """Note who gave `thread` its title. That it was a person stays so."""
        ...

    def record_soon(self, thread: Thread, author: TitleAuthor, words: Sequence[str]) -> None:
        """As `record`, in the next transaction or within seconds. Returns at once; a crash before
        that forgets it, and the title is given once more.

        `words` are those of the first questions, up to the one that gave the title. If these say
        something else by then, the title is noted as stale.
        """
        ...
