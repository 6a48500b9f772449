"""Turns the stored number of a cell into what its format makes of it: a date, a share, a code.

See ECMA-376, part 1, 18.8.30, for the built-in formats, and 18.17.4 for how dates are counted.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.xml_trees import find, list_children

_DATE_IDS = {14, 15, 16, 17, 22, *range(27, 32), 34, 35, 36, *range(50, 59)}
_TIME_IDS, _DURATION_IDS, _SHARE_IDS = {18, 19, 20, 21, 32, 33, 45, 47}, {46}, {9, 10}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?:[^\]hms]|[hms][^\]hms])[^\]]*\]')
_DURATION = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
# A cell has no time zone.
_EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - as above
_EPOCH_1904 = datetime.datetime(1904, 1, 1)  # noqa: DTZ001 - as above
_SECONDS_PER_DAY = 86_400
_MAX_SERIAL = 2_958_466  # the first day of the year 10000


class Kind(Enum):
    """What a number stands for."""

    NUMBER, DATE, TIME, DURATION, SHARE = range(5)


# The first that is found decides: an `m` next to hours means minutes.
_PATTERNS = (
    (re.compile(r"[ydge]|m{3,}|aaa"), Kind.DATE),
    (re.compile(r"[hs]|am/pm"), Kind.TIME),
    (re.compile(r"m"), Kind.DATE),
    (re.compile(r"%"), Kind.SHARE),
)


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """The format of a cell; `digits` are those that a code is filled up to with zeros."""

    kind: Kind = Kind.NUMBER
    digits: int = 0


GENERAL = NumberFormat()


def read_formats(tree: Element | None) -> list[NumberFormat]:
    """Return the formats of a workbook's cell styles, in order. The table may be empty."""
    if tree is None:
        return []
    codes = {
        one.get("numFmtId", ""): one.get("formatCode", "")
        for one in list_children(find(tree, "x:numFmts"), "x:numFmt")
    }
    styles = list_children(find(tree, "x:cellXfs"), "x:xf")
    return [_find_format(one.get("numFmtId", "0"), codes) for one in styles]


def _find_format(number: str, codes: dict[str, str]) -> NumberFormat:
    if number in codes:
        return parse_format(codes[number])
    known = int(number[:6]) if number.isdecimal() else 0
    for ids, kind in (
        (_DATE_IDS, Kind.DATE),
        (_TIME_IDS, Kind.TIME),
        (_DURATION_IDS, Kind.DURATION),
        (_SHARE_IDS, Kind.SHARE),
    ):
        if known in ids:
            return NumberFormat(kind)
    return GENERAL


def parse_format(code: str) -> NumberFormat:
    """Return what a format's code, such as `dd.mm.yyyy` or `0.0%`, makes of a number."""
    section = code[:500].partition(";")[0]
    if _DURATION.search(section):
        return NumberFormat(Kind.DURATION)
    plain = _LITERAL.sub("", section).lower()
    if "general" in plain or "standard" in plain:
        return GENERAL
    bare = plain.replace("e+", "").replace("e-", "")
    found = next((kind for pattern, kind in _PATTERNS if pattern.search(bare)), None)
    if found is not None:
        return NumberFormat(found)
    is_code = re.fullmatch(r"0{2,20}", section) is not None
    return NumberFormat(digits=len(section)) if is_code else GENERAL


def convert_number(text: str, kind: Kind, *, is_1904: bool) -> object:
    """Return the value of a stored number: an int, a float, a date, a time or a duration."""
    is_whole = text.lstrip("-").isdecimal()
    try:
        number = int(text[:400]) if is_whole else float(text)
    except ValueError:
        return text
    if kind in (Kind.NUMBER, Kind.SHARE) or not -_MAX_SERIAL < number < _MAX_SERIAL:
        return number
    if kind is Kind.DURATION:
        return datetime.timedelta(seconds=round(number * _SECONDS_PER_DAY))
    return _convert_date(float(number), kind, is_1904=is_1904)


def _convert_date(serial: float, kind: Kind, *, is_1904: bool) -> object:
    if serial < 0:
        return serial
    if not is_1904 and serial < 60 and serial >= 1:
        serial += 1  # Excel counts a 29 February 1900
    days, rest = divmod(serial, 1)
    seconds = round(rest * _SECONDS_PER_DAY)
    moment = (_EPOCH_1904 if is_1904 else _EPOCH) + datetime.timedelta(days, seconds)
    if kind is Kind.TIME and days == 0 and seconds < _SECONDS_PER_DAY:
        return moment.time()
    return moment


def format_value(value: object, number_format: NumberFormat = GENERAL) -> str:
    """Return a value as text: dates as in ISO 8601, shares in percent."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "TRUE", False: "FALSE"}[value]
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, datetime.timedelta):
        return _format_duration(value)
    if not isinstance(value, int | float):
        return str(value)
    if number_format.kind is Kind.SHARE:
        return f"{_format_number(value * 100)}%"
    return _format_number(value).zfill(number_format.digits)


def _format_duration(value: datetime.timedelta) -> str:
    minutes, seconds = divmod(round(abs(value.total_seconds())), 60)
    sign = "-" if value.total_seconds() < 0 else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _format_number(number: float) -> str:
    """Return a number with the fifteen digits that Excel counts with, without an exponent."""
    if isinstance(number, int):
        return str(number)
    text = f"{number:.15g}"
    if "e" in text and 1e-12 < abs(number) < 1e21:
        text = format(Decimal(text), "f")
    return "0" if text == "-0" else text
