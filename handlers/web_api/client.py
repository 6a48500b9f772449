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

from bot.domain.errors import EaselError, SlackError, StartupError, TransientError
from handlers.web_api.errors import translate_errors

P = ParamSpec("P")

T = TypeVar("T")

MAX_ATTEMPTS = 4


def retry_unavailable(
    call: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """Make the call again, with growing and jittered waits, while Slack is away.

    Not after a 429: the client has waited those out as far as that is sensible.
    """

    @functools.wraps(call)
    async def retry_call(*args: P.args, **kwargs: P.kwargs) -> T:
        async for attempt in stamina.retry_context(
            on=_is_unavailable, attempts=MAX_ATTEMPTS, timeout=60.0, wait_initial=0.3, wait_max=5.0
        ):
            with attempt:
                return await call(*args, **kwargs)
        raise AssertionError("stamina raises the last error")

    return retry_call


def _is_unavailable(error: Exception) -> bool:
    return isinstance(error, TransientError) and error.retry_after is None


# The bound on a call with its waits for 429s; a single request is bounded by the session.
CALL_TIMEOUT_SECONDS = 150.0

# Slack's method and its error word, "ok" where there was none.
CallCounter = Callable[[str, str], None]


def count_nothing(_method: str, _code: str) -> None:
    """Counts nothing."""


class SlackCalls:
    """Makes calls; `count` learns how each ended."""

    def __init__(self, count_call: CallCounter = count_nothing) -> None:
        self._count_call = count_call

    @asynccontextmanager
    async def call(
        self, method: str, *, timeout_seconds: float = CALL_TIMEOUT_SECONDS
    ) -> AsyncIterator[None]:
        """Run one call of `method` in the block. Raises `SlackError` or `TryLater`."""
        try:
            with translate_errors(method):
                async with asyncio.timeout(timeout_seconds):
                    yield
        except EaselError as error:
            self._count_call(method, error.code or type(error).__name__)
            raise
        self._count_call(method, "ok")


_MAX_RATE_LIMIT_RETRIES = 3


def build_slack_client(
    token: str,
    api_url: str,
    session: aiohttp.ClientSession,
    *,
    retry_on_disconnect: bool = True,
) -> AsyncWebClient:
    """A Web API client on a shared session. It waits out a 429 for as long as Slack says.

    With `repeats` a call whose connection breaks is made once more, although Slack may have taken
    the first: only for calls whose repetition changes nothing.
    """
    client = AsyncWebClient(token=token, base_url=api_url, session=session)
    client.retry_handlers = [
        AsyncRateLimitErrorRetryHandler(max_retry_count=_MAX_RATE_LIMIT_RETRIES)
    ]
    if retry_on_disconnect:
        client.retry_handlers.insert(0, AsyncConnectionErrorRetryHandler())
    return client


async def identify(client: AsyncWebClient) -> AuthorizeResult:
    """Who the bot token belongs to. Raises `RefuseToStart` with what to do."""
    try:
        with translate_errors("auth.test"):
            answer = await client.auth_test()
    except TransientError as error:
        raise StartupError(
            [f"SLACK_API_URL: Slack cannot be reached at {client.base_url} ({error})"]
        ) from error
    except SlackError as error:
        raise StartupError(
            [f"SLACK_BOT_TOKEN: Slack answers {error}; copy it again from “OAuth & Permissions”"]
        ) from error
    return AuthorizeResult(
        enterprise_id=answer.get("enterprise_id"),
        team_id=answer.get("team_id"),
        bot_user_id=answer.get("user_id"),
        bot_id=answer.get("bot_id"),
        bot_token=client.token,
    )
