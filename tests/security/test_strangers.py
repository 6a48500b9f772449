"""People of other workspaces set no settings and press no buttons; one press asks once."""

from __future__ import annotations

import asyncio
import copy
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.domain.questions import ASKERS_OWN_SECONDS
from bot.playground.model.wire import build_error
from bot.playground.slack.interactions import build_button_payload
from bot.playground.slack.workspace import PlayedMessage
from handlers.presses.press import NOT_THEIRS_MESSAGE
from tests.support.easel import GENERAL, MENTION, EaselEnvironment, run_easel

FOREIGN: list[dict[str, Any]] = [
    {"user_team": "T0OTHER"},
    {"team": "T0OTHER"},
    {"source_team": "T0OTHER"},
    {"user_profile": {"team": "T0OTHER"}},
]


async def post_event(easel: EaselEnvironment, text: str, **fields: Any) -> str:
    """Post as a person whom the event describes with `fields`; return what is answered."""
    slack = easel.slack
    ts = slack.workspace.create_ts()
    words = f"{MENTION} {text}"
    slack.workspace.add(PlayedMessage(ts=ts, channel=GENERAL, user="U0ALEX", text=words))
    event = {"type": "app_mention", "user": "U0ALEX", "channel": GENERAL, "ts": ts, "text": words}
    slack.emit(event | fields)
    await slack.wait_until(lambda: easel.list_replies(ts))
    await easel.wait_until_idle()
    return easel.list_replies(ts)[-1].text


async def fail_once(easel: EaselEnvironment) -> tuple[str, PlayedMessage]:
    """Ask a question that fails; return its root and the reply with its button."""
    easel.model.fail(401, build_error(401, "no"))
    root = await easel.ask("hello")
    return root, next(reply for reply in easel.list_replies(root) if reply.buttons)


def build_press(reply: PlayedMessage, easel: EaselEnvironment, **fields: Any) -> dict[str, Any]:
    ts = easel.slack.workspace.create_ts()
    payload = build_button_payload(
        reply, reply.buttons[0], "U0ALEX", action_ts=ts, origin=easel.slack.origin
    )
    return copy.deepcopy(payload) | fields


async def press(easel: EaselEnvironment, payload: dict[str, Any]) -> int:
    """Send a press; return how many requests the model got by it."""
    before = len(easel.model.requests)
    delivery = easel.slack.send_body(payload, kind="interactive")
    await asyncio.wait_for(delivery.acknowledged.wait(), 60)
    await easel.wait_until_idle()
    return len(easel.model.requests) - before


def let_an_hour_pass(easel: EaselEnvironment) -> None:
    with closing(sqlite3.connect(easel.folder / "easel.db")) as database:
        database.execute(
            "UPDATE questions SET settled_at = settled_at - ?", (ASKERS_OWN_SECONDS + 1,)
        )
        database.commit()


@pytest.mark.parametrize("fields", FOREIGN)
async def test_a_stranger_sets_nothing(easel: EaselEnvironment, fields: dict[str, Any]) -> None:
    for command in ("settings --effort high", "settings reset", "settings"):
        assert "workspace that I belong to" in await post_event(easel, command, **fields)
    assert "Nothing is set" in await post_event(easel, "settings", team="T0EASEL")


async def test_who_has_set_it_is_shown(easel: EaselEnvironment) -> None:
    await post_event(easel, "settings --effort high", team="T0EASEL")
    assert "Set by Alex" in await post_event(easel, "settings", team="T0EASEL")


@pytest.mark.parametrize(
    "flags", ['--stop "e"', "--logit-bias 1:-100", "--max-tokens 16", "--variations 4"]
)
async def test_what_bends_everybodys_answers_is_not_for_channels(
    easel: EaselEnvironment, flags: str
) -> None:
    answer = await post_event(easel, f"settings --effort low {flags}", team="T0EASEL")
    assert "not for channels" in answer
    assert "Nothing is set" in await post_event(easel, "settings", team="T0EASEL")


async def test_what_is_stored_of_it_is_ignored_shown_and_removed(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        await post_event(easel, "settings --effort high", team="T0EASEL")
    with closing(sqlite3.connect(tmp_path / "easel.db")) as database:
        database.execute(
            "UPDATE channel_settings SET flags = '--effort high --max-tokens 16 --stop \"e\"'"
        )
        database.commit()
    async with run_easel(tmp_path) as easel:
        await easel.ask("hello")
        request = easel.get_last_request()
        assert "stop" not in request and request.get("max_tokens") != 16
        shown = await post_event(easel, "settings", team="T0EASEL")
        assert "No longer for channels" in shown and "--max-tokens 16" in shown
        await post_event(easel, "settings --quality low", team="T0EASEL")
        shown = await post_event(easel, "settings", team="T0EASEL")
        assert "--effort high" in shown and "No longer" not in shown and "stop" not in shown


async def test_a_strangers_press_is_refused_and_they_are_told(easel: EaselEnvironment) -> None:
    _, reply = await fail_once(easel)
    for fields in (
        {"user": {"id": "U0ALEX", "team_id": "T0OTHER"}},
        {"user": {"id": "U0ALEX"}, "team": {"id": "T0OTHER"}},
        {"team": {"id": "T0OTHER"}},
    ):
        assert await press(easel, build_press(reply, easel, **fields)) == 0
    await easel.slack.wait_until(lambda: len(easel.slack.responses) == 3)
    assert all("workspace that I belong to" in said["text"] for said in easel.slack.responses)
    assert easel.slack.responses[0]["response_type"] == "ephemeral"
    assert await press(easel, build_press(reply, easel)) == 1


async def test_for_an_hour_the_button_is_the_askers_and_then_who_presses_pays(
    easel: EaselEnvironment,
) -> None:
    _, reply = await fail_once(easel)
    other = {"user": {"id": "U0SAM", "team_id": "T0EASEL"}}
    assert await press(easel, build_press(reply, easel, **other)) == 0
    await easel.slack.wait_until(lambda: easel.slack.responses)
    assert easel.slack.responses[0]["text"] == str(NOT_THEIRS_MESSAGE)
    let_an_hour_pass(easel)
    assert await press(easel, build_press(reply, easel, **other)) == 1
    assert easel.list_model_requests()[-1]["user"] == "U0SAM"


async def test_a_forged_or_repeated_press_asks_nothing(easel: EaselEnvironment) -> None:
    _, reply = await fail_once(easel)
    elsewhere = {"channel": {"id": "C0RANDOM"}}
    assert await press(easel, build_press(reply, easel, **elsewhere)) == 0
    assert await press(easel, build_press(reply, easel, user=None)) == 0
    once = build_press(reply, easel)
    easel.model.fail(401, build_error(401, "no"))
    assert await press(easel, once) == 1
    assert await press(easel, once) == 0  # it has failed again, and this is no new press
    late = build_press(reply, easel)
    assert await press(easel, build_press(reply, easel)) == 1
    assert await press(easel, late) == 0  # it is answered
