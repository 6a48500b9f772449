"""Failures on demand of the played Web API."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.support.clock import Clock

GENERAL = "C0GENERAL"


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(Rules(share_delay=0.0), clock=Clock()) as played:
        yield played


def get_error_code(failure: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(failure.value.response["error"])


async def test_a_failure_on_demand_comes_as_often_as_asked_and_does_nothing(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    slack.fail("chat.postMessage", error="restricted_action", times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError) as failure:
            await client.chat_postMessage(channel=GENERAL, text="hello")
        assert get_error_code(failure) == "restricted_action"
    await client.auth_test()
    assert slack.workspace.list_messages(GENERAL) == []
    await client.chat_postMessage(channel=GENERAL, text="hello")
    assert len(slack.workspace.list_messages(GENERAL)) == 1


async def test_a_failure_on_demand_can_mean_any_method_and_can_be_taken_back(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    slack.fail("*", error="internal_error", times=100)
    with pytest.raises(SlackApiError):
        await client.auth_test()
    slack.api.faults.clear()
    await client.auth_test()


async def test_a_rate_limit_on_demand_says_how_long_to_wait(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    slack.fail("chat.update", error="ratelimited", retry_after=7)
    with pytest.raises(SlackApiError) as failure:
        await client.chat_update(channel=GENERAL, ts="1.0", text="x")
    assert failure.value.response.status_code == 429
    assert failure.value.response.headers["Retry-After"] == "7"


async def test_a_gateway_page_on_demand_is_no_answer_to_the_real_client(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    slack.fail("auth.test", html=True)
    with pytest.raises(SlackApiError) as failure:
        await client.auth_test()
    answer = failure.value.response
    assert answer.status_code == 502 and not answer.get("ok")
    assert answer.headers["Content-Type"].startswith("text/html")


async def test_a_failure_on_demand_can_come_after_the_work_is_done(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    slack.fail("chat.postMessage", status=500, after=True)
    with pytest.raises(SlackApiError) as failure:
        await client.chat_postMessage(channel=GENERAL, text="hello")
    assert failure.value.response.status_code == 500
    assert [message.text for message in slack.workspace.list_messages(GENERAL)] == ["hello"]


async def test_a_connection_that_breaks_makes_the_real_client_call_once_more(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    slack.fail("chat.postMessage", drop=True, after=True)
    at_once = FixedValueRetryIntervalCalculator(fixed_internal=0.0)
    client.retry_handlers = [AsyncConnectionErrorRetryHandler(interval_calculator=at_once)]
    await client.chat_postMessage(channel=GENERAL, text="twice")
    assert [message.text for message in slack.workspace.list_messages(GENERAL)] == [
        "twice",
        "twice",
    ]


async def test_a_connection_that_breaks_before_the_work_leaves_nothing(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    slack.fail("chat.postMessage", drop=True)
    client.retry_handlers = []
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=GENERAL, text="lost")
    assert slack.workspace.list_messages(GENERAL) == []


async def test_a_delay_on_demand_holds_one_call_back(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    slack.fail("auth.test", error="internal_error", delay=0.03)
    with pytest.raises(SlackApiError):
        await client.auth_test()
    (call,) = slack.calls
    assert call.ended_at - call.started_at > 0.025
