"""The row under an answer is within Slack's bounds, by two descriptions of them, everywhere."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from slack_sdk.models.blocks import ActionsBlock, Block, ContextActionsBlock

from bot.domain.posts import Button, Controls, MenuEntry, PostMetadata
from bot.playground.slack.block_checks import can_take_blocks
from handlers.parsing.actions import parse_button_press
from handlers.web_api.message_forms import build_post_forms, build_stop_forms, build_update_forms
from handlers.web_api.visuals.controls import build_control_blocks

ROWS = [
    Controls(buttons, has_feedback, version, menu)
    for count in range(5)
    for buttons in combinations(Button, count)
    for has_feedback in (False, True)
    for version in (1, 999_999)
    for menu in ((), tuple(MenuEntry))
]
HIGHEST_ID = 10**18 - 1
LANGUAGES = ("en", "de", "fr", "es", "ja")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_is_two_blocks_at_most_that_slack_takes(language: str) -> None:
    for controls in ROWS:
        blocks = build_control_blocks(PostMetadata(HIGHEST_ID, controls, language=language))
        kinds = [block["type"] for block in blocks]
        wanted = [
            *(["actions"] if controls.buttons or controls.menu else []),
            *(["context_actions"] if controls.has_feedback else []),
        ]
        assert kinds == wanted
        assert can_take_blocks(json.loads(json.dumps(blocks)))
        for block in Block.parse_all(blocks):
            assert isinstance(block, ActionsBlock | ContextActionsBlock)
            block.validate_json()
            for element in block.elements:
                element.validate_json()


def test_what_slack_sends_back_of_each_control_names_the_answer() -> None:
    controls = Controls((Button.RETRY,), has_feedback=True, version=3, menu=(MenuEntry.COST,))
    actions, context = build_control_blocks(PostMetadata(7, controls))
    button, menu = actions["elements"]
    thumbs = context["elements"][0]
    options = [
        {"type": "button", "action_id": "easel_retry", "value": button["value"]},
        {"type": "overflow", "action_id": "easel_menu", "selected_option": menu["options"][0]},
        {
            "type": "feedback_buttons",
            "action_id": thumbs["action_id"],
            "value": thumbs["negative_button"]["value"],
        },
    ]
    presses = [parse_button_press({"channel": {"id": "C1"}, "actions": [one]}) for one in options]
    assert [(one.question_id, one.version, one.word, one.name) for one in presses if one] == [
        (7, 3, "", "easel_retry"),
        (7, 3, "cost", "easel_menu:cost"),
        (7, 3, "bad", "easel_feedback:bad"),
    ]


@pytest.mark.parametrize(
    "value",
    ["7.", ".7", "good:", "good:x", "GOOD:7", "7.0000001", "a" * 21 + ":7", "good:7\n", "٧"],
)
def test_a_value_that_was_made_up_is_no_press(value: str) -> None:
    assert parse_button_press({"channel": {"id": "C1"}, "actions": [{"value": value}]}) is None


def test_where_slack_refuses_blocks_the_words_arrive_without_them() -> None:
    metadata = PostMetadata(7, Controls(has_feedback=True))
    for forms in (build_post_forms, build_stop_forms, build_update_forms):
        rich, *others = list(forms("Hello.", metadata))
        assert rich["blocks"][-1]["type"] == "context_actions"
        plain = others[-1]
        assert plain.get("markdown_text", plain.get("text")) == "Hello."
        assert not plain.get("blocks")
