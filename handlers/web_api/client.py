"""Builds Slack's Web API clients, bounds and counts each call, repeats calls while Slack is down.

See `errors.py` for what Slack's refusals mean.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, ParamSpec, TypeVar

import aiohttp
import stamina
import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import (
    AllowanceUsed,
    EaselError,
    NotNow,
    SlackError,
    StartupError,
    TransientError,
)
from bot.observability.trail import note_failed_call
from handlers.server_time import find_clock_offset
from handlers.web_api.errors import translate_errors

log = structlog.get_logger(__name__)

# Bounds a call with its waits for 429s; the session bounds a single HTTP request.
CALL_TIMEOUT_SECONDS = 150.0
# An answer waits no longer than this for a method that another one can replace.
MAX_LIMIT_WAIT_SECONDS = 3.0
_MAX_ATTEMPTS = 4
_MAX_RATE_LIMIT_RETRIES = 3

# The SDK writes each request and response into a text for its log, of megabytes, unless the logger
# itself has a level: it does not ask the loggers above.
_LOGGER = logging.getLogger("easel.slack.calls")
_LOGGER.setLevel(logging.WARNING)

# Takes Slack's method and its error code, "ok" for a call without an error.
CallCounter = Callable[[str, str], None]

_P = ParamSpec("_P")
_T = TypeVar("_T")


def retry_unavailable(
    call: Callable[_P, Coroutine[Any, Any, _T]],
) -> Callable[_P, Coroutine[Any, Any, _T]]:
    """Decorate `call` so that it is repeated while Slack is down, with growing and jittered waits.

    A 429 is not repeated: see `wait_out_limits`.
    """

    @functools.wraps(call)
    async def retry_call(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        retries = partial(
            stamina.retry_context,
            on=_is_unavailable,
            attempts=_MAX_ATTEMPTS,
            timeout=60.0,
            wait_initial=0.3,
            wait_max=5.0,
        )
        return await _call_with_retries(partial(call, *args, **kwargs), retries)

    return retry_call


def wait_out_limits(
    *, max_seconds: float = MAX_LIMIT_WAIT_SECONDS
) -> Callable[[Callable[_P, Coroutine[Any, Any, _T]]], Callable[_P, Coroutine[Any, Any, _T]]]:
    """Return a decorator that repeats a call after a 429, as soon as `Retry-After` allows.

    A wait of more than `max_seconds` is left to the caller, who may know another way.
    """

    def choose_wait(error: Exception) -> bool | float:
        if not isinstance(error, TransientError) or error.retry_after is None:
            return False
        if isinstance(error, AllowanceUsed):
            return False  # whoever cannot wait has said so
        return error.retry_after if error.retry_after <= max_seconds else False

    def apply(
        call: Callable[_P, Coroutine[Any, Any, _T]],
    ) -> Callable[_P, Coroutine[Any, Any, _T]]:
        @functools.wraps(call)
        async def wait_and_repeat(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            retries = partial(
                stamina.retry_context, on=choose_wait, attempts=_MAX_ATTEMPTS, timeout=None
            )
            return await _call_with_retries(partial(call, *args, **kwargs), retries)

        return wait_and_repeat

    return apply


async def _call_with_retries(
    call: Callable[[], Coroutine[Any, Any, _T]], start_retries: Callable[[], Any]
) -> _T:
    """Call once; only where that fails, let stamina decide about the failure and what follows.

    Nearly every call works at once, and stamina's own bookkeeping costs as much as a small call.
    """
    try:
        return await call()
    except EaselError as error:
        first_error: EaselError | None = error
    async for attempt in start_retries():
        with attempt:
            if first_error is not None:
                failure, first_error = first_error, None
                raise failure
            return await call()
    raise AssertionError("stamina raises the last error")


def _is_unavailable(error: Exception) -> bool:
    return isinstance(error, TransientError) and error.retry_after is None


def count_nothing(_method: str, _code: str) -> None:
    """Ignore the call."""


class SlackCalls:
    """Bounds calls and reports the end of each to `count_call`."""

    def __init__(self, count_call: CallCounter = count_nothing) -> None:
        self._count_call = count_call

    @asynccontextmanager
    async def call(
        self, method: str, *, timeout_seconds: float = CALL_TIMEOUT_SECONDS
    ) -> AsyncIterator[None]:
        """Run one call of `method` in the block. Raises `SlackError` or `TransientError`."""
        try:
            with translate_errors(method):
                async with asyncio.timeout(timeout_seconds):
                    yield
        except EaselError as error:
            self._count_call(method, error.recorded_code)
            note_failed_call(method, error)
            raise
        self._count_call(method, "ok")


def build_slack_client(
    token: str,
    api_url: str,
    session: aiohttp.ClientSession,
    *,
    retry_on_disconnect: bool = True,
    waits_out_limits: bool = True,
) -> AsyncWebClient:
    """Return a Web API client on a shared session.

    With `waits_out_limits` it waits out a 429 for as long as Slack says: only for calls that no
    other call can replace. With `retry_on_disconnect` a call whose connection breaks is made once
    more, although Slack may have processed the first: only for calls whose repetition changes
    nothing.
    """
    client = AsyncWebClient(token=token, base_url=api_url, session=session, logger=_LOGGER)
    client.retry_handlers = []
    if retry_on_disconnect:
        client.retry_handlers.append(AsyncConnectionErrorRetryHandler())
    if waits_out_limits:
        client.retry_handlers.append(
            AsyncRateLimitErrorRetryHandler(max_retry_count=_MAX_RATE_LIMIT_RETRIES)
        )
    return client


async def fetch_identity(client: AsyncWebClient) -> AuthorizeResult:
    """Return the workspace and the bot user of the token. Raises `StartupError` with what to do."""
    try:
        with translate_errors("auth.test"):
            response = await client.auth_test()
    except TransientError as error:
        raise NotNow(
            [f"SLACK_API_URL: Slack cannot be reached at {client.base_url} ({error})"]
        ) from error
    except SlackError as error:
        raise StartupError(
            [f"SLACK_BOT_TOKEN: Slack answers {error}; copy it again from “OAuth & Permissions”"]
        ) from error
    if offset := find_clock_offset(response.headers, now=time.time()):
        log.warning("clock_off", seconds=round(offset), reason="compared_with_slack")
    return AuthorizeResult(
        enterprise_id=response.get("enterprise_id"),
        team_id=response.get("team_id"),
        bot_user_id=response.get("user_id"),
        bot_id=response.get("bot_id"),
        bot_token=client.token,
    )
