"""A `Reading` as bytes and back: what a decoder's process answers, and what a working copy is.

Knows one format and refuses every other; bytes that were packed differently are read again from
Slack. Trusts nothing: a process that read a hostile file may have packed it.
"""

from __future__ import annotations

import json
from typing import Any

from bot.domain.files import Image, ParsedFile

_SIGNATURE = b"EASEL-READING-2\n"
_LENGTH_BYTES = 8
# More than any reading has, whoever made it.
_MAX_HEADER_BYTES, _MAX_PAGES, _MAX_PICTURES = 1 << 20, 5_000, 100
_MAX_COUNT, _MAX_SIDE = 1_000_000_000, 100_000
_MIMETYPES = ("image/png", "image/jpeg")


class UnpackError(ValueError):
    """Bytes that `pack` did not make."""


def pack(parsed_file: ParsedFile) -> bytes:
    """Everything of `reading`, as bytes that are the same whenever it is the same."""
    texts = [page.encode("utf-8", "replace") for page in parsed_file.pages]
    header = {
        "name": parsed_file.name,
        "kind": parsed_file.kind,
        "count": parsed_file.count,
        "left_out": parsed_file.left_out,
        "scanned": parsed_file.scanned,
        "pages": [len(text) for text in texts],
        "tokens": list(parsed_file.tokens),
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
            for picture in parsed_file.pictures
        ],
    }
    head = json.dumps(header, separators=(",", ":"), ensure_ascii=True).encode()
    parts = [picture.data for picture in parsed_file.pictures]
    return b"".join([_SIGNATURE, len(head).to_bytes(_LENGTH_BYTES, "big"), head, *texts, *parts])


def unpack(data: bytes) -> ParsedFile:
    """What `pack` was given. Raises `NotPacked`."""
    try:
        return _parse(data)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise UnpackError(type(error).__name__) from error
    except RecursionError as error:
        raise UnpackError("too deep") from error


def _parse(data: bytes) -> ParsedFile:
    start = len(_SIGNATURE) + _LENGTH_BYTES
    if not data.startswith(_SIGNATURE):
        raise UnpackError("another format")
    size = int.from_bytes(data[len(_SIGNATURE) : start], "big")
    if size > _MAX_HEADER_BYTES:
        raise UnpackError("too much to tell")
    end = start + size
    header = json.loads(data[start:end])
    cutter = _ByteReader(data, end)
    pages = tuple(cutter.read(size).decode("utf-8", "replace") for size in header["pages"])
    pictures = tuple(_parse_picture(told, cutter) for told in header["pictures"])
    if len(pages) > _MAX_PAGES or len(pictures) > _MAX_PICTURES:
        raise UnpackError("too many")
    tokens = tuple(int(count) for count in header["tokens"])
    fit = len(tokens) in (0, len(pages)) and all(count >= 0 for count in tokens)
    if cutter.position != len(data) or not fit:
        raise UnpackError("another length")
    return ParsedFile(
        name=str(header["name"]),
        kind=str(header["kind"]),
        pictures=pictures,
        pages=pages,
        count=_check_number(header["count"], _MAX_COUNT),
        left_out=str(header["left_out"]),
        scanned=bool(header["scanned"]),
        tokens=tokens,
    )


def _parse_picture(header: dict[str, Any], reader: _ByteReader) -> Image:
    if header["type"] not in _MIMETYPES:
        raise UnpackError("another type of picture")
    return Image(
        name=str(header["name"]),
        mimetype=header["type"],
        data=reader.read(header["size"]),
        sha256=str(header["sha256"]),
        width=_check_number(header["width"], _MAX_SIDE),
        height=_check_number(header["height"], _MAX_SIDE),
        part=str(header["part"]),
    )


def _check_number(value: object, maximum: int) -> int:
    if not isinstance(value, int) or not 0 <= value <= maximum:
        raise UnpackError("another number")
    return value


class _ByteReader:
    """Takes one piece after another; a piece that is not all there is an error."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self.position = position

    def read(self, size: int) -> bytes:
        end = self.position + int(size)
        if size < 0 or end > len(self._data):
            raise UnpackError("cut off")
        piece, self.position = self._data[self.position : end], end
        return piece
