"""The menus under pictures through the whole service: what a press asks, of whom, and how often."""

from __future__ import annotations

import asyncio
import copy
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.playground.slack import PlayedSlack
from bot.playground.slack.interactions import build_button_payload
from bot.playground.slack.views.people import Sent
from bot.playground.slack.workspace import PlayedMessage
from handlers.presses.press import GONE_MESSAGE, NOT_THEIRS_MESSAGE, STRANGER_MESSAGE
from tests.support.easel import (
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    build_png,
    list_pictures,
    run_easel,
)

HOSTILE = "<!channel> \u202e\x00\x1b[31m <@U0SAM> [note] " + "x" * 2_900


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


async def test_again_asks_the_same_once_for_who_pressed_and_says_so(
    easel: EaselEnvironment,
) -> None:
    menu = await draw(easel, "draw a red fox --quality low")
    assert [one["text"] for one in menu.controls] == [
        "Again (about $0.01)",
        "Vary: 3 more (about $0.02)",
        "Edit…",
        "Use as reference",
        "Convert… (free)",
    ]
    first = build_press(easel, menu, "again")
    # A double click, and the first click once more: Slack sends again what it takes for lost.
    await send(easel, first, build_press(easel, menu, "again"), first)
    again = "draw a red fox --quality low --variations 1"
    assert read_questions(easel)[1:] == [(again, "U0ALEX")]
    assert list_files(easel, menu) == ["red-fox-v1.png", "red-fox-v2.png"]
    assert "_Alex pressed “Again” under v1:_" in list_texts(easel, menu)
    assert find_menu(easel, menu.thread_ts or "").controls[0]["value"] == "again:2.2"
    # The message that said so at once is the one with the answer.
    assert len(easel.slack.list_replies(GENERAL, menu.thread_ts or "")) == 6


async def test_what_is_dear_is_asked_first_and_booked_on_who_pressed(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path / "data", slack=slack) as easel:
            menu = await draw(easel)
            assert find_entry(menu, "vary")["text"] == "Vary: 3 more (about $0.63)"
            await press(easel, menu, "vary")
            (form,) = easel.slack.modals.list_open()
            assert "about $0.63" in str(form["blocks"]) and len(easel.model.requests) == 1
        async with run_easel(tmp_path / "data", slack=slack) as easel:
            sent = await easel.slack.forms.submit(form["id"], {})
            assert sent == Sent(is_closed=True)
            await easel.wait_until_idle()
            assert len(list_files(easel, menu)) == 4, list_texts(easel, menu)
            assert {row["user"] for row in easel.list_model_requests()} == {"U0ALEX"}
            assert len(easel.model.requests) == 3
            last = find_menu(easel, menu.thread_ts or "")
            assert [one["value"] for one in last.controls if "vary" in one["value"]] == [
                "vary:2.2", "vary:2.3", "vary:2.4",
            ]  # fmt: skip


async def test_after_an_hour_another_person_may_press_and_pays(tmp_path: Path) -> None:
    async with run_easel(tmp_path / "data", EASEL_CONFIRM_ABOVE="5") as easel:
        menu = await draw(easel)
        for action in ("again", "vary", "edit", "reference", "convert"):
            await press(easel, menu, action, user="U0SAM")
        assert find_told(easel).count(str(NOT_THEIRS_MESSAGE)) == 5
        assert len(read_questions(easel)) == 1 and not easel.slack.modals.list_open()
        with closing(sqlite3.connect(easel.folder / "easel.db")) as database:
            database.execute("UPDATE questions SET settled_at = settled_at - 3600")
            database.commit()
        await send(
            easel,
            build_press(easel, menu, "vary", user="U0SAM"),
            build_press(easel, menu, "vary"),
        )
        (_, person) = read_questions(easel)[-1]
        assert len(read_questions(easel)) == 2
        assert [row["user"] for row in easel.list_model_requests()][1:] == [person] * 3
        assert "Somebody else has just pressed" in find_told(easel)


async def test_an_edit_takes_words_options_and_a_reference(easel: EaselEnvironment) -> None:
    root = await easel.ask("draw a red fox")
    photo = build_png()
    await easel.ask("what is this?", thread_ts=root, files=[("photo --variations 4.png", photo)])
    await press(easel, find_menu(easel, root), "edit")
    (form,) = easel.slack.modals.list_open()
    (offered,) = [one for one in form["blocks"] if one.get("block_id") == "reference"]
    names = [one["text"]["text"] for one in offered["element"]["options"]]
    assert names == ["photo --variations 4.png"]
    sent = await submit(
        easel,
        words=f"make the sky orange {HOSTILE}",
        quality="low",
        aspect="16:9",
        background="opaque",
        reference=offered["element"]["options"][0]["value"],
    )
    assert sent == Sent(is_closed=True)
    request = easel.get_last_request()
    assert len(list_pictures(request)) == 2
    words = request["messages"][-1]["content"][0]["text"]
    assert "they want it used as a reference" in words and "v1: " in words
    assert "<!channel>" not in easel.slack.list_replies(GENERAL, root)[-3].text
    row = easel.list_model_requests()[-1]
    assert "--aspect 16:9 --quality low --background opaque --variations 1" in row["parameters"]
    assert "_Alex pressed “Edit” under v1: “" in list_texts(easel, find_menu(easel, root))
    assert list_files(easel, find_menu(easel, root))[-1].endswith("-v2.png")


