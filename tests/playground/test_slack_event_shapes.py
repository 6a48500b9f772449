"""The events of the played Slack have the shapes of recorded ones, also over HTTP."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.playground.recorded_events import load_recorded_body
from tests.playground.slack_client import get_last_event, serve_events

GENERAL = "C0GENERAL"
MENTION = "<@U0EASEL> hello"
# Reasons for a redelivery over HTTP (docs.slack.dev, "The Events API").
HTTP_REASONS = {
    "connection_failed",
    "http_error",
    "http_timeout",
    "ssl_error",
    "too_many_redirects",
    "unknown_error",
}


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(Rules(rate_tiers=False)) as played:
        yield played


@pytest.mark.parametrize("frame", ["[]", "null", '"x"', "5"])
async def test_a_socket_outlives_a_frame_that_is_no_object(frame: str) -> None:
    async with (
        PlayedSlack(Rules(ack_seconds=20.0, retry_after=())) as slack,
        aiohttp.ClientSession() as session,
        session.ws_connect(slack.socket.issue_address(slack.origin)) as socket,
    ):
        await socket.receive_json(timeout=60)
        await socket.send_str(frame)
        await slack.post_as_person(GENERAL, "still there?")
        got = await socket.receive(timeout=60)
        assert got.type is aiohttp.WSMsgType.TEXT
        with contextlib.suppress(ConnectionError):
            await socket.send_json({"envelope_id": json.loads(got.data)["envelope_id"]})
        await slack.wait_until_quiet()
        assert slack.deliveries[0].acknowledged.is_set()


async def test_an_edit_tells_what_was_said_before(slack: PlayedSlack) -> None:
    ts = await slack.post_as_person(GENERAL, "before")
    slack.edit(GENERAL, ts, "after")
    assert get_last_event(slack)["previous_message"]["text"] == "before"


@pytest.mark.parametrize("news", ["edit", "delete"])
async def test_news_about_a_message_names_its_files(slack: PlayedSlack, news: str) -> None:
    ts = await slack.post_as_person(GENERAL, "look", files=[("a.png", b"x")])
    if news == "edit":
        slack.edit(GENERAL, ts, "look here")
    else:
        slack.delete(GENERAL, ts)
    message = get_last_event(slack)["message" if news == "edit" else "previous_message"]
    assert [file["name"] for file in message.get("files", [])] == ["a.png"]


async def test_the_bot_hears_that_it_deleted_its_message(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel=GENERAL, text="x")
    await client.chat_delete(channel=GENERAL, ts=posted["ts"])
    assert get_last_event(slack).get("subtype") == "message_deleted"


async def test_a_reply_has_every_key_that_the_recorded_one_has(
    slack: PlayedSlack, specs: Path
) -> None:
    real = load_recorded_body(specs, "streaming-slack.threadFollowUp")["event"]
    root = await slack.post_as_person(GENERAL, "root")
    await slack.post_as_person(GENERAL, "reply", thread_ts=root)
    assert set(real) - set(get_last_event(slack)) == set()


async def test_a_mention_has_every_key_that_the_recorded_one_has(
    slack: PlayedSlack, specs: Path
) -> None:
    real = load_recorded_body(specs, "modals-slack.mention")["event"]
    await slack.post_as_person(GENERAL, MENTION, views=("app_mention",))
    assert set(real) - set(get_last_event(slack)) == set()


async def test_a_mention_with_files_has_every_key_that_the_recorded_one_has(
    slack: PlayedSlack, specs: Path
) -> None:
    real = load_recorded_body(specs, "streaming-slack.aiMentionWithFile")["event"]
    await slack.post_as_person(GENERAL, MENTION, files=[("a.png", b"x")], views=("app_mention",))
    assert set(real) - set(get_last_event(slack)) - {"assistant_thread"} == set()


async def test_the_blocks_of_a_mention_hold_the_person_as_recorded(
    slack: PlayedSlack, specs: Path
) -> None:
    real = load_recorded_body(specs, "streaming-slack.aiMention")["event"]
    await slack.post_as_person(GENERAL, MENTION)
    assert _list_element_types(get_last_event(slack)) == _list_element_types(real)


async def test_the_bots_message_has_no_more_than_the_recorded_one_about_its_sender(
    slack: PlayedSlack, client: AsyncWebClient, specs: Path
) -> None:
    real = load_recorded_body(specs, "streaming-slack.promptMessage")["event"]
    await client.chat_postMessage(channel=GENERAL, text="hello")
    assert ("client_msg_id" in get_last_event(slack)) is ("client_msg_id" in real)


async def test_a_redelivery_over_http_gives_one_of_https_reasons() -> None:
    seen = await _refuse_over_http({})
    assert seen[1]["x-slack-retry-reason"] in HTTP_REASONS


async def test_an_app_can_decline_redelivery_over_http() -> None:
    assert len(await _refuse_over_http({"x-slack-no-retry": "1"})) == 1


def _list_element_types(event: dict[str, Any]) -> list[str]:
    section = event["blocks"][0]["elements"][0]
    return [element["type"] for element in section["elements"]]


async def _refuse_over_http(answer: dict[str, str]) -> list[dict[str, str]]:
    """Refuse one event with these headers; return the headers of every delivery."""
    seen: list[dict[str, str]] = []

    async def refuse(request: web.Request) -> web.Response:
        seen.append({name.lower(): value for name, value in request.headers.items()})
        return web.Response(status=500, headers=answer)

    rules = Rules(ack_seconds=20.0, retry_after=(0.0,))  # it is refused at once
    async with serve_events(refuse) as url, PlayedSlack(rules, request_url=url) as slack:
        await slack.post_as_person(GENERAL, "hello")
        await slack.wait_until_quiet()
    return seen
