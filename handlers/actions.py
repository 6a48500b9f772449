"""Buttons under messages (Retry, Go on, Without it): stores each press, then acknowledges it.

See `parsing/actions.py` for the payload. Answers nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from handlers.identifiers import (
    DONE_KEY,
    GO_ON_ACTION_ID,
    RETRY_ACTION_ID,
    WITHOUT_ACTION_ID,
)
from handlers.parsing.actions import parse_button_press, read_action_id
from handlers.services import Services

log = structlog.get_logger(__name__)


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the buttons. `retry` has committed when it returns; then Slack is acknowledged."""

    async def on_press(body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck) -> None:
        await store_press(body, services)
        context[DONE_KEY] = True
        await ack()

    for action_id in (RETRY_ACTION_ID, GO_ON_ACTION_ID, WITHOUT_ACTION_ID):
        app.action(action_id)(on_press)


async def store_press(body: Mapping[str, Any], services: Services) -> bool:
    """Ask the question of the pressed button again; committed when this returns. Return False if
    `body` is no press of a button of Easel's. Raises `TransientError` if it was not stored."""
    press = parse_button_press(body)
    if press is None:
        return False
    action_id, queue = read_action_id(body), services.queue
    question_id, channel, presser = press.question_id, press.channel, press.presser
    if action_id == WITHOUT_ACTION_ID:
        is_asked = presser is not None and await queue.ask_apart(question_id, channel, presser)
    elif action_id in (RETRY_ACTION_ID, GO_ON_ACTION_ID):
        is_asked = await queue.retry(question_id, channel, go_on=action_id == GO_ON_ACTION_ID)
    else:
        return False
    if not is_asked:
        log.info("nothing_to_retry", question=question_id)
    return True
