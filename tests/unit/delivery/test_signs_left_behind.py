"""A sign in a thread goes when its question does, and an answer in its place stays."""

from __future__ import annotations

import pytest

from bot.delivery.signs import TRYING_MESSAGE
from bot.domain.errors import EaselError, SlackError, TransientError
from bot.domain.posts import PostMetadata
from tests.support.chat import FakeChat, FakeMessage
from tests.support.waiting import FakeWaitingQuestions, build_open_question
from tests.unit.delivery.test_signs import Scene, fail, run_scene

NO_STATUS = ("status", "ephemeral")
OLD = "1700000001.000009"


def close(scene: Scene, *, is_answered: bool = False) -> None:
    scene.waiting.questions = []
    if not is_answered:
        scene.waiting.unanswered = {1}


@pytest.mark.parametrize("was_claimed", [False, True])
def test_a_sign_goes_when_its_question_is_closed_unanswered(was_claimed: bool) -> None:
    async def play(scene: Scene) -> None:
        scene.waiting.questions = [build_open_question(was_claimed=was_claimed)]
        await scene.wait(29)
        assert len(scene.chat.messages) == 1
        close(scene)
        await scene.wait(9)
        assert scene.chat.messages == {}
        calls = len(scene.chat.calls)
        await scene.wait(60)
        assert len(scene.chat.calls) == calls

    run_scene(FakeChat(failures=fail(*NO_STATUS)), play)


@pytest.mark.parametrize("name", ["own", "delete"])
def test_slack_may_take_the_deletion_only_later(name: str) -> None:
    async def play(scene: Scene) -> None:
        await scene.wait(29)
        close(scene)
        scene.chat.failures[name] = [TransientError("503")] * 5
        await scene.wait(60)
        assert scene.chat.messages == {}

    run_scene(FakeChat(failures=fail(*NO_STATUS)), play)


def test_a_deletion_that_slack_refuses_is_not_tried_for_ever() -> None:
    async def play(scene: Scene) -> None:
        await scene.wait(29)
        close(scene)
        refusals: list[EaselError | None] = [SlackError("not_in_channel")] * 9
        scene.chat.failures["delete"] = refusals
        await scene.wait(60)
        assert scene.chat.count_calls("delete") == 1

    run_scene(FakeChat(failures=fail(*NO_STATUS)), play)


def test_an_answer_in_the_place_of_the_sign_stays() -> None:
    async def play(scene: Scene) -> None:
        await scene.wait(29)
        (ts,) = scene.chat.messages
        scene.chat.messages[ts] = FakeMessage("Half of it", metadata=PostMetadata(1))
        close(scene)
        await scene.wait(29)
        assert scene.chat.list_texts() == ["Half of it"]

    run_scene(FakeChat(failures=fail(*NO_STATUS)), play)


def test_nothing_is_looked_for_where_an_answer_was_given() -> None:
    async def play(scene: Scene) -> None:
        await scene.wait(29)
        close(scene, is_answered=True)
        await scene.wait(29)
        assert scene.chat.count_calls("own") == 0 and len(scene.chat.messages) == 1

    run_scene(FakeChat(failures=fail(*NO_STATUS)), play)


def test_a_sign_of_an_earlier_process_goes_as_well() -> None:
    async def play(scene: Scene) -> None:
        sign = FakeMessage(TRYING_MESSAGE, metadata=PostMetadata(1, is_sign=True))
        scene.chat.messages[OLD] = sign
        scene.use(FakeWaitingQuestions([build_open_question(last_message=OLD)]))
        await scene.wait(9)
        close(scene)
        await scene.wait(9)
        assert scene.chat.messages == {}

    run_scene(FakeChat(), play)
