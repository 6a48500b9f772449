"""Bounds what is answered at once, and detects senders that are programs. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.conversation import IncomingMessage

# No person asks this often in one thread; two programs that answer each other do.
LOOP_MIN_QUESTIONS = 20
LOOP_WINDOW_SECONDS = 60.0
_MAX_SENDERS = 2_000


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """`concurrency` answers run at once, `per_person` of them for one person.

    From `backlog` waiting questions on, people are told how many are ahead of theirs.
    """

    concurrency: int
    per_person: int
    backlog: int


class LoopGuard:
    """Detects a sender who asks in one thread faster than people do. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._question_times: OrderedDict[tuple[str, ...], deque[float]] = OrderedDict()

    def is_loop(self, message: IncomingMessage) -> bool:
        """Whether its sender has asked too often in its thread within `LOOP_WINDOW_SECONDS`."""
        times = self._question_times.get(_build_key(message))
        if times is None or len(times) < LOOP_MIN_QUESTIONS:
            return False
        return self._clock() - times[0] < LOOP_WINDOW_SECONDS

    def count(self, message: IncomingMessage) -> None:
        """Count `message`, which has become a question."""
        key = _build_key(message)
        self._question_times.setdefault(key, deque(maxlen=LOOP_MIN_QUESTIONS)).append(self._clock())
        self._question_times.move_to_end(key)
        if len(self._question_times) > _MAX_SENDERS:
            self._question_times.popitem(last=False)


def _build_key(message: IncomingMessage) -> tuple[str, ...]:
    thread = message.thread
    return (thread.team, thread.channel, thread.root, message.sender.id)
