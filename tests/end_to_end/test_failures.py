"""Failures of the model, of Slack and of files, from Slack's event to what the person reads."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.domain.conversation import Thread
from bot.domain.questions import Question
from bot.playground.model.wire import build_error, build_image
from bot.playground.slack import PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES
from bot.playground.slack.web_api import Rules
from storage.engine.sqlite import open_database
from storage.queue.questions import SqlQuestionQueue
from tests.support.answers import wait_for_answers
from tests.support.easel import (
    DM,
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    build_png,
    list_pictures,
    run_easel,
)
from tests.support.model_events import ERROR_EVENT, FINISH_EVENT, encode_delta
from tests.support.queues import AMPLE
from tests.support.values import build_incoming_message


async def test_a_failing_model_ends_in_one_sentence_and_the_thread_goes_on(
    easel: EaselEnvironment,
) -> None:
    for _ in range(4):
        easel.model.fail(503, "<html>Worker exceeded</html>")
    root = await easel.ask("say hello")
    (reply,) = easel.list_replies(root)
    assert reply.text == "The model is not available right now. Please ask again in a minute."
    assert [button["text"] for button in reply.buttons] == ["Retry"]

    await easel.ask("say hello", thread_ts=root)
    assert easel.list_replies(root)[-1].text == "hello"


async def test_what_had_come_before_a_break_is_kept_and_marked(easel: EaselEnvironment) -> None:
    easel.model.script(encode_delta(content="Half an answer"), drop=True)
    root = await easel.ask("go")
    text = "".join(reply.text for reply in easel.list_replies(root))
    assert text.startswith("Half an answer\n\nThe model's answer broke off here.")


async def test_a_picture_that_had_come_before_an_error_is_shared(easel: EaselEnvironment) -> None:
    easel.model.script(
        encode_delta(content="Here.", images=[build_image(build_png(), 0)]), ERROR_EVENT
    )
    root = await easel.ask("go")
    assert easel.list_replies(root)[-1].files[0].data == build_png()


async def test_several_pictures_of_one_answer_come_in_one_share(easel: EaselEnvironment) -> None:
    pictures = [build_png(colour=colour) for colour in ((1, 2, 3), (4, 5, 6))]
    images = [build_image(data, number) for number, data in enumerate(pictures)]
    easel.model.script(
        encode_delta(content="Two.", images=images), encode_delta(images=images), FINISH_EVENT
    )
    root = await easel.ask("go")
    assert [file.data for file in easel.list_replies(root)[-1].files] == pictures
    assert len(easel.slack.list_calls("files.completeUploadExternal")) == 1


async def test_an_empty_answer_says_so(easel: EaselEnvironment) -> None:
    easel.model.script(FINISH_EVENT)
    root = await easel.ask("go")
    assert "empty answer" in easel.list_replies(root)[0].text


async def test_moderation_is_explained_to_the_asker_without_quoting(
    easel: EaselEnvironment,
) -> None:
    easel.model.fail(403, build_error(403, "x", reasons=["violence"], flagged_input="my words"))
    root = await easel.ask("go")
    assert "(violence)" in easel.list_replies(root)[0].text
    assert "my words" not in easel.list_replies(root)[0].text


async def test_a_model_that_calls_everybody_calls_nobody(easel: EaselEnvironment) -> None:
    pieces = ["<!chan", "nel> <@U0", "SAM> @ev", "eryone <@U0ALEX> ![x](https://evil.example/?q=1)"]
    easel.model.script(*[encode_delta(content=piece) for piece in pieces], FINISH_EVENT)
    root = await easel.ask("go")
    text = "".join(reply.text for reply in easel.list_replies(root))
    assert text.startswith("&lt;!channel> another person @\u200beveryone <@U0ALEX>")
    assert not any(reply.unfurls for reply in easel.list_replies(root))


async def test_a_damaged_picture_is_named_and_the_rest_is_answered(easel: EaselEnvironment) -> None:
    files = [
        ("good.png", build_png()),
        ("broken.png", build_png()[:50]),
        ("notes.docx", b"PK\x03\x04"),
    ]
    root = await easel.ask("what do you see?", files=files)
    text = "".join(reply.text for reply in easel.list_replies(root))
    assert "64 × 48" in text
    assert "I could not read broken.png" in text and "I could not read notes.docx" in text
    assert len(list_pictures(easel.get_last_request())) == 1


async def test_an_upload_of_nothing_readable_costs_nothing(easel: EaselEnvironment) -> None:
    root = await easel.ask("", channel=DM, files=[("notes.docx", b"PK\x03\x04")])
    assert easel.list_replies(root, channel=DM)[0].text.startswith("I could not read notes.docx")
    assert easel.model.requests == []


async def test_a_missing_file_scope_is_explained(tmp_path: Path) -> None:
    rules = Rules(scopes=GRANTED_SCOPES - {"files:read"}, share_delay=0.0)
    async with run_easel(tmp_path, rules=rules) as easel:
        root = await easel.ask("look", files=[("fox.png", build_png())])
        assert "files:read" in easel.list_replies(root)[0].text


async def test_where_streams_are_refused_the_answer_is_posted(easel: EaselEnvironment) -> None:
    easel.slack.fail("chat.startStream", error="channel_type_not_supported", times=9)
    root = await easel.ask("write 300 words")
    assert "".join(reply.text for reply in easel.list_replies(root)).count(".") >= 5


async def test_a_lost_stream_is_repaired(easel: EaselEnvironment) -> None:
    easel.model.token_delay = 0.002
    easel.slack.fail("chat.stopStream", error="message_not_in_streaming_state")
    root = await easel.ask("write 300 words")
    whole = " ".join(" ".join(reply.text for reply in easel.list_replies(root)).split())
    assert len(whole.split()) == 300
    assert len(easel.slack.list_calls("chat.update")) == 1


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.startStream", "chat.stopStream"])
async def test_a_429_is_waited_out(easel: EaselEnvironment, method: str) -> None:
    easel.model.token_delay = 0.002
    easel.slack.fail(method, status=429, retry_after=0)
    root = await easel.ask("write 200 words")
    assert len(" ".join(reply.text for reply in easel.list_replies(root)).split()) == 200


async def test_a_gateways_page_in_the_place_of_slack_is_no_bug(easel: EaselEnvironment) -> None:
    easel.slack.fail("assistant.threads.setStatus", html=True, status=502)
    root = await easel.ask("say hello")
    assert easel.list_replies(root)[0].text == "hello"


async def test_a_picture_that_slack_refuses_is_told_and_its_cost_is_kept(
    easel: EaselEnvironment, tmp_path: Path
) -> None:
    easel.slack.fail("files.completeUploadExternal", error="file_uploads_disabled", times=9)
    root = await easel.ask("draw a cat")
    assert "Files are switched off" in easel.list_replies(root)[-1].text
    with sqlite3.connect(tmp_path / "data" / "easel.db") as database:
        rows = database.execute(
            "SELECT questions.outcome, cost_nano FROM questions JOIN attempts"
        ).fetchall()
    database.close()
    (cost,) = easel.model.bills.values()
    assert rows == [("failed", int(cost * 1_000_000_000))]


async def test_a_long_answer_rolls_over_and_loses_nothing(easel: EaselEnvironment) -> None:
    root = await easel.ask("write 2500 words")
    replies = easel.list_replies(root)
    assert len(replies) > 1
    assert all(len(reply.text.encode()) <= 9000 for reply in replies)
    assert len(" ".join(reply.text for reply in replies).split()) == 2500


async def test_earlier_messages_that_cannot_be_read_are_mentioned(tmp_path: Path) -> None:
    rules = Rules(scopes=GRANTED_SCOPES - {"channels:history"}, share_delay=0.0)
    async with run_easel(tmp_path, rules=rules) as easel:
        root = await easel.slack.post_as_person(GENERAL, "before")
        await easel.ask("say hello", thread_ts=root)
        text = easel.list_replies(root)[-1].text
        assert text.startswith("hello") and "channels:history" in text


async def test_a_question_left_by_a_killed_process_is_answered_by_the_next(
    tmp_path: Path,
) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        root = await slack.post_as_person(GENERAL, f"{MENTION} say hello", views=())
        message = build_incoming_message(
            "say hello", ts=root, thread=Thread("T0EASEL", GENERAL, root)
        )
        async with open_database(tmp_path / "easel.db") as database:
            queue = SqlQuestionQueue(database, owner="killed")
            assert isinstance(await queue.enqueue(message, claim=AMPLE), Question)
        async with run_easel(tmp_path, slack=slack) as easel:
            await wait_for_answers(slack, GENERAL, root)
            await easel.wait_until_idle()
            assert [reply.text for reply in easel.list_replies(root)] == ["hello"]
