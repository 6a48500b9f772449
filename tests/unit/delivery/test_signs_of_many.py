"""Signs in many threads: none waits behind another, and answers do not wait behind signs."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.delivery.sign_sender import MAX_OPEN_QUESTIONS
from bot.delivery.signs import TRYING_MESSAGE, WAITING_STATUS
from bot.delivery.status import TRYING_STATUS
from bot.domain.conversation import Person, Thread
from bot.domain.errors import AllowanceUsed, SlackError, StoreError, TransientError
from bot.domain.posts import PostMetadata
from handlers.web_api.rate_limits import MAX_CALLS_PER_MINUTE, RateLimiter
from tests.support.chat import FakeChat
from tests.support.values import build_thread
from tests.support.waiting import build_open_question
from tests.unit.delivery.test_signs import Scene, fail, run_scene

FIRST, SECOND = build_thread(1), build_thread(2)


class StatusOnlyInSecond(FakeChat):
    """Refuses statuses and messages to people in the first thread, where posts hang."""

    async def set_status(self, thread: Thread, status: str) -> None:
        await super().set_status(thread, status)
        if thread == FIRST:
            raise SlackError("not_allowed_token_type")


class PacedChat(FakeChat):
    """Takes 100 statuses a minute; of more, Slack is not asked."""

    async def set_status(self, thread: Thread, status: str) -> None:
        oldest = asyncio.get_running_loop().time() - 60.0
        if sum(name == "status" and at > oldest for name, at in self.calls) >= 100:
            raise AllowanceUsed("paced", retry_after=1.0)
        await super().set_status(thread, status)


class LimitedChat(FakeChat):
    """Refuses statuses; ephemerals and posts keep within the limits of production."""

    def __init__(self) -> None:
        super().__init__(failures=fail("status"))
        self.limiter = RateLimiter(lambda: asyncio.get_running_loop().time())
        self.told: list[Thread] = []

    async def set_status(self, thread: Thread, status: str) -> None:
        self._check(self.limiter.try_acquire("assistant.threads.setStatus"))
        await super().set_status(thread, status)

    async def post_ephemeral(
        self,
        thread: Thread,
        person: Person,
        text: str,
        ts: str,
        metadata: PostMetadata | None = None,
    ) -> None:
        self._check(self.limiter.try_acquire("chat.postEphemeral"))
        await super().post_ephemeral(thread, person, text, ts, metadata)
        self.told.append(thread)

    async def post(
        self, thread: Thread, text: str, metadata: PostMetadata, *, can_wait: bool = True
    ) -> str:
        assert not can_wait
        self._check(self.limiter.try_reserve("chat.postMessage", thread.channel))
        ts = await super().post(thread, text, metadata)
        self.told.append(thread)
        return ts

    def _check(self, is_allowed: bool) -> None:
        if not is_allowed:
            raise AllowanceUsed("paced", retry_after=1.0)


def test_of_hundreds_of_threads_as_many_get_signs_in_time_as_slack_takes_and_then_the_others() -> (
    None
):
    chat = LimitedChat()
    # One channel takes a post a second; the signs of a busy workspace go to many.
    threads = [
        replace(build_thread(number), channel=f"C{number % 100}") for number in range(1, 301)
    ]

    async def play(scene: Scene) -> None:
        scene.waiting.questions = [
            build_open_question(number, thread=thread) for number, thread in enumerate(threads, 1)
        ]
        await scene.wait(29)
        allowed = MAX_CALLS_PER_MINUTE["chat.postEphemeral"] + int(
            MAX_CALLS_PER_MINUTE["chat.postMessage"] * 0.5
        )
        assert len(chat.told) == len(set(chat.told)) == allowed
        await scene.wait(60)
        assert set(chat.told) == set(threads)

    run_scene(chat, play)


def test_a_thread_whose_call_hangs_holds_up_no_other() -> None:
    chat = StatusOnlyInSecond(failures=fail("ephemeral"), hanging_threads={FIRST})

    async def play(scene: Scene) -> None:
        scene.waiting.questions = [build_open_question(1, thread=FIRST)]
        await_second = asyncio.create_task(scene.wait(50))
        await asyncio.sleep(18)  # the first thread's message hangs by now
        scene.waiting.questions.append(build_open_question(2, thread=SECOND))
        await asyncio.sleep(30)
        assert scene.board.is_visible(SECOND)
        await await_second

    run_scene(chat, play)


def test_a_message_that_hangs_is_given_up_and_looked_for_before_the_next() -> None:
    chat = FakeChat(failures=fail("status", "ephemeral"), delays={"post": 60.0})

    async def play(scene: Scene) -> None:
        await scene.wait(29)
        chat.delays.clear()
        await scene.wait(29)
        assert chat.list_texts() == [TRYING_MESSAGE]
        assert chat.count_calls("own") >= 1

    run_scene(chat, play)


def test_our_own_pace_never_turns_statuses_into_messages() -> None:
    chat = PacedChat()

    async def play(scene: Scene) -> None:
        scene.waiting.questions = [
            build_open_question(number, thread=build_thread(number), was_claimed=False)
            for number in range(1, 181)
        ]
        shown: set[Thread] = set()
        for _ in range(10):
            await scene.wait(12)
            shown |= set(scene.board.list_threads())
        assert {name for name, _ in chat.calls} == {"status"}
        assert set(chat.statuses) == {WAITING_STATUS}
        assert len(shown) == 180  # the last ones, too, before others are shown one again

    run_scene(chat, play)


def test_a_message_that_cannot_be_posted_at_once_waits_for_its_time() -> None:
    posts_without_wait = []

    class BusyChannel(FakeChat):
        async def post(self, thread, text, metadata, *, can_wait=True):  # type: ignore[no-untyped-def] # any
            posts_without_wait.append(not can_wait)
            if len(posts_without_wait) < 4:
                raise AllowanceUsed("paced", retry_after=1.0)
            return await super().post(thread, text, metadata, can_wait=can_wait)

    async def play(scene: Scene) -> None:
        await scene.wait(70)
        assert scene.chat.list_texts() == [TRYING_MESSAGE]
        assert all(posts_without_wait) and scene.chat.count_calls("own") == 0

    run_scene(BusyChannel(failures=fail("status", "ephemeral")), play)


def test_an_edit_leaves_the_allowance_of_edits_to_answers() -> None:
    chat = FakeChat(failures=fail("status", "ephemeral"), updates_left=0)

    async def play(scene: Scene) -> None:
        scene.waiting.questions = [build_open_question(last_message="1700000001.000000")]
        await scene.wait(60)
        assert chat.count_calls("update") == 0

    run_scene(chat, play)


def test_who_waits_behind_the_known_questions_keeps_the_status() -> None:
    async def play(scene: Scene) -> None:
        unknown = build_thread(MAX_OPEN_QUESTIONS + 1)
        assert await scene.board.show(unknown, "has 3 questions before yours…")
        scene.waiting.questions = [
            build_open_question(number, thread=FIRST, is_claimed=True, is_settled=True)
            for number in range(1, MAX_OPEN_QUESTIONS + 1)
        ]
        await scene.wait(29)
        assert scene.board.is_visible(unknown) and scene.chat.statuses[1:] == []
        scene.waiting.questions.pop()  # now all that are open are known
        await scene.wait(29)
        assert scene.chat.statuses[1:] == [""]

    run_scene(FakeChat(), play)


def test_many_people_in_a_thread_are_told_at_the_same_time() -> None:
    chat = FakeChat(failures=fail("status", "ephemeral"), delays={"status": 3, "ephemeral": 3})

    async def play(scene: Scene) -> None:
        scene.waiting.questions = [
            build_open_question(number, asker=Person(f"U{number}", "T0EASEL"))
            for number in range(1, 6)
        ]
        await scene.wait(29)
        assert chat.count_calls("ephemeral") == 5
        assert chat.list_texts() == [TRYING_MESSAGE]

    run_scene(chat, play)


@pytest.mark.parametrize("failure_count", [1, 2, 3])
def test_a_message_that_the_store_failed_to_note_is_not_posted_again(failure_count: int) -> None:
    async def play(scene: Scene) -> None:
        scene.waiting.failures = [StoreError("disk")] * failure_count
        await scene.wait(90)
        assert scene.chat.list_texts() == [TRYING_MESSAGE]
        assert scene.waiting.recorded == list(scene.chat.messages)

    run_scene(FakeChat(failures=fail("status", "ephemeral")), play)


def test_a_message_that_slack_certainly_has_not_is_not_looked_for() -> None:
    chat = FakeChat(failures=fail("status", "ephemeral"))
    chat.failures["post"] = [TransientError("429", retry_after=9.0), SlackError("is_archived")]

    async def play(scene: Scene) -> None:
        await scene.wait(60)
        assert chat.list_texts() == [TRYING_MESSAGE] and chat.count_calls("own") == 0

    run_scene(chat, play)


def test_signs_go_on_after_the_giver_was_stopped_in_the_middle() -> None:
    chat = FakeChat(delays={"status": 30.0})

    async def play(scene: Scene) -> None:
        await scene.wait(17)  # a call is on its way
        chat.delays.clear()
        await scene.wait(29)
        assert chat.statuses == [TRYING_STATUS]

    run_scene(chat, play)
