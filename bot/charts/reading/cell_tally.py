"""Takes the cells of a column, and counts all that they could be. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.charts.reading.columns import MAX_DISTINCT, is_boolean
from bot.charts.reading.dates import (
    NUMERIC,
    Moment,
    Precision,
    normalize_date_text,
    parse_compact,
    parse_date,
    parse_epoch,
    parse_year,
)
from bot.charts.reading.numbers import read_written
from bot.charts.reading.shapes import (
    EMPTY,
    ISO_DATE,
    SIMPLE_NUMBER,
    find_shape,
    find_shapes,
    look_at_shape,
)

_EXAMPLES, _MAX_SHAPES = 5, 5_000


@dataclass(slots=True)
class CellTally:
    """Takes the cells of one column, and counts all that they could be."""

    name: str
    count: int = 0
    empty: int = 0
    numbers: int = 0
    points: int = 0
    leading_zeros: int = 0
    booleans: int = 0
    dates: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    styles: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    separators: Counter[str] = field(default_factory=Counter)
    highest_first: int = 0
    highest_second: int = 0
    distinct: set[str] = field(default_factory=set)
    examples: dict[str, None] = field(default_factory=dict)
    precisions: set[Precision] = field(default_factory=set)
    odd_cells: dict[str, str] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)

    def add(self, cell: str, count: int = 1) -> None:
        """Take a cell that occurs `count` times."""
        self.count += count
        if not cell:
            self.empty += count
            return
        # Of most columns all cells have one of a few shapes, which say all but their digits.
        shape = find_shape(cell)
        known = self._find_known(cell, shape)
        if known == EMPTY:
            self.empty += count
            return
        if len(self.distinct) < MAX_DISTINCT:
            self.distinct.add(cell)
            if len(self.examples) < _EXAMPLES:
                self.examples[cell] = None
        if known == SIMPLE_NUMBER:
            self._add_simple(shape, cell[0], count)
        elif known == ISO_DATE:
            self.odd_cells.setdefault("number", cell)
            self._add_parsed(cell, parse_date(cell, day_first=True), count)
        else:
            self._add_other(cell, count)

    def add_all(self, counts: Mapping[str, int]) -> None:
        """Take different cells with how often they occur, as `add` does."""
        cells = list(counts)
        one_by_one = 0 if len(self.distinct) >= MAX_DISTINCT else 2 * MAX_DISTINCT
        for cell in cells[:one_by_one]:
            self.add(cell, counts[cell])
        # From here on no cell is an example, and those of one shape are counted together.
        rest, tally = cells[one_by_one:], Counter[tuple[str, str]]()
        for cell, shape in zip(rest, find_shapes(rest), strict=True):
            if self._known.get(shape) == SIMPLE_NUMBER:
                tally[shape, cell[0]] += counts[cell]
            else:
                self.add(cell, counts[cell])
        for (shape, first), count in tally.items():
            self.count += count
            self._add_simple(shape, first, count)

    def _find_known(self, cell: str, shape: str) -> str:
        known = self._known.get(shape)
        if known is None:
            known = look_at_shape(cell, shape)
            if len(self._known) < _MAX_SHAPES:
                self._known[shape] = known
        return known

    def _add_simple(self, shape: str, first: str, count: int) -> None:
        self.numbers += count
        self.points += count if "." in shape else 0
        self.leading_zeros += count if first == "0" and shape.isdigit() and shape != "9" else 0

    def _add_other(self, cell: str, count: int) -> None:
        is_number, is_date = self._add_number(cell, count), self._add_date(cell, count)
        if not is_number:
            self.odd_cells.setdefault("number", cell)
        if not is_date:
            self.odd_cells.setdefault("date", cell)
        if is_boolean(cell):
            self.booleans += count

    def _add_number(self, cell: str, count: int) -> bool:
        written = read_written(cell) if len(cell) < 80 else None
        if written is None:
            return False
        self.numbers += count
        self.styles[written.style] += count
        if written.unit or len(self.units) < 50:
            self.units[written.unit] += count
        is_bare = written.core == cell and cell.isdigit()
        if is_bare and cell[0] == "0" and len(cell) > 1:
            self.leading_zeros += count
        if is_bare:
            for form, parse in (
                ("year", parse_year),
                ("compact", parse_compact),
                ("epoch", parse_epoch),
            ):
                if len(cell) in (4, 8, 9, 10, 13) and parse(cell) is not None:
                    self.forms[form] += count
        return True

    def _add_date(self, cell: str, count: int) -> bool:
        if not 4 < len(cell) <= 40 or cell.isdigit():
            return False
        numeric = NUMERIC.fullmatch(normalize_date_text(cell))
        if numeric is not None:
            self.highest_first = max(self.highest_first, int(numeric["first"]))
            self.highest_second = max(self.highest_second, int(numeric["second"]))
            self.separators[numeric[2]] += count
        # Either order will do here.
        found = parse_date(cell, day_first=True)
        found = found or (parse_date(cell, day_first=False) if numeric is not None else None)
        return self._add_parsed(cell, found, count)

    def _add_parsed(self, cell: str, found: Moment | None, count: int) -> bool:
        if found is None:
            self.odd_cells.setdefault("date", cell)
            return False
        self.dates += count
        self.precisions.add(found[1])
        return True
