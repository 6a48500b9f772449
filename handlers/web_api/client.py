"""Slack's Web API: the clients, one bounded call with its errors translated, harmless repeats."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar

import aiohttp
import stamina
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import EaselError, RefuseToStart, SlackError, TryLater
from handlers.web_api.errors import translated

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


# The bound on a call with its waits for 429s; a single request is bounded by the session.
CALL_SECONDS = 150.0

# Slack's method and its error word, "ok" where there was none.
Count = Callable[[str, str], None]


def uncounted(_method: str, _code: str) -> None:
    """Counts nothing."""


class SlackCalls:
    """Makes calls; `count` learns how each ended."""

    def __init__(self, count: Count = uncounted) -> None:
        self._count = count

    @asynccontextmanager
    async def call(self, method: str, *, seconds: float = CALL_SECONDS) -> AsyncIterator[None]:
        """Run one call of `method` in the block. Raises `SlackError` or `TryLater`."""
        try:
            with translated(method):
                async with asyncio.timeout(seconds):
                    yield
        except EaselError as error:
            self._count(method, error.code or type(error).__name__)
            raise
        self._count(method, "ok")


_RETRIES_ON_429 = 3


def slack_client(
    token: str,
    api_url: str,
    session: aiohttp.ClientSession,
    *,
    repeats: bool = True,
) -> AsyncWebClient:
    """A Web API client on a shared session. It waits out a 429 for as long as Slack says.

    With `repeats` a call whose connection breaks is made once more, although Slack may have taken
    the first: only for calls whose repetition changes nothing.
    """
    client = AsyncWebClient(token=token, base_url=api_url, session=session)
    client.retry_handlers = [AsyncRateLimitErrorRetryHandler(max_retry_count=_RETRIES_ON_429)]
    if repeats:
        client.retry_handlers.insert(0, AsyncConnectionErrorRetryHandler())
    return client


async def identify(client: AsyncWebClient) -> AuthorizeResult:
    """Who the bot token belongs to. Raises `RefuseToStart` with what to do."""
    try:
        with translated("auth.test"):
            answer = await client.auth_test()
    except TryLater as error:
        raise RefuseToStart(
            [f"SLACK_API_URL: Slack cannot be reached at {client.base_url} ({error})"]
        ) from error
    except SlackError as error:
        raise RefuseToStart(
            [f"SLACK_BOT_TOKEN: Slack answers {error}; copy it again from “OAuth & Permissions”"]
        ) from error
    return AuthorizeResult(
        enterprise_id=answer.get("enterprise_id"),
        team_id=answer.get("team_id"),
        bot_user_id=answer.get("user_id"),
        bot_id=answer.get("bot_id"),
        bot_token=client.token,
    )
