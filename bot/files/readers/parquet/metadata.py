"""Parses what a Parquet file says of itself: its schema, and where its columns lie.

See `pages.py` for the columns' data. Source: `parquet.thrift` of the format, whose numbers of
fields and kinds stand here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from bot.files.readers.parquet.thrift import Struct, ThriftReader

MAGIC, ENCRYPTED_MAGIC = b"PAR1", b"PARE"
_MAX_DEPTH, _MAX_NODES, _MAX_NAME_CHARS = 16, 20_000, 200


class ParquetError(ValueError):
    """The file is not what the format allows, or asks for more than is read."""


class Physical(IntEnum):
    """How a value is stored."""

    BOOLEAN = 0
    INT32 = 1
    INT64 = 2
    INT96 = 3
    FLOAT = 4
    DOUBLE = 5
    BYTE_ARRAY = 6
    FIXED = 7


class Repetition(IntEnum):
    """How often a value may stand in what holds it."""

    REQUIRED = 0
    OPTIONAL = 1
    REPEATED = 2


@dataclass
class Node:
    """A field of the schema; `physical` is None where it holds others. `logical` as in the file.

    `max_definition` and `max_repetition` count the fields above it, itself included, that may be
    missing and that repeat.
    """

    name: str
    repetition: Repetition
    physical: Physical | None = None
    length: int = 0
    converted: int = -1
    logical: Struct = field(default_factory=dict)
    scale: int = 0
    precision: int = 0
    children: list[Node] = field(default_factory=list)
    max_definition: int = 0
    max_repetition: int = 0

    def list_leaves(self) -> Iterator[Node]:
        """List the fields with values of their own in it, in the order of the columns."""
        if self.physical is not None:
            yield self
        for child in self.children:
            yield from child.list_leaves()


@dataclass(frozen=True)
class Chunk:
    """A column's part in a group of rows: where its pages begin, and its count of values."""

    codec: int
    value_count: int
    start: int
    size: int


@dataclass(frozen=True)
class Footer:
    """A file's schema, count of rows, and for each group of rows its count and its columns."""

    root: Node
    row_count: int
    groups: tuple[tuple[int, tuple[Chunk | None, ...]], ...]
    writer: str


def read_footer(data: bytes) -> Footer:
    """Parse the end of a file. Raises `ParquetError` or `ThriftError`."""
    size = int.from_bytes(data[-8:-4], "little")
    start = len(data) - 8 - size
    if not data.endswith(MAGIC) or start < len(MAGIC):
        raise ParquetError("no end")
    raw = ThriftReader(data[start:-8]).read_struct()
    schema = raw.get(2)
    if not isinstance(schema, list) or not 0 < len(schema) <= _MAX_NODES:
        raise ParquetError("no schema")
    root, used = _build_node(schema, 0, 0)
    if used != len(schema) or not root.children:
        raise ParquetError("another schema")
    _set_levels(root, 0, 0)
    groups = tuple(
        (_read_int(group, 3), tuple(_build_chunk(one, len(data)) for one in _read_list(group, 1)))
        for group in _read_list(raw, 4)
    )
    return Footer(root, _read_int(raw, 3), groups, _read_name(raw.get(6)))


def _build_node(schema: Sequence[Any], index: int, depth: int) -> tuple[Node, int]:
    """Build the field at `index` with all in it; return it, and where the next one stands."""
    if depth > _MAX_DEPTH or index >= len(schema):
        raise ParquetError("another schema")
    raw = schema[index]
    if not isinstance(raw, dict):
        raise ParquetError("another schema")
    count = _read_int(raw, 5)
    physical = raw.get(1) if not count else None
    logical = raw.get(10)
    node = Node(
        name=_read_name(raw.get(4)) or "?",
        repetition=Repetition(_read_int(raw, 3)) if depth else Repetition.REQUIRED,
        physical=None if physical is None else Physical(physical),
        length=_read_int(raw, 2),
        converted=_read_int(raw, 6) if 6 in raw else -1,
        logical=logical if isinstance(logical, dict) else {},
        scale=_read_int(raw, 7),
        precision=_read_int(raw, 8),
    )
    index += 1
    for _ in range(count):
        child, index = _build_node(schema, index, depth + 1)
        node.children.append(child)
    return node, index


def _set_levels(node: Node, definition: int, repetition: int) -> None:
    node.max_definition = definition + (node.repetition is not Repetition.REQUIRED)
    node.max_repetition = repetition + (node.repetition is Repetition.REPEATED)
    for child in node.children:
        _set_levels(child, node.max_definition, node.max_repetition)


def _build_chunk(raw: object, size: int) -> Chunk | None:
    """Build a column's part; None if it is encrypted or in another file."""
    found = raw.get(3) if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(found, dict) or raw.get(1):
        return None
    start, dictionary = _read_int(found, 9), _read_int(found, 11)
    if 0 < dictionary < start:
        start = dictionary
    length = _read_int(found, 7)
    if not 0 < start < size or length <= 0 or 8 in raw:
        return None
    return Chunk(_read_int(found, 4), _read_int(found, 5), start, min(length, size - start))


def _read_int(raw: Struct, number: int) -> int:
    value = raw.get(number, 0)
    if not isinstance(value, int) or not -(1 << 63) <= value < 1 << 63:
        raise ParquetError("no number")
    return max(0, int(value))


def _read_list(raw: object, number: int) -> Sequence[Any]:
    value = raw.get(number, []) if isinstance(raw, dict) else []
    return value if isinstance(value, list) else []


def _read_name(raw: object) -> str:
    return raw.decode("utf-8", "replace")[:_MAX_NAME_CHARS] if isinstance(raw, bytes) else ""
