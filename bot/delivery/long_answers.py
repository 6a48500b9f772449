"""Answers too long for a thread: the beginning is shown, all of it becomes a file. Pure."""

from __future__ import annotations

import re

from bot.delivery.markdown import open_fence

# Up to so many characters an answer is shown whole, in several messages if need be.
MOST_SHOWN = 15_000
# Of a longer one so many, up to the end of a paragraph if one comes soon.
_OPENING, _AT_MOST = 8_000, 9_500
FILE_NAME = "answer.md"
_HEADING = re.compile(r"^#{1,4}\s+(.+?)\s*#*$", re.MULTILINE)
_MOST_TOPICS = 8
_REST = "_The answer goes on: all of it, {:,} characters, is in {} below.{}_"


class Opening:
    """Lets through what of a growing answer is to be seen already."""

    def __init__(self) -> None:
        self._text = ""
        self._shown = 0
        self._closed = False

    @property
    def holds_back(self) -> bool:
        """Whether more has come than is shown."""
        return self._closed

    def take(self, text: str) -> str:
        """Take more of the answer; return what of it is to be shown now."""
        self._text += text
        if self._closed:
            return ""
        end = _end_of_opening(self._text)
        if end is not None:
            self._closed = True
        return self._show(len(self._text) if end is None else end)

    def rest(self) -> str:
        """The answer has ended: what is to be shown besides, which is all of a shorter one."""
        if len(self._text) <= MOST_SHOWN:
            return self._show(len(self._text))
        fence = open_fence(self._text[: self._shown])
        return f"\n{fence[0]}\n" if fence else ""

    def _show(self, end: int) -> str:
        text = self._text[self._shown : end]
        self._shown = end
        return text


def is_long(text: str) -> bool:
    return len(text) > MOST_SHOWN


def contents(text: str) -> str:
    """Our sentence under the beginning of a long answer: where the rest is, what it covers."""
    heads = [_plain(found) for found in _HEADING.findall(text)]
    if not heads:
        heads = [_plain(part.split(". ")[0]) for part in text.split("\n\n")]
    found = list(dict.fromkeys(head for head in heads if head))
    topics = found[:_MOST_TOPICS]
    more = " and more" if len(found) > _MOST_TOPICS else ""
    covers = f" It covers: {' · '.join(topics)}{more}." if topics else ""
    return _REST.format(len(text), FILE_NAME, covers)


def _end_of_opening(text: str) -> int | None:
    if len(text) <= _OPENING:
        return None
    at = text.find("\n\n", _OPENING)
    while 0 <= at < _AT_MOST:
        if open_fence(text[:at]) is None:
            return at
        at = text.find("\n\n", at + 2)
    return _AT_MOST if len(text) > _AT_MOST else None


def _plain(text: str) -> str:
    words = " ".join(re.sub(r"[*_`#|<>\[\]]", "", text).split())
    return words if len(words) <= 60 else words[:59] + "…"
