"""Takes pictures out of an answer's words: Markdown whose address is a data URL. Pure.

Some models and gateways send a picture as `![alt](data:image/png;base64,…)` in the text, over any
number of deltas. What may be the beginning of one is held back, and a picture is held until its
end. In a code block it stays what it is: an example.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from bot.domain.llm import ImageOutput, TextDelta
from bot.llm.streaming.base64 import ExtractedBlobs
from bot.llm.streaming.payloads import MAX_PICTURE_BYTES, PictureDecoder

_MAX_PICTURE_CHARS = MAX_PICTURE_BYTES * 4 // 3 + 1_000
# The beginning of a picture is "![", no more than these characters in one line, and this.
_MAX_ALT_CHARS = 500
_HEAD_END_PATTERN = re.compile(r"\]\(\s{0,3}<?(?=data:image/)", re.IGNORECASE)
# What may still become the beginning of a picture, at the end of what has come.
_PARTIAL_HEAD_PATTERN = re.compile(
    r"!(?:\[[^\]\n]{0,500}(?:\](?:\(\s{0,3}<?(?:d(?:a(?:t(?:a(?::(?:i(?:m(?:a(?:g(?:e)?)?)?)?)?)?)?)"
    r"?)?)?)?)?)?\Z",
    re.IGNORECASE,
)
_MAX_PARTIAL_CHARS = _MAX_ALT_CHARS + len("![](   <data:image/")
# A picture ends with its parenthesis. Without one, a blank line shows that it is broken.
_END_PATTERN = re.compile(r"\)|\n[ \t]*\n")
_ADDRESS_PATTERN = re.compile(r"[^\"'>)]*")
_FENCE = "```"

TextEvent: TypeAlias = TextDelta | ImageOutput


def _iterate_heads(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the beginning of each picture begins and ends, in time that grows with `text`."""
    for found in _HEAD_END_PATTERN.finditer(text):
        end = found.start()
        start = max(0, end - _MAX_ALT_CHARS - len("!["))
        line = max(text.rfind("]", start, end), text.rfind("\n", start, end)) + 1
        start = text.find("![", max(start, line), end)
        if start >= 0:
            yield start, found.end()


class TextPictures:
    """The words of one answer, without its pictures. `decoder` is that of the whole answer."""

    def __init__(self, decoder: PictureDecoder, blobs: ExtractedBlobs) -> None:
        self._decoder = decoder
        self._blobs = blobs
        self._held = ""  # words that may be the beginning of a picture
        self._address: list[str] | None = None  # of the picture that is coming
        self._address_chars = 0
        self._fence_count = 0
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
            self._decoder.note_unreadable("".join(self._address))
            self._address = None
        held, self._held = self._held, ""
        self._add_words(held, events)
        return events

    def _read_words(self, text: str, events: list[TextEvent]) -> str:
        """Read up to the address of a picture; return what follows."""
        text, self._held = self._held + text, ""
        head = self._find_head(text)
        if head:
            self._add_words(text[: head[0]], events)
            self._address, self._address_chars = [], 0
            return text[head[1] :]
        # Each place is tried, so only those where one can begin that is not over yet.
        partial = _PARTIAL_HEAD_PATTERN.search(text, max(0, len(text) - _MAX_PARTIAL_CHARS))
        if partial and not self._is_code_at(text, partial.start()):
            text, self._held = text[: partial.start()], partial[0]
        self._add_words(text, events)
        return ""

    def _find_head(self, text: str) -> tuple[int, int] | None:
        """Return where the first picture outside of code begins, and where its address does."""
        position, before, count = 0, self._last_chars, self._fence_count
        for start, end in _iterate_heads(text):
            before += text[position:start]
            count += before.count(_FENCE)
            if count % 2 == 0 and not before.endswith("`"):
                return start, end
            position, before = start, ""
        return None

    def _read_address(self, text: str, events: list[TextEvent]) -> str:
        """Read up to the end of the picture; return what follows."""
        address = self._address or []
        # The line break before a blank line may have come with the words before.
        seam = "\n" if address and address[-1].endswith("\n") else ""
        end = _END_PATTERN.search(seam + text)
        address.append(text if end is None else text[: max(0, end.start() - len(seam))])
        self._address, self._address_chars = address, self._address_chars + len(address[-1])
        if end is None and self._address_chars <= _MAX_PICTURE_CHARS:
            return ""
        self._address = None
        events += self._decode("".join(address))
        if end is None or end[0] == ")":
            return "" if end is None else text[end.end() - len(seam) :]
        return (seam + text)[end.start() :]

    def _decode(self, address: str) -> Iterator[ImageOutput]:
        found = _ADDRESS_PATTERN.match(address)
        url = "".join((found[0] if found else "").split())
        yield from self._decoder.decode_data_url(url)

    def _add_words(self, words: str, events: list[TextEvent]) -> None:
        if words:
            whole = self._last_chars + words
            self._fence_count += whole.count(_FENCE)
            self._last_chars = "" if whole.endswith(_FENCE) else whole[-2:]
            events.append(TextDelta(words))

    def _is_code_at(self, text: str, position: int) -> bool:
        """Whether a code block is open there, or inline code begins."""
        before = self._last_chars + text[:position]
        count = self._fence_count + before.count(_FENCE)
        return count % 2 == 1 or before.endswith("`")
