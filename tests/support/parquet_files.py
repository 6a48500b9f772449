"""Writes Parquet files for tests, by the format's own pages: of this project's reader it uses none.

A column is plain numbers, texts or lists; what is None is left out by its levels.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

BOOLEAN, INT32, INT64, DOUBLE, BYTE_ARRAY, FIXED = 0, 1, 2, 5, 6, 7
NOT_PACKED, SNAPPY, GZIP = 0, 1, 2


@dataclass
class Column:
    """A column with its values; `extra` are further fields of its schema, as `write_struct` takes
    them. `is_list`: each value is a list of required numbers."""

    name: str
    physical: int
    values: Sequence[Any]
    extra: dict[int, tuple[str, Any]] = field(default_factory=dict)
    is_list: bool = False
    has_dictionary: bool = False


def write_varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def write_struct(fields: dict[int, tuple[str, Any]]) -> bytes:
    """Write a structure of Thrift's compact protocol: kinds are i, text, struct, list, true."""
    codes = {"i": 6, "text": 8, "list": 9, "struct": 12, "true": 1, "false": 2}
    out, last = b"", 0
    for number, (kind, value) in sorted(fields.items()):
        out += bytes([(number - last) << 4 | codes[kind]]) + _write_value(kind, value)
        last = number
    return out + b"\0"


def _write_value(kind: str, value: Any) -> bytes:
    if kind == "i":
        return write_varint(value << 1 if value >= 0 else (-value << 1) - 1)
    if kind == "text":
        return write_varint(len(value)) + bytes(value)
    if kind == "struct":
        return write_struct(value)
    if kind == "list":
        item_kind, items = value
        code = {"i": 6, "text": 8, "struct": 12}[item_kind]
        body = b"".join(_write_value(item_kind, item) for item in items)
        return bytes([0xF0 | code]) + write_varint(len(items)) + body
    return b""


def build_parquet(
    columns: Sequence[Column], codec: int = NOT_PACKED, rows: int | None = None
) -> bytes:
    """Build a file of one group of rows; `rows` is what it claims to have, where that is a lie."""
    count = len(columns[0].values) if rows is None else rows
    out, chunks = bytearray(b"PAR1"), list[dict[int, tuple[str, Any]]]()
    for column in columns:
        start, values = len(out), 0
        pages, values = _write_pages(column, codec)
        out += pages
        meta = {
            1: ("i", column.physical),
            4: ("i", codec),
            5: ("i", values),
            6: ("i", len(pages)),
            7: ("i", len(pages)),
            9: ("i", start),
        }
        chunks.append({2: ("i", start), 3: ("struct", meta)})
    schema = [{4: ("text", b"schema"), 5: ("i", len(columns))}]
    for column in columns:
        schema += _describe_column(column)
    group = {1: ("list", ("struct", chunks)), 2: ("i", len(out)), 3: ("i", count)}
    footer = write_struct(
        {
            1: ("i", 1),
            2: ("list", ("struct", schema)),
            3: ("i", count),
            4: ("list", ("struct", [group])),
        }
    )
    return bytes(out) + footer + struct.pack("<I", len(footer)) + b"PAR1"


def _describe_column(column: Column) -> list[dict[int, tuple[str, Any]]]:
    name = ("text", column.name.encode())
    if not column.is_list:
        return [{1: ("i", column.physical), 3: ("i", 1), 4: name, **column.extra}]
    return [
        {3: ("i", 1), 4: name, 5: ("i", 1), 6: ("i", 3)},
        {3: ("i", 2), 4: ("text", b"list"), 5: ("i", 1)},
        {1: ("i", column.physical), 3: ("i", 0), 4: ("text", b"element")},
    ]


def _write_pages(column: Column, codec: int) -> tuple[bytes, int]:
    levels, values = _list_levels(column)
    body = b""
    if column.is_list:
        body += _write_levels([level for level, _ in levels], 1)
    body += _write_levels([level for _, level in levels], 2 if column.is_list else 1)
    pages, encoding = b"", 0
    if column.has_dictionary:
        entries = sorted(set(values))
        raw = _write_plain(column.physical, entries)
        pages = _write_page(2, raw, codec, {7: ("struct", {1: ("i", len(entries)), 2: ("i", 0)})})
        packed = [entries.index(value) for value in values]
        body += bytes([8]) + b"".join(b"\x02" + bytes([index]) for index in packed)
        encoding = 8
    else:
        body += _write_plain(column.physical, values)
    head = {1: ("i", len(levels)), 2: ("i", encoding), 3: ("i", 3), 4: ("i", 3)}
    return pages + _write_page(0, body, codec, {5: ("struct", head)}), len(levels)


def _list_levels(column: Column) -> tuple[list[tuple[int, int]], list[Any]]:
    """Return the repetition and definition levels, and the values that are there."""
    levels, values = list[tuple[int, int]](), list[Any]()
    for value in column.values:
        if not column.is_list:
            levels.append((0, int(value is not None)))
            values += [] if value is None else [value]
        elif not value:
            levels.append((0, 0 if value is None else 1))
        else:
            levels += [(int(index > 0), 2) for index in range(len(value))]
            values += value
    return levels, values


def _write_levels(levels: Sequence[int], width: int) -> bytes:
    """Write each level as a run of one; one byte is enough for `width` bits."""
    assert width <= 8
    runs = b"".join(b"\x02" + bytes([level]) for level in levels)
    return struct.pack("<I", len(runs)) + runs


def _write_plain(physical: int, values: Sequence[Any]) -> bytes:
    if physical == BYTE_ARRAY:
        return b"".join(struct.pack("<I", len(value)) + value for value in values)
    if physical == FIXED:
        return b"".join(values)
    if physical == BOOLEAN:
        bits = sum(int(value) << index for index, value in enumerate(values))
        return bits.to_bytes(-(-len(values) // 8), "little")
    letter = {INT32: "i", INT64: "q", DOUBLE: "d"}[physical]
    return struct.pack(f"<{len(values)}{letter}", *values)


def _write_page(kind: int, body: bytes, codec: int, head: dict[int, tuple[str, Any]]) -> bytes:
    packed = {SNAPPY: pack_snappy, GZIP: pack_gzip}.get(codec, bytes)(body)
    fields = {1: ("i", kind), 2: ("i", len(body)), 3: ("i", len(packed)), **head}
    return write_struct(fields) + packed


def pack_gzip(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(data) + packer.flush()


def pack_snappy(data: bytes) -> bytes:
    """Pack by Snappy: runs of a byte as copies that overlap themselves, all else as it is."""
    out, position = write_varint(len(data)), 0
    while position < len(data):
        byte = data[position : position + 1]
        run = 1
        while data[position + run : position + run + 1] == byte and run < 64:
            run += 1
        out += b"\x00" + byte
        if run > 4:
            out += bytes([(run - 2) << 2 | 2]) + struct.pack("<H", 1)
            position += run
        else:
            position += 1
    return out
