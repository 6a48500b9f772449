"""Operators hear of troubles in a direct message: once when they begin, once when they are over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES
from tests.support.easel import GENERAL, QUICK_RULES, run_easel, wait_until

ALEX, SAM = "D0ALEX", "D0SAM"


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.alerts.watch._PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("bot.alerts.watch.INTERVAL_SECONDS", 0.2)


def list_told(slack: PlayedSlack, channel: str = ALEX) -> list[PlayedMessage]:
    return [m for m in slack.workspace.list_messages(channel) if m.from_bot]


async def wait_for_told(slack: PlayedSlack, count: int, channel: str = ALEX) -> str:
    """Wait until so much is told in `channel`; return the last of it."""
    await wait_until(lambda: len(list_told(slack, channel)) >= count)
    told = list_told(slack, channel)
    assert len(told) == count
    return told[-1].text


async def test_a_dead_key_is_told_once_also_over_a_restart_and_its_end_once(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"EASEL_OPERATORS": "U0ALEX"}
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path, slack=slack, **settings) as easel:
            easel.model.api_key = "another"
            await easel.ask("hello")
            await easel.ask("hello again")
            text = await wait_for_told(slack, 1)
            assert "openrouter does not accept my key" in text and "easel check" in text
            assert "Since 20" in text and " UTC" in text
            assert "hello" not in text and "sk-or" not in text
        async with run_easel(
            tmp_path, slack=slack, OPENROUTER_API_KEY="wrong", **settings
        ) as easel:
            await easel.ask("hello")
            await easel.wait_until_idle()
            assert len(list_told(slack)) == 1
        async with run_easel(tmp_path, slack=slack, **settings) as easel:
            await easel.ask("hello")
            text = await wait_for_told(slack, 2)
            assert text.startswith("*Over* since ") and "did not accept my key" in text
    assert list_told(slack, SAM) == []


async def test_scopes_a_full_disk_and_a_budget_are_told_to_all_who_can_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = replace(QUICK_RULES, scopes=GRANTED_SCOPES - {"files:read"}, rate_tiers=False)
    usage = type("Usage", (), {"total": 10**11, "free": 5 * 1024**2})
    monkeypatch.setattr("bot.alerts.sources.shutil.disk_usage", lambda _folder: usage)
    async with PlayedSlack(rules) as slack:
        slack.workspace.people["U0GONE"] = "Gone"
        slack.workspace.deactivated.add("U0GONE")
        slack.workspace.people["U0DORA"] = "Dora"
        slack.workspace.locales["U0DORA"] = "de-DE"
        async with run_easel(
            tmp_path,
            slack=slack,
            EASEL_OPERATORS="U0GONE, U0DORA, U0NOBODY, U0ALEX",
            EASEL_BUDGETS="workspace/day=0.001",
            EASEL_SLACK_RATE=1000,
        ) as easel:
            await easel.ask("tell me a story")
            for channel, parts in (
                (ALEX, ("permissions that I need: files:read", "5 MB is left", "$0.00 of $0.001")),
                ("D0DORA", ("fehlen Berechtigungen", "5 MB sind frei", "`workspace/day` weist")),
            ):
                await wait_until(lambda of=channel: len(list_told(slack, of)) >= 3)  # type: ignore[misc] # bound now
                told = "\n".join(message.text for message in list_told(slack, channel))
                assert all(part in told for part in parts), told
    refused = [call.error for call in slack.calls if call.method == "conversations.open"]
    assert sorted(error for error in refused if error) == ["user_disabled", "user_not_found"]


async def test_slack_that_fails_is_tried_again_and_answers_go_on(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_OPERATORS="U0SAM", EASEL_SLACK_RATE=1000) as easel:
        easel.slack.fail("conversations.open", status=503, times=2)
        easel.model.api_key = "another"
        root = await easel.ask("hello")
        assert len(easel.list_replies(root)) == 1
        await wait_for_told(easel.slack, 1, SAM)


@pytest.mark.parametrize("argument", ["metadata", "markdown_text"])
async def test_an_operator_is_told_in_a_form_that_slack_takes(
    tmp_path: Path, argument: str
) -> None:
    async with run_easel(tmp_path, EASEL_OPERATORS="U0ALEX") as easel:
        code = {"metadata": "metadata_too_large"}.get(argument, "invalid_blocks")
        easel.slack.fail("chat.postMessage", error=code, argument=argument, times=999)
        easel.model.api_key = "another"
        await easel.ask("hello")
        assert "does not accept my key" in await wait_for_told(easel.slack, 1)


async def test_without_the_scope_nothing_is_told_and_it_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rules = replace(QUICK_RULES, scopes=GRANTED_SCOPES - {"im:write"})
    async with run_easel(tmp_path, rules=rules, EASEL_OPERATORS="U0ALEX") as easel:
        easel.model.api_key = "another"
        await easel.ask("hello")
        calls = easel.slack.calls
        await wait_until(lambda: any(call.error == "missing_scope" for call in calls))
        await easel.ask("hello")
    assert list_told(easel.slack) == []
    opened = [call for call in calls if call.method == "conversations.open"]
    assert [call.error for call in opened] == ["missing_scope"]
    assert GENERAL not in {call.args.get("channel") for call in opened}


async def test_no_operators_no_calls(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        easel.model.api_key = "another"
        await easel.ask("hello")
    methods = {call.method for call in easel.slack.calls}
    assert "conversations.open" not in methods
