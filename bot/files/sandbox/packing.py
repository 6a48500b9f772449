"""A `Reading` as bytes and back: what a decoder's process answers, and what a working copy is.

Knows one format and refuses every other; bytes that were packed differently are read again from
Slack. Trusts nothing: a process that read a hostile file may have packed it.
"""

from __future__ import annotations

import json
from typing import Any

from bot.domain.files import Attachment, Reading

_MARK = b"EASEL-READING-2\n"
_LENGTH = 8
# More than any reading has, whoever made it.
_MOST_HEADER, _MOST_PAGES, _MOST_PICTURES = 1 << 20, 5_000, 100
_MOST, _LARGEST_SIDE = 1_000_000_000, 100_000
_KINDS = ("image/png", "image/jpeg")


class NotPacked(ValueError):
    """Bytes that `pack` did not make."""


def pack(reading: Reading) -> bytes:
    """Everything of `reading`, as bytes that are the same whenever it is the same."""
    texts = [page.encode("utf-8", "replace") for page in reading.pages]
    header = {
        "name": reading.name,
        "kind": reading.kind,
        "count": reading.count,
        "left_out": reading.left_out,
        "scanned": reading.scanned,
        "pages": [len(text) for text in texts],
        "tokens": list(reading.tokens),
        "pictures": [
            {
                "name": picture.name,
                "size": len(picture.data),
                "type": picture.mimetype,
                "sha256": picture.sha256,
                "width": picture.width,
                "height": picture.height,
                "part": picture.part,
            }
            for picture in reading.pictures
        ],
    }
    head = json.dumps(header, separators=(",", ":"), ensure_ascii=True).encode()
    parts = [picture.data for picture in reading.pictures]
    return b"".join([_MARK, len(head).to_bytes(_LENGTH, "big"), head, *texts, *parts])


def unpack(data: bytes) -> Reading:
    """What `pack` was given. Raises `NotPacked`."""
    try:
        return _unpacked(data)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise NotPacked(type(error).__name__) from error
    except RecursionError as error:
        raise NotPacked("too deep") from error


def _unpacked(data: bytes) -> Reading:
    start = len(_MARK) + _LENGTH
    if not data.startswith(_MARK):
        raise NotPacked("another format")
    size = int.from_bytes(data[len(_MARK) : start], "big")
    if size > _MOST_HEADER:
        raise NotPacked("too much to tell")
    end = start + size
    header = json.loads(data[start:end])
    cutter = _Cutter(data, end)
    pages = tuple(cutter.next(size).decode("utf-8", "replace") for size in header["pages"])
    pictures = tuple(_picture(told, cutter) for told in header["pictures"])
    if len(pages) > _MOST_PAGES or len(pictures) > _MOST_PICTURES:
        raise NotPacked("too many")
    tokens = tuple(int(count) for count in header["tokens"])
    fit = len(tokens) in (0, len(pages)) and all(count >= 0 for count in tokens)
    if cutter.at != len(data) or not fit:
        raise NotPacked("another length")
    return Reading(
        name=str(header["name"]),
        kind=str(header["kind"]),
        pictures=pictures,
        pages=pages,
        count=_within(header["count"], _MOST),
        left_out=str(header["left_out"]),
        scanned=bool(header["scanned"]),
        tokens=tokens,
    )


def _picture(told: dict[str, Any], cutter: _Cutter) -> Attachment:
    if told["type"] not in _KINDS:
        raise NotPacked("another type of picture")
    return Attachment(
        name=str(told["name"]),
        mimetype=told["type"],
        data=cutter.next(told["size"]),
        sha256=str(told["sha256"]),
        width=_within(told["width"], _LARGEST_SIDE),
        height=_within(told["height"], _LARGEST_SIDE),
        part=str(told["part"]),
    )


def _within(value: object, most: int) -> int:
    if not isinstance(value, int) or not 0 <= value <= most:
        raise NotPacked("another number")
    return value


class _Cutter:
    """Takes one piece after another; a piece that is not all there is an error."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self.at = at

    def next(self, size: int) -> bytes:
        end = self.at + int(size)
        if size < 0 or end > len(self._data):
            raise NotPacked("cut off")
        piece, self.at = self._data[self.at : end], end
        return piece
