"""Who may have how much of Easel at once, and who is probably a program. Pure; clocks are given."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Callable

from bot.domain.conversation import Incoming

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
        self._asked: OrderedDict[tuple[str, ...], deque[float]] = OrderedDict()

    def is_loop(self, message: Incoming) -> bool:
        """Whether its sender has asked too often in its thread, this last minute."""
        asked = self._asked.get(_key(message))
        if asked is None or len(asked) < LOOP_QUESTIONS:
            return False
        return self._clock() - asked[0] < LOOP_SECONDS

    def count(self, message: Incoming) -> None:
        """It became a question."""
        key = _key(message)
        self._asked.setdefault(key, deque(maxlen=LOOP_QUESTIONS)).append(self._clock())
        self._asked.move_to_end(key)
        if len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)


def _key(message: Incoming) -> tuple[str, ...]:
    thread = message.thread
    return (thread.team, thread.channel, thread.root, message.sender.id)
