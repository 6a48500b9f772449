"""Repeats what is harmless to repeat when Slack is away for a moment."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

import stamina

from bot.errors import TryLater

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 4


def persistently(call: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Make the call again, with growing and jittered waits, while Slack is away.

    Not after a 429: the client has waited those out as far as that is sensible.
    """

    @functools.wraps(call)
    async def repeated(*args: P.args, **named: P.kwargs) -> T:
        async for attempt in stamina.retry_context(
            on=_is_away, attempts=ATTEMPTS, timeout=60.0, wait_initial=0.3, wait_max=5.0
        ):
            with attempt:
                return await call(*args, **named)
        raise AssertionError("stamina raises the last error")

    return repeated


def _is_away(error: Exception) -> bool:
    return isinstance(error, TryLater) and error.retry_after is None
