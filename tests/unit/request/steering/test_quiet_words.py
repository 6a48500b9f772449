"""Words that ask Easel to be quiet are the whole message, in five languages."""

from __future__ import annotations

import pytest

from bot.request.commands import parse_command
from bot.request.steering.quiet_words import (
    AnswerMentionsOnly,
    LeaveThread,
    parse_quiet_command,
)


@pytest.mark.parametrize(
    "text",
    [
        "leave", "Leave this thread.", "@Easel leave", "<@U0EASEL> please leave the conversation!",
        "LEAVE THREAD", "verlasse diesen Thread", "Diesen Thread verlassen, bitte", "Geh weg!",
        "quitte ce fil", "Quittez la conversation, s’il vous plaît", "sal de este hilo",
        "Abandona la conversación", "このスレッドから退出してください", "スレッドを抜けて",
    ],
)  # fmt: skip
def test_a_thread_is_left(text: str) -> None:
    assert parse_quiet_command(text) == LeaveThread() == parse_command(text)


@pytest.mark.parametrize(
    "text",
    [
        "answer only when mentioned", "Only answer when you are mentioned here!",
        "please reply only if mentioned", "answer in this channel only when mentioned",
        "Antworte hier nur, wenn du erwähnt wirst", "antworte nur noch bei Erwähnung",
        "Réponds seulement quand on te mentionne", "Ne réponds que si on te mentionne",
        "Responde solo cuando te mencionen", "メンションされたときだけ答えてください",
    ],
)  # fmt: skip
def test_a_channel_becomes_quiet(text: str) -> None:
    assert parse_quiet_command(text) == AnswerMentionsOnly(is_on=True)


@pytest.mark.parametrize(
    "text",
    [
        "answer without a mention", "Answer here without being mentioned again",
        "answer in threads again", "antworte wieder ohne Erwähnung", "réponds sans mention",
        "responde sin mención", "メンションなしでも答えて",
    ],
)  # fmt: skip
def test_and_is_not_quiet_any_more(text: str) -> None:
    assert parse_quiet_command(text) == AnswerMentionsOnly(is_on=False)


@pytest.mark.parametrize(
    "text",
    [
        "", "leave the background blue", "leave it", "why did they leave?", "déjà", "sal", "deja",
        "answer only the first question", "answer when mentioned", "leave this thread " * 20,
        "draw people who leave this thread", "answer\x00" * 30,
    ],
)  # fmt: skip
def test_everything_else_is_a_question(text: str) -> None:
    assert parse_quiet_command(text) is None
