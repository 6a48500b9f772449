"""Builds the form of “Ask Easel…”, and what Easel posts for the person who sends it. Pure."""

from __future__ import annotations

from typing import Any

from bot.delivery.escaper import escape_text
from bot.domain.conversation import Person
from bot.domain.messages import Message, render
from bot.domain.safe_text import SafeText, clean_name, remove_controls, truncate
from handlers.identifiers import ASK_CALLBACK_ID, PLACE_FIELD_ID, WORDS_FIELD_ID
from handlers.parsing.views import MAX_WORDS_CHARS
from handlers.views.form import CANCEL_MESSAGE, MAX_HEAD_CHARS

_TITLE, _SEND = Message("Ask Easel"), Message("Ask")
_WORDS_LABEL = Message("What do you want to know, or to see?")
_WORDS_HINT = Message("Flags work here as well, such as --effort high or --aspect 16:9.")
_PLACE_LABEL = Message("Where should I answer?")
_PLACE_HINT = Message(
    "In a channel that you and I are in: everybody there reads your question. Leave it empty, and I"
    " answer you directly."
)
ASKS_MESSAGE = "**{name}** asks:"
_MAX_LABEL_CHARS = 2_000
# Slack offers only what the person can see. Other direct messages than ours are none of these.
_KINDS = ("public", "private")


def build_ask_form(metadata: str, language: str) -> dict[str, Any]:
    """Return the view, which takes `metadata` along."""

    def say(text: Message, max_chars: int = _MAX_LABEL_CHARS) -> dict[str, Any]:
        shown = truncate(render(text, language), max_chars)
        return {"type": "plain_text", "text": shown, "emoji": False}

    words = {"type": "plain_text_input", "multiline": True, "max_length": MAX_WORDS_CHARS}
    place = {
        "type": "conversations_select",
        "default_to_current_conversation": True,
        "filter": {"include": [*_KINDS], "exclude_external_shared_channels": True},
    }
    return {
        "type": "modal",
        "callback_id": ASK_CALLBACK_ID,
        "private_metadata": metadata,
        "title": say(_TITLE, MAX_HEAD_CHARS),
        "submit": say(_SEND, MAX_HEAD_CHARS),
        "close": say(CANCEL_MESSAGE, MAX_HEAD_CHARS),
        "blocks": [
            {
                "type": "input",
                "block_id": WORDS_FIELD_ID,
                "label": say(_WORDS_LABEL),
                "hint": say(_WORDS_HINT),
                "element": words | {"action_id": WORDS_FIELD_ID},
            },
            {
                "type": "input",
                "block_id": PLACE_FIELD_ID,
                "optional": True,
                "label": say(_PLACE_LABEL),
                "hint": say(_PLACE_HINT),
                "element": place | {"action_id": PLACE_FIELD_ID},
            },
        ],
    }


def format_asked(person: Person, name: str, typed: str, language: str) -> SafeText:
    """Return what Easel posts: who asks, and the words as a quote. It calls no one else."""
    # Of a name without a letter nothing might be left.
    who = clean_name(name) if any(map(str.isalnum, name)) else f"<@{person.id}>"
    lines = remove_controls(typed).strip().splitlines() or [""]
    quote = "\n".join(f"> {line}" for line in lines)
    heading = render(Message(ASKS_MESSAGE, name=who), language)
    return escape_text(f"{heading}\n\n{quote}", person.id)
