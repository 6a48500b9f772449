"""Builds the form that asks what is wrong with an answer. Pure."""

from __future__ import annotations

from typing import Any

from bot.domain.messages import Message, render
from bot.domain.safe_text import truncate
from bot.domain.stores.feedback import MAX_WORDS_CHARS, Fault
from handlers.identifiers import FAULT_FIELD_ID, FEEDBACK_CALLBACK_ID, WORDS_FIELD_ID
from handlers.views.form import CANCEL_MESSAGE, MAX_HEAD_CHARS, MAX_OPTION_CHARS

FAULT_MESSAGES = {
    Fault.WRONG: Message("Something in it is not true"),
    Fault.BESIDE: Message("It does not answer what was asked"),
    Fault.INCOMPLETE: Message("Something is missing"),
    Fault.LOOKS: Message("The picture or the form is not right"),
    Fault.OTHER: Message("Something else"),
}
_TITLE, _SEND = Message("What was wrong?"), Message("Send")
_FAULT_LABEL, _WORDS_LABEL = Message("Tick what fits"), Message("In your own words")
_WORDS_HINT = Message(
    "One line for the person who runs me. It is stored with your name; the model does not see it."
)
_MAX_LABEL_CHARS = 2_000


def build_feedback_form(metadata: str, language: str) -> dict[str, Any]:
    """Return the view, which takes `metadata` along. Nothing in it has to be filled in."""

    def say(text: Message, max_chars: int) -> dict[str, Any]:
        shown = truncate(render(text, language), max_chars)
        return {"type": "plain_text", "text": shown, "emoji": False}

    def build_input(name: str, element: dict[str, Any], label: Message) -> dict[str, Any]:
        return {
            "type": "input",
            "block_id": name,
            "optional": True,
            "label": say(label, _MAX_LABEL_CHARS),
            "element": element | {"action_id": name},
        }

    options = [
        {"text": say(text, MAX_OPTION_CHARS), "value": fault.value}
        for fault, text in FAULT_MESSAGES.items()
    ]
    words = build_input(
        WORDS_FIELD_ID, {"type": "plain_text_input", "max_length": MAX_WORDS_CHARS}, _WORDS_LABEL
    )
    return {
        "type": "modal",
        "callback_id": FEEDBACK_CALLBACK_ID,
        "private_metadata": metadata,
        "title": say(_TITLE, MAX_HEAD_CHARS),
        "submit": say(_SEND, MAX_HEAD_CHARS),
        "close": say(CANCEL_MESSAGE, MAX_HEAD_CHARS),
        "blocks": [
            build_input(FAULT_FIELD_ID, {"type": "checkboxes", "options": options}, _FAULT_LABEL),
            words | {"hint": say(_WORDS_HINT, _MAX_LABEL_CHARS)},
        ],
    }
