"""Writes the labels of a chart: numbers and dates in the person's language, long names wrapped."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from bot.charts.reading.dates import parse_date
from bot.charts.reading.numbers import format_exactly
from bot.i18n.formatting import fill

_MAX_CHARS, _WRAP_CHARS = 44, 16
_SUFFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def format_number(number: Decimal | float, language: str) -> str:
    """Return a number as people of this language write it, with all its digits up to four."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(float(number)))
    digits = max(0, min(4, -int(exact.normalize().as_tuple().exponent)))
    if exact and abs(exact) < Decimal("0.0001"):
        return f"{float(exact):.3g}"
    if abs(exact) >= Decimal(10) ** 15:
        return f"{float(exact):.4g}"
    return fill(f"{{value:,.{digits}f}}", {"value": exact}, language)


def format_tick(value: float, language: str) -> str:
    """Return a number for an axis, short where it is large."""
    for size, suffix in _SUFFIXES[:3]:
        if abs(value) >= size and size >= 1e6:
            return f"{format_number(round(value / size, 6), language)} {suffix}"
    return format_number(float(f"{value:.10g}"), language)


@cache
def _list_months(language: str) -> tuple[str, ...]:
    from babel.dates import get_month_names

    names = get_month_names("abbreviated", locale=language)
    return tuple(str(names[month]) for month in range(1, 13))


def format_category(category: str, bucket: str, language: str) -> str:
    """Return a place on the axis in words: 2025-01 is Jan 2025, 2025-01-31 is 31 Jan."""
    found = parse_date(category, day_first=True) if bucket in ("day", "month") else None
    if found is None:
        return category
    moment = found[0]
    if language == "ja":
        # In digits: not every machine has a font with the signs for month and day.
        start = moment.month if bucket == "day" else moment.year
        return f"{start}/{moment.day if bucket == 'day' else moment.month}"
    name = _list_months(language)[moment.month - 1]
    return f"{moment.day} {name}" if bucket == "day" else f"{name} {moment.year}"


def shorten_years(labels: Sequence[str], bucket: str) -> list[str]:
    """Return labels of months with the year only where it begins."""
    if bucket != "month" or any(" " not in label for label in labels):
        return list(labels)
    shown, before = [], ""
    for label in labels:
        name, _, year = label.rpartition(" ")
        shown.append(f"{name}\n{year}" if year != before else name)
        before = year
    return shown


def split_label(label: str, width: int = _WRAP_CHARS) -> str:
    """Return a label of at most two lines."""
    short = label if len(label) <= _MAX_CHARS else f"{label[: _MAX_CHARS - 1]}…"
    lines = textwrap.wrap(short, width) or [short]
    return "\n".join(lines if len(lines) <= 2 else [lines[0], f"{' '.join(lines[1:])}"])


def set_number_axis(axis: Any, language: str, unit: str, *, is_log: bool = False) -> None:
    """Mark numbers at an axis, in steps that people count in."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    space = "" if unit in ("%", "‰") else "\N{NO-BREAK SPACE}"

    def mark(value: float, _place: object) -> str:
        return f"{format_tick(value, language)}{space + unit if unit else ''}"

    if is_log:
        axis.set_major_locator(LogLocator(10, subs=(1.0, 2.0, 5.0), numticks=12))
        axis.set_minor_formatter(NullFormatter())
    else:
        axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(mark))


def build_day_formatter(language: str) -> Callable[[float, object], str]:
    """Return what names the days since 1970 on an axis of times."""

    def mark(value: float, _place: object) -> str:
        try:
            day = date.fromordinal(719163 + int(value // 1))
        except (ValueError, OverflowError):
            return ""
        return f"{format_category(day.isoformat(), 'day', language)}\n{day.year}"

    return mark


def format_value(value: Decimal | None) -> str:
    """Return a number with all its digits, for a cell."""
    return "" if value is None else format_exactly(value)
