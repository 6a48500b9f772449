"""Opens forms in Slack, and fetches the message that one is about."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Thread
from bot.domain.errors import SlackError
from handlers.web_api.client import SlackCalls
from handlers.web_api.replies import fetch_message

# Each is within the three seconds in which Slack takes a form and wants an acknowledgement.
OPEN_TIMEOUT_SECONDS, FETCH_TIMEOUT_SECONDS = 1.4, 1.5
_GONE_CODES = ("message_not_found", "thread_not_found")


class SlackViews:
    """Implements `handlers.services.Views`. `client` repeats nothing; `secret` is Easel's own."""

    def __init__(self, client: AsyncWebClient, calls: SlackCalls, secret: bytes) -> None:
        self._client = client
        self._calls = calls
        self.key = hashlib.sha256(b"views:" + secret).digest()

    async def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        async with self._calls.call("views.open", timeout_seconds=OPEN_TIMEOUT_SECONDS):
            await self._client.views_open(trigger_id=trigger_id, view=dict(view))

    async def fetch_message(self, thread: Thread, ts: str) -> Mapping[str, Any] | None:
        try:
            return await fetch_message(
                self._client, self._calls, thread, ts, timeout_seconds=FETCH_TIMEOUT_SECONDS
            )
        except SlackError as error:
            if error.code in _GONE_CODES:
                return None
            raise
