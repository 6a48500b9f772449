"""Tells bots from people among those who post through an app.

Both carry `user` and `bot_id` in their posts; only `users.info` tells them apart, where the app has
the scope `users:read`.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import EaselError, TransientError
from handlers.web_api.client import SlackCalls
from handlers.web_api.errors import build_unavailable_error
from handlers.web_api.name_cache import NO_SCOPE_SECONDS

log = structlog.get_logger(__name__)

_MAX_USERS = 2_000
# The event is acknowledged afterwards; Slack waits for three seconds.
_TIMEOUT_SECONDS = 1.0
# Slack sends an event again after about a minute.
_PAUSE_SECONDS = 5.0


class BotUsers:
    """Remembers what Slack has told, for as long as the process lives: it does not change.

    `clock` gives seconds.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        calls: SlackCalls,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._calls = calls
        self._clock = clock
        self._bots: OrderedDict[str, bool] = OrderedDict()
        # Until when Slack is not asked: about anybody, and about a user.
        self._no_scope_until = -math.inf
        self._failed_until: OrderedDict[str, float] = OrderedDict()

    async def is_bot(self, user_id: str) -> bool:
        """Whether `user_id` is a bot.

        False without the scope, true of a user whom Slack does not show: it may be a bot of
        anybody. Raises `TransientError` where Slack does not tell now, so that no question is lost
        and no bot passes for a person.
        """
        if user_id in self._bots:
            return self._bots[user_id]
        now = self._clock()
        if now < self._no_scope_until:
            return False
        if now < self._failed_until.get(user_id, -math.inf):
            raise build_unavailable_error("users.info", "not_told")
        try:
            async with self._calls.call("users.info", timeout_seconds=_TIMEOUT_SECONDS):
                response = await self._client.users_info(user=user_id)
        except EaselError as error:
            return self._note_failure(user_id, error)
        user = response.get("user")
        return self._note_bot(user_id, is_bot=isinstance(user, dict) and user.get("is_bot") is True)

    def _note_failure(self, user_id: str, error: EaselError) -> bool:
        log.info("bot_not_told", error=type(error).__name__, code=error.code)
        if error.code == "missing_scope":
            self._no_scope_until = self._clock() + NO_SCOPE_SECONDS
            return False
        if isinstance(error, TransientError):
            self._failed_until[user_id] = self._clock() + (error.retry_after or _PAUSE_SECONDS)
            if len(self._failed_until) > _MAX_USERS:
                self._failed_until.popitem(last=False)
            raise error
        return self._note_bot(user_id, is_bot=True)

    def _note_bot(self, user_id: str, *, is_bot: bool) -> bool:
        self._bots[user_id] = is_bot
        if len(self._bots) > _MAX_USERS:
            self._bots.popitem(last=False)
        return is_bot
