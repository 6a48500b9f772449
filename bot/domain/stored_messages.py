"""Writes sentences as text for a store or another process, and reads them back, untranslated."""

from __future__ import annotations

import json

from bot.domain.messages import Message, MessageList

# Begins what was written here. No person can write it, and no earlier version has.
_MARK = "\N{RECORD SEPARATOR}"
# Of all sentences together. A list of more items takes a while to join.
MAX_CHARS, _MAX_ITEMS = 4_000_000, 500
_MAX_JOINT_CHARS, _MAX_NUMBER_CHARS = 16, 400


def serialize_message(text: str) -> str:
    """Return a sentence as text that `deserialize_message` reads; other text as it is."""
    return _MARK + json.dumps(_encode(text)) if isinstance(text, Message) else text


def deserialize_message(text: str) -> str:
    """Return the sentence again; text without a sentence, or with a damaged one, as it is."""
    if not text.startswith(_MARK):
        return text
    try:
        loaded = _Decoder().decode(json.loads(text.removeprefix(_MARK)))
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


class _Decoder:
    """Builds sentences again, and no more text than any answer has.

    Sentences in sentences that each name the inner one ten times would fill the memory after ten
    steps, and a process that a file has taken over can write such.
    """

    def __init__(self) -> None:
        self._left = MAX_CHARS

    def decode(self, value: object) -> object:
        match value:
            case {"parts": list() as parts, "with": str() as separator}:
                decoded_parts = [self.decode(part) for part in parts]
                kept = [part for part in decoded_parts if isinstance(part, str)]
                self._check_room(sum(map(len, kept)) + len(separator) * len(kept))
                return MessageList(kept, separator)
            case {"sentence": str() as sentence, "plural": str() as plural, "values": dict() as v}:
                values = {str(name): self.decode(item) for name, item in v.items()}
                if plural and type(values["count"]) is not int:
                    raise ValueError("no number decides the form")
                longest = max(map(_measure, values.values()), default=0)
                for template in (sentence, plural):
                    self._check_room(len(template) + template.count("{") * longest)
                return Message(sentence, plural=plural, **values)
            case list():
                if len(value) > _MAX_ITEMS:
                    raise ValueError("too many items")
                return tuple(self.decode(item) for item in value)
            case _:
                return value

    def _check_room(self, chars: int) -> None:
        self._left -= chars
        if self._left < 0:
            raise ValueError("too long")


def _measure(value: object) -> int:
    """Return at least how many characters a value takes in a sentence."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, tuple):
        return sum(_measure(item) + _MAX_JOINT_CHARS for item in value)
    return _MAX_NUMBER_CHARS + 2 * len(str(value))
