"""A direct message that refers back takes the last picture or answer along, and says so."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.playground.slack import PlayedSlack
from tests.support.easel import (
    DM,
    QUICK_RULES,
    EaselEnvironment,
    build_png,
    list_pictures,
    run_easel,
)
from tests.support.rows import list_buttons

TOOK_FOX = "_I took red-fox-v1.png from our last conversation along._"


def list_texts(easel: EaselEnvironment, root: str) -> list[str]:
    return [reply.text for reply in easel.list_replies(root, channel=DM) if not reply.files]


def list_file_names(easel: EaselEnvironment, root: str) -> list[str]:
    replies = easel.list_replies(root, channel=DM)
    return [file.name for reply in replies for file in reply.files]


def find_button(easel: EaselEnvironment, root: str) -> str:
    """Return the ts of the message with the button."""
    (message,) = [reply for reply in easel.list_replies(root, channel=DM) if list_buttons(reply)]
    (button,) = list_buttons(message)
    assert button["text"].startswith("Without it")  # and, where it draws, what that costs
    return message.ts


async def press(easel: EaselEnvironment, ts: str) -> None:
    easel.slack.press(DM, ts, "easel_without")
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()


async def test_a_picture_of_the_last_conversation_comes_along(easel: EaselEnvironment) -> None:
    await easel.ask("draw a red fox", channel=DM)
    root = await easel.ask("make it blue", channel=DM)
    assert len(list_pictures(easel.get_last_request())) == 1
    (text,) = list_texts(easel, root)
    assert text.endswith(f"\n\n{TOOK_FOX}")
    assert list_file_names(easel, root) == ["blue-v1.png"]
    find_button(easel, root)
    # From now on it is a picture of this thread.
    await easel.ask("history", channel=DM, thread_ts=root)
    assert "- **v1** blue-v1.png, from red-fox-v1.png" in list_texts(easel, root)[-1]


async def test_without_it_is_one_answer_more_and_only_one(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        await easel.ask("draw a red fox", channel=DM)
        root = await easel.ask("make it blue", channel=DM)
        asked = len(easel.model.requests)
        ts = find_button(easel, root)
        await press(easel, ts)
        assert len(easel.model.requests) == asked + 1
        assert not list_pictures(easel.get_last_request())
        assert "red-fox" not in str(easel.get_last_request()["messages"][-1])
        assert [row["user"] for row in easel.list_model_requests()] == ["U0ALEX"] * 3
        assert easel.slack.responses == []
        # The button is still there: who presses it again, whoever it is, is told.
        for count in (1, 2):
            await press(easel, ts)
            assert len(easel.model.requests) == asked + 1
            assert len(easel.slack.responses) == count
        assert (
            "I have already been asked to answer this without it"
            in easel.slack.responses[0]["text"]
        )
        assert easel.slack.responses[0]["response_type"] == "ephemeral"


async def test_a_press_that_slack_sends_twice_is_no_second_press(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        await easel.ask("draw a red fox", channel=DM)
        root = await easel.ask("make it blue", channel=DM)
        asked = len(easel.model.requests)
        delivery = easel.slack.press(DM, find_button(easel, root), "easel_without")
        await easel.slack.wait_until_quiet()
        easel.slack.send_body(delivery.body, kind="interactive")
        await easel.slack.wait_until_quiet()
        await easel.wait_until_idle()
        assert len(easel.model.requests) == asked + 1 and easel.slack.responses == []


async def test_the_button_works_after_a_restart(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path, slack=slack) as easel:
            await easel.ask("why is the sky blue?", channel=DM)
            root = await easel.ask("and in French?", channel=DM)
        async with run_easel(tmp_path, slack=slack) as easel:
            await press(easel, find_button(easel, root))
            assert len(easel.model.requests) == 1
            assert "why is the sky" not in str(easel.get_last_request()["messages"])


@pytest.mark.parametrize("text", ["and in French?", "shorter", "英語でお願いします"])
async def test_the_last_answer_comes_along(easel: EaselEnvironment, text: str) -> None:
    await easel.ask("why is the sky blue?", channel=DM)
    root = await easel.ask(text, channel=DM)
    assert "why is the sky blue?" in str(easel.get_last_request()["messages"])
    (shown,) = list_texts(easel, root)
    assert "_I took my last answer, to “why is the sky blue?”, along._" in shown
    find_button(easel, root)


@pytest.mark.parametrize(
    "text", ["what is the weather in it industry?", "draw a cat", "why is it so cold in Berlin?"]
)
async def test_everything_else_stays_apart(easel: EaselEnvironment, text: str) -> None:
    await easel.ask("draw a red fox", channel=DM)
    root = await easel.ask(text, channel=DM)
    assert not list_pictures(easel.get_last_request())
    assert not any("along" in shown for shown in list_texts(easel, root))
    assert not any(list_buttons(reply) for reply in easel.list_replies(root, channel=DM))


async def test_nothing_comes_along_into_a_channel(
    easel: EaselEnvironment,
) -> None:
    await easel.ask("draw a red fox", channel=DM)
    await easel.ask("make it blue")
    assert not list_pictures(easel.get_last_request())


async def test_a_message_with_a_picture_of_its_own_takes_no_other_along(
    easel: EaselEnvironment,
) -> None:
    await easel.ask("draw a red fox", channel=DM)
    await easel.ask("make it blue", channel=DM, files=[("own.png", build_png())])
    assert len(list_pictures(easel.get_last_request())) == 1
    assert "red-fox" not in str(easel.get_last_request()["messages"][-1])


async def test_a_picture_that_was_deleted_does_not_come_along(easel: EaselEnvironment) -> None:
    first = await easel.ask("draw a red fox", channel=DM)
    for reply in easel.list_replies(first, channel=DM):
        for file in reply.files:
            easel.slack.delete_file(file.id, user="U0ALEX")
    await easel.slack.wait_until_quiet()
    root = await easel.ask("make it blue", channel=DM)
    assert not list_pictures(easel.get_last_request())
    assert TOOK_FOX not in "".join(list_texts(easel, root))


async def test_what_came_with_a_deleted_message_is_erased_where_it_was_taken_along(
    easel: EaselEnvironment,
) -> None:
    files = [("own-secret.png", build_png())]
    first = await easel.ask("look at this", channel=DM, files=files)
    root = await easel.ask("make it blue", channel=DM)
    again = await easel.ask("a bit darker", channel=DM)
    assert "own-secret.png" in str(easel.list_replies(root, channel=DM))
    easel.slack.delete_message(DM, first)
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    for thread in (first, root, again):
        await easel.ask("describe own-secret.png", channel=DM, thread_ts=thread)
        assert not list_pictures(easel.get_last_request())


async def test_what_another_message_brought_too_stays(easel: EaselEnvironment) -> None:
    first = await easel.ask("draw a red fox", channel=DM)
    root = await easel.ask("make it blue", channel=DM)
    easel.slack.delete_message(DM, first)
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    await easel.ask("describe red-fox-v1.png", channel=DM, thread_ts=root)
    assert len(list_pictures(easel.get_last_request())) == 1


@pytest.mark.parametrize("between", ["help", "settings", "thanks", "what is 2 + 3?"])
async def test_what_was_asked_in_between_does_not_hide_a_picture(
    easel: EaselEnvironment, between: str
) -> None:
    await easel.ask("draw a red fox", channel=DM)
    await easel.ask(between, channel=DM)
    root = await easel.ask("make it blue", channel=DM)
    assert len(list_pictures(easel.get_last_request())) == 1
    assert TOOK_FOX in "".join(list_texts(easel, root))


async def test_a_conversation_that_failed_does_not_hide_the_one_before(
    easel: EaselEnvironment,
) -> None:
    await easel.ask("draw a red fox", channel=DM)
    for _ in range(4):
        easel.model.fail(503, "<html>Worker exceeded</html>")
    await easel.ask("draw a green owl", channel=DM)
    root = await easel.ask("again", channel=DM)
    assert len(list_pictures(easel.get_last_request())) == 1
    assert TOOK_FOX in "".join(list_texts(easel, root))


async def test_the_note_of_an_answer_shows_no_ids(easel: EaselEnvironment) -> None:
    await easel.ask("what does <@U0SAM> think of <#C0DESIGN>?", channel=DM)
    root = await easel.ask("shorter", channel=DM)
    (shown,) = list_texts(easel, root)
    assert "_I took my last answer, to “what does Sam think of #design?”, along._" in shown


async def test_after_a_failure_retry_takes_it_along_again_and_says_so(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        await easel.ask("draw a red fox", channel=DM)
        easel.model.fail(402, '{"error": {"code": 402, "message": "no"}}')
        root = await easel.ask("make it blue", channel=DM)
        (failed,) = easel.list_replies(root, channel=DM)
        assert "along" not in failed.text, "nothing was made of it"
        easel.slack.press(DM, failed.ts, "easel_retry")
        await easel.slack.wait_until_quiet()
        await easel.wait_until_idle()
        assert len(list_pictures(easel.get_last_request())) == 1
        assert any(TOOK_FOX in text for text in list_texts(easel, root))
        find_button(easel, root)


async def test_the_words_of_a_message_do_not_outlive_it_in_the_note_of_another(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path) as easel:
        first = await easel.ask("my code is MAPLE-7, say ok", channel=DM)
        root = await easel.ask("shorter", channel=DM)
        assert any("MAPLE-7" in text for text in list_texts(easel, root)), "said to the person"
        easel.slack.delete_message(DM, first)
        await easel.slack.wait_until_quiet()
        await easel.wait_until_idle()
    with closing(sqlite3.connect(tmp_path / "easel.db")) as database:
        notes = [note for (note,) in database.execute("SELECT note FROM questions")]
    assert len(notes) == 2 and not any("MAPLE-7" in note for note in notes)
