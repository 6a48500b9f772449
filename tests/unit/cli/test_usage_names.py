"""Names in reports: what is said where Slack tells none."""

from __future__ import annotations

import pytest

from bot.cli.usage.names import fetch_names
from bot.config import read_settings
from bot.playground.slack import PlayedSlack
from tests.support.easel import QUICK_RULES


async def test_it_is_said_of_how_many_slack_told_no_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        slack.workspace.add_channel("C0SECRET", "secret", is_private=True)
        settings = read_settings(
            {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url}, env_file=None
        )
        await fetch_names(settings, ["U0ALEX"], ["C0GENERAL", "C0SECRET", "D0ALEX"])
        assert capsys.readouterr().err == "", "a private name is withheld, not missing"
        await fetch_names(settings, ["U0ALEX", "U0GONE"], ["C0GONE"])
    assert "does not know: 2; ids are shown" in capsys.readouterr().err
