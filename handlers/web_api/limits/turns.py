"""Waits until a call may be made. `rate_limits.py` counts; `call_sharing.py` gets larger shares."""

from __future__ import annotations

import asyncio

from handlers.web_api.rate_limits import RateLimiter

# How often a share that is used up is looked at: others give up theirs within a second.
_LOOK_SECONDS = 0.1


async def wait_for_turn(limiter: RateLimiter, method: str, channel: str = "") -> None:
    """Return once a call of `method` may be made, which is counted.

    A replica that has just come has a small share. Who would count the call at the end of the
    minute at once would wait for that, however soon the share grows.
    """
    seconds = limiter.get_share_wait(method)
    while seconds > 0:
        await asyncio.sleep(min(seconds, _LOOK_SECONDS))
        seconds = limiter.get_share_wait(method)
    await asyncio.sleep(limiter.reserve(method, channel))
