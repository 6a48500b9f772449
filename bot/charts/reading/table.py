"""A table of any size: its header, its columns, its rows as often as they are wanted. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from bot.charts.reading.column_reader import ColumnReader
from bot.charts.reading.columns import NOTHING_KNOWN, Column, Reading
from bot.domain.safe_text import replace_invisible, truncate

Row = list[str]
_MAX_TITLE_ROWS, _HEAD_ROWS, _CHUNK_ROWS, _BLOCK_ROWS = 10, 60, 10_000, 500
_MAX_NAME_CHARS = 80
# Different cells, which are looked at together: many of them come again.
_HELD_CELLS = 100_000
_TOTALS = frozenset(
    {
        "total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "grand_total", "totaux",
        "somme", "total_général", "total_general", "suma", "合計", "総計", "計",
    }
)  # fmt: skip
_BEHIND_TOTAL = re.compile(r"(?:\s*(?:[(\[（][^()]{0,20}[)\]）]|\b(?:19|20)\d\d|[:：]))+\Z")
_MAX_FOOTERS = 3
# For a first look: a file with more cells is looked at from the beginning only.
_LOOK_CELLS, _LOOK_COLUMNS = 2_000_000, 200


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Column names, and the rows below them, which `read_rows` yields again and again.

    `name` is that of the file or of the sheet. `skipped_lines` stand above the header. `hints` are
    what the table as a whole says about decimal signs. `totals` gets the name of a last row with
    totals, which is left out.
    """

    name: str
    names: tuple[str, ...]
    read_rows: Callable[[], Iterator[Row]]
    has_header: bool = True
    skipped_lines: int = 0
    hints: Reading = NOTHING_KNOWN
    totals: list[str] = field(default_factory=list)

    def find(self, name: str) -> int | None:
        """Return the place of the column called `name`, also in other letters; None if none is."""
        if name in self.names:
            return self.names.index(name)
        folded = _normalize(name)
        places = [index for index, one in enumerate(self.names) if _normalize(one) == folded]
        return places[0] if len(places) == 1 else None


def build_table(
    name: str, read_raw: Callable[[], Iterator[Row]], *, uses_semicolons: bool = False
) -> Table | None:
    """Return the table in rows of cells; None where there is none."""
    head = list(islice((row for row in read_raw() if any(row)), _HEAD_ROWS))
    if not head:
        return None
    widths = Counter(len(_strip_end(row)) for row in head)
    usual = max(widths, key=lambda width: (widths[width], width))
    skipped = 0
    while skipped < min(_MAX_TITLE_ROWS, len(head) - 1) and _is_title(head[skipped], usual):
        skipped += 1
    first, below = head[skipped], head[skipped + 1 :]
    width = max(len(_strip_end(row)) for row in head[skipped:])
    has_header = is_header(first, below)
    titles = first if has_header else []
    names = name_columns([*titles, *[""] * (width - len(titles))][: max(width, 1)])
    start = skipped + has_header

    def read_rows() -> Iterator[Row]:
        return drop_total(islice(filter(any, read_raw()), start, None), totals)

    totals = list[str]()
    hints = Reading(decimal="," if uses_semicolons else None)
    return Table(truncate(name, 120), names, read_rows, has_header, skipped, hints, totals)


