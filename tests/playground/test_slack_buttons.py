"""The played Slack's blocks, buttons and metadata: accepted, stored, refused and sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules

GENERAL = "C0GENERAL"
BUTTON = {
    "type": "button",
    "action_id": "again",
    "text": {"type": "plain_text", "text": "Again"},
    "value": "7",
}
BLOCKS: list[dict[str, Any]] = [
    {"type": "markdown", "text": "**Sorry.**"},
    {"type": "actions", "elements": [BUTTON]},
]
NAMELESS_ACTIONS = {"type": "actions", "elements": [{"type": "button"}]}
METADATA = {"event_type": "mine", "event_payload": {"question": "7"}}


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(Rules(rate_tiers=False)) as played:
        yield played


async def post_message(client: AsyncWebClient, **more: Any) -> str:
    answer = await client.chat_postMessage(channel=GENERAL, text="Sorry.", blocks=BLOCKS, **more)
    return str(answer["ts"])


async def test_a_post_shows_its_markdown_and_its_buttons(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    message = slack.workspace.find_message(GENERAL, await post_message(client))
    assert message is not None and (message.text, message.markdown) == ("**Sorry.**", True)
    assert message.buttons == [{"action_id": "again", "text": "Again", "value": "7"}]


async def test_an_edit_with_blocks_replaces_the_buttons_and_one_without_keeps_them(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    ts = await post_message(client)
    message = slack.workspace.find_message(GENERAL, ts)
    assert message is not None
    await client.chat_update(channel=GENERAL, ts=ts, text="other")
    assert (message.text, len(message.buttons)) == ("other", 1)
    await client.chat_update(channel=GENERAL, ts=ts, text="x", blocks=BLOCKS[:1])
    assert (message.text, message.buttons) == ("**Sorry.**", [])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"markdown_text": "x", "blocks": BLOCKS}, "markdown_text_conflict"),
        ({"blocks": [{"type": "markdown", "text": "x" * 12_001}]}, "msg_blocks_too_long"),
        ({"blocks": [{"type": "markdown", "text": "x"}] * 51}, "invalid_blocks"),
        ({"blocks": ["x"]}, "invalid_blocks"),
        ({"blocks": [{"text": "no type"}]}, "invalid_blocks"),
        ({"blocks": [NAMELESS_ACTIONS], "text": "x"}, "invalid_blocks"),
        ({"text": "x", "metadata": {"event_payload": {}}}, "invalid_metadata_schema"),
    ],
)  # fmt: skip
async def test_what_slack_refuses_is_refused(
    client: AsyncWebClient, content: dict[str, Any], code: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.api_call("chat.postMessage", json={"channel": GENERAL, **content})
    assert refused.value.response["error"] == code


async def test_metadata_is_told_to_those_who_ask_for_it(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "hi", views=())
    await post_message(client, thread_ts=root, metadata=METADATA)
    plain = await client.conversations_replies(channel=GENERAL, ts=root)
    with_metadata = await client.conversations_replies(
        channel=GENERAL, ts=root, include_all_metadata=True
    )
    assert "metadata" not in plain["messages"][1]
    assert with_metadata["messages"][1]["metadata"] == METADATA


async def test_a_stream_can_end_with_a_button_and_metadata(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "hi", views=())
    started = await client.chat_startStream(
        channel=GENERAL,
        thread_ts=root,
        markdown_text="Sorry",
        recipient_user_id="U0ALEX",
        recipient_team_id="T0EASEL",
    )
    await client.chat_stopStream(
        channel=GENERAL, ts=started["ts"], markdown_text=".", blocks=BLOCKS[1:], metadata=METADATA
    )
    message = slack.workspace.find_message(GENERAL, started["ts"])
    assert message is not None and message.text == "Sorry."
    assert len(message.buttons) == 1 and message.metadata == METADATA


async def test_a_pressed_button_reaches_the_socket_as_slack_sends_it(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    ts = await post_message(client)
    opened = await client.apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        # Events about the post itself may come first.
        delivery = slack.press(GENERAL, ts, "again")
        envelope = await socket.receive_json()
        while envelope["type"] != "interactive":
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
            envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await delivery.acknowledged.wait()
    payload = envelope["payload"]
    assert (payload["type"], payload["channel"]["id"]) == ("block_actions", GENERAL)
    assert payload["actions"][0]["value"] == "7" and payload["message"]["ts"] == ts


async def test_a_button_that_is_not_there_cannot_be_pressed(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    ts = await post_message(client)
    for where, action in ((ts, "other"), ("1.0", "again")):
        with pytest.raises(LookupError):
            slack.press(GENERAL, where, action)
