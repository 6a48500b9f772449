"""Limits the calls of each Slack method per minute. Pure; the clock is a parameter.

Slack's tiers (docs.slack.dev, "Rate limits") are per method, workspace and app. Calls are counted
before they are made, so that a burst does not run into 429s, which would delay every reply. Of
several replicas each has a share of every limit: see `limits/call_sharing.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

WINDOW_SECONDS = 60.0
# Calls a minute. Slightly below Slack's figures, because Slack's window starts at another time.
MAX_CALLS_PER_MINUTE = {
    "chat.startStream": 19,
    "chat.stopStream": 19,
    "chat.appendStream": 95,
    "chat.update": 47,
    "chat.delete": 30,  # of 50: those that are not planned are not counted
    "chat.postMessage": 285,
    "chat.postEphemeral": 95,
    "assistant.threads.setStatus": 570,
    "agents.sessions.rename": 47,  # its tier is not public
    "conversations.replies": 47,
    "conversations.history": 47,
    "users.info": 95,
    "users.list": 19,
    "users.conversations": 47,
    "conversations.info": 47,
    "conversations.open": 47,
    "usergroups.list": 19,
    "files.getUploadURLExternal": 95,
    "files.completeUploadExternal": 95,
}
# An app may post about once a second into one channel, with short bursts above that.
_CHANNEL_METHOD = "chat.postMessage"
_MIN_CHANNEL_GAP_SECONDS = 1.05
_MAX_CHANNEL_BURST = 3
_MAX_CHANNELS = 10_000
# Slack asks for seconds. A block that lasts longer than this would be a slip of some proxy.
_MAX_BLOCK_SECONDS = 300.0
_TIMER_TOLERANCE_SECONDS = 0.05


# From this part of its share on, a replica asks for more of it.
_HUNGRY_SHARE = 0.7


class LimitListener(Protocol):
    """Is told what other replicas have to know. All calls return at once."""

    def handle_hunger(self) -> None:
        """Heed that calls of some method are about to be too many."""
        ...

    def handle_block(self, method: str, channel: str, seconds: float) -> None:
        """Heed that Slack takes no call of `method` for `seconds`."""
        ...

    def handle_post(self, channel: str) -> None:
        """Heed that something is being posted in `channel`."""
        ...


class RateLimiter:
    """Counts calls over a sliding minute. `rate` multiplies every limit."""

    def __init__(self, clock: Callable[[], float], *, rate: float = 1.0) -> None:
        self._clock = clock
        self._rate = rate
        self._call_times: dict[str, deque[float]] = {
            method: deque() for method in MAX_CALLS_PER_MINUTE
        }
        self._channel_free_at: dict[str, float] = {}
        self._blocked_until: dict[tuple[str, str], float] = {}
        self.limits = {
            name: max(1, int(most * rate)) for name, most in MAX_CALLS_PER_MINUTE.items()
        }
        self._shares: Mapping[str, int] = self.limits
        self._refused: set[str] = set()
        self._listener: LimitListener | None = None

    def connect(self, listener: LimitListener) -> None:
        """From now on tell `listener` what other replicas have to know."""
        self._listener = listener

    def set_shares(self, shares: Mapping[str, int]) -> None:
        """From now on allow no more calls a minute than these; with none, one."""
        self._shares = {
            name: max(1, min(shares.get(name, 1), of)) for name, of in self.limits.items()
        }

    def count_used(self) -> dict[str, int]:
        """Return the number of calls of each method in the last minute, with those that wait."""
        return {name: len(self._drop_old(name)) for name in self.limits}

    def take_hungry(self) -> set[str]:
        """Return the methods of which more calls are needed than may be made, or nearly so."""
        used = self.count_used()
        hungry = {
            name for name, share in self._shares.items() if used[name] >= share * _HUNGRY_SHARE
        }
        refused, self._refused = self._refused, set()
        return hungry | refused

    def note_posts(self, channels: Iterable[str]) -> None:
        """Note that other replicas have posted in `channels`."""
        for channel in channels:
            self._reserve_channel(channel, self._clock())

    def note_limit(self, method: str, seconds: float, channel: str = "") -> None:
        """Note that Slack takes no call of `method` for `seconds`; with `channel`, none there."""
        self.apply_block(method, seconds, channel)
        if self._listener is not None:
            self._listener.handle_block(method, channel, min(seconds, _MAX_BLOCK_SECONDS))

    def apply_block(self, method: str, seconds: float, channel: str = "") -> None:
        """As `note_limit`, where others know of it."""
        now = self._clock()
        self._blocked_until = {key: at for key, at in self._blocked_until.items() if at > now}
        self._blocked_until[method, channel] = now + min(seconds, _MAX_BLOCK_SECONDS)

    def get_block_seconds(self, method: str, channel: str = "") -> float:
        """Return for how long Slack takes no call of `method`, in `channel` or anywhere."""
        blocks = (self._blocked_until.get((method, place), 0.0) for place in {channel, ""})
        seconds = max(blocks) - self._clock()
        # Who has waited out a block may find a rest of it, because timers are not exact.
        return seconds if seconds > _TIMER_TOLERANCE_SECONDS else 0.0

    def try_acquire(self, *methods: str) -> bool:
        """Count one call of each of `methods` if all of them are within their limits, else none."""
        if any(
            self._compute_wait(method) > 0 or self.get_block_seconds(method) > 0
            for method in methods
        ):
            return False
        for method in methods:
            self._count(method, self._clock())
        return True

    def get_share_wait(self, method: str) -> float:
        """Return for how many seconds this replica's share of the calls is used up; 0.0 where it
        has all of them. Meanwhile it may get a larger one."""
        is_shared = self._shares[method] < self.limits[method]
        return self._compute_wait(method) if is_shared else 0.0

    def reserve(self, method: str, channel: str = "") -> float:
        """Count one call and return after how many seconds it may be made."""
        now = self._clock()
        wait = self._compute_wait(method)
        if method == _CHANNEL_METHOD and channel:
            wait = max(wait, self._reserve_channel(channel, now))
            if self._listener is not None:
                self._listener.handle_post(channel)
        self._count(method, now + wait)
        return wait

    def try_reserve(self, method: str, channel: str) -> bool:
        """Count one call if it may be made at once and leaves half of the minute's to others."""
        is_channel_free = self._channel_free_at.get(channel, 0.0) <= self._clock()
        if not is_channel_free or self._compute_wait(method, share=0.5) > 0:
            return False
        return self.reserve(method, channel) <= 0

    def _compute_wait(self, method: str, *, share: float = 1.0) -> float:
        call_times = self._drop_old(method)
        limit = max(1, int(self._shares[method] * share))
        if len(call_times) < limit:
            return 0.0
        self._note_hunger(method)
        return call_times[len(call_times) - limit] + WINDOW_SECONDS - self._clock()

    def _drop_old(self, method: str) -> deque[float]:
        """Return the times of the calls in the last minute, and of those that wait."""
        call_times, now = self._call_times[method], self._clock()
        while call_times and call_times[0] <= now - WINDOW_SECONDS:
            call_times.popleft()
        return call_times

    def _count(self, method: str, at: float) -> None:
        call_times = self._call_times[method]
        call_times.append(at)
        if len(call_times) >= self._shares[method] * _HUNGRY_SHARE:
            self._note_hunger(method)

    def _note_hunger(self, method: str) -> None:
        is_shared = self._shares[method] < self.limits[method]
        if self._listener is not None and is_shared and method not in self._refused:
            self._refused.add(method)
            self._listener.handle_hunger()

    def _reserve_channel(self, channel: str, now: float) -> float:
        """Return the wait of a leaky bucket: a few posts at once, then one a second."""
        gap = _MIN_CHANNEL_GAP_SECONDS / self._rate
        if len(self._channel_free_at) > _MAX_CHANNELS:
            self._channel_free_at = {c: at for c, at in self._channel_free_at.items() if at > now}
        free_at = max(self._channel_free_at.get(channel, 0.0), now)
        self._channel_free_at[channel] = free_at + gap
        return max(0.0, free_at - now - gap * (_MAX_CHANNEL_BURST - 1))
