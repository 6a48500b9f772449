"""A method that Slack closes for half a minute delays no answer that another method can show."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.answers import wait_for_answers
from tests.support.easel import DM, GENERAL, MENTION, EaselEnvironment
from tests.support.model_events import build_answer, encode_delta
from tests.support.observing import count_words
from tests.support.pace import show_often

METHODS = (
    "assistant.threads.setStatus",
    "chat.startStream",
    "chat.appendStream",
    "chat.stopStream",
    "chat.postMessage",
)
LONG_LIMIT = {"status": 429, "retry_after": 300}
# Far below Retry-After, and enough for a slow machine.
MAX_SECONDS = 60.0


@pytest.fixture(autouse=True)
def _show_often(monkeypatch: pytest.MonkeyPatch) -> None:
    show_often(monkeypatch)


async def ask_in_time(easel: EaselEnvironment, text: str) -> str:
    async with asyncio.timeout(MAX_SECONDS):
        return await easel.ask(text)


@pytest.mark.parametrize("times", [1, 99])
@pytest.mark.parametrize("method", METHODS)
async def test_a_long_limit_holds_up_no_answer(
    easel: EaselEnvironment, method: str, times: int
) -> None:
    easel.model.token_delay = 0.001
    if method == "chat.postMessage":
        easel.slack.fail("chat.startStream", error="channel_type_not_supported")
    easel.slack.fail(method, times=times, **LONG_LIMIT)
    root = await ask_in_time(easel, "write 300 words")
    assert count_words(easel, root) == 300
    assert not any(reply.streaming for reply in easel.list_replies(root))
    assert easel.slack.workspace.list_statuses() == {}
    assert len(easel.slack.list_calls(method)) <= 2, "a closed method is left alone"


async def test_a_long_limit_on_edits_replaces_the_message_at_the_end(
    easel: EaselEnvironment,
) -> None:
    easel.slack.fail("chat.startStream", error="channel_type_not_supported")
    easel.slack.fail("chat.update", times=99, **LONG_LIMIT)
    words = [f"word{number} " for number in range(100)]
    text = build_answer("end")
    easel.model.script(*(encode_delta(content=word) for word in words), *text, pause=0.006)
    root = await ask_in_time(easel, "go")
    (reply,) = easel.list_replies(root)
    assert reply.text == "".join(words) + "end"
    assert easel.slack.workspace.list_statuses() == {}


@pytest.mark.parametrize("method", METHODS)
async def test_a_limit_without_a_body_of_json_is_one_too(
    easel: EaselEnvironment, method: str
) -> None:
    easel.slack.fail(method, html=True, times=3, **LONG_LIMIT)
    assert count_words(easel, await ask_in_time(easel, "write 200 words")) == 200


async def test_a_status_that_slack_never_answers_holds_up_no_answer(
    easel: EaselEnvironment,
) -> None:
    easel.slack.fail("assistant.threads.setStatus", delay=300, times=9)
    root = await ask_in_time(easel, "say hello")
    assert [reply.text for reply in easel.list_replies(root)] == ["hello"]


async def test_a_limit_on_posts_in_one_channel_leaves_the_others_alone(
    easel: EaselEnvironment,
) -> None:
    easel.slack.fail("chat.startStream", error="channel_type_not_supported", times=99)
    easel.slack.fail("chat.postMessage", **LONG_LIMIT)
    slow = await easel.slack.post_as_person(GENERAL, f"{MENTION} say slow")
    await easel.slack.wait_until(lambda: easel.slack.list_calls("chat.postMessage"))
    quick = await easel.slack.post_as_person(DM, "say quick")
    (reply,) = await wait_for_answers(easel.slack, DM, quick, seconds=60)
    assert reply.text == "quick" and easel.list_replies(slow) == []
