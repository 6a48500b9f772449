"""Warns in the log at most once a minute of what somebody outside can make happen at will."""

from __future__ import annotations

from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

_INTERVAL_SECONDS = 60.0


class RareWarning:
    """One kind of warning, `event`; each line has as `count` what came since the line before.

    `clock` returns seconds.
    """

    def __init__(self, event: str, clock: Callable[[], float]) -> None:
        self._event = event
        self._clock = clock
        self._logged_at: float | None = None
        self._unlogged = 0

    def record(self, **fields: object) -> None:
        """Note one more, and log it with `fields` if the last line is old enough."""
        self._unlogged += 1
        now = self._clock()
        if self._logged_at is not None and now - self._logged_at < _INTERVAL_SECONDS:
            return
        log.warning(self._event, **fields, count=self._unlogged)
        self._logged_at, self._unlogged = now, 0
