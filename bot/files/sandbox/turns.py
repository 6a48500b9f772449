"""Gives people turns at something scarce, so that the files of one do not hold up those of others.

See `pool.py` and `bot.files.cache` for what is scarce.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable

# Whoever has used more than this of the last ten minutes waits behind the others.
WINDOW_SECONDS, HEAVY_SECONDS = 600.0, 120.0
# Whoever is alone takes all slots until this much of the window is used: fifty pictures take less.
LIGHT_SECONDS = 30.0
_MAX_PEOPLE = 1_000


class UseLog:
    """Remembers how long each person has used the slots lately. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._uses: OrderedDict[str, deque[tuple[float, float]]] = OrderedDict()
        self._told: set[str] = set()  # those who know that they wait behind the others

    def __len__(self) -> int:
        """Return the number of people that are remembered."""
        return len(self._uses)

    def record(self, person: str, seconds: float) -> None:
        """Record that a use of `seconds` has ended now."""
        if not self.is_heavy(person):
            self._told.discard(person)
        now = self._clock()
        self._uses.setdefault(person, deque()).append((now, seconds))
        self._uses.move_to_end(person)
        # Who has used a slot last is last; whose uses are all too old to count comes first.
        while len(self._uses) > _MAX_PEOPLE or self._is_first_expired(now):
            forgotten, _ = self._uses.popitem(last=False)
            self._told.discard(forgotten)

    def is_heavy(self, person: str) -> bool:
        """Whether the person waits behind the others."""
        return self.sum_seconds(person) > HEAVY_SECONDS

    def take_notice(self, person: str) -> bool:
        """Return whether the person has to be told that they wait behind the others: once for as
        long as that lasts."""
        if not self.is_heavy(person) or person in self._told:
            return False
        self._told.add(person)
        return True

    def _is_first_expired(self, now: float) -> bool:
        uses = next(iter(self._uses.values()))
        return not uses or uses[-1][0] <= now - WINDOW_SECONDS

    def sum_seconds(self, person: str) -> float:
        """Return what the person has used within `WINDOW_SECONDS`."""
        uses = self._uses.get(person)
        if uses is None:
            return 0.0
        while uses and uses[0][0] <= self._clock() - WINDOW_SECONDS:
            uses.popleft()
        return sum(seconds for _, seconds in uses)


class FairSlots:
    """`count` slots. Of the people who wait, those who hold none come first, then round robin.

    One person holds at most `max_per_person` at once while others wait, and after more than light
    use: whoever comes then would wait for a long task to end. After heavy use lately a person waits
    behind the others. An unknown person (an empty name) is somebody else each time. Without
    `records_use` the use that is in `uses` is that of something else.
    """

    def __init__(
        self,
        count: int,
        max_per_person: int,
        uses: UseLog | None = None,
        *,
        records_use: bool = True,
    ) -> None:
        self._records_use = records_use
        self._count = count
        self._max_per_person = max_per_person
        self._uses = UseLog() if uses is None else uses
        self._held: Counter[str] = Counter()
        self._last_turns: OrderedDict[str, int] = OrderedDict()
        self._turn = 0
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []

    @contextlib.asynccontextmanager
    async def hold(self, person: str) -> AsyncIterator[None]:
        """Wait for a slot and hold it. Time counts only while it is held."""
        await self._take(person)
        started_at = time.monotonic()
        try:
            yield
        finally:
            if person and self._records_use:
                self._uses.record(person, time.monotonic() - started_at)
            self._give_back(person)

    async def _take(self, person: str) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((person, future))
        self._serve()
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._give_back(person)
            else:
                self._waiting = [item for item in self._waiting if item[1] is not future]
            raise

    def _give_back(self, person: str) -> None:
        self._held[person] -= 1
        if self._held[person] <= 0:
            del self._held[person]
        self._serve()

    def _serve(self) -> None:
        """Give free slots to those whose turn it is."""
        self._waiting = [item for item in self._waiting if not item[1].done()]
        while self._held.total() < self._count:
            able = [item for item in self._waiting if self._can_take(item[0])]
            if not able:
                return
            # The first of equals has waited longest.
            chosen = min(able, key=lambda item: self._compute_rank(item[0]))
            self._waiting.remove(chosen)
            person, future = chosen
            self._held[person] += 1
            self._turn += 1
            if person:
                self._last_turns[person] = self._turn
                self._last_turns.move_to_end(person)
                if len(self._last_turns) > _MAX_PEOPLE:
                    self._last_turns.popitem(last=False)
            future.set_result(None)

    def _can_take(self, person: str) -> bool:
        if not person or self._held[person] < self._max_per_person:
            return True
        is_alone = all(waiting == person for waiting, _ in self._waiting)
        return is_alone and self._uses.sum_seconds(person) <= LIGHT_SECONDS

    def _compute_rank(self, person: str) -> tuple[bool, int, int]:
        if not person:
            return (False, 0, self._turn)
        return (self._uses.is_heavy(person), self._held[person], self._last_turns.get(person, 0))
