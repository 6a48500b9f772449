"""All failures of Slack: nothing is posted twice or lost, and no other thread is delayed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.slack.limits import GRANTED_SCOPES
from bot.playground.slack.web_api import Rules
from tests.support.answers import wait_for_answers
from tests.support.easel import (
    DM,
    GENERAL,
    MENTION,
    EaselEnvironment,
    build_png,
    run_easel,
)
from tests.support.observing import count_open_questions, count_words
from tests.support.pace import show_often
from tests.support.rows import list_buttons

WRITE_METHODS = ["chat.startStream", "chat.appendStream", "chat.stopStream", "chat.postMessage"]
FILE_METHODS = ["files.getUploadURLExternal", "files.completeUploadExternal", "upload"]


@pytest.fixture
async def easel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EaselEnvironment]:
    show_often(monkeypatch)
    async with run_easel(tmp_path / "data") as running:
        running.model.token_delay = 0.0005
        yield running


@pytest.mark.parametrize("method", WRITE_METHODS)
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 0},
        {"status": 429, "retry_after": 0, "times": 3},
        {"status": 500},
        {"html": True, "status": 502},
        {"error": "internal_error"},
        {"error": "internal_error", "after": True},
        {"drop": True},
        {"drop": True, "after": True},
    ],
)
async def test_a_call_that_fails_for_a_moment_neither_loses_nor_repeats_a_word(
    easel: EaselEnvironment, method: str, fault: dict[str, object]
) -> None:
    easel.slack.fail(method, **fault)
    root = await easel.ask("write 300 words")
    assert count_words(easel, root) == 300
    assert not any(reply.streaming or list_buttons(reply) for reply in easel.list_replies(root))


@pytest.mark.parametrize("after", [False, True])
async def test_a_short_answer_is_one_message_whether_or_not_slack_said_it_took_it(
    easel: EaselEnvironment, after: bool
) -> None:
    easel.model.token_delay = 0
    easel.slack.fail("chat.postMessage", drop=True, after=after)
    easel.slack.fail("chat.startStream", drop=True, after=after)
    root = await easel.ask("say hello")
    assert [reply.text for reply in easel.list_replies(root)] == ["hello"]


@pytest.mark.parametrize("method", FILE_METHODS)
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 0},
        {"status": 500},
        {"drop": True},
        {"error": "internal_error", "after": True},
        {"drop": True, "after": True},
    ],
)
async def test_a_picture_is_shared_once_whatever_slack_answers(
    easel: EaselEnvironment, method: str, fault: dict[str, object]
) -> None:
    easel.slack.fail(method, **fault)
    root = await easel.ask("draw a red fox")
    shared = [file for reply in easel.list_replies(root) for file in reply.files]
    assert len(shared) == 1
    assert shared[0].data == easel.model.answers[-1][1].pictures[0]


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("chat.appendStream", "message_not_in_streaming_state"),
        ("chat.stopStream", "message_not_in_streaming_state"),
        ("chat.appendStream", "msg_too_long"),
        ("chat.stopStream", "msg_too_long"),
        ("chat.appendStream", "message_not_found"),
    ],
)
async def test_a_stream_that_slack_ends_is_completed_by_an_edit(
    easel: EaselEnvironment, method: str, code: str
) -> None:
    easel.slack.fail(method, error=code)
    root = await easel.ask("write 300 words")
    assert count_words(easel, root) == 300


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("is_archived", "archived"),
        ("not_in_channel", "not a member"),
        ("channel_not_found", "cannot see this channel"),
        ("token_revoked", "does not accept my token"),
        ("missing_scope", "lacks the permission"),
    ],
)
async def test_what_slack_refuses_for_good_is_settled_and_holds_up_nobody(
    easel: EaselEnvironment, code: str, sentence: str
) -> None:
    easel.slack.fail("chat.startStream", error=code)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello")
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    (reply,) = easel.list_replies(root)
    assert sentence in reply.text and len(reply.buttons) == 1

    other = await easel.ask("say hi")
    assert [reply.text for reply in easel.list_replies(other)] == ["hi"]


async def test_a_channel_that_is_closed_to_easel_ends_the_question_quietly(
    easel: EaselEnvironment,
) -> None:
    easel.model.first_delay = 0.2
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello")
    await easel.slack.wait_until(lambda: easel.slack.list_calls("assistant.threads.setStatus"))
    easel.slack.workspace.channels[GENERAL].archived = True
    await easel.wait_until_idle()
    assert easel.list_replies(root) == []
    assert (await count_open_questions(easel)) == 0


async def test_a_root_that_was_deleted_while_easel_thought_harms_nobody(
    easel: EaselEnvironment,
) -> None:
    easel.model.first_delay = 0.2
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello")
    await easel.slack.wait_until(lambda: easel.slack.list_calls("assistant.threads.setStatus"))
    easel.slack.delete(GENERAL, root)
    await easel.wait_until_idle()
    assert (await count_open_questions(easel)) == 0


async def test_a_message_of_ours_that_somebody_deleted_is_written_anew(
    easel: EaselEnvironment,
) -> None:
    easel.model.token_delay = 0.005
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} write 400 words")
    await easel.slack.wait_until(lambda: easel.list_replies(root))
    easel.slack.delete(GENERAL, easel.list_replies(root)[0].ts)
    await easel.wait_until_idle()
    assert count_words(easel, root) == 400


async def test_a_missing_scope_is_named(tmp_path: Path) -> None:
    rules = Rules(scopes=GRANTED_SCOPES - {"files:write"}, share_delay=0.0)
    async with run_easel(tmp_path, rules=rules) as easel:
        root = await easel.ask("draw a red fox")
        last = easel.list_replies(root)[-1]
        assert "files:write" in last.text and len(last.buttons) == 1


async def test_a_429_on_streams_holds_up_neither_its_thread_nor_another(
    easel: EaselEnvironment,
) -> None:
    # Slow enough for a stream: an answer that is whole at once needs none.
    easel.model.token_delay = 0.2
    easel.slack.fail("chat.startStream", status=429, retry_after=300)
    first = await easel.slack.post_as_person(GENERAL, f"{MENTION} say first")
    await easel.slack.wait_until(lambda: easel.slack.list_calls("chat.startStream"))
    second = await easel.slack.post_as_person(DM, "say second")
    for channel, root, text in ((GENERAL, first, "first"), (DM, second, "second")):
        (reply,) = await wait_for_answers(easel.slack, channel, root, seconds=60)
        assert reply.text == text


async def test_slack_away_for_long_gets_the_answer_when_it_is_back(easel: EaselEnvironment) -> None:
    easel.model.token_delay = 0
    for method in ("chat.startStream", "chat.postMessage", "conversations.replies"):
        easel.slack.fail(method, status=503, times=3)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello")
    (reply,) = await wait_for_answers(easel.slack, GENERAL, root, seconds=60)
    await easel.wait_until_idle()
    assert reply.text == "hello" and len(easel.list_replies(root)) == 1
    assert len(easel.model.requests) == 1


@pytest.mark.parametrize(
    "fault", [{"status": 429, "retry_after": 0}, {"status": 503}, {"html": True, "status": 502}]
)
async def test_a_status_that_cannot_be_shown_costs_nobody_an_answer(
    easel: EaselEnvironment, fault: dict[str, object]
) -> None:
    easel.slack.fail("assistant.threads.setStatus", times=9, **fault)
    root = await easel.ask("say hello")
    assert [reply.text for reply in easel.list_replies(root)] == ["hello"]


@pytest.mark.parametrize(
    "fault", [{"status": 429, "retry_after": 0}, {"status": 503}, {"html": True, "status": 502}]
)
async def test_earlier_messages_are_read_at_the_second_try(
    easel: EaselEnvironment, fault: dict[str, object]
) -> None:
    root = await easel.slack.post_as_person(GENERAL, "The code word is walrus.")
    easel.slack.fail("conversations.replies", **fault)
    await easel.ask("what was said?", thread_ts=root)
    assert "walrus" in str(easel.get_last_request()["messages"])


async def test_a_file_that_slack_hands_over_at_the_second_try_is_read(
    easel: EaselEnvironment,
) -> None:
    easel.slack.fail("download", status=503)
    root = await easel.ask("what is this?", files=[("fox.png", build_png())])
    assert "64 × 48" in easel.list_replies(root)[0].text
