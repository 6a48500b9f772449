"""Collects what an Office file has apart from its text: pictures to send, and what is not shown.

The first pictures that matter are decoded here, so that their marks in the text can name them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.files import Image
from bot.domain.messages import Message, MessageList
from bot.domain.safe_text import clean_name
from bot.files.readers.ooxml.package import Package
from bot.files.unreadable import UnreadableError

MAX_PICTURES = 6
# A hostile file has thousands of pictures that cannot be decoded.
_MAX_TRIES, _MAX_PICTURE_BYTES = 24, 50 * 1024 * 1024
# Smaller ones are bullets, lines and icons.
_MIN_SIDE, _MIN_PIXELS = 24, 48 * 48
_MAX_ALT_CHARS = 500

# Whole sentences, so that each can be translated.
_ONE = {
    "pictures": "a picture",
    "linked": "a picture that is only linked to",
    "objects": "an embedded file",
    "media": "a recording",
    "formats": "a change of formatting",
    "comments": "a comment",
    "drawings": "a chart or diagram",
}
_MANY = {
    "pictures": "{count:,} pictures",
    "linked": "{count:,} pictures that are only linked to",
    "objects": "{count:,} embedded files",
    "media": "{count:,} recordings",
    "formats": "{count:,} changes of formatting",
    "comments": "{count:,} comments",
    "drawings": "{count:,} charts or diagrams",
}
_SOME_PICTURES = "{count:,} of {total:,} pictures"


@dataclass
class Extras:
    """What was found so far; `counts` of what is not shown, by the keys of `_ONE`."""

    package: Package
    pictures: list[Image] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _numbers: dict[str, int] = field(default_factory=dict)
    _tries: int = 0

    def mark_picture(self, path: str, alt: str, place: str = "") -> str:
        """Return the mark that stands for a picture in the text; send the picture if it matters.

        A picture that was there before is named again. Tiny ones leave no mark.
        """
        alt = " ".join(alt[:_MAX_ALT_CHARS].split()).replace("]", ")").replace("[", "(")
        described = f": {alt}" if alt else ""
        if path not in self._numbers:
            self._numbers[path] = self._try_picture(path, place)
            if self._numbers[path] == _NOT_SHOWN:
                self.counts["pictures"] += 1
        number = self._numbers[path]
        if number == _TINY:
            return f"[small picture{described}]" if alt else ""
        return f"[picture not shown{described}]" if number < 0 else f"[picture {number}{described}]"

    def mark_linked_picture(self, alt: str) -> str:
        """Return the mark for a picture that lies elsewhere, and is not fetched."""
        self.counts["linked"] += 1
        alt = " ".join(alt[:_MAX_ALT_CHARS].split())
        return f"[picture on the web, not fetched{f': {alt}' if alt else ''}]"

    def mark_object(self, kind: str) -> str:
        """Return the mark for an embedded file."""
        self.counts["objects"] += 1
        return f"[embedded file{f': {kind}' if kind else ''}]"

    def list_left_out(self) -> list[Message]:
        """Return what is not shown, each with its number."""
        return format_counts(self.counts, len(self.pictures))

    def _try_picture(self, path: str, place: str) -> int:
        if len(self.pictures) >= MAX_PICTURES or self._tries >= _MAX_TRIES:
            return _NOT_SHOWN
        self._tries += 1
        try:
            data = self.package.read_bytes(path)
            if not data or len(data) > _MAX_PICTURE_BYTES:
                return _NOT_SHOWN
            # Here, as most documents have no pictures, and decoding them needs large libraries.
            from bot.files.readers.pictures import read_picture

            image = read_picture(self.package.name, data).pictures[0]
        except (UnreadableError, IndexError, MemoryError):
            return _NOT_SHOWN
        if min(image.width, image.height) < _MIN_SIDE or image.width * image.height < _MIN_PIXELS:
            return _TINY
        number = len(self.pictures) + 1
        part = f"picture {number}{f' ({place})' if place else ''}"
        self.pictures.append(replace(image, name=clean_name(self.package.name), part=part))
        return number


_NOT_SHOWN, _TINY = -1, 0


def format_counts(counts: Mapping[str, int], shown_pictures: int = 0) -> list[Message]:
    """Return what is not shown, each with its number; `counts` have the keys of `_ONE`."""
    said = list[Message]()
    for key in _ONE:
        count = counts.get(key, 0)
        if count and key == "pictures" and shown_pictures:
            said.append(Message(_SOME_PICTURES, count=count, total=count + shown_pictures))
        elif count:
            said.append(Message(_ONE[key], plural=_MANY[key], count=count))
    return said


def join_left_out(messages: Sequence[str]) -> str:
    """Return `ParsedFile.left_out` for what is not shown; "" for nothing."""
    return MessageList(list(messages), ", ") if messages else ""
