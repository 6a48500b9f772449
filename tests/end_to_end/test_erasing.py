"""Easel deletes what is deleted in Slack: words, copies, and answers in progress."""

from __future__ import annotations

from bot.playground.model.wire import build_error
from tests.support.easel import (
    GENERAL,
    EaselEnvironment,
    build_png,
    list_pictures,
    wait_until,
)
from tests.support.files import build_pdf, get_last_text, list_copies


async def test_a_deleted_file_is_erased_and_said_to_be_gone(easel: EaselEnvironment) -> None:
    root = await easel.ask("remember this", files=[("photo.png", build_png((320, 200)))])
    assert len(list_copies(easel)) == 1
    (file_id,) = [file.id for file in easel.slack.workspace.files.values()]
    easel.slack.delete_file(file_id)
    await easel.slack.wait_until_quiet()
    assert list_copies(easel) == []
    await easel.ask("make photo.png grey", thread_ts=root)
    text = "\n".join(reply.text for reply in easel.list_replies(root))
    assert "I could not open photo.png: it was deleted in Slack." in text
    assert list_pictures(easel.get_last_request()) == []


async def test_a_picture_that_somebody_else_still_has_is_kept(easel: EaselEnvironment) -> None:
    photo = build_png((320, 200))
    await easel.ask("one", files=[("a.png", photo)])
    await easel.ask("two", files=[("b.png", photo)])
    first, _ = easel.slack.workspace.files
    easel.slack.delete_file(first)
    await easel.slack.wait_until_quiet()
    assert len(list_copies(easel)) == 1


async def test_a_deleted_message_leaves_neither_words_nor_copies(easel: EaselEnvironment) -> None:
    root = await easel.ask("hello")
    await easel.ask("the code is MAPLE-7", thread_ts=root, files=[("secret.png", build_png())])
    thread = easel.slack.workspace.list_thread(GENERAL, root)
    ts = next(message.ts for message in thread if "MAPLE" in message.text)
    easel.slack.delete_message(GENERAL, ts)
    await easel.slack.wait_until_quiet()
    assert list_copies(easel) == []
    rows = easel.read_rows("SELECT text FROM turns WHERE speaker = 'person'")
    texts = [row["text"] for row in rows]
    assert not any("MAPLE" in text for text in texts)
    await easel.ask("what was the code?", thread_ts=root)
    request_text = "".join(
        str(message["content"]) for message in easel.get_last_request()["messages"]
    )
    assert "@Alex: the code is MAPLE" not in request_text


async def test_a_deleted_question_that_failed_is_not_asked_again(easel: EaselEnvironment) -> None:
    easel.model.fail(401, build_error(401, "no"))
    root = await easel.ask("the code is MAPLE-7")
    before = len(easel.model.requests)
    (reply,) = easel.list_replies(root)
    assert reply.buttons
    easel.slack.delete_message(GENERAL, root)
    await easel.slack.wait_until_quiet()
    easel.slack.press(GENERAL, reply.ts, reply.buttons[0]["action_id"])
    await easel.wait_until_idle()
    assert len(easel.model.requests) == before


async def test_a_message_that_was_deleted_before_it_was_told_of_is_not_answered(
    easel: EaselEnvironment,
) -> None:
    ts = await easel.slack.post_as_person(GENERAL, "<@U0EASEL> the code is MAPLE-7", views=())
    event = easel.slack.build_event(GENERAL, ts, "app_mention")
    easel.slack.delete_message(GENERAL, ts)
    await easel.slack.wait_until_quiet()
    easel.slack.emit(event)
    await easel.wait_until_idle()
    assert easel.model.requests == []


async def test_an_answer_to_a_message_that_is_deleted_ends(easel: EaselEnvironment) -> None:
    easel.model.first_delay = 30.0
    ts = await easel.slack.post_as_person(GENERAL, "<@U0EASEL> the code is MAPLE-7")
    await wait_until(lambda: easel.model.requests)
    easel.slack.delete_message(GENERAL, ts)
    await easel.wait_until_idle()
    assert not any("MAPLE" in reply.text for reply in easel.list_replies(ts))


async def test_a_document_that_is_gone_is_said_to_be(easel: EaselEnvironment) -> None:
    plan = ("plan.pdf", build_pdf("The code is MAPLE-7, as agreed", "and so on, for long"))
    root = await easel.ask("read this", files=[plan])
    easel.slack.delete_file(next(iter(easel.slack.workspace.files)))
    await easel.slack.wait_until_quiet()
    await easel.ask("what is in plan.pdf?", thread_ts=root)
    text = "\n".join(reply.text for reply in easel.list_replies(root))
    assert "I could not open plan.pdf: it was deleted in Slack." in text
    await easel.ask("what did you see?", thread_ts=root)
    assert "**plan.pdf**" in get_last_text(easel, root) and "MAPLE" not in get_last_text(
        easel, root
    )


async def test_of_a_deleted_message_it_is_said_that_its_files_went_with_it(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("hello")
    await easel.ask("see", thread_ts=root, files=[("photo.png", build_png())])
    thread = easel.slack.workspace.list_thread(GENERAL, root)
    easel.slack.delete_message(GENERAL, next(one.ts for one in thread if one.files))
    await easel.slack.wait_until_quiet()
    await easel.ask("what did you see?", thread_ts=root)
    assert "**photo.png**: deleted in Slack" in get_last_text(easel, root)
    await easel.ask("make photo.png grey", thread_ts=root)
    text = "\n".join(reply.text for reply in easel.list_replies(root))
    assert "photo.png: the message that it came with was deleted in Slack." in text
