"""A reply that has shown its first words and then cannot go on gives signs of life, too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.delivery.reply import Reply
from bot.delivery.signs import TRYING_MESSAGE
from bot.delivery.status import TRYING_STATUS
from tests.support.chat import FakeChat, TimelessLoop
from tests.support.values import THREAD, build_question
from tests.support.waiting import build_open_question
from tests.unit.delivery.test_signs import Scene, fail

CHANGES = ("append", "update", "stop", "delete")


def play_reply(chat: FakeChat, play: Callable[[Scene, Reply], Awaitable[None]]) -> None:
    """Open a reply that has shown its first words, with a giver of signs at work."""

    async def run() -> None:
        scene = Scene(chat)
        scene.waiting.questions = [build_open_question(is_claimed=True)]
        async with Reply(chat, build_question(), chat, scene.board) as reply:
            scene.replies[THREAD] = reply
            reply.add("first words ")
            await scene.wait(5)
            assert chat.list_texts() == ["first words "]
            await play(scene, reply)
            del scene.replies[THREAD]

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())


async def write_on(scene: Scene, reply: Reply, *, seconds: int) -> None:
    """Let the model go on, while people wait."""
    writing = asyncio.create_task(scene.wait(seconds))
    for _ in range(seconds // 5):
        reply.add("more ")
        await asyncio.sleep(5)
    await writing


def break_changes(chat: FakeChat, *, seconds: float) -> None:
    chat.failures |= fail(*CHANGES)
    chat.delays |= dict.fromkeys(CHANGES, seconds)


def mend_changes(chat: FakeChat) -> None:
    for name in CHANGES:
        chat.failures[name] = []
        chat.delays.pop(name, None)


@pytest.mark.parametrize("streams_left", [0, 99])
@pytest.mark.parametrize("call_seconds", [0.1, 30.0])
def test_who_has_seen_the_first_words_gets_a_sign_within_half_a_minute(
    streams_left: int, call_seconds: float
) -> None:
    chat = FakeChat(streams_left=streams_left)

    async def play(scene: Scene, reply: Reply) -> None:
        break_changes(chat, seconds=call_seconds)
        for _ in range(10):
            await write_on(scene, reply, seconds=60)
            assert scene.board.is_visible(THREAD)
        mend_changes(chat)

    play_reply(chat, play)
    assert chat.status == ""


def test_the_sign_goes_when_slack_takes_the_text_again() -> None:
    chat = FakeChat()

    async def play(scene: Scene, reply: Reply) -> None:
        break_changes(chat, seconds=0.1)
        await write_on(scene, reply, seconds=60)
        assert chat.status == TRYING_STATUS
        mend_changes(chat)
        await write_on(scene, reply, seconds=10)
        assert chat.status == ""

    play_reply(chat, play)


def test_without_statuses_people_are_told_alone_and_else_in_the_thread_until_the_end() -> None:
    chat = FakeChat()

    async def play(scene: Scene, reply: Reply) -> None:
        break_changes(chat, seconds=0.1)
        chat.failures |= fail("status")
        await write_on(scene, reply, seconds=30)
        assert chat.ephemerals == [("U0ALEX", TRYING_MESSAGE)]
        chat.failures |= fail("ephemeral")
        await write_on(scene, reply, seconds=150)
        assert chat.list_texts() == ["first words ", TRYING_MESSAGE]
        assert chat.count_calls("post") == 1
        mend_changes(chat)
        await reply.finish()

    play_reply(chat, play)
    (text,) = chat.list_texts()
    assert text.startswith("first words more")


def test_a_model_that_pauses_gives_no_reason_for_a_sign() -> None:
    chat = FakeChat()

    async def play(scene: Scene, reply: Reply) -> None:
        for _ in range(3):
            await scene.wait(120)
            await write_on(scene, reply, seconds=5)
        assert chat.count_calls("status") == 0 and chat.ephemerals == []

    play_reply(chat, play)


def test_who_was_given_a_message_before_the_first_words_gets_signs_after_them() -> None:
    chat = FakeChat(failures=fail("status", "ephemeral"))

    async def run() -> None:
        scene = Scene(chat)
        await scene.wait(29)
        (sign,) = chat.messages
        scene.waiting.questions = [build_open_question(is_claimed=True, last_message=sign)]
        question = replace(build_question(), messages=(sign,))
        async with Reply(chat, question, chat, scene.board) as reply:
            scene.replies[THREAD] = reply
            reply.add("first words " * 1_000)
            await scene.wait(9)
            assert TRYING_MESSAGE not in chat.list_texts()
            break_changes(chat, seconds=0.1)
            chat.failures |= fail("start", "post")
            chat.failures["status"] = []
            await write_on(scene, reply, seconds=60)
            assert chat.status == TRYING_STATUS
            mend_changes(chat)
            chat.failures.clear()
            del scene.replies[THREAD]

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())
