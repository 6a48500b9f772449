"""Easel's own sentences for people, with the values in them kept apart."""

from __future__ import annotations


class Message(str):
    """A sentence: English text that also carries what a translation needs.

    `msgid` is a whole English sentence with named placeholders, never glued from pieces; `values`
    fill them. Where a number decides the form, `plural` is the sentence for `count` other than 1.
    """

    __slots__ = ("msgid", "plural", "values")
    msgid: str
    plural: str
    values: dict[str, object]

    def __new__(cls, msgid: str, /, *, plural: str = "", **values: object) -> Message:
        """Raises `KeyError` where a placeholder has no value."""
        template = plural if plural and values["count"] != 1 else msgid
        message = super().__new__(cls, template.format(**values))
        message.msgid, message.plural, message.values = msgid, plural, values
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """Copies and pickles are made from the sentence and its values, not from the text."""
        return (self.msgid,), {"plural": self.plural, **self.values}
