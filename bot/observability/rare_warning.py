"""Decides when to warn of what may happen at any rate, such as what somebody outside does at will:
once a minute. Logs nothing."""

from __future__ import annotations

from collections.abc import Callable

_INTERVAL_SECONDS = 60.0


class RareWarning:
    """One kind of warning. `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._logged_at: float | None = None
        self._unlogged = 0

    def count(self) -> int:
        """Note one more. Return how many came since the last line if a new one is due, else 0."""
        self._unlogged += 1
        now = self._clock()
        if self._logged_at is not None and now - self._logged_at < _INTERVAL_SECONDS:
            return 0
        count, self._unlogged, self._logged_at = self._unlogged, 0, now
        return count
