"""A short 429 is waited out; a long one is left to the caller, who may know another way."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
import stamina

from bot.domain.errors import AllowanceUsed, SlackError, TransientError
from handlers.web_api.client import wait_out_limits
from tests.support.chat import TimelessLoop


@pytest.fixture(autouse=True)
def real_waits() -> None:
    stamina.set_testing(False)


def run_timeless(work: Coroutine[Any, Any, float]) -> float:
    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        return runner.run(work)


async def measure_wait(*errors: Exception) -> float:
    """Return how long a call takes that fails with `errors` first."""
    remaining, loop = list(errors), asyncio.get_running_loop()

    @wait_out_limits()
    async def call() -> float:
        if remaining:
            raise remaining.pop(0)
        return loop.time()

    return await call()


def test_a_short_limit_is_waited_out_as_long_as_slack_says() -> None:
    assert run_timeless(measure_wait(TransientError("429", retry_after=2.0))) == 2.0
    limits = [TransientError("429", retry_after=0.0)] * 3
    assert run_timeless(measure_wait(*limits)) == 0.0


@pytest.mark.parametrize(
    "error",
    [
        TransientError("429", retry_after=30.0),
        TransientError("503"),
        SlackError("no_text"),
        AllowanceUsed("paced", retry_after=1.0),
    ],
)
def test_everything_else_is_raised_at_once(error: Exception) -> None:
    with pytest.raises(type(error)):
        run_timeless(measure_wait(error))


def test_a_limit_that_does_not_end_is_raised_after_a_few_waits() -> None:
    with pytest.raises(TransientError):
        run_timeless(measure_wait(*[TransientError("429", retry_after=1.0)] * 9))
