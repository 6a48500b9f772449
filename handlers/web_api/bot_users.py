"""Tells bots from people among those who post through an app.

Both carry `user` and `bot_id` in their posts; only `users.info` tells them apart, where the app has
the scope `users:read`.
"""

from __future__ import annotations

from collections import OrderedDict

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import EaselError
from handlers.web_api.client import SlackCalls

log = structlog.get_logger(__name__)

_MAX_USERS = 2_000
# The event is acknowledged afterwards; Slack waits for three seconds.
_TIMEOUT_SECONDS = 1.0


class BotUsers:
    """Remembers what Slack has told, for as long as the process lives: it does not change."""

    def __init__(self, client: AsyncWebClient, calls: SlackCalls) -> None:
        self._client = client
        self._calls = calls
        self._bots: OrderedDict[str, bool] = OrderedDict()

    async def is_bot(self, user_id: str) -> bool:
        """Whether `user_id` is a bot; False where Slack does not tell. Never raises."""
        if user_id not in self._bots:
            try:
                async with self._calls.call("users.info", timeout_seconds=_TIMEOUT_SECONDS):
                    response = await self._client.users_info(user=user_id)
            except EaselError as error:
                log.info("bot_not_told", error=type(error).__name__, code=error.code)
                return False
            user = response.get("user")
            self._bots[user_id] = isinstance(user, dict) and user.get("is_bot") is True
            if len(self._bots) > _MAX_USERS:
                self._bots.popitem(last=False)
        return self._bots[user_id]
