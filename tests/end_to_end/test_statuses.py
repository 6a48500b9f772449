"""No thread keeps a status, however its question ends, and no one waits without a sign."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.delivery import signs
from bot.delivery.signs import TRYING_MESSAGE, WAITING_MESSAGE
from bot.domain.questions import Answer
from bot.playground.slack import PlayedSlack
from bot.queue import attempts
from tests.support.answers import wait_for_answers
from tests.support.crash import crash_easel, restart_easel
from tests.support.easel import (
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    run_easel,
    wait_until,
)
from tests.support.model_events import build_answer, encode_delta

STATUS_METHOD = "assistant.threads.setStatus"


@pytest.fixture(autouse=True)
def quick_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(signs, "SILENCE_SECONDS", 0.2)
    monkeypatch.setattr(signs, "RETRY_SECONDS", 0.5)
    monkeypatch.setattr(attempts, "RETRY_DELAYS_SECONDS", (0.5,) * 8)


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(QUICK_RULES) as played:
        yield played


async def ask_and_fail(easel: EaselEnvironment) -> tuple[str, str]:
    """Ask a question whose answer breaks off; return its root and the message with the button."""
    easel.model.script(encode_delta(content="Half"), drop=True)
    root = await easel.ask("say hello")
    (failed,) = [reply for reply in easel.list_replies(root) if reply.buttons]
    return root, failed.ts


async def wait_for_no_status(slack: PlayedSlack) -> None:
    await wait_until(lambda: slack.workspace.list_statuses() == {}, seconds=60)


async def test_after_a_retry_that_edits_the_message(easel: EaselEnvironment) -> None:
    root, failed = await ask_and_fail(easel)
    easel.model.first_delay = 0.2
    easel.slack.press(GENERAL, failed, "easel_retry")
    await easel.slack.wait_until(easel.slack.workspace.list_statuses)
    await easel.wait_until_idle()
    assert [reply.text for reply in easel.list_replies(root)] == ["hello"]
    assert easel.slack.workspace.list_statuses() == {}


async def test_after_a_retry_that_fails_again(easel: EaselEnvironment) -> None:
    _, failed = await ask_and_fail(easel)
    easel.model.first_delay = 0.2
    easel.model.script(drop=True, delay=0.2)
    easel.slack.press(GENERAL, failed, "easel_retry")
    await easel.slack.wait_until(easel.slack.workspace.list_statuses)
    await easel.wait_until_idle()
    assert easel.slack.workspace.list_statuses() == {}


@pytest.mark.parametrize("code", ["message_not_found", "edit_window_closed"])
async def test_after_a_retry_whose_message_is_gone(easel: EaselEnvironment, code: str) -> None:
    _, failed = await ask_and_fail(easel)
    easel.slack.fail("chat.update", error=code)
    easel.slack.press(GENERAL, failed, "easel_retry")
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    assert easel.slack.workspace.list_statuses() == {}


async def test_after_a_process_that_died_with_its_status_shown(
    slack: PlayedSlack, tmp_path: Path
) -> None:
    async with crash_easel(slack, tmp_path) as dead:
        ts = await dead.post("Half of what", question=dead.question.id)
        await dead.journal.record_message(dead.question, ts)
        slack.workspace.set_status(GENERAL, dead.root, "is writing…")
    async with restart_easel(slack, tmp_path) as easel:
        assert [reply.text for reply in easel.list_replies(dead.root)] == ["hello"]
        assert slack.workspace.list_statuses() == {}


async def test_after_an_answer_that_was_shown_before_the_process_died(
    slack: PlayedSlack, tmp_path: Path
) -> None:
    async with crash_easel(slack, tmp_path) as dead:
        await dead.journal.settle(dead.question, Answer("hello"))
        await dead.post("hello", question=dead.question.id)
        slack.workspace.set_status(GENERAL, dead.root, "is drawing…")
    async with restart_easel(slack, tmp_path) as easel:
        assert [reply.text for reply in easel.list_replies(dead.root)] == ["hello"]
        assert slack.workspace.list_statuses() == {}


async def test_after_a_stop_that_left_nothing_to_show(easel: EaselEnvironment) -> None:
    easel.model.script(stall=True)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw something large")
    await easel.slack.wait_until(easel.slack.workspace.list_statuses)
    await wait_until(lambda: easel.model.requests)
    easel.slack.press_stop(GENERAL, root)
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    assert easel.slack.workspace.list_statuses() == {}


async def test_after_the_question_was_deleted_in_its_thread(easel: EaselEnvironment) -> None:
    root = await easel.ask("say hello")
    easel.model.script(stall=True)
    later = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw", thread_ts=root)
    await easel.slack.wait_until(easel.slack.workspace.list_statuses)
    await wait_until(lambda: len(easel.model.requests) == 2)
    easel.slack.delete(GENERAL, later)
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    assert easel.slack.workspace.list_statuses() == {}


async def test_after_a_status_that_slack_would_not_take_away(easel: EaselEnvironment) -> None:
    _, failed = await ask_and_fail(easel)
    easel.model.first_delay = 0.2
    easel.slack.press(GENERAL, failed, "easel_retry")
    await easel.slack.wait_until(easel.slack.workspace.list_statuses)
    easel.slack.fail(STATUS_METHOD, status=503, times=3)
    await easel.wait_until_idle()
    await wait_for_no_status(easel.slack)


async def test_after_waiting_behind_others(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_CONCURRENCY=1, EASEL_BACKLOG=1) as easel:
        gate = asyncio.Event()
        easel.model.script(*build_answer("0"), gate=gate)
        roots = [
            await easel.slack.post_as_person(GENERAL, f"{MENTION} say {number}")
            for number in range(3)
        ]
        await easel.slack.wait_until(lambda: len(easel.slack.workspace.list_statuses()) == 3)
        waiting = {easel.slack.workspace.get_status(GENERAL, root) for root in roots}
        assert any("before yours" in status or "first" in status for status in waiting)
        easel.slack.delete(GENERAL, roots[2])
        await easel.slack.wait_until_quiet()
        gate.set()
        await easel.wait_until_idle()
        await wait_for_no_status(easel.slack)


async def test_after_an_answer_that_was_put_back(easel: EaselEnvironment) -> None:
    easel.slack.fail("chat.startStream", status=503, times=9)
    easel.slack.fail("chat.postMessage", status=503, times=4)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello")
    await easel.slack.wait_until(
        lambda: "still trying" in easel.slack.workspace.get_status(GENERAL, root), seconds=60
    )
    await wait_for_answers(easel.slack, GENERAL, root, seconds=60)
    await easel.wait_until_idle()
    assert [reply.text for reply in easel.list_replies(root)] == ["hello"]
    await wait_for_no_status(easel.slack)


@pytest.mark.parametrize("way", ["ephemeral", "post"])
async def test_without_statuses_who_waits_is_told_in_another_way_and_answered_once(
    easel: EaselEnvironment, way: str
) -> None:
    easel.slack.fail(STATUS_METHOD, status=503, times=999)
    if way == "post":
        easel.slack.fail("chat.postEphemeral", status=503, times=999)
    root = await easel.ask("say first")
    gate, workspace = asyncio.Event(), easel.slack.workspace
    easel.model.script(*build_answer("hello"), gate=gate)
    await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello", thread_ts=root)
    if way == "ephemeral":
        await easel.slack.wait_until(lambda: workspace.ephemerals)
        assert workspace.ephemerals[-1].text == TRYING_MESSAGE
        assert workspace.ephemerals[-1].person == "U0ALEX"
    else:
        await easel.slack.wait_until(
            lambda: [r.text for r in easel.list_replies(root)] == ["first", TRYING_MESSAGE]
        )
    gate.set()
    await easel.wait_until_idle()
    assert [reply.text for reply in easel.list_replies(root)] == ["first", "hello"]


async def test_a_sign_of_a_question_that_was_put_back_becomes_its_answer(
    slack: PlayedSlack, tmp_path: Path
) -> None:
    async with crash_easel(slack, tmp_path) as dead:
        await dead.queue.requeue(dead.question, delay_seconds=0, counts_as_attempt=False)
    # Before it starts: the question is taken up at once.
    for method in (STATUS_METHOD, "chat.postEphemeral", "conversations.replies"):
        slack.fail(method, status=503, times=999)
    async with run_easel(tmp_path, slack=slack) as easel:
        await slack.wait_until(lambda: slack.list_replies(GENERAL, dead.root), seconds=60)
        (sign,) = slack.list_replies(GENERAL, dead.root)
        assert sign.text == TRYING_MESSAGE
        slack.api.faults.clear()
        await easel.wait_until_idle()
        (answer,) = easel.list_replies(dead.root)
        assert (answer.ts, answer.text) == (sign.ts, "hello")


async def test_the_sign_of_a_deleted_question_is_deleted(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_CONCURRENCY=1) as easel:
        for method in (STATUS_METHOD, "chat.postEphemeral"):
            easel.slack.fail(method, status=503, times=999)
        root = await easel.ask("say first")
        easel.model.script(stall=True)
        other = await easel.slack.post_as_person(GENERAL, f"{MENTION} say other")
        await wait_until(lambda: len(easel.model.requests) == 2)
        later = await easel.slack.post_as_person(GENERAL, f"{MENTION} say more", thread_ts=root)
        await easel.slack.wait_until(
            lambda: [r.text for r in easel.list_replies(root)] == ["first", WAITING_MESSAGE],
            seconds=60,
        )
        easel.slack.delete(GENERAL, later)
        await easel.slack.wait_until(
            lambda: [r.text for r in easel.list_replies(root)] == ["first"]
        )
        easel.slack.delete(GENERAL, other)
        await easel.wait_until_idle()
