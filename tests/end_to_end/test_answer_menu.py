"""What is behind the row under an answer: going on, the copy, the earlier answer, the cost."""

from __future__ import annotations

import json
from pathlib import Path

from bot.playground.model.wire import build_chunk, encode_event
from handlers.identifiers import CONTINUE_ACTION_ID, REGENERATE_ACTION_ID
from handlers.presses.answers import CONTINUED_MESSAGE, COPIED_MESSAGE, EARLIER_MESSAGE
from handlers.presses.press import (
    NOT_THEIRS_MESSAGE,
)
from tests.support.answer_rows import ask, build_press, press, read_newest, send
from tests.support.easel import EaselEnvironment, run_easel
from tests.support.files import list_texts

CUT = (
    encode_event(build_chunk("gen-cut", 1, {"content": "It was a dark and"}))
    + encode_event(build_chunk("gen-cut", 1, {"content": " stormy"}, finish="length"))
)  # fmt: skip


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


async def test_an_operator_may_know_the_cost_at_once(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_OPERATORS="U0SAM") as easel:
        reply = await ask(easel)
        (told,) = await press(easel, reply, "cost", "U0SAM")
        assert "in one request to openai/gpt-5.4-image-2" in told and "$" in told
        (told,) = await press(easel, reply, "seen", "U0SAM")
        assert str(NOT_THEIRS_MESSAGE) in told
