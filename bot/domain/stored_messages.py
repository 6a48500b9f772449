"""Writes sentences as text for a store or another process, and reads them back, untranslated."""

from __future__ import annotations

import json

from bot.domain.messages import Message, MessageList

# Begins what was written here. No person can write it, and no earlier version has.
_MARK = "\N{RECORD SEPARATOR}"


def serialize_message(text: str) -> str:
    """Return a sentence as text that `deserialize_message` reads; other text as it is."""
    return _MARK + json.dumps(_encode(text)) if isinstance(text, Message) else text


def deserialize_message(text: str) -> str:
    """Return the sentence again; text without a sentence, or with a damaged one, as it is."""
    if not text.startswith(_MARK):
        return text
    try:
        loaded = _decode(json.loads(text.removeprefix(_MARK)))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""
    return loaded if isinstance(loaded, str) else ""


def _encode(value: object) -> object:
    match value:
        case MessageList():
            return {"parts": [_encode(part) for part in value.parts], "with": value.separator}
        case Message():
            values = {name: _encode(item) for name, item in value.values.items()}
            return {"sentence": value.msgid, "plural": value.plural, "values": values}
        case tuple():
            return [_encode(item) for item in value]
        case _:
            return value


def _decode(value: object) -> object:
    match value:
        case {"parts": list() as parts, "with": str() as separator}:
            decoded_parts = [_decode(part) for part in parts]
            return MessageList([part for part in decoded_parts if isinstance(part, str)], separator)
        case {"sentence": str() as sentence, "plural": str() as plural, "values": dict() as values}:
            decoded = {str(name): _decode(item) for name, item in values.items()}
            if plural and type(decoded["count"]) is not int:
                raise ValueError("no number decides the form")
            return Message(sentence, plural=plural, **decoded)
        case list():
            return tuple(_decode(item) for item in value)
        case _:
            return value
