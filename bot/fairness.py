"""Who may have how much of Easel at once, and who is probably a program. Pure; clocks are given."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Callable

from bot.types import Incoming

# No person asks this often in one thread; two programs that answer each other do.
LOOP_QUESTIONS = 20
LOOP_SECONDS = 60.0
_REMEMBERED = 2_000


class Shares:
    """Counts running answers by person; nobody may have more than `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: Counter[str] = Counter()

    def has_room(self, person: str) -> bool:
        return self._running[person] < self._most

    def begin(self, person: str) -> None:
        self._running[person] += 1

    def end(self, person: str) -> None:
        self._running[person] -= 1
        if self._running[person] <= 0:
            del self._running[person]

    def full(self) -> list[str]:
        """The people who have all they may."""
        return [person for person, running in self._running.items() if running >= self._most]


class LoopGuard:
    """Tells when one sender asks in one thread faster than people do."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._asked: OrderedDict[tuple[str, ...], deque[tuple[float, str]]] = OrderedDict()

    def is_loop(self, message: Incoming) -> bool:
        """Count one more message of its sender in its thread; True where that is too many."""
        thread, now = message.thread, self._clock()
        key = (thread.team, thread.channel, thread.root, message.sender.id)
        asked = self._asked.setdefault(key, deque(maxlen=LOOP_QUESTIONS + 1))
        self._asked.move_to_end(key)
        if len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
        # One post comes in two views, and again where Slack missed the acknowledgement.
        if all(ts != message.ts for _, ts in asked):
            asked.append((now, message.ts))
        return len(asked) > LOOP_QUESTIONS and now - asked[0][0] < LOOP_SECONDS
