"""Builds the form behind “More…”, in the language of the person who reads it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

from bot.domain.messages import Message, render
from bot.domain.safe_text import truncate
from bot.request.recipes.recipe import Recipe
from handlers.identifiers import (
    DELETE_FIELD_ID,
    MORE_CALLBACK_ID,
    RECIPE_FIELD_ID,
    WORDS_FIELD_ID,
)
from handlers.parsing.views import MAX_WORDS_CHARS
from handlers.views.choices import DELETE_VALUE, Offer

TITLE_MESSAGE = Message("More requests")
SUBMIT_MESSAGE = Message("Ask Easel")
CANCEL_MESSAGE = Message("Cancel")
RECIPE_LABEL_MESSAGE = Message("What should I do with this message?")
CHOOSE_MESSAGE = Message("Choose one")
WORDS_LABEL_MESSAGE = Message("What else should I know?")
WORDS_HINT_MESSAGE = Message(
    "For example only the second table, or in English. I answer in the message's thread."
)
READY_MESSAGE = Message("Ready-made")
SAVED_LABEL_MESSAGE = Message("Saved recipes")
SETTINGS_MESSAGE = Message("When I answer")
SETTINGS_LABEL_MESSAGE = Message("What should I do from now on?")
SET_MESSAGE = Message("Set")
DELETE_MESSAGE = Message("Delete the chosen saved recipe instead of asking")
DELETED_MESSAGE = "The recipe {name} is deleted."
CLOSE_MESSAGE = Message("Close")
# Of every form that asks something and could not be stored.
NOT_STORED_MESSAGE = Message(
    "That did not work just now, and nothing was asked. Please send it again in a moment; if that"
    " keeps failing, tell the person who runs me."
)
Say: TypeAlias = Callable[[str, int], dict[str, Any]]
# docs.slack.dev: "Modal view object", "Option object", "Radio button group element".
MAX_HEAD_CHARS, MAX_OPTION_CHARS, MAX_RADIO_OPTIONS, MAX_OPTIONS = 24, 75, 10, 100


def build_more_form(
    recipes: Sequence[Recipe],
    metadata: str,
    language: str,
    *,
    saved: Sequence[Offer] = (),
    settings: Sequence[Offer] = (),
) -> dict[str, Any]:
    """Return the view that offers `recipes`, `saved` ones and `settings`.

    It takes `metadata` along. What is saved can be deleted there.
    """

    say = partial(_say, language)
    build_input = partial(_build_input, say)
    field = {"type": "plain_text_input", "multiline": True, "max_length": MAX_WORDS_CHARS}
    words = build_input(WORDS_FIELD_ID, field, WORDS_LABEL_MESSAGE)
    blocks = [
        build_input(
            RECIPE_FIELD_ID, _build_chooser(recipes, saved, settings, say), RECIPE_LABEL_MESSAGE
        ),
        words | {"optional": True, "hint": say(WORDS_HINT_MESSAGE, MAX_WORDS_CHARS)},
    ]
    if saved:
        option = {"text": say(DELETE_MESSAGE, MAX_OPTION_CHARS), "value": DELETE_VALUE}
        box = {"type": "checkboxes", "options": [option]}
        blocks.append(build_input(DELETE_FIELD_ID, box, SAVED_LABEL_MESSAGE) | {"optional": True})
    heads = TITLE_MESSAGE, SUBMIT_MESSAGE
    return _build_view(say, metadata, heads, blocks)


def build_settings_form(settings: Sequence[Offer], metadata: str, language: str) -> dict[str, Any]:
    """Return the view that offers `settings` alone. It takes `metadata` along, and comes back as
    that of `build_more_form` does."""
    say = partial(_say, language)
    chooser = _build_chooser((), (), settings, say)
    blocks = [_build_input(say, RECIPE_FIELD_ID, chooser, SETTINGS_LABEL_MESSAGE)]
    return _build_view(say, metadata, (SETTINGS_MESSAGE, SET_MESSAGE), blocks)


def _build_input(say: Say, name: str, element: dict[str, Any], label: Message) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "label": say(label, MAX_WORDS_CHARS),
        "element": element | {"action_id": name},
    }


def _build_view(
    say: Say, metadata: str, heads: tuple[Message, Message], blocks: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the view; `heads` are its title, and the label of the button that sends it."""
    title, submit = heads
    return {
        "type": "modal",
        "callback_id": MORE_CALLBACK_ID,
        "private_metadata": metadata,
        "title": say(title, MAX_HEAD_CHARS),
        "submit": say(submit, MAX_HEAD_CHARS),
        "close": say(CANCEL_MESSAGE, MAX_HEAD_CHARS),
        "blocks": blocks,
    }


def _say(language: str, text: str, max_chars: int) -> dict[str, Any]:
    shown = truncate(render(text, language), max_chars)
    return {"type": "plain_text", "text": shown, "emoji": False}


def _build_chooser(
    recipes: Sequence[Recipe], saved: Sequence[Offer], settings: Sequence[Offer], say: Say
) -> dict[str, Any]:
    """Return the element with all that can be chosen: a list where buttons would be too many."""

    def build_options(offers: Sequence[Offer]) -> list[dict[str, Any]]:
        return [
            {
                "text": say(one.title, MAX_OPTION_CHARS),
                "description": say(one.about, MAX_OPTION_CHARS),
                "value": one.value,
            }
            for one in offers
        ]

    ready = [Offer(one.title, one.description, one.name) for one in recipes[:MAX_OPTIONS]]
    room = max(MAX_OPTIONS - len(ready) - len(settings), 0)
    groups = {
        READY_MESSAGE: build_options(ready),
        SAVED_LABEL_MESSAGE: build_options(saved[:room]),
        SETTINGS_MESSAGE: build_options(settings[: MAX_OPTIONS - len(ready)]),
    }
    options = [option for group in groups.values() for option in group]
    if len(options) <= MAX_RADIO_OPTIONS:
        return {"type": "radio_buttons", "options": options}
    chooser = {"type": "static_select", "placeholder": say(CHOOSE_MESSAGE, 2 * MAX_OPTION_CHARS)}
    filled = {label: group for label, group in groups.items() if group}
    if len(filled) == 1:
        return chooser | {"options": options}
    return chooser | {
        "option_groups": [
            {"label": say(label, MAX_OPTION_CHARS), "options": group}
            for label, group in filled.items()
        ]
    }


def build_deleted_form(name: str, language: str) -> dict[str, Any]:
    """Return the view that says that the saved recipe `name` is deleted."""

    say = partial(_say, language)
    told = say(Message(DELETED_MESSAGE, name=name), MAX_WORDS_CHARS)
    return {
        "type": "modal",
        "title": say(TITLE_MESSAGE, MAX_HEAD_CHARS),
        "close": say(CLOSE_MESSAGE, MAX_HEAD_CHARS),
        "blocks": [{"type": "section", "text": told}],
    }
