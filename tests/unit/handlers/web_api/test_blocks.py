"""Blocks are exactly the JSON that Slack is sent, whichever classes build them."""

from __future__ import annotations

import json

import pytest

from bot.domain.posts import Button, Controls, PostMetadata
from handlers.web_api.blocks import (
    build_blocks,
    build_metadata,
    build_notification_text,
    build_picture_blocks,
)
from handlers.web_api.tables import build_table_block
from handlers.web_api.visuals.controls import build_control_blocks

TABLE = "| a | b |\n|---|---|\n| **1** |  |\n"
TABLE_BLOCK = {
    "type": "data_table",
    "caption": "Table",
    "page_size": 1,
    "rows": [
        [{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}],
        [{"type": "raw_text", "text": "1"}, {"type": "raw_text", "text": " "}],
    ],
}


@pytest.mark.parametrize(
    ("button", "action_id", "label"),
    [(Button.RETRY, "easel_retry", "Retry"), (Button.GO_ON, "easel_go_on", "Go on")],
)
def test_a_button_is_a_block_of_its_own(button: Button, action_id: str, label: str) -> None:
    element = {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": label},
        "value": "7",
    }
    blocks = build_control_blocks(PostMetadata(7, Controls((button,))))
    assert json.loads(json.dumps(blocks)) == [{"type": "actions", "elements": [element]}]


def test_several_buttons_are_one_block_in_their_order() -> None:
    (block,) = build_control_blocks(PostMetadata(7, Controls((Button.GO_ON, Button.RETRY))))
    assert [element["text"]["text"] for element in block["elements"]] == ["Go on", "Retry"]


def test_a_post_without_a_button_has_no_block_for_it() -> None:
    assert build_control_blocks(PostMetadata(7)) == []


def test_a_picture_is_a_block_that_names_its_file() -> None:
    assert build_picture_blocks("F1", "A fox") == [
        {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "A fox"}
    ]


@pytest.mark.parametrize("text", ["hello **you**", "", "x" * 20_000])
def test_text_is_one_block_as_it_is(text: str) -> None:
    assert build_blocks(text, PostMetadata(7)) == [{"type": "markdown", "text": text}]


def test_a_table_is_a_block_between_the_text_around_it() -> None:
    blocks = build_blocks(f"Before\n\n{TABLE}\nAfter", PostMetadata(7))
    assert json.loads(json.dumps(blocks)) == [
        {"type": "markdown", "text": "Before"},
        TABLE_BLOCK,
        {"type": "markdown", "text": "After"},
    ]


def test_a_table_alone_has_no_empty_text_around_it() -> None:
    blocks = build_blocks(TABLE, PostMetadata(7, Controls((Button.RETRY,))))
    assert blocks[0] == TABLE_BLOCK
    assert [block["type"] for block in blocks] == ["data_table", "actions"]


@pytest.mark.parametrize(
    ("before", "caption"),
    [
        ("## Orders of **May**\n\n", "Orders of May"),
        ("**Orders:**\n", "Orders"),
        ("Here are the orders:\n\n", "Table"),
        ("# Far away\n\nWords in between.\n\n", "Table"),
    ],
)
def test_a_table_is_called_by_the_heading_above_it(before: str, caption: str) -> None:
    blocks = build_blocks(before + TABLE, PostMetadata(7))
    assert blocks[1]["caption"] == caption


def test_where_it_is_refused_the_older_kind_has_the_same_cells() -> None:
    blocks = build_blocks(TABLE, PostMetadata(7), build_table=build_table_block)
    assert blocks == [{"type": "table", "rows": TABLE_BLOCK["rows"]}]


def test_metadata_names_the_question() -> None:
    assert build_metadata(PostMetadata(7)) == {
        "event_type": "easel_reply",
        "event_payload": {"question": "7"},
    }


def test_a_notification_is_the_beginning_on_one_line() -> None:
    assert build_notification_text("two\n lines") == "two lines"
    assert build_notification_text("x" * 200) == "x" * 149 + "…"
