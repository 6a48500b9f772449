"""Shortens answers too long for a thread: shows the opening, makes a file of all of it. Pure."""

from __future__ import annotations

import re

from bot.delivery.markdown import find_open_fence
from bot.domain.messages import Message
from bot.domain.safe_text import truncate

# Up to this length an answer is shown whole, in several messages if need be.
MAX_SHOWN_CHARS = 15_000
# The opening of a longer one ends with the first paragraph that ends between these bounds.
_MIN_OPENING_CHARS, _MAX_OPENING_CHARS = 8_000, 9_500
FILE_NAME = "answer.md"
_HEADING_PATTERN = re.compile(r"^#{1,4}\s+(.+?)\s*#*$", re.MULTILINE)
_MAX_TOPICS, _MAX_TOPIC_CHARS = 8, 60
_CONTINUED_MESSAGE = "_The answer goes on: all of it, {count:,} characters, is in {file} below._"
_CONTINUED_WITH_TOPICS_MESSAGE = (
    "_The answer goes on: all of it, {count:,} characters, is in {file} below. It covers:"
    " {topics}._"
)
_CONTINUED_WITH_MORE_TOPICS_MESSAGE = (
    "_The answer goes on: all of it, {count:,} characters, is in {file} below. It covers: {topics}"
    " and more._"
)


class AnswerOpening:
    """Passes on the part of a growing answer that may be shown already."""

    def __init__(self) -> None:
        self._text = ""
        self._shown_chars = 0
        self._is_closed = False

    @property
    def is_truncated(self) -> bool:
        """Whether the opening has ended, so that later text is held back."""
        return self._is_closed

    def feed(self, text: str) -> str:
        """Take more of the answer; return what may be shown now."""
        self._text += text
        if self._is_closed:
            return ""
        end = _find_opening_end(self._text)
        if end is not None:
            self._is_closed = True
        return self._release(len(self._text) if end is None else end)

    def finish(self) -> str:
        """End the answer; return what is still to be shown.

        That is the rest of an answer which proves short enough to be shown whole. For a long one
        it is the fence that closes a code block in its opening, or "".
        """
        if not is_long(self._text):
            return self._release(len(self._text))
        fence = find_open_fence(self._text[: self._shown_chars])
        return f"\n{fence[0]}\n" if fence else ""

    def _release(self, end: int) -> str:
        text = self._text[self._shown_chars : end]
        self._shown_chars = end
        return text


def is_long(text: str) -> bool:
    """Whether `text` is too long to be shown whole."""
    return len(text) > MAX_SHOWN_CHARS


def format_contents_note(text: str) -> Message:
    """Return the sentence under the opening of a long answer: where all of it is, what it covers.

    The topics are its headings or, without headings, the first sentence of each paragraph.
    """
    headings = [_format_topic(heading) for heading in _HEADING_PATTERN.findall(text)]
    if not headings:
        headings = [_format_topic(part.split(". ")[0]) for part in text.split("\n\n")]
    found = list(dict.fromkeys(heading for heading in headings if heading))
    sentence = _CONTINUED_WITH_TOPICS_MESSAGE if found else _CONTINUED_MESSAGE
    if len(found) > _MAX_TOPICS:
        sentence = _CONTINUED_WITH_MORE_TOPICS_MESSAGE
    topics = " · ".join(found[:_MAX_TOPICS])
    return Message(sentence, count=len(text), file=FILE_NAME, topics=topics)


def _find_opening_end(text: str) -> int | None:
    """Return where the opening of `text` ends, or None while it may still grow."""
    if len(text) <= _MIN_OPENING_CHARS:
        return None
    end = text.find("\n\n", _MIN_OPENING_CHARS)
    while 0 <= end < _MAX_OPENING_CHARS:
        if find_open_fence(text[:end]) is None:
            return end
        end = text.find("\n\n", end + 2)
    return _MAX_OPENING_CHARS if len(text) > _MAX_OPENING_CHARS else None


def _format_topic(text: str) -> str:
    words = " ".join(re.sub(r"[*_`#|<>\[\]]", "", text).split())
    return truncate(words, _MAX_TOPIC_CHARS)
