"""The played Web API around its methods: tokens, scopes, arguments, rates."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES, RateTiers
from bot.playground.slack.web_api import Rules
from tests.playground.slack_client import build_client
from tests.support.clock import Clock

GENERAL = "C0GENERAL"
# Method, bot scope, calls a minute (docs.slack.dev); repeated here so that a mistake is noticed.
METHODS = [
    ("chat.postMessage", "chat:write", 300),
    ("chat.update", "chat:write", 50),
    ("chat.delete", "chat:write", 50),
    ("chat.startStream", "chat:write", 20),
    ("chat.appendStream", "chat:write", 100),
    ("chat.stopStream", "chat:write", 20),
    ("assistant.threads.setStatus", "chat:write", 600),
    ("conversations.replies", "channels:history", 50),
    ("files.getUploadURLExternal", "files:write", 100),
    ("files.completeUploadExternal", "files:write", 100),
    ("files.info", "files:read", 100),
    ("users.info", "users:read", 100),
    ("users.list", "users:read", 20),
    ("conversations.info", "channels:read", 50),
    ("usergroups.list", "usergroups:read", 20),
]


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(Rules(share_delay=0.0), clock=Clock()) as played:
        yield played


def advance_clock(slack: PlayedSlack, seconds: float) -> None:
    assert isinstance(slack.workspace.clock, Clock)
    slack.workspace.clock.now += seconds


def get_error_code(failure: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(failure.value.response["error"])


async def test_the_real_client_learns_who_it_is_and_what_it_may_do(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    known = {"team_id": "T0EASEL", "user_id": "U0EASEL", "bot_id": "B0EASEL", "ok": True}
    assert isinstance(answer.data, dict) and known.items() <= answer.data.items()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert set(headers["x-oauth-scopes"].split(",")) == GRANTED_SCOPES


async def test_no_token_is_refused_as_not_authed(slack: PlayedSlack) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}auth.test") as got,
    ):
        assert (got.status, await got.json()) == (200, {"ok": False, "error": "not_authed"})


async def test_a_socket_is_opened_with_the_app_token_and_no_other(slack: PlayedSlack) -> None:
    client = build_client(slack)
    opened = await client.apps_connections_open(app_token=slack.app_token)
    assert str(opened["url"]).startswith("ws://127.0.0.1:")
    with pytest.raises(SlackApiError):
        await client.apps_connections_open(app_token=slack.bot_token)


async def test_a_method_that_does_not_exist_is_named_as_such(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as failure:
        await client.api_call("chat.postMesage")
    assert get_error_code(failure) == "unknown_method"


@pytest.mark.parametrize(("method", "scope"), [row[:2] for row in METHODS])
async def test_each_method_needs_its_scope_and_says_which(method: str, scope: str) -> None:
    async with PlayedSlack(Rules(scopes=GRANTED_SCOPES - {scope})) as slack:
        with pytest.raises(SlackApiError) as failure:
            await build_client(slack).api_call(method, json={"channel": GENERAL})
    answer = failure.value.response
    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)
    assert set(answer["provided"].split(",")) == GRANTED_SCOPES - {scope}


@pytest.mark.parametrize("way", ["params", "data", "json"])
async def test_arguments_come_in_the_address_as_a_form_or_as_json(
    slack: PlayedSlack, client: AsyncWebClient, way: str
) -> None:
    args = {"channel": GENERAL, "text": "a & b = ☃"}
    if way == "json":
        answer = await client.api_call("chat.postMessage", json=args)
    elif way == "data":
        answer = await client.api_call("chat.postMessage", data=args)
    else:
        answer = await client.api_call("chat.postMessage", params=args)
    message = slack.workspace.find_message(GENERAL, str(answer["ts"]))
    assert message is not None and message.text == args["text"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", b"null", b""])
async def test_a_body_that_is_no_json_object_counts_as_no_arguments(
    slack: PlayedSlack, body: bytes
) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": "application/json"}
    address = f"{slack.api_url}chat.postMessage"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data=body, headers=headers) as got,
    ):
        assert (await got.json())["error"] == "channel_not_found"


async def test_every_call_is_kept_with_its_arguments_and_its_end(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=GENERAL, text="hello")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0NOWHERE", text="hello")
    answered, refused = slack.list_calls("chat.postMessage")
    assert (answered.status, answered.error, answered.args["text"]) == (200, None, "hello")
    assert (refused.status, refused.error) == (200, "channel_not_found")
    assert answered.started_at <= answered.ended_at <= refused.ended_at


@pytest.mark.parametrize(("method", "limit"), [(row[0], row[2]) for row in METHODS])
def test_a_method_may_be_called_so_often_in_any_minute(method: str, limit: int) -> None:
    clock = Clock()
    tiers = RateTiers(clock)
    for number in range(limit):
        clock.now += 0.01
        assert tiers.count_call(method, f"C{number}") is None
    wait = tiers.count_call(method, "C0")
    assert wait is not None and 50 <= wait <= 60
    clock.now += wait
    assert tiers.count_call(method, "C0") is None


def test_a_refused_call_does_not_count_against_the_next_minute() -> None:
    clock = Clock()
    tiers = RateTiers(clock)
    for _ in range(60):
        tiers.count_call("chat.startStream", GENERAL)
    clock.now += 60.0
    assert all(tiers.count_call("chat.startStream", GENERAL) is None for _ in range(20))


async def test_a_channel_takes_a_short_burst_and_then_about_one_message_a_second(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    for number in range(4):
        await client.chat_postMessage(channel=GENERAL, text=str(number))
    with pytest.raises(SlackApiError) as failure:
        await client.chat_postMessage(channel=GENERAL, text="4")
    answer = failure.value.response
    assert answer.status_code == 429
    await client.chat_postMessage(channel="C0RANDOM", text="another channel")
    advance_clock(slack, int(answer.headers["Retry-After"]))
    await client.chat_postMessage(channel=GENERAL, text="4")


async def test_the_rates_can_be_left_out() -> None:
    async with PlayedSlack(Rules(rate_tiers=False)) as slack:
        client = build_client(slack)
        for _ in range(25):
            await client.chat_postMessage(channel=GENERAL, text="again")
        assert len(slack.workspace.list_messages(GENERAL)) == 25


async def test_a_call_takes_as_long_as_the_way_there_and_back() -> None:
    async with PlayedSlack(Rules(latency=0.03)) as slack:
        await build_client(slack).auth_test()
        (call,) = slack.calls
    assert call.ended_at - call.started_at > 0.025
