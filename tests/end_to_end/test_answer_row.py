"""The row under an answer through the whole service: what is in it, and who may press."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from bot.playground.slack import PlayedSlack
from handlers.identifiers import MENU_ACTION_ID, REGENERATE_ACTION_ID
from handlers.presses.press import (
    GONE_MESSAGE,
    NOT_THEIRS_MESSAGE,
    STRANGER_MESSAGE,
)
from tests.support.answer_rows import ask, build_press, press, send
from tests.support.easel import GENERAL, QUICK_RULES, EaselEnvironment, run_easel
from tests.support.files import list_texts


async def test_the_row_names_what_the_answer_offers_and_costs_no_call(
    easel: EaselEnvironment,
) -> None:
    reply = await ask(easel)
    assert [one["action_id"] for one in reply.buttons] == [REGENERATE_ACTION_ID]
    menu = [one["value"] for one in reply.controls if one["action_id"] == MENU_ACTION_ID]
    assert menu == ["copy:1", "seen:1", "cost:1", "quiet:1"]
    assert "chat.update" not in [call.method for call in easel.slack.calls]
    root = await easel.ask("settings")
    assert not easel.list_replies(root)[-1].buttons and not easel.list_replies(root)[-1].controls


async def test_for_an_hour_it_is_the_askers_and_a_setting_changes_that(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path, slack=slack) as easel:
            reply = await ask(easel)
            for name in (REGENERATE_ACTION_ID, "copy", "seen", "cost"):
                (told,) = await press(easel, reply, name, "U0SAM")
                assert str(NOT_THEIRS_MESSAGE) in told
            assert len(easel.model.requests) == 1 and len(list_texts(easel, reply.thread_ts or ""))
        async with run_easel(tmp_path, slack=slack, EASEL_ASKER_MINUTES=0) as easel:
            assert await press(easel, reply, REGENERATE_ACTION_ID, "U0SAM") == []
            assert [row["user"] for row in easel.list_model_requests()] == ["U0ALEX", "U0SAM"]


async def test_the_buttons_work_after_a_restart(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path, slack=slack) as easel:
            reply = await ask(easel)
        async with run_easel(tmp_path, slack=slack) as easel:
            assert await press(easel, reply, REGENERATE_ACTION_ID) == []
            assert len(easel.model.requests) == 1


@pytest.mark.parametrize("name", [REGENERATE_ACTION_ID, "copy", "seen", "cost"])
async def test_a_press_without_its_question_does_nothing_and_says_so(
    easel: EaselEnvironment, name: str
) -> None:
    reply = await ask(easel)
    payload = build_press(easel, reply, name)
    foreign = copy.deepcopy(payload) | {"user": {"id": "U0ALEX", "team_id": "T0OTHER"}}
    elsewhere = copy.deepcopy(payload) | {"channel": {"id": "C0OTHER", "name": "other"}}
    later = copy.deepcopy(payload)
    _forge(later, "1", "1.7")
    none = copy.deepcopy(payload)
    _forge(none, "1", "999999999999999999")
    told = await send(easel, foreign, elsewhere, later, none)
    assert sum(str(STRANGER_MESSAGE) in one for one in told) == 1
    assert sum(str(GONE_MESSAGE) in one for one in told) == 3
    easel.slack.delete_message(GENERAL, reply.thread_ts or "")
    await easel.slack.wait_until_quiet()
    (told_gone,) = await send(easel, payload)
    assert str(GONE_MESSAGE) in told_gone and len(easel.model.requests) == 1


@pytest.mark.parametrize(
    "value",
    [
        "copy",
        "copy:",
        ":1",
        "COPY:1",
        "copy:1.",
        "copy:1;x",
        "rm:1",
        "x" * 3_000,
        "\u202e1",
        None,
        7,
    ],
)
async def test_a_forged_entry_is_acknowledged_and_does_nothing(
    easel: EaselEnvironment, value: object
) -> None:
    reply = await ask(easel)
    payload = build_press(easel, reply, "copy")
    payload["actions"][0]["selected_option"]["value"] = value
    assert await send(easel, payload) == []
    assert len(easel.list_replies(reply.thread_ts or "")) == 1


def _forge(payload: dict[str, Any], old: str, new: str) -> None:
    action = payload["actions"][0]
    target = action.get("selected_option", action)
    word, mark, _ = target["value"].rpartition(":")
    target["value"] = f"{word}{mark}{new}"


async def test_a_footer_is_under_the_answer_where_it_is_wanted(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_FOOTER="true") as easel:
        reply = await ask(easel)
        first, footer = reply.text.split("\n\n")
        assert first == "one"
        assert re.fullmatch(r"_gpt-5\.4-image-2 · \d+ s · \$0\.\d{2,4}_", footer)
        root = await easel.ask("settings")
        assert "·" not in list_texts(easel, root)[-1]
