"""A call waits for its turn: for a larger share of the calls, or for the next minute."""

from __future__ import annotations

import asyncio
from contextlib import closing

from handlers.web_api.limits.turns import wait_for_turn
from handlers.web_api.rate_limits import MAX_CALLS_PER_MINUTE, RateLimiter
from tests.support.virtual_time import VirtualLoop

METHOD = "chat.postMessage"


def measure_turns(loop: VirtualLoop, limiter: RateLimiter, count: int) -> list[float]:
    """Return the times at which so many calls that are wanted now have their turns."""

    async def wait(number: int) -> float:
        await wait_for_turn(limiter, METHOD, f"C{number}")
        return loop.time()

    async def wait_for_all() -> list[float]:
        return await asyncio.gather(*map(wait, range(count)))

    return sorted(loop.run(wait_for_all()))


def test_a_replica_that_has_just_come_posts_as_soon_as_its_share_grows() -> None:
    with closing(VirtualLoop()) as loop:
        limiter = RateLimiter(loop.time)
        limiter.set_shares({METHOD: 1})
        loop.call_at(0.35, limiter.set_shares, {METHOD: 3})
        turns = measure_turns(loop, limiter, 3)
    assert turns[0] == 0.0 and 0.35 <= turns[1] <= turns[2] < 0.5


def test_a_share_that_does_not_grow_is_kept_to() -> None:
    with closing(VirtualLoop()) as loop:
        limiter = RateLimiter(loop.time)
        limiter.set_shares({METHOD: 2})
        turns = measure_turns(loop, limiter, 5)
    assert turns[:2] == [0.0, 0.0]
    assert all(60.0 <= turn < 60.2 for turn in turns[2:4]) and 120.0 <= turns[4] < 120.3


def test_who_has_all_calls_waits_for_the_next_minute_only_beyond_them() -> None:
    most = MAX_CALLS_PER_MINUTE[METHOD]
    with closing(VirtualLoop()) as loop:
        turns = measure_turns(loop, RateLimiter(loop.time), most + 1)
    assert turns[most - 1] == 0.0 and turns[most] == 60.0
