"""Builds what Outlook stores and sends: .msg (MS-OXMSG), winmail.dat (MS-OXTNEF), packed RTF."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.compound_files import build_compound

SUBJECT, SENDER, SENDER_SMTP, BODY, RTF, HTML = 0x0037, 0x0C1A, 0x5D01, 0x1000, 0x1009, 0x1013
NAME, SMTP, LONG_NAME, DATA = 0x3001, 0x39FE, 0x3707, 0x3701
_STRING, _BINARY, _OBJECT, _TIME, _LONG = 0x1F, 0x102, 0x0D, 0x40, 3
_SENT, _RECIPIENT_KIND = 0x0039, 0x0C15
_EPOCH_SECONDS = 11_644_473_600
_OBJECT_CLASS = bytes(16)


def pack_rtf(text: bytes, *, is_packed: bool) -> bytes:
    """Pack RTF (MS-OXRTFCP): letter by letter, or as it is."""
    if not is_packed:
        return struct.pack("<II4sI", len(text) + 12, len(text), b"MELA", 0) + text
    runs = b"".join(b"\0" + text[start : start + 8] for start in range(0, len(text), 8))
    return struct.pack("<II4sI", len(runs) + 12, len(text), b"LZFu", 0) + runs


def build_message(
    properties: Mapping[int, str | bytes],
    *,
    recipients: Sequence[tuple[int, str, str]] = (),
    attachments: Sequence[tuple[str, Any]] = (),
    sent: int = 0,
    head: int = 32,
) -> dict[str, Any]:
    """Build the storage of a mail: recipients are kind (1 To, 2 Cc), name and address.

    An attachment is a name with bytes, or with the storage of a mail. `sent` is in Unix seconds.
    """
    ticks = struct.pack("<Q", (sent + _EPOCH_SECONDS) * 10_000_000)
    tree = _build_storage(properties, {(_SENT, _TIME): ticks} if sent else {}, head)
    for number, (kind, name, address) in enumerate(recipients):
        fixed = {(_RECIPIENT_KIND, _LONG): struct.pack("<I", kind)}
        part = _build_storage({NAME: name, SMTP: address}, fixed, 8)
        tree[f"__recip_version1.0_#{number:08X}"] = part
    for number, (name, content) in enumerate(attachments):
        is_file = isinstance(content, bytes)
        part = _build_storage({LONG_NAME: name} | ({DATA: content} if is_file else {}), {}, 8)
        if not is_file:
            part[f"__substg1.0_{DATA:04X}000D"] = content
        tree[f"__attach_version1.0_#{number:08X}"] = part
    return tree


def build_outlook_file(properties: Mapping[int, str | bytes], **more: Any) -> bytes:
    """Build a .msg; the arguments are those of `build_message`."""
    return build_compound(build_message(properties, **more))


def _build_storage(
    properties: Mapping[int, str | bytes], fixed: Mapping[tuple[int, int], bytes], head: int
) -> dict[str, Any]:
    tree, rows = dict[str, Any](), b""
    for number, value in properties.items():
        kind, data = (
            (_STRING, value.encode("utf-16-le")) if isinstance(value, str) else (_BINARY, value)
        )
        tree[f"__substg1.0_{number:04X}{kind:04X}"] = data
        rows += struct.pack("<HHIII", kind, number, 6, len(data), 0)
    for (number, kind), data in fixed.items():
        rows += struct.pack("<HHI", kind, number, 6) + data.ljust(8, b"\0")
    tree["__properties_version1.0"] = bytes(head) + rows
    return tree


def build_tnef(
    properties: Mapping[int, str | bytes],
    attachments: Sequence[tuple[str, bytes]] = (),
    inner: bytes = b"",
    code_page: int = 1252,
) -> bytes:
    """Build a winmail.dat; `inner` is another one, which it forwards."""
    attributes = [_build_attribute(1, 0x69007, struct.pack("<II", code_page, 0))]
    attributes.append(_build_attribute(1, 0x69003, _build_properties(properties)))
    for name, data in attachments:
        attributes.append(_build_attribute(2, 0x69002, bytes(14)))
        attributes.append(_build_attribute(2, 0x18010, b"SHORT~1.TXT\0"))
        attributes.append(_build_attribute(2, 0x6800F, data))
        attributes.append(_build_attribute(2, 0x69005, _build_properties({LONG_NAME: name})))
    if inner:
        attributes.append(_build_attribute(2, 0x69002, bytes(14)))
        held = _build_properties({DATA: _OBJECT_CLASS + inner}, _OBJECT)
        attributes.append(_build_attribute(2, 0x69005, held))
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


def _build_attribute(level: int, number: int, data: bytes) -> bytes:
    head = bytes([level]) + struct.pack("<II", number, len(data))
    return head + data + struct.pack("<H", sum(data) & 0xFFFF)


def _build_properties(properties: Mapping[int, str | bytes], kind: int = _BINARY) -> bytes:
    built = struct.pack("<I", len(properties))
    for number, value in properties.items():
        is_text = isinstance(value, str)
        data = value.encode("utf-16-le") + b"\0\0" if isinstance(value, str) else value
        built += struct.pack("<HHII", _STRING if is_text else kind, number, 1, len(data))
        built += data + bytes(-len(data) % 4)
    return built
