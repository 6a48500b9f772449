"""The row under an answer through the whole service: its buttons and menu, and who may press."""

from __future__ import annotations

import asyncio
import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.answering.showing.kept import KEPT_MESSAGE
from bot.playground.model.wire import build_chunk, build_error, encode_event
from bot.playground.slack import PlayedSlack
from bot.playground.slack.interactions import build_button_payload
from bot.playground.slack.workspace import PlayedMessage
from handlers.identifiers import CONTINUE_ACTION_ID, MENU_ACTION_ID, REGENERATE_ACTION_ID
from handlers.presses.answers import CONTINUED_MESSAGE, COPIED_MESSAGE, EARLIER_MESSAGE
from handlers.presses.press import (
    GONE_MESSAGE,
    NOT_THEIRS_MESSAGE,
    REPLACED_MESSAGE,
    STRANGER_MESSAGE,
)
from tests.support.easel import GENERAL, QUICK_RULES, EaselEnvironment, build_png, run_easel
from tests.support.files import list_texts

CUT = (
    encode_event(build_chunk("gen-cut", 1, {"content": "It was a dark and"}))
    + encode_event(build_chunk("gen-cut", 1, {"content": " stormy"}, finish="length"))
)  # fmt: skip


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


async def test_an_answer_is_replaced_when_the_new_one_is_whole(easel: EaselEnvironment) -> None:
    reply = await ask(easel, "write 2400 words")
    root = reply.thread_ts or ""
    assert len(list_texts(easel, root)) > 1
    first = easel.list_replies(root)[0]
    easel.model.speak = lambda _: easel.model.answers[-1][1].__class__(text="Short.")
    assert await press(easel, reply, REGENERATE_ACTION_ID) == []
    (after,) = easel.list_replies(root)
    assert (after.ts, after.text) == (first.ts, "Short.")
    assert find_control(after, REGENERATE_ACTION_ID)["value"] == "1.2"
    await easel.ask("say next", thread_ts=root)
    turns = easel.list_turns()
    assert [turn["is_replaced"] for turn in turns if turn["speaker"] == "easel"] == [1, 0, 0]
    assert len(json.dumps(easel.get_last_request())) < 20_000


async def test_who_presses_pays_and_only_once(easel: EaselEnvironment) -> None:
    reply = await ask(easel)
    old = build_press(easel, reply, REGENERATE_ACTION_ID)
    twice = build_press(easel, reply, REGENERATE_ACTION_ID)
    await send(easel, old, twice, old)
    assert len(easel.model.requests) == 2
    # Slack sends them again much later, and somebody kept the row of the first answer.
    told = await send(easel, old, twice)
    assert len(easel.model.requests) == 2
    assert all(str(REPLACED_MESSAGE) in one for one in told) and len(told) == 2
    assert {row["user"] for row in easel.list_model_requests()} == {"U0ALEX"}


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


async def test_an_operator_may_know_the_cost_at_once(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_OPERATORS="U0SAM") as easel:
        reply = await ask(easel)
        (told,) = await press(easel, reply, "cost", "U0SAM")
        assert "in one request to openai/gpt-5.4-image-2" in told and "$" in told
        (told,) = await press(easel, reply, "seen", "U0SAM")
        assert str(NOT_THEIRS_MESSAGE) in told


async def test_a_failure_keeps_the_earlier_answer(easel: EaselEnvironment) -> None:
    reply = await ask(easel)
    easel.model.fail(401, build_error(401, "no"))
    await press(easel, reply, REGENERATE_ACTION_ID)
    after = read_newest(easel, reply)
    assert (after.text, after.buttons, after.controls) == ("one", reply.buttons, reply.controls)
    assert len(easel.list_replies(reply.thread_ts or "")) == 1
    (told,) = easel.slack.workspace.ephemerals
    assert told.person == "U0ALEX" and told.text.startswith(str(KEPT_MESSAGE))
    rows = easel.read_rows("SELECT outcome, version, kept, ending FROM questions")
    assert rows == [{"outcome": "answered", "version": 1, "kept": "", "ending": "whole"}]
    await easel.ask("say next", thread_ts=reply.thread_ts)
    assert '"one"' in json.dumps(easel.get_last_request())
    # And the button still works.
    await press(easel, reply, REGENERATE_ACTION_ID)
    rows = easel.read_rows("SELECT version FROM questions ORDER BY id")
    assert [row["version"] for row in rows] == [2, 1]


