"""The Stop button: ends the answer in progress, then acknowledges the press.

See `handlers/parsing/actions.py` for the payload. Tells only those whose press does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond

from bot.domain.answers.steering import StopResult
from bot.domain.messages import Message
from bot.queue.steering_notices import NOT_THEIRS_MESSAGE
from handlers.actions import STRANGER_MESSAGE
from handlers.identifiers import DONE_KEY, STOP_ACTION_ID
from handlers.parsing.actions import parse_button_press, read_action_id
from handlers.parsing.shortcuts import parse_chooser
from handlers.services import Services
from handlers.shortcuts import notify_chooser

log = structlog.get_logger(__name__)

COMPLETE_MESSAGE = Message("There is nothing to stop any more: this answer has ended.")
_REFUSALS = {
    StopResult.NOTHING: COMPLETE_MESSAGE,
    StopResult.NOT_THEIRS: NOT_THEIRS_MESSAGE,
}


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the button. The stop is stored when Slack is acknowledged."""

    async def on_press(
        body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck, respond: AsyncRespond
    ) -> None:
        _, refusal = await _take_stop(body, services)
        context[DONE_KEY] = True
        await ack()
        if refusal is not None:
            language = services.choose_language(parse_chooser(body), "")
            await notify_chooser(respond, refusal, language)

    app.action(STOP_ACTION_ID)(on_press)


async def store_stop(body: Mapping[str, Any], services: Services) -> bool:
    """Stop the answer of the pressed button; committed when this returns. Return False if `body` is
    no such press. Raises `TransientError` if it was not stored."""
    is_press, _ = await _take_stop(body, services)
    return is_press


async def _take_stop(body: Mapping[str, Any], services: Services) -> tuple[bool, Message | None]:
    """As `store_stop`, with what is said to a person whose press does nothing."""
    press = parse_button_press(body)
    if press is None or read_action_id(body) != STOP_ACTION_ID:
        return False, None
    if press.teams and not press.teams <= services.home_teams:
        log.info("press_refused", reason="another_workspace", question=press.question_id)
        return True, STRANGER_MESSAGE
    if press.presser is None:
        return True, None
    question_id, channel, version = press.question_id, press.channel, press.version
    result = await services.steering.stop_by_press(
        question_id, channel, press.presser.person, version=version
    )
    if result is not StopResult.STOPPED:
        log.info("press_refused", reason=result.replace(" ", "_"), question=question_id)
    return True, _REFUSALS.get(result)
