"""Answers too long for a thread: the beginning is shown, all of it becomes a file. Pure."""

from __future__ import annotations

import re

from bot.delivery.markdown import find_open_fence
from bot.domain.safe_text import truncate

# Up to so many characters an answer is shown whole, in several messages if need be.
MAX_SHOWN_CHARS = 15_000
# Of a longer one so many, up to the end of a paragraph if one comes soon.
_MIN_OPENING_CHARS, _MAX_OPENING_CHARS = 8_000, 9_500
FILE_NAME = "answer.md"
_HEADING_PATTERN = re.compile(r"^#{1,4}\s+(.+?)\s*#*$", re.MULTILINE)
_MAX_TOPICS = 8
_CONTINUED_MESSAGE = "_The answer goes on: all of it, {:,} characters, is in {} below.{}_"


class AnswerOpening:
    """Lets through what of a growing answer is to be seen already."""

    def __init__(self) -> None:
        self._text = ""
        self._shown_chars = 0
        self._is_closed = False

    @property
    def is_truncated(self) -> bool:
        """Whether more has come than is shown."""
        return self._is_closed

    def feed(self, text: str) -> str:
        """Take more of the answer; return what of it is to be shown now."""
        self._text += text
        if self._is_closed:
            return ""
        end = _find_opening_end(self._text)
        if end is not None:
            self._is_closed = True
        return self._show(len(self._text) if end is None else end)

    def finish(self) -> str:
        """The answer has ended: what is to be shown besides, which is all of a shorter one."""
        if len(self._text) <= MAX_SHOWN_CHARS:
            return self._show(len(self._text))
        fence = find_open_fence(self._text[: self._shown_chars])
        return f"\n{fence[0]}\n" if fence else ""

    def _show(self, end: int) -> str:
        text = self._text[self._shown_chars : end]
        self._shown_chars = end
        return text


def is_long(text: str) -> bool:
    return len(text) > MAX_SHOWN_CHARS


def format_contents_note(text: str) -> str:
    """Our sentence under the beginning of a long answer: where the rest is, what it covers."""
    heads = [_format_topic(found) for found in _HEADING_PATTERN.findall(text)]
    if not heads:
        heads = [_format_topic(part.split(". ")[0]) for part in text.split("\n\n")]
    found = list(dict.fromkeys(head for head in heads if head))
    topics = found[:_MAX_TOPICS]
    more = " and more" if len(found) > _MAX_TOPICS else ""
    covers = f" It covers: {' · '.join(topics)}{more}." if topics else ""
    return _CONTINUED_MESSAGE.format(len(text), FILE_NAME, covers)


def _find_opening_end(text: str) -> int | None:
    if len(text) <= _MIN_OPENING_CHARS:
        return None
    at = text.find("\n\n", _MIN_OPENING_CHARS)
    while 0 <= at < _MAX_OPENING_CHARS:
        if find_open_fence(text[:at]) is None:
            return at
        at = text.find("\n\n", at + 2)
    return _MAX_OPENING_CHARS if len(text) > _MAX_OPENING_CHARS else None


def _format_topic(text: str) -> str:
    words = " ".join(re.sub(r"[*_`#|<>\[\]]", "", text).split())
    return truncate(words, 60)
