"""Who waits and sees nothing gets a sign within 30 seconds, in whatever way Slack still takes."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence

import pytest

from bot.delivery.reply import Reply
from bot.delivery.signs import TRYING_MESSAGE, WAITING_MESSAGE, WAITING_STATUS, SignGiver
from bot.delivery.status import TRYING_STATUS
from bot.delivery.status_board import StatusBoard
from bot.domain.conversation import Person, Thread
from bot.domain.errors import EaselError, SlackError, TransientError
from bot.domain.questions import OpenQuestion
from tests.support.chat import FakeChat, FakeMessage, TimelessLoop
from tests.support.values import THREAD, build_question
from tests.support.waiting import FakeWaitingQuestions, build_open_question

SAM = Person("U0SAM", "T0EASEL")
ALWAYS = 10_000
DOWN = [TransientError("503")] * ALWAYS
LIMITED = [TransientError("429", retry_after=30.0)] * ALWAYS
REFUSED = [SlackError("not_allowed_token_type")] * ALWAYS
Failure = Sequence[EaselError]


class Scene:
    """A sign giver at work, between a fake Slack and a fake store."""

    def __init__(self, chat: FakeChat, *, replies: dict[Thread, Reply] | None = None) -> None:
        self.chat = chat
        self.board = StatusBoard(chat)
        self.replies = {} if replies is None else replies
        self.use(FakeWaitingQuestions([build_open_question()]))

    def use(self, waiting: FakeWaitingQuestions) -> None:
        self.waiting = waiting
        self.signs = SignGiver(self.chat, self.board, waiting, self.replies.get)

    async def wait(self, seconds: float) -> None:
        task = asyncio.create_task(self.signs.run())
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.wait({task})


def run_scene(chat: FakeChat, play: Callable[[Scene], Awaitable[None]]) -> None:
    async def run() -> None:
        await play(Scene(chat))

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())


def fail(*names: str, failure: Failure = DOWN) -> dict[str, list[EaselError | None]]:
    return {name: list(failure) for name in names}


def test_a_waiting_question_gets_a_status_within_half_a_minute_and_then_one_a_minute() -> None:
    async def play(scene: Scene) -> None:
        await scene.wait(29)
        assert scene.chat.status == TRYING_STATUS
        await scene.wait(300)
        assert scene.chat.count_calls("status") <= 6
        assert {name for name, _ in scene.chat.calls} == {"status"}

    run_scene(FakeChat(), play)


def test_a_question_that_was_never_begun_is_told_why() -> None:
    async def play(scene: Scene) -> None:
        scene.waiting.questions = [build_open_question(was_claimed=False)]
        await scene.wait(29)
        assert scene.chat.status == WAITING_STATUS

    run_scene(FakeChat(), play)


@pytest.mark.parametrize("failure", [DOWN, LIMITED, REFUSED])
def test_without_statuses_each_person_who_waits_is_told_alone(failure: Failure) -> None:
    async def play(scene: Scene) -> None:
        follow_up = build_open_question(2, asker=SAM, was_claimed=False)
        scene.waiting.questions.append(follow_up)
        await scene.wait(29)
        assert scene.chat.ephemerals == [("U0ALEX", TRYING_MESSAGE), ("U0SAM", TRYING_MESSAGE)]
        await scene.wait(600)
        times = [at for name, at in scene.chat.calls if name == "ephemeral"][::2]
        gaps = [after - before for before, after in itertools.pairwise(times)]
        assert gaps and min(gaps) >= 60

    run_scene(FakeChat(failures=fail("status", failure=failure)), play)


@pytest.mark.parametrize("failure", [DOWN, LIMITED, REFUSED])
def test_without_these_a_message_is_posted_once_and_belongs_to_the_question(
    failure: Failure,
) -> None:
    async def play(scene: Scene) -> None:
        await scene.wait(29)
        assert scene.chat.list_texts() == [TRYING_MESSAGE]
        (message,) = scene.chat.messages.values()
        assert message.metadata is not None and message.metadata.question_id == 1
        assert scene.waiting.recorded == list(scene.chat.messages)
        await scene.wait(600)
        assert scene.chat.count_calls("post") == 1

    run_scene(FakeChat(failures=fail("status", "ephemeral", failure=failure)), play)


def test_the_message_says_that_others_come_first() -> None:
    async def play(scene: Scene) -> None:
        scene.waiting.questions = [build_open_question(was_claimed=False)]
        await scene.wait(29)
        assert scene.chat.list_texts() == [WAITING_MESSAGE]

    run_scene(FakeChat(failures=fail("status", "ephemeral")), play)


def test_where_slack_takes_only_edits_a_message_that_is_there_is_edited() -> None:
    async def play(scene: Scene) -> None:
        old = "1700000001.000000"
        scene.chat.messages[old] = FakeMessage("It failed.")
        scene.waiting.questions = [build_open_question(last_message=old)]
        await scene.wait(29)
        assert scene.chat.list_texts() == [TRYING_MESSAGE]

    run_scene(FakeChat(failures=fail("status", "ephemeral", "post")), play)


def test_a_message_whose_answer_was_lost_is_not_posted_again() -> None:
    async def play(scene: Scene) -> None:
        scene.chat.failures["post"] = [TransientError("timeout")]
        await scene.wait(60)
        assert scene.chat.list_texts() == [TRYING_MESSAGE]
        assert scene.waiting.recorded == list(scene.chat.messages)

    run_scene(FakeChat(failures=fail("status", "ephemeral"), loses_answers=True), play)


def test_a_message_that_comes_too_late_is_taken_back() -> None:
    async def play(scene: Scene) -> None:
        async def begin_attempt() -> None:
            await asyncio.sleep(16.25)  # the message is just being posted
            scene.waiting.questions = [build_open_question(is_claimed=True)]

        beginning = asyncio.create_task(begin_attempt())
        await scene.wait(29)
        await beginning
        assert scene.chat.messages == {} and len(scene.chat.deleted) == 1
        assert scene.waiting.recorded == []

    run_scene(FakeChat(failures=fail("status", "ephemeral")), play)


class BeginsMeanwhile(FakeWaitingQuestions):
    """An attempt at the question begins while the sign is being recorded."""

    async def record_sign(self, question: OpenQuestion, ts: str) -> bool:
        self.questions = [build_open_question(is_claimed=True)]
        return await super().record_sign(question, ts)


def test_a_message_that_was_found_is_not_taken_back_since_it_may_be_the_answer() -> None:
    async def play(scene: Scene) -> None:
        scene.use(BeginsMeanwhile([build_open_question()]))
        scene.chat.failures["post"] = [TransientError("timeout")]
        await scene.wait(60)
        assert len(scene.chat.messages) == 1 and scene.chat.deleted == []

    run_scene(FakeChat(failures=fail("status", "ephemeral"), loses_answers=True), play)


def test_as_soon_as_one_way_works_again_it_is_used() -> None:
    async def play(scene: Scene) -> None:
        await scene.wait(120)
        assert scene.chat.messages == {} and scene.chat.ephemerals == []
        scene.chat.failures["ephemeral"] = []
        await scene.wait(29)
        assert len(scene.chat.ephemerals) == 1

    run_scene(FakeChat(failures=fail("status", "ephemeral", "post")), play)


def test_a_status_that_nothing_follows_is_taken_away() -> None:
    async def play(scene: Scene) -> None:
        await scene.wait(29)
        scene.waiting.questions = []  # answered by an edit, deleted, or given up
        scene.chat.failures["status"] = [TransientError("503")] * 2
        await scene.wait(29)
        assert scene.chat.status == ""
        calls = scene.chat.count_calls("status")
        await scene.wait(60)
        assert scene.chat.count_calls("status") == calls

    run_scene(FakeChat(), play)


def test_a_reply_whose_status_works_needs_no_sign() -> None:
    chat = FakeChat()

    async def run() -> None:
        scene = Scene(chat)
        scene.waiting.questions = [build_open_question(is_claimed=True)]
        async with Reply(chat, build_question(), chat, scene.board) as reply:
            scene.replies[THREAD] = reply
            await scene.wait(300)
            await reply.finish("hello")
            del scene.replies[THREAD]
        assert {name for name, _ in chat.calls} == {"status", "post"}
        assert all(status.startswith("is thinking…") for status in chat.statuses)

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())


def test_a_reply_without_status_shows_a_message_that_its_answer_replaces() -> None:
    chat = FakeChat(failures=fail("status", "ephemeral"))

    async def run() -> None:
        scene = Scene(chat)
        scene.waiting.questions = [build_open_question(is_claimed=True)]
        async with Reply(chat, build_question(), chat, scene.board) as reply:
            scene.replies[THREAD] = reply
            await scene.wait(29)
            assert chat.list_texts() == [TRYING_MESSAGE]
            await scene.wait(300)
            reply.add("hello")
            await reply.finish()
            del scene.replies[THREAD]
        assert chat.list_texts() == ["hello"]
        assert chat.count_calls("post") == 1

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())


def test_a_reply_that_slack_takes_for_half_an_hour_is_not_seen() -> None:
    chat = FakeChat(failures=fail("status"), streams_left=0)

    async def run() -> None:
        scene = Scene(chat)
        scene.waiting.questions = [build_open_question(is_claimed=True)]
        async with Reply(chat, build_question(), chat, scene.board) as reply:
            scene.replies[THREAD] = reply
            reply.add("hello")
            chat.delays["post"] = 1800.0
            finishing = asyncio.create_task(reply.finish())
            await scene.wait(29)
            assert len(chat.ephemerals) == 1
            await finishing

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())


def test_a_question_that_is_about_to_be_begun_or_closed_needs_no_sign() -> None:
    async def play(scene: Scene) -> None:
        scene.waiting.questions = [build_open_question(is_claimed=True)]
        await scene.wait(15)
        # Its answer is shown, and the store cannot note that.
        scene.waiting.questions = [build_open_question(is_claimed=True, is_settled=True)]
        await scene.wait(300)
        assert scene.chat.calls == []

    run_scene(FakeChat(), play)


def test_a_question_that_the_store_could_not_take_back_gets_signs_for_as_long_as_that() -> None:
    async def play(scene: Scene) -> None:
        assert await scene.board.show(THREAD, TRYING_STATUS)  # as the reply left it
        scene.waiting.questions = [build_open_question(is_claimed=True)]
        for _ in range(20):
            await scene.wait(30)
            assert scene.board.is_visible(THREAD)
        assert scene.chat.count_calls("status") <= 10

    run_scene(FakeChat(), play)


def test_such_a_question_is_told_alone_without_statuses() -> None:
    async def play(scene: Scene) -> None:
        scene.waiting.questions = [build_open_question(is_claimed=True)]
        await scene.wait(60)
        assert scene.chat.ephemerals == [("U0ALEX", TRYING_MESSAGE)]

    run_scene(FakeChat(failures=fail("status")), play)
