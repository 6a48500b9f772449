"""Reads dates, months, quarters and weeks as people write them in five languages. Pure.

Whether 3/4 is the third of April is decided by the whole column: see `columns.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

Precision: TypeAlias = Literal["hour", "day", "week", "month", "quarter", "year"]
PRECISIONS: tuple[Precision, ...] = ("hour", "day", "week", "month", "quarter", "year")
Moment: TypeAlias = tuple[datetime, Precision]

_NAMES = (
    "jan january januar janvier janv enero ene jänner|feb february februar février févr fév febrero"
    "|mar march märz mär mrz mars marzo|apr april avril avr abril abr|may mai mayo"
    "|jun june juni juin junio|jul july juli juillet juil julio|aug august août agosto ago"
    "|sep sept september septembre septiembre set|oct october okt oktober octobre octubre"
    "|nov november novembre noviembre|dec december dez dezember décembre déc diciembre dic"
)
_DAY_NAMES = (
    "mon monday mo montag lun lundi lunes 月 月曜日"
    "|tue tuesday di dienstag mar mardi martes 火 火曜日"
    "|wed wednesday mi mittwoch mer mercredi miércoles mié 水 水曜日"
    "|thu thursday do donnerstag jeu jeudi jueves jue 木 木曜日"
    "|fri friday fr freitag ven vendredi viernes vie 金 金曜日"
    "|sat saturday sa samstag sam samedi sábado sáb 土 土曜日"
    "|sun sunday so sonntag dim dimanche domingo dom 日 日曜日"
)


def _normalize(word: str) -> str:
    bare = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in bare if not unicodedata.combining(c))


def _build_order(names: str) -> Mapping[str, int]:
    groups = enumerate(names.split("|"), 1)
    return {_normalize(word): number for number, group in groups for word in group.split()}


MONTHS, WEEKDAYS = _build_order(_NAMES), _build_order(_DAY_NAMES)
_TIME = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2}(?:[.,]\d{1,9})?)?"
    r"\s?(?P<half>[AaPp]\.?[Mm]\.?)?\s?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_YEAR = r"(?P<year>\d{4}|'?\d{2})"
_FULL_YEAR = r"(?P<year>\d{4})"
_MONTH = r"(?P<name>[^\W\d_]{3,10})\.?"
_ISO = re.compile(rf"{_FULL_YEAR}([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_TIME}")
NUMERIC = re.compile(rf"(?P<first>\d{{1,2}})([./-])\s?(?P<second>\d{{1,2}})\2\s?{_YEAR}{_TIME}")
_WRITTEN: tuple[tuple[Precision, re.Pattern[str]], ...] = (
    ("day", _ISO),
    ("month", re.compile(rf"{_FULL_YEAR}[-/](?P<month>\d{{1,2}})")),
    ("month", re.compile(rf"(?P<month>\d{{1,2}})[/-]{_FULL_YEAR}")),
    (
        "day",
        re.compile(
            rf"(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?[ -](?:de |of )?{_MONTH},?[ -](?:de )?{_YEAR}"
            rf"{_TIME}"
        ),
    ),
    ("day", re.compile(rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_FULL_YEAR}{_TIME}")),
    ("month", re.compile(rf"{_MONTH}[ /-](?:de )?{_YEAR}")),
    ("month", re.compile(rf"{_FULL_YEAR}[ /-]{_MONTH}")),
    ("day", re.compile(rf"{_FULL_YEAR}年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日{_TIME}")),
    ("month", re.compile(rf"{_FULL_YEAR}年(?P<month>\d{{1,2}})月")),
    ("year", re.compile(rf"{_FULL_YEAR}年度?")),
    ("quarter", re.compile(rf"{_FULL_YEAR}[-/ ]?[QqTt](?P<quarter>[1-4])")),
    ("quarter", re.compile(rf"[QqTt](?P<quarter>[1-4])[-/ ]?{_FULL_YEAR}")),
    (
        "quarter",
        re.compile(rf"(?P<quarter>[1-4])\.? ?(?:Quartal|quarter|trimestre|Q) ?{_FULL_YEAR}", re.I),
    ),
    ("quarter", re.compile(rf"{_FULL_YEAR}年第?(?P<quarter>[1-4])四半期")),
    ("week", re.compile(rf"{_FULL_YEAR}[- /]?(?:W|KW|CW|S) ?(?P<week>\d{{1,2}})", re.I)),
    (
        "week",
        re.compile(
            rf"(?:W|KW|CW|S|Week|Woche|Semaine|Semana) ?(?P<week>\d{{1,2}})[ /,-]+{_FULL_YEAR}",
            re.I,
        ),
    ),
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})")


def normalize_date_text(cell: str) -> str:
    """Return a cell in plain letters and digits, as the patterns here want it."""
    return (cell if cell.isascii() else unicodedata.normalize("NFKC", cell)).strip()


def parse_date(cell: str, *, day_first: bool) -> Moment | None:
    """Return the beginning of the time that `cell` names, and how exact it is; None if it names
    none. A time zone is left aside: it is the clock's time there."""
    if len(cell) > 40:
        return None
    moment = _parse_usual(cell)
    if moment is not None:
        return moment
    text = normalize_date_text(cell)
    if not any(c.isdigit() for c in text[:2] + text[-4:]):
        return None
    numeric = NUMERIC.fullmatch(text)
    if numeric is not None:
        first, second = int(numeric["first"]), int(numeric["second"])
        day, month = (first, second) if day_first else (second, first)
        return _build(numeric, _read_year(numeric["year"]), month, day)
    for precision, pattern in _WRITTEN:
        found = pattern.fullmatch(text)
        if found is not None:
            return _read_written(found, precision)
    return None