async def test_an_empty_edit_and_a_made_up_one_are_refused_in_the_form(
    easel: EaselEnvironment,
) -> None:
    menu = await draw(easel)
    await press(easel, menu, "edit")
    sent = await submit(easel, words="\u200b \u202e")
    assert "in a few words" in sent.errors["words"]
    (view,) = easel.slack.modals._open.values()
    view.view["private_metadata"] = view.view["private_metadata"].replace('"1"', '"2"')
    assert "which picture" in (await submit(easel, words="bluer")).errors["words"]
    assert len(read_questions(easel)) == 1


async def test_a_reference_goes_with_the_next_question_of_that_person_alone(
    easel: EaselEnvironment,
) -> None:
    menu = await draw(easel)
    root = menu.thread_ts or ""
    await press(easel, menu, "reference")
    assert "takes v1 along" in find_told(easel) and len(read_questions(easel)) == 1
    for text, user, count in (
        ("what is the capital of France?", "U0SAM", 0),
        ("draw a boat on the sea", "U0ALEX", 1),
        ("what is the capital of Spain?", "U0ALEX", 0),
    ):
        await easel.ask(text, thread_ts=root, user=user)
        content = easel.get_last_request()["messages"][-1]["content"]
        found = list_pictures(easel.get_last_request()) if isinstance(content, list) else []
        assert len(found) == count, text
    assert list_texts(easel, menu).count("_I took v1 along as a reference, as you wanted._") == 1


async def test_a_conversion_asks_no_model(easel: EaselEnvironment) -> None:
    menu = await draw(easel)
    await press(easel, menu, "convert")
    assert await submit(easel, format="jpg", percent="50") == Sent(is_closed=True)
    assert len(easel.model.requests) == 1
    assert list_files(easel, menu)[-1].endswith("v2.jpg")
    converted = find_menu(easel, menu.thread_ts or "")
    assert converted.controls[0]["value"] == "vary:2.2"  # what is done here is the same each time


@pytest.mark.parametrize(
    "value", ["again:999.1", "vary:1.9", "edit:1.0", "reference:1.999999", "convert:0.1"]
)
async def test_a_picture_that_is_not_there_is_told_to_that_person_alone(
    easel: EaselEnvironment, value: str
) -> None:
    menu = await draw(easel)
    body = build_press(easel, menu, "again")
    body["actions"][0]["selected_option"]["value"] = value
    elsewhere = copy.deepcopy(body) | {"channel": {"id": "C0OTHER", "name": "other"}}
    elsewhere["actions"][0]["selected_option"]["value"] = "again:1.1"
    foreign = copy.deepcopy(elsewhere) | {"user": {"id": "U0ALEX", "team_id": "T0OTHER"}}
    await send(easel, body, elsewhere, foreign)
    await easel.slack.wait_until(lambda: len(easel.slack.responses) == 3)
    told = find_told(easel)
    assert told.count(str(GONE_MESSAGE)) == 2 and told.count(str(STRANGER_MESSAGE)) == 1
    assert len(read_questions(easel)) == 1 and not easel.slack.modals.list_open()


async def test_nothing_is_asked_of_a_deleted_question_or_picture(easel: EaselEnvironment) -> None:
    menu, other = await draw(easel), await draw(easel, "draw a blue boat")
    easel.slack.delete_message(GENERAL, menu.thread_ts or "")
    (picture,) = [
        one for one in easel.slack.list_replies(GENERAL, other.thread_ts or "") if one.files
    ]
    easel.slack.delete_file(picture.files[0].id, user="U0EASEL")
    await easel.wait_until_idle()
    for one in (menu, other):
        await press(easel, one, "again")
    assert find_told(easel).count(str(GONE_MESSAGE)) == 2
    assert len(read_questions(easel)) == 2


async def test_what_was_asked_again_goes_with_the_deleted_question(
    easel: EaselEnvironment,
) -> None:
    menu = await draw(easel)
    root = menu.thread_ts or ""
    await press(easel, menu, "again")
    second = find_menu(easel, root)
    easel.slack.delete(GENERAL, root)
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    await press(easel, second, "again")
    assert str(GONE_MESSAGE) in find_told(easel) and len(read_questions(easel)) == 2


async def test_where_slack_takes_no_blocks_the_menu_is_words(tmp_path: Path) -> None:
    async with run_easel(tmp_path / "data") as easel:
        easel.slack.fail("chat.postMessage", error="invalid_blocks", argument="blocks")
        root = await easel.ask("draw a red fox")
        words = easel.slack.list_replies(GENERAL, root)[-1]
        assert words.text.startswith("To go on with a picture, say for example")
        assert not words.controls


async def test_the_next_person_reads_that_others_do_not_see_the_words(
    easel: EaselEnvironment,
) -> None:
    """A press in a thread that waits is answered in its turn, after what was asked before."""
    menu = await draw(easel)
    root = menu.thread_ts or ""
    await easel.slack.post_as_person(GENERAL, f"{MENTION} and a green one", thread_ts=root)
    await press(easel, menu, "again")
    texts = [text for text, _ in read_questions(easel)]
    assert texts[1:] == ["and a green one", "draw a red fox --variations 1"]
