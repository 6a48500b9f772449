"""The Web API clients, and who the bot token belongs to. What is called, others decide."""

from __future__ import annotations

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import RefuseToStart, SlackError, TryLater
from handlers.slack_errors import translated

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
