"""Takes pictures out of an answer's words: data URLs in Markdown, in HTML, or bare. Pure.

Some models and gateways send a picture as `![alt](data:image/png;base64,…)` in the text, over any
number of deltas. What may be the beginning of one is held back, and a picture is held until its
end. In a code block it stays what it is: an example; so does a bare address that is too short.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from bot.domain.llm import ImageOutput, TextDelta
from bot.llm.streaming.base64 import ExtractedBlobs
from bot.llm.streaming.payloads import MAX_PICTURE_BYTES, PictureDecoder

_MAX_PICTURE_CHARS = MAX_PICTURE_BYTES * 4 // 3 + 1_000


def _compile_beginnings(word: str) -> str:
    """Return a pattern for the first letters of `word`, any number of them."""
    pattern = ""
    for letter in reversed(word):
        pattern = f"(?:{letter}{pattern})?"
    return pattern


_MARKDOWN, _HTML = r"!\[[^\]\n]{0,500}", r"<img\s[^<>\n]{0,500}?"
_BARE = r"(?<![\w/])data:image/[\w.+-]{1,40}"
_HEAD_PATTERN = re.compile(
    rf"(?P<markdown>{_MARKDOWN}\]\(\s{{0,3}}<?)(?=data:image/)"
    rf"|(?P<html>{_HTML}\bsrc\s{{0,3}}=\s{{0,3}}[\"']?)(?=data:image/)"
    rf"|{_BARE};base64,",
    re.IGNORECASE,
)
_DATA_BEGINNINGS = _compile_beginnings("data:image")
# What may still become the beginning of a picture, at the end of what has come.
_PARTIAL_HEAD_PATTERN = re.compile(
    rf"(?:!|{_MARKDOWN}(?:\](?:\(\s{{0,3}}<?{_DATA_BEGINNINGS})?)?"
    rf"|<{_compile_beginnings('img')}|<img\s[^<>\n]{{0,500}}"
    rf"|(?<![\w/])d{_compile_beginnings('ata:image/')}"
    rf"|{_BARE}(?:;{_compile_beginnings('base64')})?)\Z",
    re.IGNORECASE,
)
# A picture ends with its parenthesis or tag. Without one, a blank line shows that it is broken.
_END_PATTERNS = {
    "markdown": re.compile(r"\)|\n[ \t]*\n"),
    "html": re.compile(r">|\n[ \t]*\n"),
    None: re.compile(r"(?=[^\w+/=-])"),
}
# The smallest picture has more; less is an example.
_MIN_BARE_CHARS = 110
_ADDRESS_PATTERN = re.compile(r"[^\"'>)]*")
_FENCE = "```"

TextEvent: TypeAlias = TextDelta | ImageOutput


class TextPictures:
    """The words of one answer, without its pictures. `decoder` is that of the whole answer."""

    def __init__(self, decoder: PictureDecoder, blobs: ExtractedBlobs) -> None:
        self._decoder = decoder
        self._blobs = blobs
        self._held = ""  # words that may be the beginning of a picture
        self._address: list[str] | None = None  # of the picture that is coming
        self._kind: str | None = None  # in what it stands, None for a bare address
        self._address_chars = 0
        self._fence_count = 0
        self._tick_count = 0  # of the line that the words end with
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
            if self._kind is None:
                events += self._take_bare(address)
            else:
                self._decoder.note_unreadable(address)
        held, self._held = self._held, ""
        self._add_words(held, events)
        return events

    def _read_words(self, text: str, events: list[TextEvent]) -> str:
        """Read up to the address of a picture; return what follows."""
        text, self._held = self._held + text, ""
        found = _HEAD_PATTERN.search(text)
        while found and self._is_example(text, found):
            found = _HEAD_PATTERN.search(text, found.end())
        if found:
            self._add_words(text[: found.start()], events)
            self._kind = found.lastgroup
            self._address = [found[0]] if self._kind is None else []
            self._address_chars = 0
            return text[found.end() :]
        partial = _PARTIAL_HEAD_PATTERN.search(text)
        if partial and not self._is_code_at(text, partial.start()):
            text, self._held = text[: partial.start()], partial[0]
        self._add_words(text, events)
        return ""

    def _read_address(self, text: str, events: list[TextEvent]) -> str:
        """Read up to the end of the picture; return what follows."""
        address = self._address or []
        # The line break before a blank line may have come with the words before.
        seam = "\n" if address and address[-1].endswith("\n") else ""
        end = _END_PATTERNS[self._kind].search(seam + text)
        address.append(text if end is None else text[: max(0, end.start() - len(seam))])
        self._address, self._address_chars = address, self._address_chars + len(address[-1])
        if end is None and self._address_chars <= _MAX_PICTURE_CHARS:
            return ""
        self._address = None
        take = self._take_bare if self._kind is None else self._decode
        events += take("".join(address))
        if end is None or end[0] in (")", ">"):
            return "" if end is None else text[end.end() - len(seam) :]
        return (seam + text)[end.start() :]

    def _decode(self, address: str) -> Iterator[ImageOutput]:
        found = _ADDRESS_PATTERN.match(address)
        url = "".join((found[0] if found else "").split())
        yield from self._decoder.decode_data_url(url)

    def _take_bare(self, address: str) -> list[TextEvent]:
        """Return the picture of a bare address; the address itself where it is an example."""
        events: list[TextEvent] = []
        if len(address) < _MIN_BARE_CHARS:
            self._add_words(address, events)
        else:
            events += self._decoder.decode_data_url(address)
        return events

    def _add_words(self, words: str, events: list[TextEvent]) -> None:
        if words:
            whole = self._last_chars + words
            self._fence_count += whole.count(_FENCE)
            self._last_chars = "" if whole.endswith(_FENCE) else whole[-2:]
            self._tick_count = self._count_ticks(words)
            events.append(TextDelta(words))

    def _is_example(self, text: str, head: re.Match[str]) -> bool:
        """Whether what begins with `head` is code. A bare address may stand anywhere in it."""
        if self._is_code_at(text, head.start()):
            return True
        return head.lastgroup is None and self._count_ticks(text[: head.start()]) % 2 == 1

    def _count_ticks(self, words: str) -> int:
        """Count the backticks of the line that `words`, which come next, end with."""
        _, line_end, line = words.rpartition("\n")
        return line.count("`") + (0 if line_end else self._tick_count)

    def _is_code_at(self, text: str, position: int) -> bool:
        """Whether a code block is open there, or inline code begins."""
        before = self._last_chars + text[:position]
        count = self._fence_count + before.count(_FENCE)
        return count % 2 == 1 or before.endswith("`")
