"""Decides what a column holds by all of its cells: numbers, dates, booleans or words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from bot.charts.reading.dates import (
    Moment,
    Precision,
    parse_compact,
    parse_date,
    parse_epoch,
    parse_year,
)
from bot.charts.reading.numbers import parse_number, parse_plain_numbers

ColumnKind: TypeAlias = Literal["number", "date", "boolean", "text", "empty"]
# What people write where there is nothing; NaN and infinity are no numbers to plot.
_EMPTY_WORDS = frozenset(
    {
        "n/a", "na", "#n/a", "nan", "null", "none", "nil", "-", "--", "–", "—", "?", ".", "inf",
        "+inf", "-inf", "infinity", "-infinity", "∞", "#div/0!", "#ref!", "#value!", "#name?",
        "k.a.", "k. a.", "s/o", "s.o.", "nd", "n.d.", "該当なし", "なし",
    }
)  # fmt: skip
_BOOLEANS = frozenset(
    {
        "true", "false", "yes", "no", "ja", "nein", "oui", "non", "sí", "si", "はい", "いいえ",
        "wahr", "falsch", "vrai", "faux",
    }
)  # fmt: skip
MAX_DISTINCT = 2_000


@dataclass(frozen=True, slots=True)
class Reading:
    """How the ambiguous is read: set by the person's wish, else found in the table.

    `decimal` is the decimal sign, `day_first` whether 3/4 is in April; None: not known.
    """

    decimal: str | None = None
    day_first: bool | None = None


NOTHING_KNOWN = Reading()


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds. `assumed` are codes of what was assumed; see `messages.py`.

    `unit` is the one of all its numbers, `units` all of them. `odd` counts the cells that are
    something else, `empty` those without anything. `distinct` counts up to `MAX_DISTINCT`.
    """

    name: str
    kind: ColumnKind
    decimal: str = "."
    day_first: bool = True
    date_form: str = ""
    precision: Precision = "day"
    unit: str = ""
    units: tuple[str, ...] = ()
    count: int = 0
    empty: int = 0
    odd: int = 0
    distinct: int = 0
    examples: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    odd_example: str = ""

    def parse_number(self, cell: str) -> Decimal | None:
        """Return the number in a cell; None where there is none."""
        return None if is_empty(cell) else parse_number(cell, self.decimal)

    def parse_numbers(self, cells: Sequence[str]) -> list[Decimal | None]:
        """Return the number in each cell. All at once, as that is much faster."""
        found = parse_plain_numbers(cells, self.decimal)
        if found is not None:
            return found
        known = {cell: self.parse_number(cell) for cell in set(cells)}
        return [known[cell] for cell in cells]

    def parse_date(self, cell: str) -> Moment | None:
        """Return the time in a cell; None where there is none."""
        return _DATE_FORMS[self.date_form](cell, self.day_first)


def is_empty(cell: str) -> bool:
    """Whether there is nothing in a cell, or a word for nothing."""
    return not cell or cell.casefold() in _EMPTY_WORDS


_DATE_FORMS: Mapping[str, Callable[[str, bool], Moment | None]] = {
    "": lambda cell, first: parse_date(cell, day_first=first),
    "year": lambda cell, _: parse_year(cell),
    "compact": lambda cell, _: parse_compact(cell),
    "epoch": lambda cell, _: parse_epoch(cell),
}


def is_boolean(cell: str) -> bool:
    """Whether a cell says yes or no."""
    return cell.casefold() in _BOOLEANS
