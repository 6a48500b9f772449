"""The played Slack is as strict as the real one where a bot can tell."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES, OPTIONAL_SCOPES
from bot.playground.slack.web_api import Rules
from handlers.manifest import list_bot_scopes, list_optional_scopes
from tests.support.clock import Clock

GENERAL, DM = "C0GENERAL", "D0ALEX"


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[PlayedSlack]:
    rules = Rules(share_delay=0.0, ack_seconds=0.05, retry_after=(0.0, 0.0, 0.0), echoes=False)
    async with PlayedSlack(rules, clock=clock) as played:
        yield played


@pytest.fixture
async def client(slack: PlayedSlack) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        web = AsyncWebClient(slack.bot_token, base_url=slack.api_url, session=session)
        web.retry_handlers = []
        yield web


async def expect_error(call: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        await call
    return str(error.value.response["error"])


def build_stream_args(root: str, **more: Any) -> dict[str, Any]:
    whom = {"recipient_user_id": "U0ALEX", "recipient_team_id": "T0EASEL"}
    return {"channel": GENERAL, "thread_ts": root, "markdown_text": "Hi", **whom, **more}


async def test_it_grants_what_the_manifest_asks_for() -> None:
    assert sorted(GRANTED_SCOPES) == sorted([*list_bot_scopes(), *list_optional_scopes()])
    assert sorted(OPTIONAL_SCOPES) == list_optional_scopes()


async def test_a_wrong_token_and_a_missing_scope_are_refused(client: AsyncWebClient) -> None:
    wrong = AsyncWebClient("xoxb-wrong", base_url=client.base_url)
    assert await expect_error(wrong.auth_test()) == "invalid_auth"
    async with PlayedSlack(Rules(scopes=GRANTED_SCOPES - {"chat:write"})) as poor:
        allowed = AsyncWebClient(poor.bot_token, base_url=poor.api_url)
        with pytest.raises(SlackApiError) as error:
            await allowed.chat_postMessage(channel=GENERAL, text="x")
        assert error.value.response["needed"] == "chat:write"


async def test_streams_need_a_root_a_recipient_and_a_channel(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "hi")
    start = client.chat_startStream
    assert await expect_error(start(**build_stream_args("1.0"))) == "invalid_thread_ts"
    without_recipient = build_stream_args(root, recipient_user_id=None)
    assert await expect_error(start(**without_recipient)) == "missing_recipient_user_id"
    assert await expect_error(start(**build_stream_args(root, recipient_team_id=None))) == (
        "missing_recipient_team_id"
    )
    bot = build_stream_args(root, recipient_user_id="U0EASEL")
    assert await expect_error(start(**bot)) == "invalid_recipient_user_id"
    assert (
        await expect_error(start(**build_stream_args(root, channel="C404"))) == "channel_not_found"
    )
    direct = await slack.post_as_person(DM, "hi")
    assert (await start(channel=DM, thread_ts=direct, markdown_text="Hi"))["ok"]


async def test_a_stream_grows_ends_and_is_bounded_in_size_and_life(
    slack: PlayedSlack, client: AsyncWebClient, clock: Clock
) -> None:
    root = await slack.post_as_person(GENERAL, "hi")
    ts = (await client.chat_startStream(**build_stream_args(root)))["ts"]
    at = {"channel": GENERAL, "ts": ts}
    await client.chat_appendStream(**at, markdown_text=" there")
    assert (
        await expect_error(client.chat_update(**at, markdown_text="x"))
        == "streaming_state_conflict"
    )
    assert await expect_error(client.chat_appendStream(**at, markdown_text="x" * 12_001)) == (
        "msg_too_long"
    )
    assert await expect_error(client.chat_appendStream(**at, markdown_text="é" * 6_000)) == (
        "msg_too_long"
    )
    clock.now += 301
    over = "message_not_in_streaming_state"
    assert await expect_error(client.chat_appendStream(**at, markdown_text="x")) == over
    assert await expect_error(client.chat_stopStream(**at)) == over
    await client.chat_update(**at, markdown_text="repaired")
    assert slack.list_replies(GENERAL, root)[0].text == "repaired"


async def test_messages_have_slacks_limits(slack: PlayedSlack, client: AsyncWebClient) -> None:
    post = client.chat_postMessage
    assert await expect_error(post(channel=GENERAL, markdown_text="x" * 12_001)) == "msg_too_long"
    both = post(channel=GENERAL, text="x", markdown_text="y")
    assert await expect_error(both) == "markdown_text_conflict"
    slack.workspace.add_channel("C0OTHER", "other", with_bot=False)
    assert await expect_error(post(channel="C0OTHER", text="x")) == "not_in_channel"
    slack.workspace.channels[GENERAL].archived = True
    assert await expect_error(post(channel=GENERAL, text="x")) == "is_archived"
    theirs = await slack.post_as_person("C0DESIGN", "hi")
    assert await expect_error(client.chat_update(channel="C0DESIGN", ts=theirs, text="x")) == (
        "cant_update_message"
    )


async def test_the_rate_tiers_hold(
    slack: PlayedSlack, client: AsyncWebClient, clock: Clock
) -> None:
    root = await slack.post_as_person(GENERAL, "hi")
    for _ in range(20):
        await client.chat_startStream(**build_stream_args(root))
    with pytest.raises(SlackApiError) as error:
        await client.chat_startStream(**build_stream_args(root))
    response = error.value.response
    assert response.status_code == 429 and int(response.headers["Retry-After"]) > 0
    clock.now += 61
    assert (await client.chat_startStream(**build_stream_args(root)))["ok"]


async def test_an_upload_is_shared_once_and_a_little_later(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "hi")
    answer = await client.files_upload_v2(
        file=b"fox", filename="fox.png", alt_txt="a fox", channel=GENERAL, thread_ts=root
    )
    (shared,) = answer["files"]
    assert shared["shares"] == {}
    await slack.wait_until(lambda: slack.list_replies(GENERAL, root))
    info = (await client.files_info(file=shared["id"]))["file"]
    assert info["shares"]["public"][GENERAL][0]["thread_ts"] == root
    again = client.files_completeUploadExternal(files=[{"id": shared["id"]}], channel_id=GENERAL)
    assert await expect_error(again) == "file_not_found"
    assert slack.list_replies(GENERAL, root)[0].files[0].alt == "a fox"


async def test_a_status_lapses_and_is_cleared_by_a_post(
    slack: PlayedSlack, client: AsyncWebClient, clock: Clock
) -> None:
    root = await slack.post_as_person(GENERAL, "hi")
    status: dict[str, Any] = {"channel_id": GENERAL, "thread_ts": root, "status": "is thinking…"}
    await client.assistant_threads_setStatus(**status)
    assert slack.workspace.get_status(GENERAL, root) == "is thinking…"
    clock.now += 121
    assert slack.workspace.get_status(GENERAL, root) == ""
    await client.assistant_threads_setStatus(**status)
    await client.chat_postMessage(channel=GENERAL, thread_ts=root, text="x")
    assert slack.workspace.get_status(GENERAL, root) == ""


async def test_a_file_without_the_token_is_a_sign_in_page(slack: PlayedSlack) -> None:
    await slack.post_as_person(GENERAL, "look", files=[("fox.png", b"fox")])
    (file,) = slack.workspace.files.values()
    url = f"{slack.origin}/files-pri/T0EASEL-{file.id}/download/fox.png"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 200 and response.content_type == "text/html"


async def test_what_is_not_acknowledged_comes_again_and_says_so(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    seen: list[tuple[Any, Any]] = []

    async def on_event(socket: Any, request: SocketModeRequest) -> None:
        seen.append((request.retry_attempt, request.retry_reason))
        if len(seen) == 3:
            await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id))

    socket = SocketModeClient(slack.app_token, web_client=client)
    socket.socket_mode_request_listeners.append(on_event)
    await socket.connect()
    await slack.post_as_person(GENERAL, "hi")
    await slack.wait_until_quiet()
    await socket.close()
    assert seen == [(0, ""), (1, "timeout"), (2, "timeout")]


async def test_a_mention_comes_as_two_events_with_one_ts(slack: PlayedSlack) -> None:
    ts = await slack.post_as_person(GENERAL, "<@U0EASEL> hi", files=[("fox.png", b"fox")])
    events = [delivery.body["event"] for delivery in slack.deliveries]
    assert [event["type"] for event in events] == ["app_mention", "message"]
    assert {event["ts"] for event in events} == {ts}
    assert "channel_type" not in events[0] and events[1]["subtype"] == "file_share"
    assert len({delivery.event_id for delivery in slack.deliveries}) == 2