def is_header(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it differs from what stands below it."""
    kinds, own = _find_kinds(below), _find_kinds([first])
    typed = [index for index, kind in enumerate(kinds) if kind in ("number", "date", "boolean")]
    if typed:
        same = [index for index in typed if index < len(own) and own[index] == kinds[index]]
        # Years above columns of numbers are names, 2023 | 2024.
        are_years = all(re.fullmatch(r"(?:19|20)\d\d", first[index]) for index in same)
        return len(same) < len(typed) or bool(same and are_years and len(typed) < len(first))
    filled = [cell for cell in first if cell]
    recurring = sum(
        any(index < len(row) and row[index] == cell for row in below)
        for index, cell in enumerate(first)
        if cell
    )
    return len(set(filled)) == len(filled) and recurring == 0


def _find_kinds(rows: Sequence[Sequence[str]]) -> list[str]:
    width = max(map(len, rows), default=0)
    readers = [ColumnReader("") for _ in range(min(width, _LOOK_COLUMNS))]
    for row in rows:
        for reader, cell in zip(readers, row, strict=False):
            reader.add(cell)
    return [reader.find_kind(NOTHING_KNOWN, NOTHING_KNOWN).kind for reader in readers]


def name_columns(titles: Sequence[str]) -> tuple[str, ...]:
    """Return a name for each column: each once, on one line, bounded, none of them empty."""
    names, seen = list[str](), Counter[str]()
    for number, title in enumerate(titles, 1):
        plain = " ".join(replace_invisible(title).split())
        name = truncate(plain, _MAX_NAME_CHARS) or f"Column {number}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def drop_total(rows: Iterable[Row], totals: list[str]) -> Iterator[Row]:
    """Yield rows without a last one that holds the totals of the others; `totals` gets its name."""
    iterator, block = iter(rows), list[Row]()
    while following := list(islice(iterator, _BLOCK_ROWS)):
        yield from block
        block = following
    # Below them may be lines of text, such as where the numbers come from.
    end = len(block)
    while end > max(1, len(block) - _MAX_FOOTERS) and _is_footer(block[end - 1]):
        end -= 1
    if not block or not is_total(block[end - 1]):
        yield from block
        return
    yield from block[: end - 1]
    if not totals:
        totals.append(next(cell for cell in block[end - 1] if cell)[:40])


def _is_footer(row: Row) -> bool:
    """Whether a row is a line of text, and no row of the table."""
    return len(row) > 1 and bool(row[0]) and not any(row[1:])


def is_total(row: Row) -> bool:
    """Whether a row says that it holds totals."""
    first = next((cell for cell in row if cell), "")
    # A unit or a year may stand behind the word: Total (EUR), Summe 2025.
    word = _BEHIND_TOTAL.sub("", first.casefold().strip("* "))
    return "_".join(word.split()) in _TOTALS


def read_columns(
    table: Table, places: Sequence[int], reading: Reading, *, max_cells: int | None = None
) -> tuple[list[Column], int, bool]:
    """Return what the columns at `places` hold, the count of rows, and whether all were read."""
    readers = [ColumnReader(table.names[place]) for place in places]
    held, most = [Counter[str]() for _ in places], _HELD_CELLS // max(1, len(places))
    row_count, is_whole, rows = 0, True, table.read_rows()
    while chunk := list(islice(rows, _CHUNK_ROWS)):
        row_count += len(chunk)
        for reader, place, cells in zip(readers, places, held, strict=True):
            cells.update(take_cells(chunk, place))
            if len(cells) > most:
                reader.add_all(cells)
                cells.clear()
        if max_cells is not None and row_count * len(places) >= max_cells:
            is_whole = next(rows, None) is None
            break
    for reader, cells in zip(readers, held, strict=True):
        reader.add_all(cells)
    hints = _find_hints(readers, table.hints)
    return [reader.find_kind(reading, hints) for reader in readers], row_count, is_whole


def take_cells(rows: Sequence[Row], place: int) -> list[str]:
    """Return the cells of one column; "" where a row is too short."""
    try:
        return [row[place] for row in rows]
    except IndexError:
        return [row[place] if place < len(row) else "" for row in rows]


def look_at(table: Table) -> tuple[list[Column], int, bool]:
    """Return what the first columns hold, from as many rows as can be looked through quickly."""
    places = range(min(len(table.names), _LOOK_COLUMNS))
    return read_columns(table, places, NOTHING_KNOWN, max_cells=_LOOK_CELLS)


def _find_hints(readers: Sequence[ColumnReader], known: Reading) -> Reading:
    """Return what some columns say about the others: people write one file in one way."""
    decimals = [sign for reader in readers if (sign := reader.find_decimal()) is not None]
    orders = [order for reader in readers if (order := reader.find_day_first()) is not None]
    decimal = Counter(decimals).most_common(1)[0][0] if decimals else known.decimal
    # Who writes decimal commas writes the day first.
    day_first = orders[0] if orders else (True if decimal == "," else known.day_first)
    return Reading(decimal, day_first)


def _is_title(row: Row, usual: int) -> bool:
    return usual > 1 and sum(map(bool, row)) <= 1 and len(_strip_end(row)) < usual


def _strip_end(row: Row) -> Row:
    end = len(row)
    while end > 1 and not row[end - 1]:
        end -= 1
    return row[:end]


def _normalize(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())
