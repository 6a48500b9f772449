"""Turns a `ParsedFile` into bytes and back: for answers of sandbox processes, and working copies.

There is one format, and `unpack` refuses every other; such a file is read again from Slack. The
bytes are not trusted: a process that read a hostile file may have packed them.
"""

from __future__ import annotations

import json
import re
from dataclasses import astuple
from typing import Any

from bot.domain.files import Image, ParsedFile
from bot.domain.messages import Message
from bot.domain.pictures.sight import (
    UNKNOWN_SIGHT,
    WHOLE_FILE,
    Box,
    Detail,
    Origin,
    PictureContent,
    Sight,
)
from bot.domain.safe_text import BRACKET_TRANSLATION, clean_sentence, replace_invisible
from bot.domain.stored_messages import deserialize_message, serialize_message
from bot.files.readers.pixels.limits import MAX_SIDE

_SIGNATURE = b"EASEL-READING-4\n"
_LENGTH_BYTES = 8
# More than any parsed file needs.
_MAX_HEADER_BYTES, _MAX_PAGES, _MAX_PICTURES = 1 << 20, 5_000, 100
_MAX_COUNT = 1_000_000_000
_MAX_WORDS_CHARS, _MAX_SENTENCE_CHARS = 2_000, 8_000
_MIMETYPES = ("image/png", "image/jpeg", "image/webp")
_SHA256 = re.compile(r"|[0-9a-f]{64}")
_ENCODING_NAME = re.compile(r"[A-Za-z0-9 -]{0,40}")
# The longer side of a picture that was made smaller for its working copy.
_OLD_MAX_SIDE = 2_048


class UnpackError(ValueError):
    """The bytes were not made by `pack`."""


def pack(parsed_file: ParsedFile) -> bytes:
    """Return a parsed file as bytes; equal files give equal bytes."""
    texts = [page.encode("utf-8", "replace") for page in parsed_file.pages]
    header = {
        "name": parsed_file.name,
        "kind": parsed_file.kind,
        "count": parsed_file.count,
        "left_out": serialize_message(parsed_file.left_out),
        "incomplete": parsed_file.is_incomplete,
        "encoding": parsed_file.guessed_encoding,
        "odd_lines": parsed_file.odd_lines,
        "guessed_parts": parsed_file.guessed_parts,
        "scanned": parsed_file.is_scanned,
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
                "sight": _pack_sight(picture.sight),
                "origin": list(astuple(picture.origin)),
            }
            for picture in parsed_file.pictures
        ],
    }
    encoded = json.dumps(header, separators=(",", ":"), ensure_ascii=True).encode()
    length = len(encoded).to_bytes(_LENGTH_BYTES, "big")
    blobs = [picture.data for picture in parsed_file.pictures]
    return b"".join([_SIGNATURE, length, encoded, *texts, *blobs])


def _pack_sight(sight: Sight) -> dict[str, Any]:
    return {
        "width": sight.full_width,
        "height": sight.full_height,
        "content": sight.content,
        "box": None if sight.box is None else list(sight.box),
        "detail": sight.detail,
    }


def unpack(data: bytes) -> ParsedFile:
    """Return the parsed file that `pack` was called with. Raises `UnpackError`."""
    try:
        return _parse(data)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise UnpackError(type(error).__name__) from error
    except RecursionError as error:
        raise UnpackError("too many levels") from error


def _parse(data: bytes) -> ParsedFile:
    start = len(_SIGNATURE) + _LENGTH_BYTES
    if not data.startswith(_SIGNATURE):
        raise UnpackError("another format")
    size = int.from_bytes(data[len(_SIGNATURE) : start], "big")
    if size > _MAX_HEADER_BYTES:
        raise UnpackError("header too long")
    end = start + size
    header = json.loads(data[start:end])
    reader = _ByteReader(data, end)
    pages = tuple(reader.read(size).decode("utf-8", "replace") for size in header["pages"])
    pictures = tuple(
        _parse_picture(picture, reader, header["name"]) for picture in header["pictures"]
    )
    if len(pages) > _MAX_PAGES or len(pictures) > _MAX_PICTURES:
        raise UnpackError("too many")
    tokens = tuple(int(count) for count in header["tokens"])
    are_tokens_valid = len(tokens) in (0, len(pages)) and all(count >= 0 for count in tokens)
    if reader.position != len(data) or not are_tokens_valid:
        raise UnpackError("wrong length")
    return ParsedFile(
        name=_clean_words(str(header["name"])),
        kind=_clean_words(str(header["kind"])),
        pictures=pictures,
        pages=pages,
        count=_check_number(header["count"], _MAX_COUNT),
        left_out=_clean_left_out(deserialize_message(str(header["left_out"]))),
        is_scanned=bool(header["scanned"]),
        tokens=tokens,
        # Older copies say nothing about it.
        is_incomplete=bool(header.get("incomplete", False)),
        guessed_encoding=_clean_encoding(header.get("encoding", "")),
        odd_lines=_check_number(header.get("odd_lines", 0), _MAX_COUNT),
        guessed_parts=_clean_words(str(header.get("guessed_parts", ""))),
    )


