"""Writes to the people who run Easel, and finds out which scopes the app lacks."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import SlackError, TransientError
from bot.domain.posts import PostMetadata
from bot.domain.safe_text import SafeText
from handlers.manifest import list_bot_scopes
from handlers.parsing.fields import read_text
from handlers.web_api.client import SlackCalls
from handlers.web_api.errors import build_allowance_error, build_limit_error
from handlers.web_api.message_forms import Form, build_post_forms, send_first_accepted
from handlers.web_api.rate_limits import RateLimiter

# No one waits for this.
_TIMEOUT_SECONDS = 10.0
# It belongs to no question.
_METADATA = PostMetadata(0)
_POST = "chat.postMessage"


class SlackOperators:
    """Implements `bot.domain.stores.alerts.Operators`. `client` repeats nothing."""

    def __init__(
        self, client: AsyncWebClient, rate_limiter: RateLimiter, calls: SlackCalls
    ) -> None:
        self._client = client
        self._rate_limiter = rate_limiter
        self._calls = calls
        self._channels = dict[str, str]()

    async def tell(self, user: str, text: SafeText) -> None:
        channel = self._channels.get(user) or await self._open_channel(user)
        self._channels[user] = channel

        async def send(form: Form) -> None:
            await self._post(channel, form)

        self._take_place(channel)
        try:
            await send_first_accepted(build_post_forms(text, _METADATA), _METADATA, send)
        except SlackError:
            self._channels.pop(user, None)
            raise

    async def fetch_missing_scopes(self) -> list[str] | None:
        async with self._calls.call("auth.test", timeout_seconds=_TIMEOUT_SECONDS):
            response = await self._client.auth_test()
        granted = read_scopes(response.headers)
        return [scope for scope in list_bot_scopes() if scope not in granted] if granted else None

    async def _open_channel(self, user: str) -> str:
        method = "conversations.open"
        if not self._rate_limiter.try_acquire(method):
            raise build_allowance_error(method)
        try:
            async with self._calls.call(method, timeout_seconds=_TIMEOUT_SECONDS):
                response = await self._client.conversations_open(users=user)
        except TransientError as error:
            self._note_limit(method, error)
            raise
        channel = read_text((response.get("channel") or {}).get("id"))
        if not channel:
            raise SlackError("no_channel", method)
        return channel

    def _take_place(self, channel: str) -> None:
        """Count one message; that Slack may refuse some of its forms first is in the tolerance."""
        blocked_seconds = self._rate_limiter.get_block_seconds(_POST, channel)
        if blocked_seconds > 0:
            raise build_limit_error(_POST, blocked_seconds, "ratelimited")
        if not self._rate_limiter.try_reserve(_POST, channel):
            raise build_allowance_error(_POST)

    async def _post(self, channel: str, form: Form) -> None:
        try:
            async with self._calls.call(_POST, timeout_seconds=_TIMEOUT_SECONDS):
                await self._client.chat_postMessage(
                    channel=channel,
                    unfurl_links=False,
                    unfurl_media=False,
                    unfurl_app_links=False,
                    **form,
                )
        except TransientError as error:
            self._note_limit(_POST, error, channel)
            raise

    def _note_limit(self, method: str, error: TransientError, channel: str = "") -> None:
        if error.retry_after is not None:
            self._rate_limiter.note_limit(method, error.retry_after, channel)


def read_scopes(headers: object) -> frozenset[str]:
    """Return the scopes that the token has, as an answer's headers tell them; empty if they do not.

    docs.slack.dev, "Web API responses": every answer carries `x-oauth-scopes`.
    """
    if not hasattr(headers, "items"):
        return frozenset()
    found = next((value for key, value in headers.items() if key.lower() == "x-oauth-scopes"), "")
    return frozenset(scope.strip() for scope in str(found).split(",") if scope.strip())
