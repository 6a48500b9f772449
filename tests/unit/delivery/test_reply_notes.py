"""Easel's own sentences under an answer stand outside of its code, however it was sent."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery.reply import Reply
from bot.domain.posts import Button, Controls
from tests.support.chat import FakeChat
from tests.support.replies import run_reply
from tests.unit.delivery.test_open_blocks import is_last_paragraph

NOTE = "_I stopped here._"
CUT_ANSWER = "Save it:\n\n```python\nfor x in range(3):\n    print(x"
CUT_IN_A_LIST = "- Save it:\n\n  ```python\n  for x in range(3):\n      print(x"


@pytest.mark.parametrize("text", [CUT_ANSWER, CUT_IN_A_LIST])
@pytest.mark.parametrize("streams", [0, 5])
@pytest.mark.parametrize("pause_seconds", [0.0, 5.0])
def test_a_note_stands_outside_of_code_that_was_cut(
    text: str, streams: int, pause_seconds: float
) -> None:
    chat = FakeChat(streams_left=streams)

    async def play(reply: Reply) -> None:
        for start in range(0, len(text), 7):
            reply.add(text[start : start + 7])
            await asyncio.sleep(pause_seconds)
        await reply.finish(NOTE)

    run_reply(chat, play)
    (shown,) = chat.list_texts()
    assert shown.startswith(text)
    assert is_last_paragraph(shown, NOTE)


def test_in_an_answer_of_several_messages_it_stands_outside_of_the_last_ones_code() -> None:
    chat = FakeChat()
    text = "```python\n" + "print('a line of code')\n" * 900

    async def play(reply: Reply) -> None:
        for start in range(0, len(text), 500):
            reply.add(text[start : start + 500])
            await asyncio.sleep(1.5)
        await reply.finish(NOTE)

    run_reply(chat, play)
    assert len(chat.messages) > 1
    assert is_last_paragraph(chat.list_texts()[-1], NOTE)


def test_the_words_of_a_button_that_slack_refuses_stand_outside_too() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        reply.add(CUT_ANSWER)
        await reply.finish(controls=Controls((Button.RETRY,)))

    run_reply(chat, play)
    assert chat.list_texts() == [f"{CUT_ANSWER}\n```"]


def test_an_answer_without_a_note_stays_as_it_came() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        reply.add(CUT_ANSWER)
        await reply.finish()

    run_reply(chat, play)
    assert chat.list_texts() == [CUT_ANSWER]
