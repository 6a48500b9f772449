"""Builds the forms behind the menus under pictures, in the language of who reads them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bot.delivery.escaper import escape_plain
from bot.domain.files import FileRef
from bot.domain.messages import Message, render
from bot.domain.pictures.operations import FORMATS
from bot.domain.pictures.presses import VARIATION_COUNT, PictureAction
from bot.domain.safe_text import clean_name, truncate
from bot.queue.picture_presses import PictureOffer
from bot.request.flags import ASPECTS, BACKGROUNDS, QUALITIES
from bot.request.pictures.press_words import PERCENTS
from handlers.identifiers import PICTURE_CALLBACK_ID, WORDS_FIELD_ID
from handlers.parsing.views import MAX_WORDS_CHARS
from handlers.pictures.reading import (
    ASPECT_FIELD_ID,
    BACKGROUND_FIELD_ID,
    FORMAT_FIELD_ID,
    PERCENT_FIELD_ID,
    QUALITY_FIELD_ID,
    REFERENCE_FIELD_ID,
    SIZE_FIELD_ID,
)
from handlers.views.form import CANCEL_MESSAGE, MAX_HEAD_CHARS, MAX_OPTION_CHARS
from handlers.web_api.visuals.picture_menus import round_cost

_EDIT_TITLE = "Edit v{version}"
_CONVERT_TITLE = "Convert v{version}"
_CONFIRM_TITLE = Message("Before it costs")
_DRAW, _CONVERT, _CLOSE = Message("Draw"), Message("Convert"), Message("Close")
_WORDS_LABEL = Message("What should change?")
_WORDS_HINT = Message("For example: make the sky orange and take the car away.")
_ASPECT_LABEL, _QUALITY_LABEL = Message("Shape"), Message("Quality")
_BACKGROUND_LABEL = Message("Background")
_SIZE_LABEL = Message("Exact size in pixels, in place of the shape")
_REFERENCE_LABEL = Message("Another picture of this thread as a reference")
_FORMAT_LABEL, _PERCENT_LABEL = Message("Format"), Message("Smaller")
_AS_USUAL = Message("As usual")
_NONE, _SAME_SIZE = Message("None"), Message("Same size")
_FREE_MESSAGE = Message("I do this myself: no model is asked, and it costs nothing.")
_EDIT_COST_MESSAGE = (
    "One picture will likely cost about ${cost:,}, which goes on your account; of another quality"
    " or size it is more or less."
)
_AGAIN_MESSAGE = (
    "I ask once more for what v{version} was made of. That will likely cost about ${cost:,},"
    " which goes on your account."
)
_VARY_MESSAGE = (
    "I draw {count} variations of v{version}. Together they will likely cost about ${cost:,},"
    " which goes on your account."
)
# What people need most; others can be typed after `--size`.
SIZES = (
    "1024x1024", "1536x1024", "1024x1536", "1920x1080", "1080x1920", "1080x1350", "1584x396",
    "2560x1440", "3840x2160",
)  # fmt: skip
_MAX_LABEL_CHARS, _MAX_PLACEHOLDER_CHARS, _MAX_SECTION_CHARS = 2_000, 150, 3_000


class _Writer:
    """Writes the parts of a form in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def say(self, text: str, max_chars: int) -> dict[str, Any]:
        shown = truncate(escape_plain(render(text, self._language)), max_chars)
        return {"type": "plain_text", "text": shown, "emoji": False}

    def build_input(
        self, name: str, label: Message, element: dict[str, Any], *, is_optional: bool = True
    ) -> dict[str, Any]:
        return {
            "type": "input",
            "block_id": name,
            "optional": is_optional,
            "label": self.say(label, _MAX_LABEL_CHARS),
            "element": element | {"action_id": name},
        }

    def build_select(
        self, options: Sequence[tuple[str, str]], empty: Message, chosen: str = ""
    ) -> dict[str, Any]:
        """Return a list of (label, value); `empty` is shown where none is chosen."""
        built = [
            {"text": self.say(label, MAX_OPTION_CHARS), "value": value} for label, value in options
        ]
        initial = [option for option in built if option["value"] == chosen]
        return {
            "type": "static_select",
            "placeholder": self.say(empty, _MAX_PLACEHOLDER_CHARS),
            "options": built,
            **({"initial_option": initial[0]} if initial else {}),
        }

    def build_text(self, text: Message) -> dict[str, Any]:
        return {"type": "section", "text": self.say(text, _MAX_SECTION_CHARS)}

    def build_view(
        self, title: Message, blocks: list[dict[str, Any]], metadata: str, submit: Message | None
    ) -> dict[str, Any]:
        close = _CLOSE if submit is None else CANCEL_MESSAGE
        return {
            "type": "modal",
            "callback_id": PICTURE_CALLBACK_ID,
            "private_metadata": metadata,
            "title": self.say(title, MAX_HEAD_CHARS),
            **({} if submit is None else {"submit": self.say(submit, MAX_HEAD_CHARS)}),
            "close": self.say(close, MAX_HEAD_CHARS),
            "blocks": blocks,
        }