async def test_where_nothing_can_be_asked_any_more_the_earlier_answer_stays(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("Explain this picture", files=[("a.png", build_png())])
    reply = easel.list_replies(root)[-1]
    (file,) = easel.slack.workspace.files.values()
    easel.slack.delete_file(file.id, user="U0ALEX")
    await easel.slack.wait_until_quiet()
    await press(easel, reply, REGENERATE_ACTION_ID)
    assert len(easel.model.requests) == 1
    after = read_newest(easel, reply)
    assert (after.text, after.controls) == (reply.text, reply.controls)
    assert easel.slack.workspace.ephemerals[-1].text.startswith(str(KEPT_MESSAGE))
    rows = easel.read_rows("SELECT outcome, version, kept FROM questions")
    assert rows == [{"outcome": "answered", "version": 1, "kept": ""}]


async def test_words_that_do_not_come_keep_the_earlier_answer(easel: EaselEnvironment) -> None:
    reply = await ask(easel)
    easel.model.script(
        encode_event(build_chunk("gen-none", 1, {"content": ""}, finish="content_filter"))
    )
    await press(easel, reply, REGENERATE_ACTION_ID)
    assert read_newest(easel, reply).text == reply.text
    assert easel.slack.workspace.ephemerals[-1].text.startswith(str(KEPT_MESSAGE))
    await easel.ask("say next", thread_ts=reply.thread_ts)
    assert '"one"' in json.dumps(easel.get_last_request())


async def test_a_stop_keeps_the_earlier_answer_too(easel: EaselEnvironment) -> None:
    reply = await ask(easel, "write 300 words")
    easel.model.token_delay = 0.01
    before = len(easel.model.requests)
    payload = build_press(easel, reply, REGENERATE_ACTION_ID)
    delivery = easel.slack.send_body(payload, kind="interactive")
    await asyncio.wait_for(delivery.acknowledged.wait(), 60)
    await easel.slack.wait_until(lambda: len(easel.model.requests) > before)
    await easel.slack.post_as_person(GENERAL, "stop", thread_ts=reply.thread_ts)
    await easel.slack.wait_until(lambda: easel.slack.workspace.ephemerals)
    await easel.wait_until_idle()
    assert read_newest(easel, reply).text == reply.text
    assert "was asked to stop" in easel.slack.workspace.ephemerals[0].text


async def test_pictures_of_a_new_answer_are_new_versions(easel: EaselEnvironment) -> None:
    root = await easel.ask("explain the fox, and draw a fox")
    replies = easel.list_replies(root)
    with_row = next(one for one in replies if one.buttons)
    await press(easel, with_row, REGENERATE_ACTION_ID)
    versions = easel.read_rows("SELECT version FROM files WHERE version > 0 ORDER BY version")
    assert [row["version"] for row in versions] == [1, 2]


async def test_the_earlier_answer_is_shown_to_the_person_alone(easel: EaselEnvironment) -> None:
    reply = await ask(easel, "say **before** <!channel>")
    easel.model.speak = lambda _: easel.model.answers[-1][1].__class__(text="After.")
    await press(easel, reply, REGENERATE_ACTION_ID)
    after = read_newest(easel, reply)
    heading, words = await press(easel, after, "earlier")
    assert str(EARLIER_MESSAGE) in heading and '"ephemeral"' in words
    assert "**before**" in words and "<!channel>" not in words
    assert list_texts(easel, reply.thread_ts or "") == ["After."]


async def test_a_long_earlier_answer_comes_in_parts_that_slack_takes(
    easel: EaselEnvironment,
) -> None:
    reply = await ask(easel, "write 2400 words")
    easel.model.speak = lambda _: easel.model.answers[-1][1].__class__(text="After.")
    await press(easel, reply, REGENERATE_ACTION_ID)
    (after,) = easel.list_replies(reply.thread_ts or "")
    told = await press(easel, after, "earlier")
    assert 2 < len(told) <= 5


async def test_a_copy_is_a_file_in_the_thread_and_comes_once(easel: EaselEnvironment) -> None:
    reply = await ask(easel, "say **bold** words")
    told = await send(easel, build_press(easel, reply, "copy"), build_press(easel, reply, "copy"))
    (file,) = [one for one in easel.slack.workspace.files.values() if one.name == "answer.md"]
    assert file.data == b"**bold** words\n"
    assert len(told) == 1 and str(COPIED_MESSAGE) in told[0]
    assert len(easel.model.requests) == 1


async def test_what_was_cut_goes_on_once(easel: EaselEnvironment) -> None:
    easel.model.script(CUT)
    reply = await ask(easel, "tell a story")
    assert [one["action_id"] for one in reply.buttons] == [
        CONTINUE_ACTION_ID,
        REGENERATE_ACTION_ID,
    ]
    told = await send(
        easel,
        build_press(easel, reply, CONTINUE_ACTION_ID),
        build_press(easel, reply, CONTINUE_ACTION_ID),
    )
    assert len(easel.model.requests) == 2
    sent = json.dumps(easel.get_last_request())
    assert "exactly where your answer stopped" in sent and "dark and stormy" in sent
    assert len(told) == 1 and str(CONTINUED_MESSAGE) in told[0]
    assert len(easel.list_replies(reply.thread_ts or "")) == 2


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
