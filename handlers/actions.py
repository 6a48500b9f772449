"""Buttons under Easel's messages (Retry, Go on): stores each press, then acknowledges it.

See `parsing/actions.py` for the payload. Answers nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from handlers.identifiers import DONE_KEY, GO_ON_ACTION_ID, RETRY_ACTION_ID
from handlers.parsing.actions import parse_button_press, read_action_id
from handlers.services import Services

log = structlog.get_logger(__name__)


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the buttons. `retry` has committed when it returns; then Slack is acknowledged."""

    async def on_press(body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck) -> None:
        await store_press(body, services)
        context[DONE_KEY] = True
        await ack()

    app.action(RETRY_ACTION_ID)(on_press)
    app.action(GO_ON_ACTION_ID)(on_press)


async def store_press(body: Mapping[str, Any], services: Services) -> bool:
    """Ask the question of the pressed button again; committed when this returns. Return False if
    `body` is no press of a button of Easel's. Raises `TransientError` if it was not stored."""
    press = parse_button_press(body)
    action_id = read_action_id(body)
    if press is None or action_id not in (RETRY_ACTION_ID, GO_ON_ACTION_ID):
        return False
    go_on = action_id == GO_ON_ACTION_ID
    if not await services.queue.retry(press.question_id, press.channel, go_on=go_on):
        log.info("nothing_to_retry", question=press.question_id)
    return True
