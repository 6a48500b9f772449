"""The Stop button in channels: who may press it, what it ends, and that no message of it stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answering.showing.kept import KEPT_MESSAGE
from bot.answering.showing.stops import STOPPED_BEFORE_MESSAGE, STOPPED_MESSAGE
from bot.delivery.stopping import stop_message
from bot.delivery.stopping.stop_message import WORKING_MESSAGE
from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.queue.steering_notices import NOT_THEIRS_MESSAGE
from handlers.identifiers import REGENERATE_ACTION_ID, STOP_ACTION_ID
from handlers.presses.stop import COMPLETE_MESSAGE
from tests.support.crash import crash_easel, restart_easel
from tests.support.easel import (
    DM,
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    run_easel,
    wait_until,
)
from tests.support.files import list_texts


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stop_message, "STOP_AFTER_SECONDS", 0.05)


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(tmp_path / "data") as running:
        yield running


async def wait_for_button(easel: EaselEnvironment, root: str) -> PlayedMessage:
    found = list[PlayedMessage]()

    def has_button() -> bool:
        found[:] = [one for one in easel.list_replies(root) if one.buttons]
        return bool(found)

    await easel.slack.wait_until(has_button)
    return found[0]


async def test_a_press_ends_the_answer_and_the_button_goes(easel: EaselEnvironment) -> None:
    easel.model.script(stall=True)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw something large")
    await wait_until(lambda: easel.model.requests)
    shown = await wait_for_button(easel, root)
    assert shown.text == WORKING_MESSAGE.msgid
    pressed_at = asyncio.get_running_loop().time()
    for _ in range(3):
        easel.slack.press(GENERAL, shown.ts, "easel_stop")
    await asyncio.wait_for(easel.wait_until_idle(), 60)
    assert asyncio.get_running_loop().time() - pressed_at < 30, "nothing hangs"
    assert list_texts(easel, root) == [STOPPED_BEFORE_MESSAGE.msgid]
    (request,) = easel.list_model_requests()
    assert request["outcome"] == "stopped" and request["worst_nano"] > 0


async def test_what_has_come_stays(easel: EaselEnvironment) -> None:
    easel.model.token_delay = 0.01
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} write 900 words")
    shown = await wait_for_button(easel, root)
    await easel.slack.wait_until(lambda: len(easel.list_replies(root)) > 1)
    easel.slack.press(GENERAL, shown.ts, "easel_stop")
    await asyncio.wait_for(easel.wait_until_idle(), 60)
    (text,) = list_texts(easel, root)
    assert text.endswith(STOPPED_MESSAGE.msgid) and len(text.split()) < 800
    messages = easel.read_rows("SELECT ts FROM reply_messages")
    assert [row["ts"] for row in messages] == [one.ts for one in easel.list_replies(root)]


async def test_only_who_asked_may_press_it_at_first(easel: EaselEnvironment) -> None:
    easel.model.script(stall=True)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw something large")
    shown = await wait_for_button(easel, root)
    easel.slack.press(GENERAL, shown.ts, "easel_stop", user="U0SAM")
    await easel.slack.wait_until(lambda: easel.slack.responses)
    assert easel.slack.responses[-1]["text"] == NOT_THEIRS_MESSAGE.msgid
    assert easel.list_replies(root)
    easel.slack.press(GENERAL, shown.ts, "easel_stop")
    await asyncio.wait_for(easel.wait_until_idle(), 60)
    assert list_texts(easel, root) == [STOPPED_BEFORE_MESSAGE.msgid]


async def test_a_press_that_comes_late_or_is_forged_does_nothing(easel: EaselEnvironment) -> None:
    easel.model.script(stall=True)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw something large")
    shown = await wait_for_button(easel, root)
    other = await easel.slack.post_as_person("C0DESIGN", "hello")
    forged = easel.slack.workspace.find_message("C0DESIGN", other)
    assert forged is not None
    for value in ("1", "1.7", "1" * 40, "x", "1.1\n", "good:1"):
        forged.buttons = [{"action_id": "easel_stop", "text": "Stop", "value": value}]
        easel.slack.press("C0DESIGN", other, "easel_stop")
    await easel.slack.wait_until_quiet()
    assert easel.read_rows("SELECT stop_asked FROM questions") == [{"stop_asked": 0}]
    copy = shown.buttons
    easel.slack.press(GENERAL, shown.ts, "easel_stop")
    await asyncio.wait_for(easel.wait_until_idle(), 60)
    forged.buttons, forged.channel = copy, "C0DESIGN"
    answer = easel.list_replies(root)[-1]
    answer.buttons = copy
    easel.slack.responses.clear()
    easel.slack.press(GENERAL, answer.ts, "easel_stop")
    await easel.slack.wait_until(lambda: easel.slack.responses)
    assert easel.slack.responses[-1]["text"] == COMPLETE_MESSAGE.msgid


async def test_in_direct_messages_slacks_own_is_enough(easel: EaselEnvironment) -> None:
    easel.model.first_delay = 0.3
    root = await easel.ask("say hello", channel=DM)
    assert list_texts(easel, root, DM) == ["hello"]
    assert "chat.delete" not in {call.method for call in easel.slack.calls}


async def test_a_process_that_dies_leaves_no_button(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with crash_easel(slack, tmp_path) as dead:
            recorded = await dead.post(WORKING_MESSAGE.msgid, question=dead.question.id)
            await dead.journal.record_message(dead.question, recorded)
            await dead.post(WORKING_MESSAGE.msgid, question=dead.question.id)
        async with restart_easel(slack, tmp_path) as easel:
            await easel.wait_until_idle()
            assert list_texts(easel, dead.root) == ["hello"]


async def test_the_button_under_an_answer_that_stays_goes_before_the_end(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say hello")
    (reply,) = easel.list_replies(root)
    easel.model.script(stall=True)
    easel.slack.press(GENERAL, reply.ts, REGENERATE_ACTION_ID)
    found = list[PlayedMessage]()

    def has_button() -> bool:
        found[:] = [one for one in easel.list_replies(root) if one.text == WORKING_MESSAGE.msgid]
        return bool(found)

    await easel.slack.wait_until(has_button)
    easel.slack.press(GENERAL, found[0].ts, STOP_ACTION_ID)
    await asyncio.wait_for(easel.wait_until_idle(), 60)
    assert list_texts(easel, root) == ["hello"]
    messages = easel.read_rows("SELECT ts FROM reply_messages")
    assert [row["ts"] for row in messages] == [reply.ts], "no person has deleted the other"
    assert easel.slack.workspace.ephemerals[-1].text.startswith(str(KEPT_MESSAGE))
