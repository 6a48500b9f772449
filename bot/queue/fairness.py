"""Bounds what is answered at once, and detects senders that are programs. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.conversation import IncomingMessage

# No person asks this often in one thread; two programs that answer each other do.
LOOP_MIN_QUESTIONS = 20
LOOP_WINDOW_SECONDS = 60.0
_MAX_SENDERS = 2_000
_SHORT_LOOK_SECONDS, _MAX_PAUSE_SECONDS = 0.004, 0.05


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """`concurrency` answers run at once, `per_person` of them for one person.

    From `backlog` waiting questions on, people are told how many are ahead of theirs.
    """

    concurrency: int
    per_person: int
    backlog: int


def calculate_pause(look_seconds: float) -> float:
    """Return how long to leave the store to others after a look for what is due: as long as the
    look took, where that was through a long backlog."""
    return min(look_seconds, _MAX_PAUSE_SECONDS) if look_seconds > _SHORT_LOOK_SECONDS else 0.0


class LoopGuard:
    """Detects a sender who asks in one thread faster than people do. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._question_times: OrderedDict[tuple[str, ...], deque[float]] = OrderedDict()
        self._last_posts: dict[tuple[str, ...], str] = {}  # the ts of what was counted last

    def __len__(self) -> int:
        """Return the number of senders, each in one thread, that are remembered."""
        return len(self._question_times)

    def is_loop(self, message: IncomingMessage) -> bool:
        """Whether its sender has asked too often in its thread within `LOOP_WINDOW_SECONDS`."""
        times = self._question_times.get(_build_key(message))
        if times is None or len(times) < LOOP_MIN_QUESTIONS:
            return False
        return self._clock() - times[0] < LOOP_WINDOW_SECONDS

    def has_recent(self, message: IncomingMessage) -> bool:
        """Whether its sender has asked in its thread within `LOOP_WINDOW_SECONDS`, not only by the
        same post: Slack sends most of them twice."""
        key = _build_key(message)
        times = self._question_times.get(key)
        if times is None or self._clock() - times[-1] >= LOOP_WINDOW_SECONDS:
            return False
        return len(times) > 1 or self._last_posts.get(key) != message.ts

    def count(self, message: IncomingMessage) -> None:
        """Count `message`, which has become a question."""
        key, now = _build_key(message), self._clock()
        self._question_times.setdefault(key, deque(maxlen=LOOP_MIN_QUESTIONS)).append(now)
        self._question_times.move_to_end(key)
        self._last_posts[key] = message.ts
        self._forget_quiet(now)

    def _forget_quiet(self, now: float) -> None:
        """Forget who has asked nothing within the window: a time takes a kilobyte of memory."""
        # Who asked last is last.
        while len(self._question_times) > _MAX_SENDERS or _is_quiet(self._question_times, now):
            key, _ = self._question_times.popitem(last=False)
            self._last_posts.pop(key, None)


def _is_quiet(question_times: Mapping[tuple[str, ...], deque[float]], now: float) -> bool:
    """Whether the first sender's last question is older than the window."""
    return next(iter(question_times.values()))[-1] < now - LOOP_WINDOW_SECONDS


def _build_key(message: IncomingMessage) -> tuple[str, ...]:
    thread = message.thread
    return (thread.team, thread.channel, thread.root, message.sender.id)
