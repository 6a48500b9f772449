"""Decides by all cells of a column what it holds. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.charts.reading.cell_tally import CellTally
from bot.charts.reading.columns import Column, ColumnKind, Reading
from bot.charts.reading.dates import PRECISIONS, Precision

_PRECISION_BY_FORM: dict[str, Precision] = {"year": "year", "compact": "day"}

_YEAR_NAME = re.compile(r"\b(?:year|jahr|ann[eé]e|a[nñ]o|fy|yr)\b|年", re.IGNORECASE)
_TIME_NAME = re.compile(
    r"time|date|epoch|\bts\b|_ts|_at$|zeit|datum|fecha|heure|日時", re.IGNORECASE
)
# Of cells that are not empty. The others are left out, and said.
_ENOUGH = 0.6


@dataclass(slots=True)
class ColumnReader(CellTally):
    """Takes the cells of one column, and decides at the end."""

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
            precision = _PRECISION_BY_FORM.get(form, "hour")
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
            odd_example=self.odd_cells.get(kind, "") if odd else "",
        )