def _parse_usual(cell: str) -> Moment | None:
    """Return the day or time of a cell as most programs write them; None for any other text."""
    if not (len(cell) in (10, 16, 19) and cell[4] == "-" == cell[7] and cell.isascii()):
        return None
    if len(cell) > 10 and (cell[10] not in "T ," or cell[13] != ":" or cell[16:17] not in ":"):
        return None
    try:
        moment = datetime.fromisoformat(cell).replace(second=0)
    except ValueError:
        return None
    return moment, "hour" if len(cell) > 10 else "day"


def _read_written(found: re.Match[str], precision: Precision) -> Moment | None:
    parts = found.groupdict()
    year = _read_year(parts["year"])
    match precision:
        case "year":
            return _build(found, year, 1, 1, precision)
        case "quarter":
            return _build(found, year, int(parts["quarter"]) * 3 - 2, 1, precision)
        case "week":
            return _build_week(year, int(parts["week"]))
        case _:
            month = (
                MONTHS.get(_normalize(parts["name"]), 0) if "name" in parts else int(parts["month"])
            )
            return _build(found, year, month, int(parts.get("day") or 1), precision)


def _build(
    found: re.Match[str], year: int, month: int, day: int, precision: Precision = "day"
) -> Moment | None:
    parts = found.groupdict()
    hour, minute = int(parts.get("hour") or 0), int(parts.get("minute") or 0)
    half = (parts.get("half") or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        moment = datetime(year, month, day, hour, minute)  # noqa: DTZ001 - the clock's time there
    except ValueError:
        return None
    return moment, "hour" if parts.get("hour") else precision


def _build_week(year: int, week: int) -> Moment | None:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return datetime(monday.year, monday.month, monday.day), "week"  # noqa: DTZ001 - as above


def _read_year(text: str) -> int:
    digits = text.lstrip("'")
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def parse_compact(cell: str) -> Moment | None:
    """Return the day that eight digits name: 20250131."""
    found = _COMPACT.fullmatch(cell.strip())
    if found is None:
        return None
    return _build(found, int(found["year"]), int(found["month"]), int(found["day"]))


def parse_year(cell: str) -> Moment | None:
    """Return the year that four digits name."""
    text = cell.strip()
    if not (len(text) == 4 and text.isdigit() and text.isascii() and "1000" <= text <= "2999"):
        return None
    return datetime(int(text), 1, 1), "year"  # noqa: DTZ001 - as above


def parse_epoch(cell: str) -> Moment | None:
    """Return the time that seconds or milliseconds since 1970 name, in UTC."""
    text = cell.strip().partition(".")[0]
    if not text.isdigit() or not text.isascii() or len(text) not in (9, 10, 13):
        return None
    seconds = int(text) // (1000 if len(text) == 13 else 1)
    return (datetime(1970, 1, 1) + timedelta(seconds=seconds)), "hour"  # noqa: DTZ001 - UTC
