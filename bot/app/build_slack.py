"""Builds the adapters of Slack's Web API, from settings."""

from __future__ import annotations

import time
from functools import cached_property

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings, reveal_secret
from bot.observability.metrics import Metrics
from handlers.operators import SlackOperators
from handlers.views.ask_calls import AskCalls
from handlers.views.slack_views import SlackViews
from handlers.web_api.bot_users import BotUsers
from handlers.web_api.chat import SlackChat
from handlers.web_api.client import SlackCalls, build_slack_client
from handlers.web_api.directory import SlackDirectory
from handlers.web_api.downloads import SlackFiles
from handlers.web_api.name_cache import NameCache
from handlers.web_api.rate_limits import RateLimiter
from handlers.web_api.sessions.titles import SlackTitles
from handlers.web_api.threads import SlackThreads
from handlers.web_api.uploads import SlackUploads

_MB = 1024 * 1024


def create_slack_session() -> aiohttp.ClientSession:
    # Slack limits the rate of calls, not connections: a limit here would delay other conversations.
    connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=300)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=30)
    return aiohttp.ClientSession(connector=connector, timeout=timeout)


def build_client(
    settings: Settings,
    session: aiohttp.ClientSession,
    *,
    retry_on_disconnect: bool = True,
    waits_out_limits: bool = True,
) -> AsyncWebClient:
    """Build a client with the bot's token."""
    return build_slack_client(
        reveal_secret(settings.slack_bot_token),
        settings.slack_api_url,
        session,
        retry_on_disconnect=retry_on_disconnect,
        waits_out_limits=waits_out_limits,
    )


class SlackAdapters:
    """The adapters, each built once. They share the rate limits of one workspace."""

    def __init__(
        self,
        settings: Settings,
        session: aiohttp.ClientSession,
        client: AsyncWebClient,
        identity: AuthorizeResult,
        metrics: Metrics,
    ) -> None:
        self._settings = settings
        self._session = session
        self._client = client
        # For calls that must not be repeated when their response is lost.
        self._no_retry_client = build_client(settings, session, retry_on_disconnect=False)
        self.bot_user_id = identity.bot_user_id or ""
        self.team_id = identity.team_id or ""
        self.home_teams = frozenset({identity.team_id or "", identity.enterprise_id or ""} - {""})
        self._calls = SlackCalls(metrics.count_slack_call)
        self.rate_limiter = RateLimiter(time.monotonic, rate=settings.slack_rate)

    @cached_property
    def chat(self) -> SlackChat:
        settings, session = self._settings, self._session
        return SlackChat(
            build_client(settings, session, waits_out_limits=False),
            build_client(settings, session, retry_on_disconnect=False, waits_out_limits=False),
            self.rate_limiter,
            self._calls,
            bot_user_id=self.bot_user_id,
        )

    @cached_property
    def uploads(self) -> SlackUploads:
        return SlackUploads(
            self._client, self._no_retry_client, self._session, self.rate_limiter, self._calls
        )

    @cached_property
    def threads(self) -> SlackThreads:
        return SlackThreads(self._client, self._calls, bot_user_id=self.bot_user_id)

    @cached_property
    def bot_users(self) -> BotUsers:
        return BotUsers(self._client, self._calls)

    def build_views(self, secret: bytes) -> SlackViews:
        client = build_client(
            self._settings, self._session, retry_on_disconnect=False, waits_out_limits=False
        )
        return SlackViews(client, self._calls, secret)

    @cached_property
    def asks(self) -> AskCalls:
        client = build_client(
            self._settings, self._session, retry_on_disconnect=False, waits_out_limits=False
        )
        return AskCalls(client, self.rate_limiter, self._calls, self.directory)

    @cached_property
    def directory(self) -> SlackDirectory:
        client = build_client(
            self._settings, self._session, retry_on_disconnect=False, waits_out_limits=False
        )
        return SlackDirectory(
            client,
            self.rate_limiter,
            self._calls,
            NameCache(time.monotonic),
            bot_user_id=self.bot_user_id,
        )

    @cached_property
    def titles(self) -> SlackTitles:
        client = build_client(
            self._settings, self._session, retry_on_disconnect=False, waits_out_limits=False
        )
        return SlackTitles(client, self.rate_limiter, self._calls)

    @cached_property
    def operators(self) -> SlackOperators:
        client = build_client(
            self._settings, self._session, retry_on_disconnect=False, waits_out_limits=False
        )
        return SlackOperators(client, self.rate_limiter, self._calls)

    @cached_property
    def files(self) -> SlackFiles:
        return SlackFiles(
            self._session,
            client=self._client,
            api_url=self._settings.slack_api_url,
            max_bytes=self._settings.max_file_mb * _MB,
        )
