"""Message shortcuts in the played Slack: the payload, its two transports, and redelivery."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.playground.slack_client import serve_events
from tests.support.clock import Clock
from tests.support.easel import build_png

GENERAL, DM = "C0GENERAL", "D0ALEX"


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[PlayedSlack]:
    rules = Rules(ack_seconds=0.05, retry_after=(0.0, 0.0))
    async with PlayedSlack(rules, clock=clock) as played:
        yield played


async def test_a_shortcut_has_slacks_shape(slack: PlayedSlack) -> None:
    root = await slack.post_as_person(GENERAL, "root", views=())
    ts = await slack.post_as_person(
        GENERAL, "look", user="U0SAM", thread_ts=root, files=[("a.png", build_png())], views=()
    )
    body = slack.choose_shortcut(GENERAL, ts, "redraw", user="U0SAM").body
    message = body.pop("message")
    number = body["action_ts"].replace(".", "")
    assert body == {
        "type": "message_action",
        "token": "played",
        "action_ts": body["action_ts"],
        "team": {"id": "T0EASEL", "domain": "playground"},
        "user": {"id": "U0SAM", "name": "sam", "username": "sam", "team_id": "T0EASEL"},
        "channel": {"id": GENERAL, "name": "general"},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": "redraw",
        "trigger_id": f"{number}.0.played",
        "response_url": f"{slack.origin}/app/T0EASEL/{number}/played",
        "message_ts": ts,
    }
    fields = {key: message[key] for key in ("type", "user", "ts", "text", "thread_ts")}
    assert fields == {
        "type": "message",
        "user": "U0SAM",
        "ts": ts,
        "text": "look",
        "thread_ts": root,
    }
    assert message["files"][0]["name"] == "a.png"


async def test_a_shortcut_is_later_than_every_message_and_than_the_one_before(
    slack: PlayedSlack,
) -> None:
    ts = await slack.post_as_person(DM, "hi", views=())
    last = await slack.post_as_person(GENERAL, "later", views=())
    once, twice = (slack.choose_shortcut(DM, ts, "redraw").body["action_ts"] for _ in range(2))
    assert ts < last < once < twice


async def test_a_direct_message_is_no_named_channel(slack: PlayedSlack) -> None:
    ts = await slack.post_as_person(DM, "hi", views=())
    assert slack.choose_shortcut(DM, ts, "redraw").body["channel"] == {
        "id": DM,
        "name": "directmessage",
    }


async def test_a_shortcut_that_is_not_acknowledged_comes_again(slack: PlayedSlack) -> None:
    ts = await slack.post_as_person(GENERAL, "hi", views=())
    address = slack.socket.issue_address(slack.origin)
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as socket:
        await socket.receive_json(timeout=60)
        delivery = slack.choose_shortcut(GENERAL, ts, "redraw")
        first, second = [await socket.receive_json(timeout=60) for _ in range(2)]
        await socket.send_json({"envelope_id": second["envelope_id"]})
        await delivery.acknowledged.wait()
    assert first["type"] == second["type"] == "interactive"
    assert first["payload"] == second["payload"] == delivery.body
    assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
    assert (first["retry_reason"], second["retry_reason"]) == ("", "timeout")


async def test_a_shortcut_over_http_is_a_signed_form(clock: Clock) -> None:
    seen: list[tuple[bytes, dict[str, str]]] = []

    async def take(request: web.Request) -> web.Response:
        seen.append((await request.read(), dict(request.headers)))
        return web.Response()

    async with serve_events(take) as url, PlayedSlack(request_url=url, clock=clock) as slack:
        ts = await slack.post_as_person(GENERAL, "hi", views=())
        delivery = slack.choose_shortcut(GENERAL, ts, "redraw")
        await delivery.acknowledged.wait()
    ((raw, headers),) = seen
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert SignatureVerifier(slack.signing_secret).is_valid_request(raw, headers)
    assert json.loads(parse_qs(raw.decode())["payload"][0]) == delivery.body


async def test_what_is_gone_has_no_menu(slack: PlayedSlack) -> None:
    root = await slack.post_as_person(GENERAL, "one", views=())
    await slack.post_as_person(GENERAL, "two", thread_ts=root, views=())
    slack.delete_message(GENERAL, root)
    for ts in (root, "1.0"):
        with pytest.raises(LookupError):
            slack.choose_shortcut(GENERAL, ts, "redraw")


async def test_what_the_app_answers_to_the_response_url_is_kept(slack: PlayedSlack) -> None:
    ts = await slack.post_as_person(GENERAL, "hi", views=())
    answer: dict[str, Any] = {"text": "Working on it.", "response_type": "ephemeral"}
    url = slack.choose_shortcut(GENERAL, ts, "redraw").body["response_url"]
    async with aiohttp.ClientSession() as session, session.post(url, json=answer) as got:
        assert got.status == 200
    assert slack.responses == [answer]
