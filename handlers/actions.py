"""Buttons under Easel's messages: Retry, Go on. Stored, then acknowledged; answers nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from handlers.parsing.actions import parse_button_press
from handlers.web_api.blocks import GO_ON_ACTION_ID, RETRY_ACTION_ID

log = structlog.get_logger(__name__)


class RetryCallback(Protocol):
    async def __call__(self, question_id: int, channel: str, *, go_on: bool) -> bool:
        """Ask a question of `channel` once more; False where there is nothing to ask again."""
        ...


def register(app: AsyncApp, retry_question: RetryCallback) -> None:
    """Listen to the buttons. `ask_again` has committed when it returns."""

    async def handle_press(body: Mapping[str, Any], *, go_on: bool) -> None:
        question, channel = parse_button_press(body)
        if question is not None and not await retry_question(question, channel, go_on=go_on):
            log.info("nothing_to_retry", question=question)

    async def on_retry(body: dict[str, Any], ack: AsyncAck) -> None:
        await handle_press(body, go_on=False)
        await ack()

    async def on_go_on(body: dict[str, Any], ack: AsyncAck) -> None:
        await handle_press(body, go_on=True)
        await ack()

    app.action(RETRY_ACTION_ID)(on_retry)
    app.action(GO_ON_ACTION_ID)(on_go_on)
