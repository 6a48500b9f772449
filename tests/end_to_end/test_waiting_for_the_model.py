"""While the model does not answer, the status says so."""

from __future__ import annotations

import io
import json

import pytest

from bot.answering import stream
from bot.answering.stream import WAITING_FOR_MODEL_STATUS
from tests.support.answers import wait_for_answers
from tests.support.easel import GENERAL, MENTION, EaselEnvironment


async def test_a_model_that_is_asked_again_and_again_is_waited_for_in_words(
    easel: EaselEnvironment, monkeypatch: pytest.MonkeyPatch, out: io.StringIO
) -> None:
    monkeypatch.setattr(stream, "MAX_SILENT_SECONDS", 0.2)
    for _ in range(2):
        easel.model.script(status=503, content_type="application/json", delay=0.3)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello")
    workspace = easel.slack.workspace
    await easel.slack.wait_until(
        lambda: workspace.get_status(GENERAL, root) == WAITING_FOR_MODEL_STATUS
    )
    await wait_for_answers(easel.slack, GENERAL, root)
    assert [reply.text for reply in easel.list_replies(root)] == ["hello"]
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    (silent,) = [line for line in lines if line["event"] == "model_silent"]
    assert silent["thread"] == root and silent["question"] and silent["user"] == "U0ALEX"
    assert workspace.list_statuses() == {}


async def test_a_model_that_thinks_after_a_long_silence_is_said_to_think(
    easel: EaselEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MAX_SILENT_SECONDS", 0.1)
    easel.model.first_delay = 0.5
    easel.model.token_delay = 0.1
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw a red fox")
    statuses: list[str] = []

    def is_drawn() -> bool:
        statuses.append(workspace.get_status(GENERAL, root))
        return any(reply.files for reply in easel.list_replies(root))

    workspace = easel.slack.workspace
    await easel.slack.wait_until(is_drawn)
    seen = [status for status in dict.fromkeys(statuses) if status]
    assert seen[:2] == ["is thinking…", WAITING_FOR_MODEL_STATUS]
    assert seen[-1] != WAITING_FOR_MODEL_STATUS


async def test_a_model_that_takes_the_request_and_then_says_nothing_is_waited_for_in_words(
    easel: EaselEnvironment, monkeypatch: pytest.MonkeyPatch, out: io.StringIO
) -> None:
    monkeypatch.setattr(stream, "MAX_SILENT_SECONDS", 0.2)
    easel.model.script(stall=True)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello")
    workspace = easel.slack.workspace
    await easel.slack.wait_until(
        lambda: workspace.get_status(GENERAL, root) == WAITING_FOR_MODEL_STATUS
    )
    await easel.slack.press_stop(GENERAL, root).acknowledged.wait()
    await easel.wait_until_idle()
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["event"] for line in lines].count("model_silent") == 1
    assert workspace.list_statuses() == {}
