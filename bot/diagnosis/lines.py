"""Reads the lines of a log, however it is written, and makes each one plain. Pure.

Lines are numbered as editors number them: at line feeds. See `relevant.py` for those that matter.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from bot.domain.safe_text import truncate

# A longer line is kept by its beginning, its end, and the place that speaks of an error.
MAX_RAW_CHARS, _HEAD_CHARS, _TAIL_CHARS, _WINDOW_CHARS = 64_000, 32_000, 8_000, 4_000
_CHUNK_BYTES = 1 << 20
_BATCH_LINES = 4_000
_TELLING_WORDS = ("exception", "fatal", "panic", "traceback", "error", "failed")
_GAP = " … "

# ECMA-48: control sequences (CSI), strings (OSC, DCS and others), and shorter escapes.
_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]"
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]{0,4000}(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[PX^_][^\x07\x1b]{0,4000}(?:\x07|\x1b\\)?"
    r"|\x1b[ -/]{0,3}[0-~]?"
)
# Colours whose escape was lost when a log was copied: “[31m”.
_BARE_COLOUR = re.compile(r"\[\d{1,3}(?:;\d{1,3}){0,6}m(?!\])|\[m(?![\w\]])")
_CONTROL = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
# GitHub writes seven digits of the second in front of each line; GitLab six, a stream and a mark.
_RUNNER_TIME = re.compile(
    r"\A\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(?:\d{7}Z ?|\d{6}Z \d\d[OE][ +]?)"
)
_RUNNER_MARK = re.compile(
    r"\A(?:##\[(?:error|warning|notice|debug|group|endgroup|command|section)\]|\[command\])"
)
_SECTION = re.compile(r"\Asection_(?:start|end):\d{1,12}:[\w.:-]{0,200}(?:\[[\w=,]{0,200}\])?")


def read_batches(data: bytes, encoding: str) -> Iterator[list[str]]:
    """Yield the lines of a file in order, some thousands at a time, as they stand there.

    What cannot be decoded becomes a replacement character. No line is longer than `MAX_RAW_CHARS`,
    and all of them together are never in memory.
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    line_break = "\n" if b"\n" in data else "\r"
    open_line = _OpenLine()
    for start in range(0, len(data), _CHUNK_BYTES):
        is_last = start + _CHUNK_BYTES >= len(data)
        text = decoder.decode(data[start : start + _CHUNK_BYTES], is_last)
        first, *others = text.split(line_break)
        open_line.add(first)
        if others:
            begun = others.pop()
            is_long = max(map(len, others), default=0) > MAX_RAW_CHARS
            yield [open_line.build(), *(map(_bound, others) if is_long else others)]
            open_line = _OpenLine()
            open_line.add(begun)
    if not open_line.is_empty:
        yield [open_line.build()]


def split_lines(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield lines that are at hand in the same way."""
    iterator = iter(lines)
    while batch := [_bound(line) for line in islice(iterator, _BATCH_LINES)]:
        yield batch


class _OpenLine:
    """A line whose end has not been read yet."""

    def __init__(self) -> None:
        self._head, self._tail, self._window = "", "", ""
        self._is_long = False

    @property
    def is_empty(self) -> bool:
        return not self._head

    def add(self, text: str) -> None:
        if not self._is_long:
            self._head += text
            if len(self._head) <= MAX_RAW_CHARS:
                return
            self._is_long = True
            text, self._head = self._head[_HEAD_CHARS:], self._head[:_HEAD_CHARS]
        self._window = self._window or _find_window(self._tail + text)
        self._tail = (self._tail + text)[-_TAIL_CHARS:]

    def build(self) -> str:
        if not self._is_long:
            return self._head
        return _GAP.join(part for part in (self._head, self._window, self._tail) if part)


def _bound(line: str) -> str:
    if len(line) <= MAX_RAW_CHARS:
        return line
    open_line = _OpenLine()
    open_line.add(line)
    return open_line.build()


def _find_window(text: str) -> str:
    """Return what stands around the first word for an error; "" where there is none."""
    low = text.lower()
    places = [low.find(word) for word in _TELLING_WORDS]
    start = min((place for place in places if place >= 0), default=-1)
    return "" if start < 0 else text[max(0, start - _WINDOW_CHARS // 4) :][:_WINDOW_CHARS]


def clean_line(raw: str) -> str:
    """Return a line without what a terminal or a runner adds: colours, times, marks, overwriting.

    Of a progress bar the last state stays. The result is on one line and has no control codes.
    """
    if "\r" in raw:
        states = [_strip_codes(state) for state in raw.rstrip("\r").split("\r")[-50:]]
        states = [state for state in states if state.strip() and not _SECTION.fullmatch(state)]
        line = states[-1] if states else ""
    else:
        line = _strip_codes(raw)
    line = _RUNNER_TIME.sub("", line, count=1)
    line = _SECTION.sub("", line, count=1)
    return _RUNNER_MARK.sub("", line, count=1).rstrip()


def _strip_codes(text: str) -> str:
    if not text.isprintable():
        text = _ESCAPE.sub("", text).replace("\t", "    ")
        text = _CONTROL.sub("", text)
    if not text.isprintable():  # other blanks, and letters that no font has
        text = "".join(one if one.isprintable() else " " for one in text)
    return _BARE_COLOUR.sub("", text) if "m" in text and "[" in text else text


def shorten_line(text: str, max_chars: int, place: int = 0) -> str:
    """Return a line of at most `max_chars`, with what stands at `place` in it."""
    if len(text) <= max_chars:
        return text
    if place < max_chars * 2 // 3:
        return truncate(text, max_chars)
    head = text[: max_chars // 5]
    rest = text[max(len(head), place - max_chars // 5) :]
    return f"{head}{_GAP}{truncate(rest, max_chars - len(head) - len(_GAP))}"
