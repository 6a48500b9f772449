"""The played Slack takes only blocks and metadata that the real one takes."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack
from bot.playground.slack.block_checks import can_take_blocks
from tests.playground.test_slack_refusals import DM, call_method, slack

__all__ = ["slack"]


def build_button(**changes: Any) -> dict[str, Any]:
    text = {"type": "plain_text", "text": "Retry"}
    return {"type": "button", "action_id": "a", "text": text, "value": "7", **changes}


def build_actions(*elements: object) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def build_table(*cells: object) -> dict[str, Any]:
    return {"type": "table", "rows": [list(cells)]}


def build_data_table(**changes: Any) -> dict[str, Any]:
    return {"type": "data_table", "caption": "Orders", "rows": [[CELL], [CELL]], **changes}


CELL = {"type": "raw_text", "text": "x"}
RICH_CELL = {"type": "rich_text", "elements": []}
MARKDOWN = {"type": "markdown", "text": "hello"}
PICTURE = {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "A fox"}
NO_BLOCKS: list[object] = [
    {"type": "markdown", "text": ""},
    {"type": "markdown"},
    {"type": "markdown", "text": 5},
    {"type": "nonsense"},
    {"type": ["markdown"], "text": "x"},
    {"text": "x"},
    "markdown",
    None,
    {"type": "section"},
    {"type": "section", "text": "a plain string"},
    {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
    {"type": "context", "elements": []},
    build_actions(),
    {"type": "actions"},
    build_actions("a button"),
    build_actions(build_button(text={"type": "plain_text", "text": ""})),
    build_actions(build_button(text={"type": "mrkdwn", "text": "Retry"})),
    build_actions(build_button(text={"type": "plain_text", "text": "x" * 76})),
    build_actions(build_button(action_id="")),
    build_actions(build_button(action_id=None)),
    build_actions(build_button(value="x" * 2_001)),
    build_actions(build_button(value=7)),
    build_actions(build_button(), build_button()),
    build_actions(*(build_button(action_id=f"a{number}") for number in range(26))),
    build_table(),
    build_table("a string", CELL),
    build_table(None),
    build_table({"type": "raw_text", "text": ""}),
    build_table({"type": "nonsense", "text": "x"}),
    build_table(*[CELL] * 21),
    {"type": "table", "rows": [[CELL]] * 101},
    {"type": "table", "rows": {}},
    build_data_table(caption=""),
    build_data_table(caption=None),
    build_data_table(rows=[[CELL]]),
    build_data_table(rows=[[CELL]] * 202),
    build_data_table(rows=[[CELL], [CELL, CELL]]),
    build_data_table(rows=[[CELL] * 21] * 2),
    build_data_table(rows=[[RICH_CELL], [CELL]]),
    build_data_table(rows=[[CELL], [{"type": "raw_text", "text": ""}]]),
    build_data_table(rows=[[CELL], [{"type": "raw_text", "text": "x" * 20_000}]]),
    build_data_table(rows=[[CELL], [{"type": "raw_number", "value": "1"}]]),
    build_data_table(page_size=0),
    build_data_table(page_size=101),
    build_data_table(page_size=True),
    build_data_table(row_header_column_index=1),
    build_data_table(column_settings=[]),
    {"type": "image", "alt_text": "no file"},
    {**PICTURE, "alt_text": ""},
    {**PICTURE, "image_url": "https://example.org/a.png"},
]


@pytest.mark.parametrize("block", NO_BLOCKS, ids=lambda block: str(block)[:60])
def test_what_is_no_block_is_refused(block: object) -> None:
    assert not can_take_blocks([block])
    assert not can_take_blocks([MARKDOWN, block])


def test_what_the_app_sends_is_taken() -> None:
    blocks = [MARKDOWN, build_table(CELL), PICTURE, build_actions(build_button())]
    assert can_take_blocks(blocks) and can_take_blocks([{"type": "divider"}])
    assert can_take_blocks([MARKDOWN, build_data_table(page_size=100)])
    assert can_take_blocks([build_data_table(rows=[[CELL] * 20, *[[RICH_CELL] * 20] * 200])])
    assert not can_take_blocks([build_table(CELL)] * 2)
    assert not can_take_blocks([MARKDOWN] * 51) and not can_take_blocks({"type": "markdown"})


@pytest.mark.parametrize(
    "metadata",
    [
        {"event_type": "", "event_payload": {}},
        {"event_type": "x", "event_payload": 5},
        {"event_type": "x"},
        {"event_payload": {}},
        ["x"],
    ],
)
async def test_metadata_without_a_type_or_a_payload_is_refused(
    slack: PlayedSlack,
    client: AsyncWebClient,
    metadata: object,
) -> None:
    args = {"channel": DM, "text": "hello", "metadata": metadata}
    assert await call_method(client, "chat.postMessage", **args) == (200, "invalid_metadata_schema")


async def test_an_end_that_is_refused_changes_nothing(
    slack: PlayedSlack,
    client: AsyncWebClient,
) -> None:
    root = await slack.post_as_person(DM, "hello")
    stream = await client.chat_startStream(channel=DM, thread_ts=root, markdown_text="Once")
    refused: list[dict[str, Any]] = [
        {"blocks": [build_actions(build_button(action_id=""))]},
        {"metadata": {"event_type": ""}},
    ]
    for extra in refused:
        args = {"channel": DM, "ts": stream["ts"], "markdown_text": " upon", **extra}
        assert (await call_method(client, "chat.stopStream", **args))[1].startswith("invalid_")
        message = slack.workspace.find_message(DM, stream["ts"])
        assert message is not None and message.text == "Once" and message.streaming
