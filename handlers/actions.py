"""Buttons under messages (Retry, Go on, Without it): stores each press, then acknowledges it.

See `parsing/actions.py` for the payload. Tells only those whose press is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond

from bot.domain.messages import Message
from bot.domain.questions import PressResult
from handlers.identifiers import (
    DONE_KEY,
    GO_ON_ACTION_ID,
    RETRY_ACTION_ID,
    WITHOUT_ACTION_ID,
)
from handlers.parsing.actions import ButtonPress, parse_button_press, read_action_id
from handlers.parsing.shortcuts import parse_chooser
from handlers.services import Services
from handlers.shortcuts import notify_chooser

log = structlog.get_logger(__name__)

STRANGER_MESSAGE = Message(
    "This button is for people of the workspace that I belong to. Please ask one of them to press"
    " it, or ask me your question again."
)
NOT_THEIRS_MESSAGE = Message(
    "For an hour this button is for the person who asked. Please ask them to press it, or ask me"
    " yourself."
)
# The button stays: to take it away, the answer above it would have to be sent again.
ASKED_BEFORE_MESSAGE = Message(
    "I was asked before to answer this without it: that answer is in the same conversation. For"
    " another one, please ask me in one message that says all."
)
GONE_MESSAGE = Message(
    "The question of this answer is not there any more, so the button does nothing. Please ask me"
    " anew."
)
_REFUSALS = {
    PressResult.GONE: GONE_MESSAGE,
    PressResult.NOT_THEIRS: NOT_THEIRS_MESSAGE,
    PressResult.ASKED_BEFORE: ASKED_BEFORE_MESSAGE,
}
_ACTION_IDS = (RETRY_ACTION_ID, GO_ON_ACTION_ID, WITHOUT_ACTION_ID)


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the buttons. `retry` has committed when it returns; then Slack is acknowledged."""

    async def on_press(
        body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck, respond: AsyncRespond
    ) -> None:
        _, refusal = await _take_press(body, services)
        context[DONE_KEY] = True
        await ack()
        if refusal is not None:
            language = services.choose_language(parse_chooser(body), "")
            await notify_chooser(respond, refusal, language)

    for action_id in _ACTION_IDS:
        app.action(action_id)(on_press)


async def store_press(body: Mapping[str, Any], services: Services) -> bool:
    """Ask the question of the pressed button again; committed when this returns. Return False if
    `body` is no press of a button of Easel's. Raises `TransientError` if it was not stored."""
    is_press, _ = await _take_press(body, services)
    return is_press


async def _take_press(body: Mapping[str, Any], services: Services) -> tuple[bool, Message | None]:
    """As `store_press`, with what is said to a person whose press is refused."""
    press, action_id = parse_button_press(body), read_action_id(body)
    if press is None or action_id not in _ACTION_IDS:
        return False, None
    if press.teams and not press.teams <= services.home_teams:
        log.info("press_refused", reason="another_workspace", question=press.question_id)
        return True, STRANGER_MESSAGE
    result = await _ask_again(press, action_id, services)
    if result is not PressResult.ASKED:
        log.info("press_refused", reason=result.replace(" ", "_"), question=press.question_id)
    return True, _REFUSALS.get(result)


async def _ask_again(press: ButtonPress, action_id: str, services: Services) -> PressResult:
    presser, queue = press.presser, services.queue
    if presser is None:
        return PressResult.NOTHING_TO_ASK
    question_id, channel = press.question_id, press.channel
    if action_id != WITHOUT_ACTION_ID:
        go_on = action_id == GO_ON_ACTION_ID
        return await queue.retry(question_id, channel, presser, go_on=go_on)
    return await queue.ask_apart(question_id, channel, presser)
