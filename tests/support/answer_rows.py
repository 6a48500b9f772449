"""Presses what is under answers, as people do, and tells what they are told."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import Any

from bot.playground.slack.interactions import build_button_payload
from bot.playground.slack.workspace import PlayedMessage
from tests.support.easel import EaselEnvironment


async def ask(easel: EaselEnvironment, text: str = "say one") -> PlayedMessage:
    root = await easel.ask(text)
    return easel.list_replies(root)[-1]


def find_control(reply: PlayedMessage, name: str) -> dict[str, Any]:
    """Return the button with that action id, or the entry of the menu with that word."""
    controls = [*reply.buttons, *reply.controls]
    return next(
        one
        for one in controls
        if name == one["action_id"] or one["value"].partition(":")[0] == name
    )


def build_press(
    easel: EaselEnvironment, reply: PlayedMessage, name: str, user: str = "U0ALEX"
) -> dict[str, Any]:
    return copy.deepcopy(
        build_button_payload(
            reply,
            find_control(reply, name),
            user,
            action_ts=easel.slack.workspace.create_ts(),
            origin=easel.slack.origin,
        )
    )


async def send(easel: EaselEnvironment, *payloads: dict[str, Any]) -> list[str]:
    """Send presses, all at once; return what people were told of them alone."""
    before = len(easel.slack.responses)
    deliveries = [easel.slack.send_body(one, kind="interactive") for one in payloads]
    for delivery in deliveries:
        await asyncio.wait_for(delivery.acknowledged.wait(), 60)
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    return [json.dumps(one, ensure_ascii=False) for one in easel.slack.responses[before:]]


async def press(
    easel: EaselEnvironment, reply: PlayedMessage, name: str, user: str = "U0ALEX"
) -> list[str]:
    return await send(easel, build_press(easel, reply, name, user))


def read_newest(easel: EaselEnvironment, reply: PlayedMessage) -> PlayedMessage:
    found = easel.slack.workspace.find_message(reply.channel, reply.ts)
    assert found is not None
    return found
