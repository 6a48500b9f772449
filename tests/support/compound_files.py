"""Builds compound files (MS-CFB): storages and streams of any size, as Outlook stores mails."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Tree: TypeAlias = Mapping[str, "bytes | Tree"]

_SECTOR, _SMALL, _LARGE = 512, 64, 4_096
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


@dataclass
class _Entry:
    name: str
    kind: int
    child: int = _FREE
    right: int = _FREE
    start: int = _END
    size: int = 0
    data: bytes = b""


def build_compound(tree: Tree) -> bytes:
    """Build a file with these streams; a mapping is a storage."""
    entries = [_Entry("Root Entry", 5)]
    small, small_table = bytearray(), list[int]()
    entries[0].child = _add(entries, tree, small, small_table)
    entries[0].data = bytes(small)
    entries[0].size = len(small)
    large = [entry for entry in entries if entry.data]
    directory_count = -(-len(entries) // 4)
    small_count = -(-len(small_table) // 128)
    body_count = directory_count + small_count + sum(_count(entry.data) for entry in large)
    table_count = 1
    while table_count * 128 < table_count + body_count:
        table_count += 1
    table = [_TABLE] * table_count
    _chain(table, directory_count)
    small_start = _chain(table, small_count) if small_count else _END
    for entry in large:
        entry.start = _chain(table, _count(entry.data))
    table += [_FREE] * (table_count * 128 - len(table))
    small_table += [_FREE] * (small_count * 128 - len(small_table))
    directory = b"".join(map(_write_entry, entries)).ljust(directory_count * _SECTOR, b"\0")
    streams = b"".join(entry.data.ljust(_count(entry.data) * _SECTOR, b"\0") for entry in large)
    tables = [struct.pack(f"<{len(one)}I", *one) for one in (table, small_table)]
    head = _write_head(table_count, small_start, small_count)
    return head + tables[0] + directory + tables[1] + streams


def _write_head(table_count: int, small_start: int, small_count: int) -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, table_count, table_count, 0, _LARGE, small_start,
                        small_count, _END, 0)  # fmt: skip
    places = [*range(table_count), *[_FREE] * (109 - table_count)]
    return head + struct.pack("<109I", *places)


def _add(entries: list[_Entry], tree: Tree, small: bytearray, small_table: list[int]) -> int:
    """Add the entries of a storage; return the number of the first one."""
    first = last = _FREE
    for name, node in tree.items():
        number = len(entries)
        if isinstance(node, bytes):
            entry = _Entry(name, 2, size=len(node))
            entries.append(entry)
            if len(node) >= _LARGE:
                entry.data = node
            elif node:
                entry.start = len(small_table)
                count = -(-len(node) // _SMALL)
                small_table += [*range(entry.start + 1, entry.start + count), _END]
                small += node.ljust(count * _SMALL, b"\0")
        else:
            entries.append(_Entry(name, 1))
            entries[number].child = _add(entries, node, small, small_table)
        if last == _FREE:
            first = number
        else:
            entries[last].right = number
        last = number
    return first


def _count(data: bytes) -> int:
    return -(-len(data) // _SECTOR)


def _chain(table: list[int], count: int) -> int:
    """Add a chain of sectors; return where it starts."""
    start = len(table)
    table += [*range(start + 1, start + count), _END]
    return start


def _write_entry(entry: _Entry) -> bytes:
    wide = entry.name.encode("utf-16-le") + b"\0\0"
    return wide.ljust(64, b"\0") + struct.pack(
        "<HBBIII36xIQ", len(wide), entry.kind, 1, _FREE, entry.right, entry.child,
        entry.start, entry.size,
    )  # fmt: skip
