"""Takes the cells of a column, and decides at the end what it holds. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from bot.charts.reading.columns import (
    MAX_DISTINCT,
    Column,
    ColumnKind,
    Reading,
    is_boolean,
    is_empty,
)
from bot.charts.reading.dates import (
    NUMERIC,
    PRECISIONS,
    Precision,
    normalize_date_text,
    parse_compact,
    parse_date,
    parse_epoch,
    parse_year,
)
from bot.charts.reading.numbers import read_written

_YEAR_NAME = re.compile(r"\b(?:year|jahr|ann[eé]e|a[nñ]o|fy|yr)\b|年", re.IGNORECASE)
_TIME_NAME = re.compile(
    r"time|date|epoch|\bts\b|_ts|_at$|zeit|datum|fecha|heure|日時", re.IGNORECASE
)
# Of cells that are not empty. The others are left out, and said.
_ENOUGH = 0.6
_EXAMPLES = 5
_SHAPES = str.maketrans("0123456789", "9999999999")
# Numbers that cannot be years, days, times or codes.
_SIMPLE_SHAPE = re.compile(r"-?9{1,20}\.9{1,20}|-9{1,20}|9{1,3}|9{5,7}", re.ASCII)
_EMPTY, _SIMPLE_NUMBER, _OTHER = "empty", "number", "other"
_LONG_CHARS, _MAX_SHAPES = 80, 5_000


def _look_at_shape(cell: str, shape: str) -> str:
    """Return what all cells of this shape are, or that each has to be looked at."""
    if is_empty(cell):
        return _EMPTY
    if _SIMPLE_SHAPE.fullmatch(shape) and len(shape.partition(".")[2]) != 3:
        return _SIMPLE_NUMBER
    return _OTHER


@dataclass(slots=True)
class ColumnReader:
    """Takes the cells of one column, and decides at the end."""

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
    _odd: dict[str, str] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)

    def add(self, cell: str, count: int = 1) -> None:
        """Take a cell that occurs `count` times."""
        self.count += count
        if not cell:
            self.empty += count
            return
        # Of most columns all cells have one of a few shapes, which say all but their digits.
        shape = cell.translate(_SHAPES) if len(cell) < _LONG_CHARS else ""
        known = self._known.get(shape)
        if known is None:
            known = _look_at_shape(cell, shape)
            if len(self._known) < _MAX_SHAPES:
                self._known[shape] = known
        if known == _EMPTY:
            self.empty += count
            return
        if len(self.distinct) < MAX_DISTINCT:
            self.distinct.add(cell)
            if len(self.examples) < _EXAMPLES:
                self.examples[cell] = None
        if known == _SIMPLE_NUMBER:
            self.numbers += count
            self.points += count if "." in cell else 0
            self.leading_zeros += (
                count if cell[0] == "0" and shape.isdigit() and shape != "9" else 0
            )
        else:
            self._add_other(cell, count)

    def _add_other(self, cell: str, count: int) -> None:
        is_number, is_date = self._add_number(cell, count), self._add_date(cell, count)
        if not is_number:
            self._odd.setdefault("number", cell)
        if not is_date:
            self._odd.setdefault("date", cell)
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
        if not 4 < len(cell) <= 40:
            return False
        numeric = NUMERIC.fullmatch(normalize_date_text(cell))
        if numeric is not None:
            self.highest_first = max(self.highest_first, int(numeric["first"]))
            self.highest_second = max(self.highest_second, int(numeric["second"]))
            self.separators[numeric[2]] += count
        # Either order will do here.
        found = parse_date(cell, day_first=True)
        found = found or (parse_date(cell, day_first=False) if numeric is not None else None)
        if found is None:
            return False
        self.dates += count
        self.precisions.add(found[1])
        return True

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return self.count - self.empty

    def find_kind(self, reading: Reading, hints: Reading) -> Column:
        """Return what the column holds. `reading` is wanted, `hints` come from the whole table."""
        if not self.filled:
            return self._build("empty")
        form = self._find_date_form()
        if form is not None:
            return self._build_date(form, reading, hints)
        if self.booleans >= _ENOUGH * self.filled:
            return self._build("boolean", odd=self.filled - self.booleans)
        is_number = self.numbers >= _ENOUGH * self.filled
        if is_number and self.leading_zeros * 2 < self.filled and self._has_one_unit():
            return self._build_number(reading, hints)
        return self._build("text")

    def _has_one_unit(self) -> bool:
        """Whether the letters after the numbers are units, and not a code such as 12A, 13B."""
        letters = [
            unit for unit in self.units if unit.isascii() and unit.isalpha() and len(unit) != 3
        ]
        return len(letters) <= 1

    def _find_date_form(self) -> str | None:
        enough = _ENOUGH * self.filled
        if self.dates >= enough and (self.dates > self.numbers or self.separators["."]):
            return ""
        if self.forms["year"] >= enough and _YEAR_NAME.search(self.name):
            return "year"
        if self.forms["compact"] >= max(enough, 1) and self.forms["compact"] == self.filled:
            return "compact"
        if self.forms["epoch"] >= enough and _TIME_NAME.search(self.name):
            return "epoch"
        return None

    def _build_number(self, reading: Reading, hints: Reading) -> Column:
        decimal, assumed = self.find_decimal(), list[str]()
        is_open = any(self.styles[f"?{sign}"] for sign in ".,")
        if decimal is None:
            decimal = reading.decimal or hints.decimal or "."
            if is_open and reading.decimal is None:
                assumed.append(f"decimal{decimal}")
        units = tuple(unit for unit, _ in self.units.most_common(4) if unit)
        unit = units[0] if len(units) == 1 else ""
        column = self._build("number", odd=self.filled - self.numbers)
        return replace(column, decimal=decimal, unit=unit, units=units, assumed=tuple(assumed))

    def find_decimal(self) -> str | None:
        """Return the decimal sign that the column's numbers show; None where they do not."""
        points, commas = self.styles["."] + self.points, self.styles[","]
        if points == commas:
            return None
        return "." if points > commas else ","

    def find_day_first(self) -> bool | None:
        """Return whether the day comes first, as far as the column's dates show it."""
        if not self.separators or (self.highest_first > 12) == (self.highest_second > 12):
            return None
        return self.highest_first > 12

    def _build_date(self, form: str, reading: Reading, hints: Reading) -> Column:
        day_first, assumed = True, list[str]()
        if not form and self.separators:
            found = self.find_day_first()
            wanted = reading.day_first
            # With points, the day comes first wherever people write so.
            usual = True if self.separators["."] else hints.day_first
            choices = (found, wanted, usual, True)
            day_first = next(choice for choice in choices if choice is not None)
            if found is None and wanted is None and not self.separators["."]:
                assumed.append("day first" if day_first else "month first")
        precisions = self.precisions or {"day"}
        precision: Precision = min(precisions, key=PRECISIONS.index)
        if form:
            precision = {"year": "year", "compact": "day"}.get(form, "hour")  # type: ignore[assignment]
        count = self.forms[form] if form else self.dates
        column = self._build("date", odd=self.filled - count)
        return replace(
            column, day_first=day_first, date_form=form, precision=precision, assumed=tuple(assumed)
        )

    def _build(self, kind: ColumnKind, odd: int = 0) -> Column:
        return Column(
            self.name,
            kind,
            count=self.count,
            empty=self.empty,
            odd=odd,
            distinct=len(self.distinct),
            examples=tuple(self.examples),
            odd_example=self._odd.get(kind, "") if odd else "",
        )
