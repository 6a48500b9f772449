"""Buttons under Easel's messages (Retry, Go on): stores each press, then acknowledges it.

See `parsing/actions.py` for the payload. Answers nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from handlers.identifiers import GO_ON_ACTION_ID, RETRY_ACTION_ID
from handlers.parsing.actions import parse_button_press
from handlers.services import Services

log = structlog.get_logger(__name__)


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the buttons. `retry` has committed when it returns; then Slack is acknowledged."""

    async def retry_question(body: Mapping[str, Any], *, go_on: bool) -> None:
        press = parse_button_press(body)
        if press is None:
            return
        if not await services.queue.retry(press.question_id, press.channel, go_on=go_on):
            log.info("nothing_to_retry", question=press.question_id)

    async def on_retry(body: dict[str, Any], ack: AsyncAck) -> None:
        await retry_question(body, go_on=False)
        await ack()

    async def on_go_on(body: dict[str, Any], ack: AsyncAck) -> None:
        await retry_question(body, go_on=True)
        await ack()

    app.action(RETRY_ACTION_ID)(on_retry)
    app.action(GO_ON_ACTION_ID)(on_go_on)
