"""Presses the menus under pictures, as people do, and tells what comes of it."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.playground.slack.interactions import build_button_payload
from bot.playground.slack.views.people import Sent
from bot.playground.slack.workspace import PlayedMessage
from tests.support.easel import (
    GENERAL,
    EaselEnvironment,
)


async def draw(easel: EaselEnvironment, text: str = "draw a red fox") -> PlayedMessage:
    """Ask for a picture; return the message with the menu under it."""
    return find_menu(easel, await easel.ask(text))


def find_menu(easel: EaselEnvironment, root: str) -> PlayedMessage:
    return [
        one
        for one in easel.slack.list_replies(GENERAL, root)
        if any("menu" in c for c in one.controls)
    ][-1]


def find_entry(menu: PlayedMessage, action: str, *, at: int = 0) -> dict[str, str]:
    return [one for one in menu.controls if one["value"].startswith(f"{action}:")][at]


def build_press(
    easel: EaselEnvironment, menu: PlayedMessage, action: str, *, user: str = "U0ALEX", at: int = 0
) -> dict[str, Any]:
    return build_button_payload(
        menu,
        find_entry(menu, action, at=at),
        user,
        action_ts=easel.slack.workspace.create_ts(),
        origin=easel.slack.origin,
    )


async def send(easel: EaselEnvironment, *bodies: dict[str, Any]) -> None:
    """Send presses, all at once, and wait until everything that follows is there."""
    for body in bodies:
        easel.slack.modals.note_triggers(body)
    sent = [easel.slack.send_body(body, kind="interactive") for body in bodies]
    async with asyncio.timeout(60):
        await asyncio.gather(*(delivery.acknowledged.wait() for delivery in sent))
    await easel.wait_until_idle()


async def press(easel: EaselEnvironment, menu: PlayedMessage, action: str, **more: Any) -> None:
    await send(easel, build_press(easel, menu, action, **more))


async def submit(easel: EaselEnvironment, user: str = "U0ALEX", **given: str) -> Sent:
    form = str(easel.slack.modals.list_open()[-1]["id"])
    sent = await easel.slack.forms.submit(form, given, user=user)
    await easel.wait_until_idle()
    return sent


def list_files(easel: EaselEnvironment, menu: PlayedMessage) -> list[str]:
    replies = easel.slack.list_replies(GENERAL, menu.thread_ts or "")
    return [file.name for one in replies for file in one.files]


def list_texts(easel: EaselEnvironment, menu: PlayedMessage) -> str:
    return "\n".join(one.text for one in easel.slack.list_replies(GENERAL, menu.thread_ts or ""))


def read_questions(easel: EaselEnvironment) -> list[tuple[str, str]]:
    rows = easel.read_rows(
        'SELECT t.text, q."user" AS person FROM questions q JOIN turns t ON t.id = q.turn_id'
        " ORDER BY q.id"
    )
    return [(row["text"], row["person"]) for row in rows]


def find_told(easel: EaselEnvironment) -> str:
    return str(easel.slack.responses)
