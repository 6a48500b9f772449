"""Checks files that a decoder made for people, and that nothing else looks at before they go out.

A decoder that a file has taken over may put anything into them: each has to be what its name says,
and nothing in it may act when it is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from xml.parsers import expat

from bot.structured_output.csv_text import has_formula

MAX_MADE_BYTES = 64 * 1024 * 1024
_MAX_CHECKED_BYTES, _CHUNK_BYTES = 24 * 1024 * 1024, 64 * 1024
_MAX_SIDE, _MAX_ELEMENTS = 20_000, 1_000_000
_PNG_START, _ZIP_STARTS = b"\x89PNG\r\n\x1a\n", (b"PK\x03\x04", b"PK\x05\x06")
_ACTING_ELEMENTS = frozenset(
    ("script", "foreignobject", "iframe", "object", "embed", "handler", "listener", "a", "audio",
     "video", "set", "animate", "animatetransform", "animatemotion", "feimage")
)  # fmt: skip
_INNER_PICTURE = "data:image/png;base64,"


def check_made_file(ending: str, data: bytes) -> None:
    """Raise `ValueError` where `data` is no harmless file with this ending."""
    if len(data) > (MAX_MADE_BYTES if ending in ("png", "zip") else _MAX_CHECKED_BYTES):
        raise ValueError("too large")
    _CHECKS.get(ending, _check_text)(data)


def check_png(data: bytes) -> None:
    """Raise `ValueError` for what is no PNG, or one of too many pixels to show."""
    sides = [int.from_bytes(data[at : at + 4]) for at in (16, 20)]
    if not data.startswith(_PNG_START) or data[12:16] != b"IHDR":
        raise ValueError("no picture")
    if not 0 < min(sides) <= max(sides) <= _MAX_SIDE:
        raise ValueError("no size")


def _check_svg(data: bytes) -> None:
    """Read a drawing as programs do that show it; nothing in it may run, move or be fetched."""
    if not data.lstrip().startswith((b"<?xml", b"<svg")):
        raise ValueError("no drawing")
    reader = _DrawingReader()
    try:
        # In pieces: between them the service has its turn.
        for start in range(0, len(data), _CHUNK_BYTES):
            reader.parser.Parse(data[start : start + _CHUNK_BYTES])
        reader.parser.Parse(b"", True)  # noqa: FBT003 - it takes no names
    except expat.ExpatError as error:
        raise ValueError("no drawing") from error


class _DrawingReader:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self._count = 0
        self._is_style = False
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._read_words
        self.parser.EntityDeclHandler = self._refuse
        self.parser.ProcessingInstructionHandler = self._refuse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        plain = _strip_prefix(name)
        if self._count > _MAX_ELEMENTS or plain in _ACTING_ELEMENTS:
            raise ValueError("an element that acts")
        if self._count == 1 and plain != "svg":
            raise ValueError("no drawing")
        self._is_style = plain == "style"
        for attribute, value in attributes.items():
            _check_attribute(_strip_prefix(attribute), "".join(value.split()).lower())

    def _end(self, _name: str) -> None:
        self._is_style = False

    def _read_words(self, words: str) -> None:
        if self._is_style and any(
            sign in words.lower() for sign in ("url", "@", "\\", "expression")
        ):
            raise ValueError("a style that fetches")

    def _refuse(self, *_: Any) -> None:
        raise ValueError("an entity or instruction")


def _check_attribute(name: str, value: str) -> None:
    leads_out = name in ("href", "src") and not value.startswith(("#", _INNER_PICTURE))
    fetches = "url(" in value.replace("url(#", "") or "javascript:" in value
    if name.startswith("on") or leads_out or fetches:
        raise ValueError("an attribute that acts")


def _strip_prefix(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _check_csv(data: bytes) -> None:
    if has_formula(data.decode("utf-8-sig")):
        raise ValueError("a formula")


def _check_zip(data: bytes) -> None:
    if not data.startswith(_ZIP_STARTS):
        raise ValueError("no archive")


def _check_text(data: bytes) -> None:
    if "\0" in data.decode():
        raise ValueError("no text")


_CHECKS: Mapping[str, Callable[[bytes], None]] = {
    "png": check_png,
    "svg": _check_svg,
    "csv": _check_csv,
    "zip": _check_zip,
}
