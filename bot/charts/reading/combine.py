"""Makes one table of several: rows below each other, or joined by a column. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from bot.charts import messages
from bot.charts.reading.table import Row, Table
from bot.domain.messages import Message

FILE_COLUMN = "file"
_MAX_JOINED_ROWS = 300_000


class CombineError(ValueError):
    """The tables have nothing in common by which they could be combined."""


def combine(tables: Sequence[Table], how: str, key: str) -> tuple[Table, list[Message]]:
    """Return one table, and what to say about it. Raises `CombineError`."""
    if len(tables) == 1 or how == "none":
        return tables[0], []
    return _append(tables) if how == "append" else _join(tables, key)


def _append(tables: Sequence[Table]) -> tuple[Table, list[Message]]:
    names = list(dict.fromkeys(name for table in tables for name in table.names))
    shared = [name for name in names if all(table.find(name) is not None for table in tables)]
    if not shared:
        raise CombineError("nothing in common")

    def read_rows() -> Iterator[Row]:
        for table in tables:
            places = [table.find(name) for name in names]
            for row in table.read_rows():
                cells = [_get(row, place) for place in places]
                yield [*cells, table.name]

    label = FILE_COLUMN if FILE_COLUMN not in names else f"{FILE_COLUMN} (2)"
    return Table(" + ".join(table.name for table in tables), (*names, label), read_rows), []


def _join(tables: Sequence[Table], key: str) -> tuple[Table, list[Message]]:
    first, *others = tables
    key = key or next((name for name in first.names if _is_shared(name, others)), "")
    if not key or not _is_shared(key, tables):
        raise CombineError(key)
    first, *others = _put_longest_first(tables, key)
    place = first.find(key) or 0
    notes, lookups, names = list[Message](), list[dict[str, Row]](), list(first.names)
    for other in others:
        rows, repeated = _collect_keys(other, other.find(key) or 0)
        lookups.append(rows)
        kept = [name for number, name in enumerate(other.names) if number != other.find(key)]
        names += [name if name not in names else f"{name} ({other.name})" for name in kept]
        notes += _describe_repeated(other, repeated)
    rows_read = _build_joined_rows(first, place, lookups)
    title = " + ".join(one.name for one in tables)
    joined = Table(title, tuple(names), rows_read, hints=first.hints, totals=first.totals)
    lost = sum(1 for _ in first.read_rows()) - sum(1 for _ in rows_read())
    if lost:
        notes.append(
            Message(messages.UNMATCHED_ROWS, plural=messages.UNMATCHED_ROWS_PLURAL, count=lost)
        )
    return joined, notes


def _put_longest_first(tables: Sequence[Table], key: str) -> list[Table]:
    """Return the tables so that the one of many rows a key comes first: each of its rows counts,
    whichever file was named first."""
    repeated = {id(one): _count_repeated_keys(one, one.find(key) or 0) for one in tables}
    return sorted(tables, key=lambda one: -repeated[id(one)])


def _count_repeated_keys(table: Table, place: int) -> int:
    keys, count = set[str](), 0
    for row in table.read_rows():
        key = _normalize(_get(row, place))
        count += bool(key)
        if len(keys) < _MAX_JOINED_ROWS:
            keys.add(key)
    return count - len(keys - {""})


def _is_shared(name: str, others: Sequence[Table]) -> bool:
    return all(other.find(name) is not None for other in others)


def _build_joined_rows(
    first: Table, place: int, lookups: Sequence[dict[str, Row]]
) -> Callable[[], Iterator[Row]]:
    width = len(first.names)

    def read_rows() -> Iterator[Row]:
        for row in first.read_rows():
            partners = [rows.get(_normalize(_get(row, place))) for rows in lookups]
            if all(partner is not None for partner in partners):
                padded = [*row, *[""] * (width - len(row))][:width]
                yield padded + [cell for partner in partners for cell in partner or []]

    return read_rows


def _describe_repeated(table: Table, count: int) -> list[Message]:
    if not count:
        return []
    return [
        Message(
            messages.REPEATED_KEYS,
            plural=messages.REPEATED_KEYS_PLURAL,
            count=count,
            name=table.name,
        )
    ]


def _collect_keys(table: Table, place: int) -> tuple[dict[str, Row], int]:
    """Return the rows of a table by their key, without it, and how many repeat one."""
    rows, repeated = dict[str, Row](), 0
    for row in islice(table.read_rows(), _MAX_JOINED_ROWS):
        padded = [*row, *[""] * (len(table.names) - len(row))][: len(table.names)]
        key = _normalize(padded[place])
        if key in rows:
            repeated += 1
        elif key:
            rows[key] = padded[:place] + padded[place + 1 :]
    return rows, repeated


def _get(row: Row, place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""


def _normalize(cell: str) -> str:
    return " ".join(cell.casefold().split())
