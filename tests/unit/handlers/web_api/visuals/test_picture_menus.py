"""The menus under pictures are within Slack's bounds, by two descriptions of them, everywhere."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from slack_sdk.models.blocks import Block, SectionBlock

from bot.domain.pictures.presses import PictureAction, PictureMenu
from bot.domain.posts import Controls, PostMetadata
from bot.playground.slack.block_checks import can_take_blocks
from handlers.parsing.actions import parse_button_press
from handlers.parsing.thread_messages import parse_turn
from handlers.web_api.message_forms import build_post_forms, build_update_forms
from handlers.web_api.visuals.picture_menus import build_picture_menus, round_cost

HIGHEST_ID, WORDS = 10**18 - 1, "To go on, say “v1 as jpg”."
DEAR = Decimal("99999.995")
MENUS = (
    PictureMenu(1, Decimal("0.19"), Decimal("0.57")),
    PictureMenu(999_999, DEAR, DEAR),
    PictureMenu(3, None, None),
    PictureMenu(4, None, Decimal(0), can_repeat=False),
)


def build_metadata(language: str = "en") -> PostMetadata:
    return PostMetadata(HIGHEST_ID, Controls(pictures=MENUS), language=language)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ja"])
def test_each_picture_is_a_line_with_a_menu_that_slack_takes(language: str) -> None:
    blocks = build_picture_menus(build_metadata(language))
    assert can_take_blocks(json.loads(json.dumps(blocks))) and len(blocks) == len(MENUS)
    for block in Block.parse_all(blocks):
        assert isinstance(block, SectionBlock) and block.accessory is not None
        block.validate_json()
        block.accessory.validate_json()
    values = [one["value"] for block in blocks for one in block["accessory"]["options"]]
    assert len(set(values)) == len(values) == 5 * len(MENUS) - 1
    assert all(len(one["text"]["text"]) <= 75 for b in blocks for one in b["accessory"]["options"])


def test_what_slack_sends_back_of_an_entry_names_the_picture() -> None:
    (_, second, *_) = build_picture_menus(build_metadata())
    read = []
    for option in second["accessory"]["options"]:
        action = {"type": "overflow", "selected_option": option}
        press = parse_button_press({"channel": {"id": "C1"}, "actions": [action]})
        assert press is not None and (press.question_id, press.version) == (HIGHEST_ID, 999_999)
        read.append(press.word)
    assert read == list(PictureAction)


def test_the_menus_are_the_message_and_words_are_there_where_slack_takes_no_menus() -> None:
    rich, markdown, plain = build_post_forms(WORDS, build_metadata())
    assert [block["type"] for block in rich["blocks"]] == ["section"] * len(MENUS)
    assert rich["text"] == markdown["markdown_text"] == plain["text"] == WORDS
    first, last = build_update_forms(WORDS, build_metadata())
    assert first["blocks"] == rich["blocks"] and last == {"text": WORDS, "blocks": []}


def test_menus_are_no_words_of_the_conversation() -> None:
    raw = {"user": "U0EASEL", "ts": "1700000000.000100", "text": WORDS}
    assert parse_turn(raw, "U0EASEL") is not None
    with_menus = raw | {"blocks": build_picture_menus(build_metadata())}
    assert parse_turn(with_menus, "U0EASEL") is None


@pytest.mark.parametrize(
    ("cost", "told"), [("0.0004", "0.01"), ("0.194", "0.19"), ("0.195", "0.20"), ("3", "3.00")]
)
def test_a_cost_is_told_in_cents_and_is_at_least_one(cost: str, told: str) -> None:
    assert str(round_cost(Decimal(cost))) == told
