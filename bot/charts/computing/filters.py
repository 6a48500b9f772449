"""Keeps the rows that fulfil the conditions of a chart. Pure."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from bot.charts.reading.buckets import find_bucket_start
from bot.charts.reading.columns import Column
from bot.charts.reading.dates import Precision, parse_date, parse_year
from bot.charts.reading.numbers import parse_number
from bot.charts.reading.table import Row
from bot.charts.spec import Filter

Keep: TypeAlias = Callable[[Row], bool]
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class FilterError(ValueError):
    """A condition's value is none of its column: `value`."""

    def __init__(self, column: str, value: str) -> None:
        super().__init__(column, value)
        self.column, self.value = column, value


def build_filter(condition: Filter, column: Column, place: int) -> Keep:
    """Return what keeps a row. Raises `FilterError` for a value of another kind."""
    values, sign = condition.values, condition.operator
    if sign == "contains":
        words = [value.casefold() for value in values]
        return lambda row: any(word in _get(row, place).casefold() for word in words)
    if not values:
        raise FilterError(column.name, "")
    if column.kind == "date":
        return _build_date_filter(sign, values, column, place)
    if column.kind == "number":
        return _build_number_filter(sign, values, column, place)
    if sign in _COMPARE:
        raise FilterError(column.name, values[0])
    wanted, is_wanted = {" ".join(value.casefold().split()) for value in values}, sign == "="
    return lambda row: (" ".join(_get(row, place).casefold().split()) in wanted) is is_wanted


def _build_number_filter(sign: str, values: Sequence[str], column: Column, place: int) -> Keep:
    numbers = []
    for value in values:
        # The model writes numbers with a point.
        number = parse_number(value, ".")
        if number is None:
            raise FilterError(column.name, value)
        numbers.append(number)
    compare = _COMPARE.get(sign)
    if compare is not None:
        limit = numbers[0]

        def keep(row: Row) -> bool:
            found = column.parse_number(_get(row, place))
            return found is not None and compare(found, limit)

        return keep
    wanted, is_wanted = set(numbers), sign == "="

    def keep_equal(row: Row) -> bool:
        found = column.parse_number(_get(row, place))
        return found is not None and (found in wanted) is is_wanted

    return keep_equal


def _build_date_filter(sign: str, values: Sequence[str], column: Column, place: int) -> Keep:
    periods = [_parse_period(value, column) for value in values]
    start, precision = periods[0]
    known: dict[str, bool] = {}

    compare = _COMPARE.get(sign)

    def is_kept(moment: datetime) -> bool:
        if compare is not None:
            # Up to 2024 and after 2024 mean all of that year.
            return compare(find_bucket_start(moment, precision), start)
        is_in = any(find_bucket_start(moment, one) == begin for begin, one in periods)
        return is_in is (sign == "=")

    def keep(row: Row) -> bool:
        cell = _get(row, place)
        found = known.get(cell)
        if found is None:
            moment = column.parse_date(cell)
            found = moment is not None and is_kept(moment[0])
            if len(known) < 50_000:
                known[cell] = found
        return found

    return keep


def _parse_period(value: str, column: Column) -> tuple[datetime, Precision]:
    found = parse_year(value) or parse_date(value, day_first=column.day_first)
    if found is None:
        raise FilterError(column.name, value)
    moment, precision = found
    return find_bucket_start(moment, precision), precision


def _get(row: Row, place: int) -> str:
    return row[place] if place < len(row) else ""