def _clean_words(text: str) -> str:
    """Return words that stand in a note as they are: one line, bounded, without its brackets."""
    plain = clean_sentence(replace_invisible(text[:_MAX_WORDS_CHARS]))
    return plain.translate(BRACKET_TRANSLATION)


def _clean_left_out(text: str) -> str:
    """Return a sentence of ours as it is; other words, and more than any file has, as words."""
    is_sentence = isinstance(text, Message) and len(text) <= _MAX_SENTENCE_CHARS
    return text if is_sentence and len(text.splitlines()) <= 1 else _clean_words(text)


def _clean_encoding(name: object) -> str:
    if not isinstance(name, str) or not _ENCODING_NAME.fullmatch(name):
        raise UnpackError("no name of an encoding")
    return name


def _parse_picture(header: dict[str, Any], reader: _ByteReader, file_name: str) -> Image:
    if header["type"] not in _MIMETYPES:
        raise UnpackError("unknown type of picture")
    return Image(
        name=_clean_words(str(header["name"])),
        mimetype=header["type"],
        data=reader.read(header["size"]),
        sha256=str(header["sha256"]),
        width=_check_number(header["width"], MAX_SIDE),
        height=_check_number(header["height"], MAX_SIDE),
        part=_clean_words(str(header["part"])),
        sight=_parse_sight(header),
        origin=_parse_origin(header, file_name),
    )


def _parse_sight(header: dict[str, Any]) -> Sight:
    if "sight" not in header:
        # An older copy does not tell how much larger the picture in the file is.
        if max(header["width"], header["height"]) >= _OLD_MAX_SIDE:
            raise UnpackError("a copy without the size of its picture")
        return UNKNOWN_SIGHT
    sight = header["sight"]
    width, height = (_check_number(sight[side], MAX_SIDE) for side in ("width", "height"))
    return Sight(
        width,
        height,
        PictureContent(sight["content"]),
        None if sight["box"] is None else _parse_box(sight["box"], width, height),
        Detail(sight["detail"]),
    )


def _parse_origin(header: dict[str, Any], file_name: str) -> Origin:
    if "origin" not in header:
        # An older copy does not tell where in its file a page, or a picture in a document, lies.
        if header["part"] or header["name"] != file_name:
            raise UnpackError("a copy without the place of its picture")
        return WHOLE_FILE
    sha256, number, *twins = header["origin"]
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise UnpackError("no digest")
    # An older copy does not tell equal pictures apart.
    (twin,) = twins or [0]
    return Origin(sha256, *(_check_number(one, _MAX_COUNT) for one in (number, twin)))


def _parse_box(edges: list[object], width: int, height: int) -> Box:
    left, top, right, bottom = (_check_number(edge, MAX_SIDE) for edge in edges)
    if not left < right <= width or not top < bottom <= height:
        raise UnpackError("no part of the picture")
    return left, top, right, bottom


def _check_number(value: object, maximum: int) -> int:
    if not isinstance(value, int) or not 0 <= value <= maximum:
        raise UnpackError("not a number, or out of range")
    return value


class _ByteReader:
    """Reads one piece after another. Raises `UnpackError` if a piece is incomplete."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self.position = position

    def read(self, size: int) -> bytes:
        end = self.position + int(size)
        if size < 0 or end > len(self._data):
            raise UnpackError("cut off")
        piece, self.position = self._data[self.position : end], end
        return piece
