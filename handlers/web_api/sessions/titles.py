"""Renames the agent session of a thread. See `bot.answering.showing.titles` for when."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Thread
from bot.domain.errors import TransientError
from bot.domain.safe_text import SafeText
from handlers.web_api.client import SlackCalls
from handlers.web_api.errors import build_allowance_error, build_limit_error
from handlers.web_api.rate_limits import RateLimiter

_METHOD = "agents.sessions.rename"
_TIMEOUT_SECONDS = 5.0


class SlackTitles:
    """Implements `bot.domain.ports.Titles`. `client` repeats nothing and waits out no 429."""

    def __init__(
        self, client: AsyncWebClient, rate_limiter: RateLimiter, calls: SlackCalls
    ) -> None:
        self._client = client
        self._rate_limiter = rate_limiter
        self._calls = calls

    async def set_title(self, thread: Thread, title: SafeText) -> None:
        blocked_seconds = self._rate_limiter.get_block_seconds(_METHOD, "")
        if blocked_seconds > 0:
            raise build_limit_error(_METHOD, blocked_seconds, "ratelimited")
        if not self._rate_limiter.try_acquire(_METHOD):
            raise build_allowance_error(_METHOD)
        try:
            async with self._calls.call(_METHOD, timeout_seconds=_TIMEOUT_SECONDS):
                await self._client.agents_sessions_rename(
                    channel_id=thread.channel, thread_ts=thread.root, title=title
                )
        except TransientError as error:
            if error.retry_after is not None:
                self._rate_limiter.note_limit(_METHOD, error.retry_after, "")
            raise
