"""Reads the pages of a column: its values, each with the levels that tell where it stands.

See `rows.py` for building rows of them. Source: `README.md` and `parquet.thrift` of the format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from bot.files.readers.parquet.budget import Budget
from bot.files.readers.parquet.encodings import (
    decode_delta_arrays,
    decode_delta_lengths,
    decode_delta_numbers,
    decode_plain,
    decode_runs,
    decode_split,
    look_up,
)
from bot.files.readers.parquet.metadata import Chunk, Node, ParquetError, Physical
from bot.files.readers.parquet.packing import PLAIN as NOT_PACKED
from bot.files.readers.parquet.packing import unpack_page
from bot.files.readers.parquet.thrift import Struct, ThriftReader

_DATA_PAGE, _DICTIONARY_PAGE, _DATA_PAGE_2 = 0, 2, 3
_PLAIN, _PLAIN_DICTIONARY, _RLE = 0, 2, 3
_RLE_DICTIONARY = 8
_DECODERS: dict[int, Callable[[Node, bytes, int, Budget], Sequence[Any]]] = {
    _PLAIN: decode_plain,
    5: decode_delta_numbers,
    6: decode_delta_lengths,
    7: decode_delta_arrays,
    9: decode_split,
}
_MAX_PAGES, _MAX_ENTRIES, _STEPS_PER_PAGE = 100_000, 1_000_000, 20


class Entry(NamedTuple):
    """A value with its levels; `value` is None where something above it is missing."""

    repetition: int
    definition: int
    value: Any


class _Work(NamedTuple):
    """What may be done for a page: the work, and the entries of it that are needed."""

    budget: Budget
    most: int


@dataclass
class _Page:
    """What the header of a page says, and its bytes."""

    header: Struct
    kind: int
    packed: bytes
    size: int


def read_column(
    data: bytes, node: Node, chunk: Chunk, row_count: int, budget: Budget
) -> list[list[Entry]]:
    """Return the entries of the first `row_count` rows of a column's part.

    Raises `ParquetError`, `BudgetError` or an error of the packing.
    """
    rows, dictionary = list[list[Entry]](), list[Any]()
    for page in _list_pages(data, chunk, budget):
        if page.kind == _DICTIONARY_PAGE:
            head = page.header.get(7, {})
            raw = unpack_page(page.packed, chunk.codec, page.size, budget)
            dictionary = decode_plain(node, raw, int(head.get(1, 0)), budget)
            continue
        # Each row of a flat column is one entry; those of a list end where the next row begins.
        most = _MAX_ENTRIES if node.max_repetition else row_count - len(rows)
        for entry in _read_page(page, node, chunk.codec, dictionary, _Work(budget, most)):
            if entry.repetition == 0:
                if len(rows) == row_count:
                    return rows
                rows.append([])
            if not rows:
                raise ParquetError("a row without a start")
            rows[-1].append(entry)
        if len(rows) == row_count and not node.max_repetition:
            break
    return rows


def _list_pages(data: bytes, chunk: Chunk, budget: Budget) -> Iterator[_Page]:
    position, end = chunk.start, chunk.start + chunk.size
    for _ in range(_MAX_PAGES):
        if position >= end:
            return
        reader = ThriftReader(data, position)
        header = reader.read_struct()
        budget.take_steps(_STEPS_PER_PAGE + reader.value_count)
        size, packed_size = int(header.get(2, 0)), int(header.get(3, 0))
        position = reader.position
        if packed_size < 0 or size < 0 or position + packed_size > end:
            raise ParquetError("a page longer than its column")
        kind = int(header.get(1, -1))
        if kind in (_DATA_PAGE, _DATA_PAGE_2, _DICTIONARY_PAGE):
            yield _Page(header, kind, data[position : position + packed_size], size)
        position += packed_size


def _read_page(
    page: _Page, node: Node, codec: int, dictionary: Sequence[Any], work: _Work
) -> list[Entry]:
    read = _read_page_1 if page.kind == _DATA_PAGE else _read_page_2
    repetitions, definitions, encoding, body = read(page, node, codec, work)
    present = sum(1 for level in definitions if level == node.max_definition)
    values = iter(_decode(node, encoding, body, present, dictionary, work.budget))
    entries = list[Entry]()
    for repetition, definition in zip(repetitions, definitions, strict=True):
        # A page with fewer values than it states ends the column.
        value = next(values) if definition == node.max_definition else None
        entries.append(Entry(repetition, definition, value))
    return entries


_Levels = tuple[list[int], list[int], int, bytes]


def _read_page_1(page: _Page, node: Node, codec: int, work: _Work) -> _Levels:
    head = page.header.get(5, {})
    count = _read_count(head, node, work)
    body = unpack_page(page.packed, codec, page.size, work.budget)
    levels = list[list[int]]()
    for highest, encoding in (
        (node.max_repetition, head.get(4, _RLE)),
        (node.max_definition, head.get(3, _RLE)),
    ):
        width = highest.bit_length()
        if not highest:
            levels.append([0] * count)
        elif encoding == _RLE:
            size = int.from_bytes(body[:4], "little")
            levels.append(decode_runs(body[4 : 4 + size], width, count, work.budget))
            body = body[4 + size :]
        else:
            raise ParquetError("other levels")
    return _check(levels[0], count), _check(levels[1], count), int(head.get(2, _PLAIN)), body


def _read_page_2(page: _Page, node: Node, codec: int, work: _Work) -> _Levels:
    head = page.header.get(8, {})
    count = _read_count(head, node, work)
    definition_size, repetition_size = max(0, int(head.get(5, 0))), max(0, int(head.get(6, 0)))
    start = definition_size + repetition_size
    raw = page.packed
    if start > min(len(raw), page.size):
        raise ParquetError("levels longer than their page")
    codec = codec if head.get(7, True) else NOT_PACKED
    size = page.size - start
    body = unpack_page(raw[start:], codec, size, work.budget) if raw[start:] else b""
    pieces = (
        (raw[:repetition_size], node.max_repetition),
        (raw[repetition_size:start], node.max_definition),
    )
    repetitions, definitions = (
        decode_runs(piece, highest.bit_length(), count, work.budget) for piece, highest in pieces
    )
    return _check(repetitions, count), _check(definitions, count), int(head.get(4, _PLAIN)), body


def _read_count(head: Struct, node: Node, work: _Work) -> int:
    """Return how many entries of a page are read."""
    count = int(head.get(1, 0))
    if count < 0 or (node.max_repetition and count > work.most):
        raise ParquetError("no count, or too large a one")
    count = min(count, work.most)
    # An entry takes more time and memory than a step.
    work.budget.take_steps(4 * count)
    return count


def _check(levels: list[int], count: int) -> list[int]:
    if len(levels) != count:
        raise ParquetError("fewer levels than values")
    return levels


def _decode(
    node: Node, encoding: int, body: bytes, count: int, dictionary: Sequence[Any], budget: Budget
) -> Sequence[Any]:
    """Decode the values of a page. Raises `ParquetError` if there are fewer than `count`."""
    values: Sequence[Any]
    if encoding in (_PLAIN_DICTIONARY, _RLE_DICTIONARY):
        width = body[0] if body else 0
        values = look_up(dictionary, decode_runs(body[1:], width, count, budget))
    elif encoding == _RLE and node.physical is Physical.BOOLEAN:
        values = [bool(bit) for bit in decode_runs(body[4:], 1, count, budget)]
    elif encoding in _DECODERS:
        values = _DECODERS[encoding](node, body, count, budget)
    else:
        raise ParquetError("another encoding")
    if len(values) < count:
        raise ParquetError("fewer values than stated")
    return values