def build_edit_form(offer: PictureOffer, metadata: str, language: str) -> dict[str, Any]:
    """Return the form of an edit, filled in with how the picture was made."""
    writer, options = _Writer(language), offer.options
    size = "" if options.size is None else str(options.size)
    sizes = SIZES if not size or size in SIZES else (size, *SIZES)
    words = {"type": "plain_text_input", "multiline": True, "max_length": MAX_WORDS_CHARS}
    lists = (
        (QUALITY_FIELD_ID, _QUALITY_LABEL, QUALITIES, options.quality),
        (ASPECT_FIELD_ID, _ASPECT_LABEL, ASPECTS, options.aspect),
        (SIZE_FIELD_ID, _SIZE_LABEL, sizes, size),
        (BACKGROUND_FIELD_ID, _BACKGROUND_LABEL, BACKGROUNDS, options.background),
    )
    blocks = [
        writer.build_input(WORDS_FIELD_ID, _WORDS_LABEL, words, is_optional=False)
        | {"hint": writer.say(_WORDS_HINT, _MAX_LABEL_CHARS)}
    ]
    blocks += [
        writer.build_input(
            name,
            label,
            writer.build_select([(one, one) for one in values], _AS_USUAL, chosen or ""),
        )
        for name, label, values, chosen in lists
    ]
    if offer.references:
        named = [(_name_file(ref), ref.id) for ref in offer.references]
        element = writer.build_select(named, _NONE)
        blocks.append(writer.build_input(REFERENCE_FIELD_ID, _REFERENCE_LABEL, element))
    if offer.cost is not None:
        blocks.append(writer.build_text(Message(_EDIT_COST_MESSAGE, cost=round_cost(offer.cost))))
    return writer.build_view(Message(_EDIT_TITLE, version=offer.version), blocks, metadata, _DRAW)


def build_convert_form(offer: PictureOffer, metadata: str, language: str) -> dict[str, Any]:
    """Return the form of a conversion, which costs nothing."""
    writer = _Writer(language)
    formats = [(one.upper(), one) for one in FORMATS]
    chooser = {
        "type": "radio_buttons",
        "options": [
            {"text": writer.say(label, MAX_OPTION_CHARS), "value": value}
            for label, value in formats
        ],
    }
    percents = [(f"{percent} %", str(percent)) for percent in PERCENTS]
    blocks = [
        writer.build_input(FORMAT_FIELD_ID, _FORMAT_LABEL, chooser, is_optional=False),
        writer.build_input(
            PERCENT_FIELD_ID, _PERCENT_LABEL, writer.build_select(percents, _SAME_SIZE)
        ),
        writer.build_text(_FREE_MESSAGE),
    ]
    title = Message(_CONVERT_TITLE, version=offer.version)
    return writer.build_view(title, blocks, metadata, _CONVERT)


def build_confirm_form(
    action: PictureAction, offer: PictureOffer, metadata: str, language: str
) -> dict[str, Any]:
    """Return what is asked before something dear is drawn. `offer.cost` is known."""
    writer, cost = _Writer(language), round_cost(offer.cost or Decimal(0))
    text = Message(_AGAIN_MESSAGE, version=offer.version, cost=cost)
    if action is PictureAction.VARY:
        text = Message(_VARY_MESSAGE, count=VARIATION_COUNT, version=offer.version, cost=cost)
    return writer.build_view(_CONFIRM_TITLE, [writer.build_text(text)], metadata, _DRAW)


def build_notice(text: Message, language: str) -> dict[str, Any]:
    """Return what takes the place of a form that asks nothing and is refused."""
    writer = _Writer(language)
    return writer.build_view(_CONFIRM_TITLE, [writer.build_text(text)], "", None)


def _name_file(ref: FileRef) -> str:
    name = clean_name(ref.name)
    return f"v{ref.version}: {name}" if ref.version else name
