"""What the played Web API refuses, and with which error codes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES
from bot.playground.slack.web_api import Rules
from tests.playground.slack_client import get_last_event
from tests.support.answers import wait_for_answers
from tests.support.clock import Clock

GENERAL, DM = "C0GENERAL", "D0ALEX"


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(Rules(rate_tiers=False, share_delay=0.0), clock=clock) as played:
        yield played


async def call_method(client: AsyncWebClient, method: str, **args: Any) -> tuple[int, str]:
    """Return the HTTP status and Slack's error code, or "ok"."""
    headers = {"Authorization": f"Bearer {client.token}"}
    address = f"{client.base_url}{method}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, json=args, headers=headers) as got,
    ):
        if got.content_type != "application/json":
            return got.status, "no JSON"
        return got.status, str((await got.json()).get("error", "ok"))


async def test_a_stream_that_expired_unnoticed_can_be_edited(
    slack: PlayedSlack, client: AsyncWebClient, clock: Clock
) -> None:
    root = await slack.post_as_person(DM, "hello")
    stream = await client.chat_startStream(channel=DM, thread_ts=root, markdown_text="Once")
    clock.now += 3600.0
    ts = stream["ts"]
    assert await call_method(client, "chat.update", channel=DM, ts=ts, text="x") == (200, "ok")


async def test_a_stream_does_not_start_with_more_than_it_holds(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(DM, "hello")
    too_much = "é" * 6_000
    got = await call_method(
        client, "chat.startStream", channel=DM, thread_ts=root, markdown_text=too_much
    )
    assert got == (200, "msg_too_long")


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("chat.startStream", {"thread_ts": "root", "chunks": "no json"}),
        ("chat.startStream", {"thread_ts": "root", "chunks": 5}),
        ("conversations.replies", {"ts": "root", "cursor": "dXNlcjpVMDYx"}),
        ("conversations.replies", {"ts": "root", "limit": "many"}),
        ("files.completeUploadExternal", {"files": "no json"}),
        ("files.completeUploadExternal", {"files": '["F1"]'}),
    ],
)
async def test_an_argument_of_the_wrong_type_is_refused_in_json(
    slack: PlayedSlack, client: AsyncWebClient, method: str, args: dict[str, Any]
) -> None:
    root = await slack.post_as_person(DM, "hello")
    values = {name: root if value == "root" else value for name, value in args.items()}
    status, code = await call_method(client, method, channel=DM, **values)
    assert (status, code != "ok") == (200, True)
    assert len(slack.calls) == 1


async def test_a_file_named_twice_in_one_share_is_refused_in_json(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    ticket = await client.files_getUploadURLExternal(filename="a.png", length=1)
    async with aiohttp.ClientSession() as session:
        await session.post(ticket["upload_url"], data=b"x")
    twice = [{"id": ticket["file_id"]}] * 2
    status, _ = await call_method(
        client, "files.completeUploadExternal", files=twice, channel_id=GENERAL
    )
    assert status == 200


async def test_a_file_in_a_direct_message_is_shared_privately(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    await slack.post_as_person(DM, "look", files=[("a.png", b"x")])
    info = (await client.files_info(file=get_last_event(slack)["files"][0]["id"]))["file"]
    assert (info["is_public"], list(info["shares"])) == (False, ["private"])


@pytest.mark.parametrize(
    ("channel", "lacks", "code"),
    [(DM, "im:history", "missing_scope"), (DM, "channels:history", "ok")],
)
async def test_reading_a_direct_message_needs_its_own_scope(
    channel: str, lacks: str, code: str
) -> None:
    async with PlayedSlack(Rules(scopes=GRANTED_SCOPES - {lacks})) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        root = await slack.post_as_person(channel, "hello")
        got = await call_method(client, "conversations.replies", channel=channel, ts=root)
    assert got == (200, code)


@pytest.mark.parametrize(
    ("method", "code"),
    [("chat.update", "cant_update_message"), ("chat.delete", "cant_delete_message")],
)
async def test_a_persons_message_is_refused_in_the_words_of_the_method(
    slack: PlayedSlack, client: AsyncWebClient, method: str, code: str
) -> None:
    ts = await slack.post_as_person(GENERAL, "mine")
    assert await call_method(client, method, channel=GENERAL, ts=ts, text="x") == (200, code)


@pytest.mark.parametrize(("fault", "status"), [({}, 200), ({"status": 502}, 502)])
async def test_a_download_fails_as_a_sign_in_page_or_with_a_status_on_demand(
    slack: PlayedSlack, fault: dict[str, int], status: int
) -> None:
    await slack.post_as_person(GENERAL, "look", files=[("a.png", b"x")])
    url = get_last_event(slack)["files"][0]["url_private_download"]
    slack.fail("download", html=True, **fault)
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as got:
        assert got.status == status and ("sign" in (await got.text()).lower()) == (status == 200)


async def test_a_wait_that_fails_shows_the_thread_it_waited_for(slack: PlayedSlack) -> None:
    root = await slack.post_as_person(GENERAL, "a question")
    posted = PlayedMessage(
        slack.workspace.create_ts(),
        GENERAL,
        "U0EASEL",
        "half an ans",
        thread_ts=root,
        from_bot=True,
    )
    slack.workspace.add(posted)
    with pytest.raises(TimeoutError) as failure:
        await wait_for_answers(slack, GENERAL, root, count=2, seconds=0.01)
    assert "half an ans" in str(failure.value)
