"""Shortens answers too long for a thread: shows the opening, makes a file of all of it.

Code in them is shortened first, by itself: see `snippets/shorten.py`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TypeVar

from bot.delivery.markdown import BlockReader, build_closing, join_note
from bot.delivery.snippets.names import CODE_MIMETYPE
from bot.delivery.snippets.shorten import CodeShortener, find_long_code
from bot.domain.files import GeneratedFile
from bot.domain.messages import Message
from bot.domain.safe_text import truncate
from bot.i18n.catalog import ENGLISH

_Result = TypeVar("_Result")

# Up to this length an answer is shown whole, in several messages if need be.
MAX_SHOWN_CHARS = 15_000
# A thread of its own reads what is longer: of lines that each begin a block, one takes a while.
_MAX_CHARS_AT_ONCE = 20_000
# The opening of a longer one ends with the first paragraph that ends between these bounds.
_MIN_OPENING_CHARS, _MAX_OPENING_CHARS = 8_000, 9_500
FILE_NAME = "answer.md"
_HEADING_PATTERN = re.compile(r"^#{1,4}[ \t]++(\S.*)$", re.MULTILINE)
_MAX_TOPICS, _MAX_TOPIC_CHARS = 8, 60
# More than an honest answer has; a hostile one has a million lines.
_MAX_PARTS, _MAX_PART_CHARS, _MAX_READ_CHARS = 400, 400, 200_000
_CONTINUED_MESSAGE = "_The answer goes on: all of it, {count:,} characters, is in {file} below._"
_CONTINUED_WITH_TOPICS_MESSAGE = (
    "_The answer goes on: all of it, {count:,} characters, is in {file} below. It covers:"
    " {topics}._"
)
_CONTINUED_WITH_MORE_TOPICS_MESSAGE = (
    "_The answer goes on: all of it, {count:,} characters, is in {file} below. It covers: {topics}"
    " and more._"
)


@dataclass(frozen=True, slots=True)
class Shortening:
    """What of an answer only its files show: all behind its opening, or these blocks of code."""

    is_cut: bool
    blocks: frozenset[int]


class AnswerOpening:
    """Passes on the part of a growing answer that may be shown already.

    `language` is that of the sentences on its code. `names` are those of the files of an answer
    that is settled: what no file has is shown.
    """

    def __init__(self, language: str = ENGLISH, names: Collection[str] | None = None) -> None:
        self._code = CodeShortener(language, names=names)
        self._names = names
        self._text = ""  # as much of it as may be shown
        self._char_count = 0
        self._blocks, self._read_chars = BlockReader(), 0  # the lines that the reader has read
        self._shown_chars = 0
        self._is_closed = False

    @property
    def is_shortened(self) -> bool:
        """Whether something of what has come is not shown."""
        return self._is_closed or self._code.is_shortening

    @property
    def shortening(self) -> Shortening:
        """What of the answer is not shown; ask when it is finished."""
        return Shortening(self._is_long(), frozenset(one.number for one in self._code.blocks))

    def feed(self, text: str) -> str:
        """Take more of the answer; return what may be shown now."""
        return self._take(self._code.feed(text))

    def finish(self) -> str:
        """End the answer; return what is still to be shown.

        That is the rest of an answer which proves short enough to be shown whole. For a long one
        it is the fence that closes a code block in its opening, or "".
        """
        shown = self._take(self._code.finish())
        if not self._is_long():
            return shown + self._release(len(self._text))
        closing = build_closing(self._text[: self._shown_chars])
        return f"{shown}{closing}\n" if closing else shown

    def _is_long(self) -> bool:
        # Not by the sentences on code, which are longer in some languages.
        is_long = self._char_count - self._code.own_chars > MAX_SHOWN_CHARS
        return is_long if self._names is None else FILE_NAME in self._names

    def _take(self, text: str) -> str:
        self._char_count += len(text)
        # All of what is known to have no file, so that none of it is lost.
        room = MAX_SHOWN_CHARS + self._code.own_chars - len(self._text)
        is_kept_whole = self._names is not None and FILE_NAME not in self._names
        self._text += text if is_kept_whole else text[: max(room, 0)]
        if self._is_closed:
            return ""
        end = self._find_end()
        if end is not None:
            self._is_closed = True
        return self._release(len(self._text) if end is None else end)

    def _find_end(self) -> int | None:
        """Return where the opening ends, or None while it may still grow."""
        end = self._text.find("\n\n", max(_MIN_OPENING_CHARS, self._read_chars + 1))
        while 0 <= end < _MAX_OPENING_CHARS:
            self._blocks.feed(self._text[self._read_chars : end])
            self._read_chars = end + 1
            if self._blocks.fence is None:
                return end
            end = self._text.find("\n\n", self._read_chars + 1)
        return _MAX_OPENING_CHARS if len(self._text) > _MAX_OPENING_CHARS else None

    def _release(self, end: int) -> str:
        text = self._text[self._shown_chars : end]
        self._shown_chars = end
        return text


def measure_shortening(text: str) -> Shortening:
    """Return what of the answer `text` is not shown in its messages."""
    opening = AnswerOpening()
    opening.feed(text)
    opening.finish()
    return opening.shortening


def build_answer_files(text: str, shortening: Shortening) -> list[GeneratedFile]:
    """Return the files with what the messages of an answer do not show."""
    code = find_long_code(text, numbers=shortening.blocks) if shortening.blocks else []
    files = [GeneratedFile(one.name, CODE_MIMETYPE, one.code.encode()) for one in code]
    if shortening.is_cut:
        files.append(GeneratedFile(FILE_NAME, "text/markdown", text.encode()))
    return files


def format_contents_note(text: str) -> Message:
    """Return the sentence under the opening of a long answer: where all of it is, what it covers.

    The topics are its headings or, without headings, the first sentence of each paragraph.
    """
    found = _list_topics(text[:_MAX_READ_CHARS])
    if not found:
        return Message(_CONTINUED_MESSAGE, count=len(text), file=FILE_NAME)
    is_all = len(found) <= _MAX_TOPICS and len(text) <= _MAX_READ_CHARS
    return Message(
        _CONTINUED_WITH_TOPICS_MESSAGE if is_all else _CONTINUED_WITH_MORE_TOPICS_MESSAGE,
        count=len(text),
        file=FILE_NAME,
        topics=" · ".join(found[:_MAX_TOPICS]),
    )


def _list_topics(text: str) -> list[str]:
    headings = [found[1] for found in islice(_HEADING_PATTERN.finditer(text), _MAX_PARTS)]
    if headings:
        topics = [_format_topic(heading.rstrip().rstrip("#")) for heading in headings]
    else:
        parts = text.split("\n\n", _MAX_PARTS)[:_MAX_PARTS]
        topics = [_format_topic(part.split(". ", 1)[0]) for part in parts]
    return list(dict.fromkeys(topic for topic in topics if topic))


def _format_topic(text: str) -> str:
    words = " ".join(re.sub(r"[*_`#|<>\[\]]", "", text[:_MAX_PART_CHARS]).split())
    return truncate(words, _MAX_TOPIC_CHARS)


async def run_on_text(text: str, work: Callable[[], _Result]) -> _Result:
    """Do `work`, which reads all of `text`, and return what it returns; of a long text in another
    thread, so that the event loop is not held."""
    return work() if len(text) <= _MAX_CHARS_AT_ONCE else await asyncio.to_thread(work)


async def find_closing(text: str) -> str:
    """Return what ends the code block that `text` leaves open, as `build_closing` does."""
    return await run_on_text(text, partial(build_closing, text))


async def add_note(text: str, note: str) -> str:
    """Return `text` with Easel's own `note` under it, as `join_note` does."""
    return await run_on_text(text, partial(join_note, text, note))
