"""Builds the form behind “More…”, in the language of the person who reads it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.messages import Message, render
from bot.domain.safe_text import truncate
from bot.request.recipes.recipe import Recipe
from handlers.identifiers import MORE_CALLBACK_ID, RECIPE_FIELD_ID, WORDS_FIELD_ID
from handlers.parsing.views import MAX_WORDS_CHARS

TITLE_MESSAGE = Message("More requests")
SUBMIT_MESSAGE = Message("Ask Easel")
CANCEL_MESSAGE = Message("Cancel")
RECIPE_LABEL_MESSAGE = Message("What should I do with this message?")
CHOOSE_MESSAGE = Message("Choose one")
WORDS_LABEL_MESSAGE = Message("What else should I know?")
WORDS_HINT_MESSAGE = Message(
    "For example only the second table, or in English. I answer in the message's thread."
)
# docs.slack.dev: "Modal view object", "Option object", "Radio button group element".
MAX_HEAD_CHARS, MAX_OPTION_CHARS, MAX_RADIO_OPTIONS, MAX_OPTIONS = 24, 75, 10, 100


def build_more_form(recipes: Sequence[Recipe], metadata: str, language: str) -> dict[str, Any]:
    """Return the view that offers `recipes`, which takes `metadata` along."""

    def say(text: str, max_chars: int) -> dict[str, Any]:
        shown = truncate(render(text, language), max_chars)
        return {"type": "plain_text", "text": shown, "emoji": False}

    options = [
        {
            "text": say(recipe.title, MAX_OPTION_CHARS),
            "description": say(recipe.description, MAX_OPTION_CHARS),
            "value": recipe.name,
        }
        for recipe in recipes[:MAX_OPTIONS]
    ]
    chooser: dict[str, Any] = {"type": "radio_buttons", "options": options}
    if len(options) > MAX_RADIO_OPTIONS:
        placeholder = say(CHOOSE_MESSAGE, 2 * MAX_OPTION_CHARS)
        chooser = {"type": "static_select", "options": options, "placeholder": placeholder}
    field = {"type": "plain_text_input", "multiline": True, "max_length": MAX_WORDS_CHARS}
    return {
        "type": "modal",
        "callback_id": MORE_CALLBACK_ID,
        "private_metadata": metadata,
        "title": say(TITLE_MESSAGE, MAX_HEAD_CHARS),
        "submit": say(SUBMIT_MESSAGE, MAX_HEAD_CHARS),
        "close": say(CANCEL_MESSAGE, MAX_HEAD_CHARS),
        "blocks": [
            {
                "type": "input",
                "block_id": RECIPE_FIELD_ID,
                "label": say(RECIPE_LABEL_MESSAGE, MAX_WORDS_CHARS),
                "element": chooser | {"action_id": RECIPE_FIELD_ID},
            },
            {
                "type": "input",
                "block_id": WORDS_FIELD_ID,
                "optional": True,
                "label": say(WORDS_LABEL_MESSAGE, MAX_WORDS_CHARS),
                "hint": say(WORDS_HINT_MESSAGE, MAX_WORDS_CHARS),
                "element": field | {"action_id": WORDS_FIELD_ID},
            },
        ],
    }
