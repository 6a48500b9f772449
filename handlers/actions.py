"""Presses of controls under messages: does what each asks for, then acknowledges it.

The one way of a press: parsed in `parsing/actions.py`, refused to other workspaces here, done by
its kind in `presses/table.py`, whose stores see to who may press and to what is done once. Tells
the person who pressed alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond

from bot.domain.errors import EaselError
from handlers.identifiers import DONE_KEY
from handlers.parsing.actions import parse_button_press, read_action_id
from handlers.parsing.shortcuts import parse_chooser, read_trigger_id
from handlers.presses.press import STRANGER_MESSAGE, PressReply
from handlers.presses.table import ACTION_IDS, PRESSES
from handlers.presses.telling import tell_presser
from handlers.services import Services

log = structlog.get_logger(__name__)

STRANGER_REPLY = PressReply(STRANGER_MESSAGE, refusal="another_workspace")
# A second delivery of a press whose form is open.
_OPEN_ALREADY_CODE = "exchanged_trigger_id"


def register(app: AsyncApp, services: Services) -> None:
    """Listen to all kinds of presses. What they ask for is committed, then Slack acknowledged."""

    async def on_press(
        body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck, respond: AsyncRespond
    ) -> None:
        reply = await _take_press(body, services)
        if reply is not None:
            reply = await _open_form(reply, body, services)
        context[DONE_KEY] = True
        await ack()
        if reply is not None:
            language = services.choose_language(parse_chooser(body), "")
            await tell_presser(respond, reply, language)

    for action_id in ACTION_IDS:
        app.action(action_id)(on_press)


async def store_press(body: Mapping[str, Any], services: Services) -> bool:
    """Do what the press in `body` asks for; committed when this returns. Return False if it is no
    press of a control of Easel's. Raises `TransientError` if it was not stored."""
    reply = await _take_press(body, services)
    if reply is not None:
        await _open_form(reply, body, services)
    return reply is not None


async def _take_press(body: Mapping[str, Any], services: Services) -> PressReply | None:
    """Do what the press asks for; return what comes of it, None if it is none of Easel's."""
    press = parse_button_press(body)
    take = None if press is None or not read_action_id(body) else PRESSES.get(press.name)
    if press is None or take is None:
        return None
    is_stranger = not press.teams <= services.home_teams
    reply = STRANGER_REPLY if is_stranger else await take(press, services)
    if reply.refusal:
        reason = reply.refusal.replace(" ", "_")
        log.info("press_refused", reason=reason, question=press.question_id)
    return reply


async def _open_form(reply: PressReply, body: Mapping[str, Any], services: Services) -> PressReply:
    """Open the form of `reply`, if it has one; return what the person is told."""
    if reply.view is None:
        return reply
    try:
        await services.views.open_view(read_trigger_id(body), reply.view)
    except EaselError as error:
        if error.code == _OPEN_ALREADY_CODE:
            return reply
        log.info("form_not_opened", error=type(error).__name__, code=error.code)
        return replace(reply, told=reply.not_opened or reply.told)
    return reply
