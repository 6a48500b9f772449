"""References to people, channels and groups in Slack's text, such as `<@U0123>`. Pure.

Stored text holds them with Slack's ids. `bot.prompt.names` names them for the model, and
`bot.delivery.escaper` in the model's answers. What somebody typed in the form of a reference is
stored with a character that takes no room, and is what they typed again when the model reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.domain.safe_text import clean_display_name

# The longest reference; a longer one is no reference.
MAX_REFERENCE_CHARS = 160
REFERENCE_PATTERN = re.compile(
    r"<(@|\#|!subteam\^)([A-Z][A-Z0-9]{1,30})(?:\|([^<>\n\r]{0,110}))?>", re.ASCII
)
_REFERENCE_OR_LINK_PATTERN = re.compile(r"<[^<>]{0,200}>|https?://\S+")
_BROADCAST_PATTERN = re.compile(r"<!(here|channel|everyone)(?:\|[^<>\n\r]{0,110})?>")
_LITERAL_MARK = "\u2060"
_LITERAL_PATTERN = re.compile(f"<({_LITERAL_MARK}*)(?=[@#!])")
_MARKED_PATTERN = re.compile(f"<({_LITERAL_MARK}*){_LITERAL_MARK}(?=[@#!])")
UNKNOWN_PERSON, UNKNOWN_CHANNEL, UNKNOWN_GROUP = (
    "another person",
    "another channel",
    "another group",
)
UNKNOWN_APP = "an app"


def list_references(text: str) -> Iterator[tuple[str, str]]:
    """Yield id and name of each reference in `text`, "" for a name that it does not carry."""
    if "<" in text:
        for sigil, identifier, label in REFERENCE_PATTERN.findall(text):
            yield identifier, "" if sigil == "@" else clean_display_name(label.lstrip("@#"))


def remove_references(text: str) -> str:
    """Return `text` with a space for each reference and each link."""
    return _REFERENCE_OR_LINK_PATTERN.sub(" ", text)


def render_references(text: str, labels: Mapping[str, str], *, keep_unknown: bool = False) -> str:
    """Return `text` with every reference as plain words, by `labels` or as “another person”.

    With `keep_unknown` references without a label stay as they are.
    """
    if "<" not in text:
        return text

    def name(found: re.Match[str]) -> str:
        if keep_unknown and found[2] not in labels:
            return found[0]
        return name_reference(found, labels)

    text = REFERENCE_PATTERN.sub(name, text)
    if keep_unknown:
        return text
    return _MARKED_PATTERN.sub(r"<\1", _BROADCAST_PATTERN.sub(r"@\1", text))


def mark_literals(text: str) -> str:
    """Return a text without references, so that nothing in it is read as one later.

    `render_references` undoes it.
    """
    return _LITERAL_PATTERN.sub(rf"<\1{_LITERAL_MARK}", text) if "<" in text else text


class RenderedText:
    """A text that grows piece by piece, with references as plain words by `labels`.

    Those without a label stay as they are. Each piece is looked through once, when it comes.
    """

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = labels
        self._rendered: list[str] = []
        self._tail = ""  # may be the beginning of a reference

    def add(self, piece: str) -> None:
        """Take more of the text."""
        text = self._tail + piece
        start = text.rfind("<", max(len(text) - MAX_REFERENCE_CHARS, 0))
        end = len(text) if start < 0 else start
        self._rendered.append(render_references(text[:end], self._labels, keep_unknown=True))
        self._tail = text[end:]

    def clear(self) -> None:
        """Forget the text."""
        self._rendered, self._tail = [], ""

    def __str__(self) -> str:
        tail = render_references(self._tail, self._labels, keep_unknown=True)
        self._rendered = ["".join(self._rendered)]
        return self._rendered[0] + tail

    def __bool__(self) -> bool:
        return bool(self._tail) or any(self._rendered)


def name_reference(found: re.Match[str], labels: Mapping[str, str]) -> str:
    """Return the plain words for a match of `REFERENCE_PATTERN`."""
    sigil, identifier, label = found[1], found[2], found[3] or ""
    if identifier in labels:
        return labels[identifier]
    if sigil == "@":
        return UNKNOWN_APP if identifier[0] == "B" else UNKNOWN_PERSON
    name = clean_display_name(label.lstrip("@#"))
    if sigil == "#":
        return f"#{name}" if name else UNKNOWN_CHANNEL
    return f"@{name}" if name else UNKNOWN_GROUP
