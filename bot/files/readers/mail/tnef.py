"""Parses winmail.dat: attachments and text that Outlook packed on its own (MS-OXTNEF). Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from bot.files.readers.mail.content import Attachment, MailContent
from bot.files.readers.mail.outlook_text import add_body, decode_string
from bot.files.readers.text_files import decode_text

_SIGNATURE = b"\x78\x9f\x3e\x22"
_TITLE, _DATA, _RENDER, _PROPERTIES, _MESSAGE, _SUBJECT, _BODY, _CODE_PAGE = (
    0x18010, 0x6800F, 0x69002, 0x69005, 0x69003, 0x18004, 0x2800C, 0x69007,
)  # fmt: skip
_LONG_NAME, _SHORT_NAME, _CONTENT_ID, _CONTENT = 0x3707, 0x3704, 0x3712, 0x3701
_HEADERS = {"From": 0x0C1A, "To": 0x0E04, "Cc": 0x0E03, "Subject": 0x0037}
_STRING8, _STRING, _BINARY, _OBJECT = 0x1E, 0x1F, 0x102, 0x0D
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x0B: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8}
_GUID_BYTES = 16
_MAX_ATTRIBUTES, _MAX_PROPERTIES = 10_000, 1_000


@dataclass
class _File:
    title: str = ""
    long_name: str = ""
    content_id: str = ""
    data: bytes = b""


def is_tnef(data: bytes) -> bool:
    """Whether these bytes are such a file."""
    return data.startswith(_SIGNATURE)


def parse_tnef(data: bytes) -> MailContent:
    """Parse as much as is there."""
    content, code_page = MailContent(), ""
    files = list[_File]()
    for attribute, value in _iterate_attributes(data):
        if attribute == _CODE_PAGE and len(value) >= 4:
            code_page = f"cp{int.from_bytes(value[:4], 'little')}"
        elif attribute == _RENDER:
            files.append(_File())
        elif files and attribute in (_TITLE, _DATA, _PROPERTIES):
            _add_to_file(files[-1], attribute, value, code_page)
        else:
            _add_message(content, attribute, value, code_page)
    for file in files:
        name = file.long_name or file.title or "a file"
        content.attachments.append(Attachment(name, file.data, file.content_id))
    return content


def _add_message(content: MailContent, attribute: int, value: bytes, code_page: str) -> None:
    if attribute == _BODY:
        content.plain = content.plain or decode_text(value.rstrip(b"\0"), code_page) or ""
    elif attribute == _SUBJECT:
        subject = decode_text(value.rstrip(b"\0"), code_page) or ""
        content.headers.append(("Subject", " ".join(subject.split())))
    elif attribute == _MESSAGE:
        properties = dict(_iterate_properties(value))
        plain = decode_string(properties.get(0x1000, b""), code_page)
        html, rtf = properties.get(0x1013, b""), properties.get(0x1009, b"")
        add_body(content, plain, html, rtf, code_page)
        told = {key for key, _ in content.headers}
        for key, number in _HEADERS.items():
            words = " ".join(decode_string(properties.get(number, b""), code_page).split())
            if words and key not in told:
                content.headers.append((key, words))


def _iterate_attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    for _ in range(_MAX_ATTRIBUTES):
        if position + 9 > len(data):
            return
        _, attribute, size = struct.unpack_from("<BII", data, position)
        yield attribute, data[position + 9 : position + 9 + size]
        position += 9 + size + 2


def _add_to_file(file: _File, attribute: int, value: bytes, code_page: str) -> None:
    if attribute == _TITLE:
        file.title = decode_text(value.rstrip(b"\0"), code_page) or ""
    elif attribute == _DATA:
        file.data = value
    else:
        properties = dict(_iterate_properties(value))
        name = properties.get(_LONG_NAME) or properties.get(_SHORT_NAME) or b""
        file.long_name = decode_string(name, code_page)
        file.content_id = decode_string(properties.get(_CONTENT_ID, b""), code_page)
        # An object begins with the number of its class.
        file.data = file.data or properties.get(_CONTENT, b"")[_GUID_BYTES:]


def _iterate_properties(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield numbers and values; a string of 16 bits is marked by its own first two bytes."""
    count = min(int.from_bytes(data[:4], "little"), _MAX_PROPERTIES)
    position = 4
    for _ in range(count):
        if position + 4 > len(data):
            return
        kind, number = struct.unpack_from("<HH", data, position)
        position += 4
        if number >= 0x8000:
            position = _find_name_end(data, position)
        is_multiple, kind = bool(kind & 0x1000), kind & 0x0FFF
        value_count = 1
        if is_multiple or kind in (_STRING8, _STRING, _BINARY, _OBJECT):
            value_count = int.from_bytes(data[position : position + 4], "little")
            position += 4
        for _ in range(min(value_count, _MAX_PROPERTIES)):
            size, position = _find_size(data, position, kind)
            if size < 0 or position > len(data):
                return
            value = data[position : position + size]
            yield number, (b"\xff\xfe" + value if kind == _STRING else value)
            position += size + (-size % 4)


def _find_name_end(data: bytes, position: int) -> int:
    kind = int.from_bytes(data[position + 16 : position + 20], "little")
    if kind == 0:
        return position + 24
    size = int.from_bytes(data[position + 20 : position + 24], "little")
    return position + 24 + size + (-size % 4)


def _find_size(data: bytes, position: int, kind: int) -> tuple[int, int]:
    if kind in (_STRING8, _STRING, _BINARY, _OBJECT):
        return int.from_bytes(data[position : position + 4], "little"), position + 4
    return _SIZES.get(kind, -1), position
