"""Takes pictures out of an answer's words: data URLs in Markdown, in HTML, or bare. Pure.

Some models and gateways send a picture as `![alt](data:image/png;base64,…)` in the text, as
`<img src="data:…">` or as the address alone, over any number of deltas. What may be the beginning
of one is held back, and a picture is held until its end. In code it stays what it is: an example;
so does a bare address that is too short for a picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from bot.domain.llm import ImageOutput, TextDelta
from bot.llm.streaming.base64 import ExtractedBlobs
from bot.llm.streaming.payloads import MAX_PICTURE_BYTES, PictureDecoder

_MAX_PICTURE_CHARS = MAX_PICTURE_BYTES * 4 // 3 + 1_000
# The description of a picture in Markdown, and the attributes of one in HTML, are no longer.
_MAX_ALT_CHARS = 500
_MAX_HEAD_CHARS = _MAX_ALT_CHARS + 30
# The smallest pictures that anybody draws have more; less is an example.
_MIN_BARE_CHARS = 110


class _Form(Enum):
    """In what a picture stands; the value finds its end. A blank line shows that it is broken."""

    MARKDOWN = re.compile(r"\)|\n[ \t]*\n")
    HTML = re.compile(r">|\n[ \t]*\n")
    BARE = re.compile(r"(?=[^A-Za-z0-9+/=_-])")


@dataclass(frozen=True, slots=True)
class _Head:
    """What comes before the bytes of a picture; in Markdown and HTML its address follows."""

    form: _Form
    start: int
    end: int


def _compile_beginnings(word: str) -> str:
    """Return a pattern for the first letters of `word`, any number of them."""
    pattern = ""
    for letter in reversed(word):
        pattern = f"(?:{letter}{pattern})?"
    return pattern


_ADDRESS_START_PATTERN = re.compile("data:image/", re.IGNORECASE)
# What stands right before the address.
_MARKDOWN_END_PATTERN = re.compile(r"\]\(\s{0,3}<?\Z")
_HTML_END_PATTERN = re.compile(r"\ssrc\s{0,3}=\s{0,3}[\"']?\Z", re.IGNORECASE)
_MAX_END_CHARS = 12
_TAG_PATTERN = re.compile(r"<img\s", re.IGNORECASE)
_BARE_TYPE = r"data:image/[\w.+-]{1,40}(?:;[\w.=+-]{1,40}){0,2}"
_BARE_PATTERN = re.compile(rf"{_BARE_TYPE};base64,", re.IGNORECASE)
# What may still become the beginning of a picture, at the end of what has come.
_PARTIAL_HEAD_PATTERN = re.compile(
    rf"(?:!(?:\[[^\]\n]{{0,{_MAX_ALT_CHARS}}}"
    rf"(?:\](?:\(\s{{0,3}}<?{_compile_beginnings('data:image')})?)?)?"
    rf"|<{_compile_beginnings('img')}|<img\s[^<>]{{0,{_MAX_ALT_CHARS}}}"
    rf"|(?<![\w/])(?:d{_compile_beginnings('ata:image/')}|{_BARE_TYPE};?))\Z",
    re.IGNORECASE,
)
_ADDRESS_PATTERN = re.compile(r"[^\"'>)]*")
_FENCE = "```"

TextEvent: TypeAlias = TextDelta | ImageOutput


def _iterate_heads(text: str, last_char: str) -> Iterator[_Head]:
    """Yield the beginning of each picture in `text`, in time that grows with its length.

    `last_char` is what comes before `text`.
    """
    for found in _ADDRESS_START_PATTERN.finditer(text):
        address = found.start()
        start = max(0, address - _MAX_HEAD_CHARS)
        before = text[max(start, address - _MAX_END_CHARS) : address] or last_char
        if end := _MARKDOWN_END_PATTERN.search(before):
            bracket = address - len(end[0])
            line = max(text.rfind("]", start, bracket), text.rfind("\n", start, bracket)) + 1
            begin = text.find("![", max(start, line, bracket - _MAX_ALT_CHARS - 2), bracket)
            if begin >= 0:
                yield _Head(_Form.MARKDOWN, begin, address)
                continue
        elif _HTML_END_PATTERN.search(before):
            begin = max(text.rfind("<", start, address), text.rfind(">", start, address))
            if begin >= 0 and _TAG_PATTERN.match(text, begin):
                yield _Head(_Form.HTML, begin, address)
                continue
        bare = _BARE_PATTERN.match(text, address)
        if bare and not (before[-1:] == "/" or before[-1:].isalnum()):
            yield _Head(_Form.BARE, address, bare.end())


class TextPictures:
    """The words of one answer, without its pictures. `decoder` is that of the whole answer."""

    def __init__(self, decoder: PictureDecoder, blobs: ExtractedBlobs) -> None:
        self._decoder = decoder
        self._blobs = blobs
        self._held = ""  # words that may be the beginning of a picture
        self._address: list[str] | None = None  # of the picture that is coming
        self._form = _Form.MARKDOWN  # in which it comes
        self._address_chars = 0
        self._fence_count = 0
        self._tick_count = 0  # in the line that the words end with
        self._last_chars = ""

    def feed(self, text: str) -> list[TextEvent]:
        """Take the next words; return what is ready of them, and pictures that are complete."""
        events: list[TextEvent] = []
        # Now: a later delta does not find the runs of this one.
        rest = self._blobs.restore(text)
        while rest:
            reader = self._read_words if self._address is None else self._read_address
            rest = reader(rest, events)
        return events

    def close(self) -> list[TextEvent]:
        """Return what is still held once the answer has ended. A picture without end is broken."""
        events: list[TextEvent] = []
        if self._address is not None:
            address, self._address = "".join(self._address), None
            if self._form is _Form.BARE:
                self._take_bare(address, events)
            else:
                self._decoder.note_unreadable(address)
        held, self._held = self._held, ""
        self._add_words(held, events)
        return events

    def _read_words(self, text: str, events: list[TextEvent]) -> str:
        """Read up to the address of a picture; return what follows."""
        text, self._held = self._held + text, ""
        head = self._find_head(text)
        if head:
            self._add_words(text[: head.start], events)
            self._form, self._address_chars = head.form, 0
            self._address = [text[head.start : head.end]] if head.form is _Form.BARE else []
            return text[head.end :]
        # Each place is tried, so only those where one can begin that is not over yet.
        partial = _PARTIAL_HEAD_PATTERN.search(text, max(0, len(text) - _MAX_HEAD_CHARS))
        if partial and not self._is_code_at(text, partial.start()):
            text, self._held = text[: partial.start()], partial[0]
        self._add_words(text, events)
        return ""

    def _find_head(self, text: str) -> _Head | None:
        """Return the beginning of the first picture outside of code."""
        position, before, count = 0, self._last_chars, self._fence_count
        ticks = self._tick_count
        for head in _iterate_heads(text, before[-1:]):
            piece = text[position : head.start]
            before += piece
            count += before.count(_FENCE)
            ticks = _count_ticks(piece, ticks)
            # An address may stand anywhere in code, a picture in Markdown right at its start.
            is_code = ticks % 2 == 1 if head.form is not _Form.MARKDOWN else before.endswith("`")
            if count % 2 == 0 and not is_code:
                return head
            position, before = head.start, ""
        return None

    def _read_address(self, text: str, events: list[TextEvent]) -> str:
        """Read up to the end of the picture; return what follows."""
        address = self._address or []
        # The line break before a blank line may have come with the words before.
        seam = "\n" if address and address[-1].endswith("\n") else ""
        end = self._form.value.search(seam + text)
        address.append(text if end is None else text[: max(0, end.start() - len(seam))])
        self._address, self._address_chars = address, self._address_chars + len(address[-1])
        if end is None and self._address_chars <= _MAX_PICTURE_CHARS:
            return ""
        self._address = None
        if self._form is _Form.BARE:
            self._take_bare("".join(address), events)
        else:
            events += self._decode("".join(address))
        if end is None or end[0] in (")", ">"):
            return "" if end is None else text[end.end() - len(seam) :]
        return (seam + text)[end.start() :]

    def _decode(self, address: str) -> Iterator[ImageOutput]:
        found = _ADDRESS_PATTERN.match(address)
        url = "".join((found[0] if found else "").split())
        yield from self._decoder.decode_data_url(url)

    def _take_bare(self, address: str, events: list[TextEvent]) -> None:
        """Add the picture of a bare address, or the address itself where it is an example."""
        if len(address) < _MIN_BARE_CHARS:
            self._add_words(address, events)
        else:
            events += self._decoder.decode_data_url(address)

    def _add_words(self, words: str, events: list[TextEvent]) -> None:
        if words:
            whole = self._last_chars + words
            self._fence_count += whole.count(_FENCE)
            self._last_chars = "" if whole.endswith(_FENCE) else whole[-2:]
            self._tick_count = _count_ticks(words, self._tick_count)
            events.append(TextDelta(words))

    def _is_code_at(self, text: str, position: int) -> bool:
        """Whether a code block is open there, or code in a line begins with a picture."""
        before = self._last_chars + text[:position]
        count = self._fence_count + before.count(_FENCE)
        return count % 2 == 1 or (text[position] == "!" and before.endswith("`"))


def _count_ticks(words: str, count: int) -> int:
    """Count the backticks of the line that `words` end with; it has had `count` before them."""
    _, line_break, line = words.rpartition("\n")
    return line.count("`") + (0 if line_break else count)
