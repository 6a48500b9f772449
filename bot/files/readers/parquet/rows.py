"""Builds the rows of a Parquet file from the entries of its columns, lists and maps too. Pure.

Source: the levels of Dremel (Melnik et al., 2010), as the format uses them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.files.readers.parquet.metadata import Node, ParquetError, Repetition
from bot.files.readers.parquet.pages import Entry
from bot.files.readers.parquet.values import format_value, get_group_kind

_MAX_ITEMS = 50


def build_cell(node: Node, entries: Sequence[Sequence[Entry]]) -> object:
    """Return what one row holds of a field of the top; `entries` are those of its leaves."""
    value = _build(node, entries)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_describe_bytes)
    return value


def _build(node: Node, entries: Sequence[Sequence[Entry]]) -> Any:
    if not entries or not all(entries):
        raise ParquetError("a row without values")
    first = entries[0][0]
    if node.repetition is Repetition.REPEATED:
        if first.definition < node.max_definition:
            return []
        pieces = [list(_split(column, node.max_repetition)) for column in entries]
        items = [
            _build_body(node, item)
            for _, item in zip(range(_MAX_ITEMS), zip(*pieces, strict=True), strict=False)
        ]
        more = len(pieces[0]) - len(items)
        return [*items, f"… {more:,} more"] if more > 0 else items
    if node.repetition is Repetition.OPTIONAL and first.definition < node.max_definition:
        return None
    return _build_body(node, entries)


def _build_body(node: Node, entries: Sequence[Sequence[Entry]]) -> Any:
    if node.physical is not None:
        return format_value(node, entries[0][0].value)
    fields, start = dict[str, Any](), 0
    for child in node.children:
        count = sum(1 for _ in child.list_leaves())
        fields[child.name] = _build(child, entries[start : start + count])
        start += count
    return _shorten(node, fields)


def _shorten(node: Node, fields: Mapping[str, Any]) -> Any:
    """Return a list or a map as one, without the fields in between that the format wants."""
    inner = next(iter(fields.values()))
    kind = get_group_kind(node)
    if not kind or len(fields) != 1 or not isinstance(inner, list):
        return fields
    if kind == "list":
        # The list's own field, and in it that of its elements, unless these have fields.
        is_wrapped = node.children[0].physical is None and len(node.children[0].children) == 1
        return [
            next(iter(item.values())) if is_wrapped and isinstance(item, dict) else item
            for item in inner
        ]
    pairs = [list(item.values()) for item in inner if isinstance(item, dict)]
    return {str(pair[0]): pair[1] if len(pair) > 1 else None for pair in pairs}


def _split(entries: Sequence[Entry], level: int) -> Iterator[list[Entry]]:
    """Split entries where an item of the list at `level` begins."""
    item = [entries[0]]
    for entry in entries[1:]:
        if entry.repetition <= level:
            yield item
            item = []
        item.append(entry)
    yield item


def _describe_bytes(value: object) -> str:
    return f"[{len(value):,} bytes]" if isinstance(value, bytes) else str(value)
