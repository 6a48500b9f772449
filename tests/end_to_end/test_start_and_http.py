"""Failures that stop the start, and signed events over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import aiohttp
import pytest

from bot.app.service import open_service
from bot.config import read_settings
from bot.domain.errors import StartupError
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.delivery import sign_request
from bot.playground.slack.interactions import build_button_payload
from tests.support.easel import (
    GENERAL,
    MENTION,
    QUICK_RULES,
    run_easel,
)


@pytest.mark.parametrize(
    ("fault", "setting", "words"),
    [
        ("auth.test", "SLACK_BOT_TOKEN", "invalid_auth"),
        ("apps.connections.open", "SLACK_APP_TOKEN", "invalid_auth"),
    ],
)
async def test_a_refused_token_stops_the_start_and_names_the_setting(
    tmp_path: Path, fault: str, setting: str, words: str
) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        slack.fail(fault, error="invalid_auth", times=9)
        with pytest.raises(StartupError) as refused:
            async with run_easel(tmp_path, slack=slack):
                pass
    assert setting in str(refused.value) and words in str(refused.value)
    assert "xoxb-" not in str(refused.value) and "xapp-" not in str(refused.value)


async def test_slack_out_of_reach_stops_the_start(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        with pytest.raises(StartupError, match="SLACK_API_URL"):
            async with run_easel(tmp_path, slack=slack, SLACK_API_URL="http://127.0.0.1:9/api/"):
                pass


async def test_over_http_events_are_checked_and_answered(tmp_path: Path) -> None:
    async with PlayedModel() as model, PlayedSlack(QUICK_RULES) as slack:
        settings = read_settings(
            {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_SIGNING_SECRET": slack.signing_secret,
                "SLACK_API_URL": slack.api_url,
                "OPENROUTER_API_KEY": model.api_key,
                "OPENROUTER_BASE_URL": model.base_url,
                "EASEL_DATA_DIR": str(tmp_path),
                "EASEL_PORT": 0,
            },
            env_file=None,
        )
        async with open_service(settings) as service:
            url = f"{service.address}/slack/events"
            async with PlayedSlack(QUICK_RULES, request_url=url) as sender:
                await sender.post_as_person(GENERAL, f"{MENTION} say hello")
                await sender.wait_until_quiet()
                assert all(delivery.acknowledged.is_set() for delivery in sender.deliveries)
            await service.wait_until_idle()
            assert len(model.requests) == 1
            await _press_retry(url)
            await _check_unsigned_is_refused(url)


async def _press_retry(url: str) -> None:
    """Press a button, which Slack sends as a form to the same address."""
    message = PlayedMessage("1.1", GENERAL, "U0EASEL", "x", from_bot=True)
    button = {"action_id": "easel_retry", "text": "Retry", "value": "1"}
    async with PlayedSlack(QUICK_RULES, request_url=url) as sender:
        pressed = sender.send_body(
            build_button_payload(message, button, "U0ALEX"), kind="interactive"
        )
        await sender.wait_until_quiet()
        assert pressed.acknowledged.is_set()


async def _check_unsigned_is_refused(url: str) -> None:
    raw = json.dumps({"type": "event_callback"}).encode()
    signed = sign_request(raw, PlayedSlack.signing_secret, 1_000)
    async with aiohttp.ClientSession() as session:
        for headers in (
            {},
            signed,  # years old
            {**signed, "X-Slack-Request-Timestamp": "yesterday"},
            {**signed, "X-Slack-Request-Timestamp": ""},
            {**signed, "X-Slack-Signature": "v0=00"},
        ):
            async with session.post(url, data=raw, headers=headers) as response:
                assert response.status == 401
        async with session.get(url.replace("/slack/events", "/metrics")) as page:
            assert "easel_slack_unsigned_requests_total 5.0" in await page.text()
