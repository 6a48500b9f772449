"""The menus under pictures through the whole service: what a press asks, of whom, and how often."""

from __future__ import annotations

import copy
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from handlers.presses.press import GONE_MESSAGE, NOT_THEIRS_MESSAGE, STRANGER_MESSAGE
from tests.support.easel import (
    GENERAL,
    MENTION,
    EaselEnvironment,
    run_easel,
)
from tests.support.picture_menus import (
    build_press,
    draw,
    find_menu,
    find_told,
    list_files,
    list_texts,
    press,
    read_questions,
    send,
)


async def test_again_asks_the_same_once_for_who_pressed_and_says_so(
    easel: EaselEnvironment,
) -> None:
    menu = await draw(easel, "draw a red fox --quality low")
    assert [one["text"] for one in menu.controls] == [
        "Again (about $0.01)",
        "Vary: 3 more (about $0.03)",
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
