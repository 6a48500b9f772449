"""What is deleted in Slack is gone here: words, copies, and answers that are being given."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.playground.model.wire import error
from tests.support.easel import GENERAL, World, pictures_in, png, world
from tests.support.files import copies, last_words, pdf


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "data") as running:
        yield running


async def test_a_deleted_file_is_erased_and_said_to_be_gone(easel: World) -> None:
    root = await easel.ask("remember this", files=[("photo.png", png((320, 200)))])
    assert len(copies(easel)) == 1
    (file_id,) = [file.id for file in easel.slack.workspace.files.values()]
    easel.slack.delete_file(file_id)
    await easel.slack.quiet()
    assert copies(easel) == []
    await easel.ask("make photo.png grey", thread_ts=root)
    said = "\n".join(reply.text for reply in easel.replies(root))
    assert "I could not open photo.png: it was deleted in Slack." in said
    assert pictures_in(easel.last_request()) == []


async def test_a_picture_that_somebody_else_still_has_is_kept(easel: World) -> None:
    photo = png((320, 200))
    await easel.ask("one", files=[("a.png", photo)])
    await easel.ask("two", files=[("b.png", photo)])
    first, _ = easel.slack.workspace.files
    easel.slack.delete_file(first)
    await easel.slack.quiet()
    assert len(copies(easel)) == 1


async def test_a_deleted_message_leaves_neither_words_nor_copies(easel: World) -> None:
    root = await easel.ask("hello")
    await easel.ask("the code is MAPLE-7", thread_ts=root, files=[("secret.png", png())])
    thread = easel.slack.workspace.thread(GENERAL, root)
    ts = next(message.ts for message in thread if "MAPLE" in message.text)
    easel.slack.delete_message(GENERAL, ts)
    await easel.slack.quiet()
    assert copies(easel) == []
    with closing(sqlite3.connect(easel.folder / "easel.db")) as database:
        texts = [
            row[0] for row in database.execute("SELECT text FROM turns WHERE speaker='person'")
        ]
    assert not any("MAPLE" in text for text in texts)
    await easel.ask("what was the code?", thread_ts=root)
    asked = "".join(str(message["content"]) for message in easel.last_request()["messages"])
    assert "<@U0ALEX>: the code is MAPLE" not in asked


async def test_a_deleted_question_that_failed_is_not_asked_again(easel: World) -> None:
    easel.model.fail(401, error(401, "no"))
    root = await easel.ask("the code is MAPLE-7")
    before = len(easel.model.requests)
    (reply,) = easel.replies(root)
    assert reply.buttons
    easel.slack.delete_message(GENERAL, root)
    await easel.slack.quiet()
    easel.slack.press(GENERAL, reply.ts, reply.buttons[0]["action_id"])
    await easel.settled()
    assert len(easel.model.requests) == before


async def test_a_message_that_was_deleted_before_it_was_told_of_is_not_answered(
    easel: World,
) -> None:
    ts = await easel.slack.say(GENERAL, "<@U0EASEL> the code is MAPLE-7", views=())
    event = easel.slack.event_of(GENERAL, ts, "app_mention")
    easel.slack.delete_message(GENERAL, ts)
    await easel.slack.quiet()
    easel.slack.emit(event)
    await easel.settled()
    assert easel.model.requests == []


async def test_an_answer_to_a_message_that_is_deleted_ends(easel: World) -> None:
    easel.model.first_delay = 30.0
    ts = await easel.slack.say(GENERAL, "<@U0EASEL> the code is MAPLE-7")
    await easel.slack.until(lambda: bool(easel.model.requests))
    easel.slack.delete_message(GENERAL, ts)
    await easel.settled()
    assert not any("MAPLE" in reply.text for reply in easel.replies(ts))


async def test_a_document_that_is_gone_is_said_to_be(easel: World) -> None:
    plan = ("plan.pdf", pdf("The code is MAPLE-7, as agreed", "and so on, for long"))
    root = await easel.ask("read this", files=[plan])
    easel.slack.delete_file(next(iter(easel.slack.workspace.files)))
    await easel.slack.quiet()
    await easel.ask("what is in plan.pdf?", thread_ts=root)
    said = "\n".join(reply.text for reply in easel.replies(root))
    assert "I could not open plan.pdf: it was deleted in Slack." in said
    await easel.ask("what did you see?", thread_ts=root)
    assert "**plan.pdf**" in last_words(easel, root) and "MAPLE" not in last_words(easel, root)


async def test_of_a_deleted_message_it_is_said_that_its_files_went_with_it(easel: World) -> None:
    root = await easel.ask("hello")
    await easel.ask("see", thread_ts=root, files=[("photo.png", png())])
    thread = easel.slack.workspace.thread(GENERAL, root)
    easel.slack.delete_message(GENERAL, next(one.ts for one in thread if one.files))
    await easel.slack.quiet()
    await easel.ask("what did you see?", thread_ts=root)
    assert "**photo.png**: deleted in Slack" in last_words(easel, root)
    await easel.ask("make photo.png grey", thread_ts=root)
    said = "\n".join(reply.text for reply in easel.replies(root))
    assert "photo.png: the message that it came with was deleted in Slack." in said
