"""`easel smoke` against the played service."""

from __future__ import annotations

import pytest

from bot.cli.smoke.main import run_smoke_test
from bot.cli.smoke.slack import run_slack_probes
from bot.config import read_settings
from bot.domain.errors import StartupError
from bot.playground.model import PlayedModel
from bot.playground.model.endings import EndingKind
from bot.playground.slack import PlayedSlack
from tests.support.easel import GENERAL, QUICK_RULES


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.smoke.questions._BILL_WAIT_SECONDS", (0.0,))
    monkeypatch.setattr("bot.cli.smoke.questions._ABORT_AFTER_SECONDS", 0.05)


async def test_the_eight_questions_are_asked_of_the_service(
    no_waiting: None, capsys: pytest.CaptureFixture[str]
) -> None:
    async with PlayedModel() as model:
        environment = {"OPENROUTER_API_KEY": model.api_key, "OPENROUTER_BASE_URL": model.base_url}
        policy = {"EASEL_DATA_POLICY": "data_collection=deny"}
        settings = read_settings(environment | policy, env_file=None)
        prompts: list[str] = []

        def answer_no(prompt: str) -> str:
            prompts.append(prompt)
            return "n"

        assert await run_smoke_test(settings, confirmed=False, ask=answer_no) == 1
        assert "spends about" in prompts[0] and model.requests == []
        assert await run_smoke_test(settings, confirmed=True) == 0
        told = [body.get("provider") for body in model.requests]
        assert told == [{"data_collection": "deny"}] * len(told), "here, too"
    shown = capsys.readouterr().out
    for number in range(1, 9):
        assert f"\n{number}. " in f"\n{shown}"
    assert "1 in delta.images, 0 in message.images" in shown
    assert "/generation says" in shown and "the same" in shown
    assert "16 pictures:" in shown and "Spent: 0." in shown


async def test_answers_that_do_not_say_what_they_cost_are_counted(
    no_waiting: None, capsys: pytest.CaptureFixture[str]
) -> None:
    async with PlayedModel() as model:
        model.end_next(EndingKind.NO_USAGE)
        model.end_next(EndingKind.GATEWAY_TIMEOUT)
        environment = {"OPENROUTER_API_KEY": model.api_key, "OPENROUTER_BASE_URL": model.base_url}
        await run_smoke_test(read_settings(environment, env_file=None), confirmed=True)
    assert "\n2 of them did not say what they cost" in capsys.readouterr().out


async def test_a_service_that_fails_is_told_question_by_question(
    no_waiting: None, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {"OPENROUTER_API_KEY": "sk-x", "OPENROUTER_BASE_URL": "http://127.0.0.1:9/api/v1"}
    assert await run_smoke_test(read_settings(environment, env_file=None), confirmed=True) == 1
    shown = capsys.readouterr().out
    assert shown.count("could not be asked") == 8 and "did not say" not in shown


async def test_without_a_key_nothing_is_asked() -> None:
    with pytest.raises(StartupError):
        await run_smoke_test(read_settings({}, env_file=None), confirmed=True)


async def test_slack_is_asked_about_shares_and_nothing_is_left_behind(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        environment = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url}
        settings = read_settings(environment, env_file=None)
        assert await run_slack_probes(settings, GENERAL) == 0
        shown = capsys.readouterr().out
        assert "taken" in shown and "with a menu" not in shown
        assert "   the message has: " in shown and "after an edit it has: " in shown
        sent = [call.args["blocks"] for call in slack.calls if "blocks" in call.args][-2:]
        assert all("context_actions" in str(one) and "confirm" in str(one) for one in sent)
        assert not any(one.text for one in slack.workspace.list_messages(GENERAL))
        slack.fail("chat.postMessage", error="invalid_blocks")
        slack.fail("files.completeUploadExternal", error="invalid_blocks")
        assert await run_slack_probes(settings, GENERAL) == 0
        assert capsys.readouterr().out.count("refused: invalid_blocks") == 2
        assert all(file.is_deleted for file in slack.workspace.files.values())
        assert await run_slack_probes(settings, "C0NOWHERE") == 0
        assert "refused: channel_not_found" in capsys.readouterr().out
    with pytest.raises(StartupError):
        await run_slack_probes(read_settings({}, env_file=None), GENERAL)
