"""Easel's own sentences for people, with the values in them kept apart.

A sentence is made in English and stays a `Message` up to the door, where `render` puts it into the
language of the person who reads it. See `bot.i18n` for the translations.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n.catalog import ENGLISH, translate
from bot.i18n.formatting import fill


class Message(str):
    """A sentence: English text that also carries what a translation needs.

    `msgid` is a whole English sentence with named placeholders, never glued from pieces; `values`
    fill them. Where a number decides the form, `plural` is the sentence for `count` other than 1.
    A value that is a message itself is translated as well; a tuple is a list of such values.
    """

    __slots__ = ("msgid", "plural", "values")
    msgid: str
    plural: str
    values: dict[str, object]

    def __new__(cls, msgid: str, /, *, plural: str = "", **values: object) -> Message:
        """Raises `KeyError` where a placeholder has no value."""
        template = plural if plural and values["count"] != 1 else msgid
        message = super().__new__(cls, fill(template, values, ENGLISH))
        message.msgid, message.plural, message.values = msgid, plural, values
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[object, ...], dict[str, object]]:
        """Copies and pickles are made from the sentence and its values, not from the text."""
        return (self.msgid,), {"plural": self.plural, **self.values}

    def translate_into(self, language: str) -> str:
        """Return the text in `language`."""
        values = {name: _render_value(value, language) for name, value in self.values.items()}
        template = translate(self.msgid, self.plural, self.values.get("count", 1), language)
        return fill(template, values, language)


class MessageList(Message):
    """Several sentences or lines, each translated by itself. `separator` stands between them."""

    __slots__ = ("parts", "separator")
    parts: tuple[str, ...]
    separator: str

    def __new__(cls, parts: Sequence[str], separator: str = "\n") -> MessageList:
        message = str.__new__(cls, separator.join(parts))
        message.msgid, message.plural, message.values = "", "", {}
        message.parts, message.separator = tuple(parts), separator
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[object, ...], dict[str, object]]:
        return (self.parts, self.separator), {}

    def translate_into(self, language: str) -> str:
        return self.separator.join(render(part, language) for part in self.parts)


def render(text: str, language: str) -> str:
    """Return a sentence in `language`. What is no `Message` is somebody's own words, and stays."""
    if isinstance(text, Message) and language != ENGLISH:
        return text.translate_into(language)
    return str(text)


def _render_value(value: object, language: str) -> object:
    if isinstance(value, Message):
        return render(value, language)
    if isinstance(value, tuple):
        return tuple(_render_value(item, language) for item in value)
    return value
