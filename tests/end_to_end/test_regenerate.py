"""Regenerate through the whole service: a new answer takes the place, or the earlier one stays."""

from __future__ import annotations

import asyncio
import json

from bot.answering.showing.kept import KEPT_MESSAGE
from bot.playground.model.wire import build_chunk, build_error, encode_event
from handlers.identifiers import REGENERATE_ACTION_ID
from handlers.presses.press import (
    REPLACED_MESSAGE,
)
from tests.support.answer_rows import ask, build_press, find_control, press, read_newest, send
from tests.support.easel import GENERAL, EaselEnvironment, build_png
from tests.support.files import list_texts


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


async def test_pictures_of_a_new_answer_are_new_versions(easel: EaselEnvironment) -> None:
    root = await easel.ask("explain the fox, and draw a fox")
    replies = easel.list_replies(root)
    with_row = next(one for one in replies if one.buttons)
    await press(easel, with_row, REGENERATE_ACTION_ID)
    versions = easel.read_rows("SELECT version FROM files WHERE version > 0 ORDER BY version")
    assert [row["version"] for row in versions] == [1, 2]


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
