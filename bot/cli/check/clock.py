"""Compares this machine's clock with Slack's. Asks nothing itself."""

from __future__ import annotations

import time
from collections.abc import Mapping

from bot.cli.check.finding import Finding
from handlers.server_time import find_clock_offset
from handlers.signatures import MAX_AGE_SECONDS


def check_clock(headers: Mapping[str, str], *, is_http: bool, now: float | None = None) -> Finding:
    """Judge the clock by the headers of an answer of Slack's.

    Over HTTP Slack's requests count as signed for five minutes, so a clock that is off by more
    refuses them all.
    """
    offset = find_clock_offset(headers, now=time.time() if now is None else now)
    if not offset:
        return Finding(ok=True, name="clock", text="agrees with Slack's")
    side = "ahead of" if offset > 0 else "behind"
    text = f"{abs(offset):,.0f} seconds {side} Slack's; set it by NTP"
    if is_http and abs(offset) > MAX_AGE_SECONDS:
        return Finding(ok=False, name="clock", text=f"{text}: until then all of Slack's is refused")
    effect = "days of budgets and times in reports are off by as much"
    return Finding(ok=True, name="clock", text=f"{text}: {effect}", is_warning=True)
