"""Parse which time a report is about. A day begins at midnight of the zone that is asked for."""

from __future__ import annotations

import argparse
import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.billing.usage_report import TimeSpan
from bot.domain.errors import StartupError

_FIRST_YEAR = 2000
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month."""

    first_day: date

    @property
    def last_day(self) -> date:
        return (self.first_day + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def before(self) -> Month:
        return Month((self.first_day - timedelta(days=1)).replace(day=1))

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"


def parse_day(text: str) -> date:
    """Return the day of YYYY-MM-DD. Raises `ArgumentTypeError`."""
    day = _read_date(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    if day is None:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no day: give one as 2026-11-30")
    return day


def parse_month(text: str) -> Month:
    """Return the month of YYYY-MM. Raises `ArgumentTypeError`."""
    day = _read_date(f"{text}-01") if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) else None
    if day is None:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no month: give one as 2026-11")
    return Month(day)


def parse_day_count(text: str) -> int:
    """Return a number of days, from 1 to 36500. Raises `ArgumentTypeError`."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 36_500:
        raise argparse.ArgumentTypeError(f"{text[:40]!r}: give a number of days from 1 to 36500")
    return int(text)


def parse_zone(text: str) -> ZoneInfo:
    """Return the time zone of a name such as Europe/Berlin. Raises `ArgumentTypeError`."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is no time zone known here: give one as UTC or Europe/Berlin"
        ) from error


def add_period_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which time a report is about."""
    parser.add_argument(
        "--days", metavar="N", type=parse_day_count, help="the last N days, today included (30)"
    )
    parser.add_argument(
        "--from", dest="from_day", metavar="DAY", type=parse_day, help="from this day on"
    )
    parser.add_argument(
        "--to", dest="to_day", metavar="DAY", type=parse_day, help="up to the end of this day"
    )
    parser.add_argument("--month", metavar="YYYY-MM", type=parse_month, help="one whole month")
    add_zone_argument(parser)


def add_zone_argument(parser: argparse.ArgumentParser) -> None:
    """Add the option that says where a day begins."""
    parser.add_argument(
        "--zone",
        metavar="NAME",
        type=parse_zone,
        default="UTC",
        help="whose midnight begins a day, as Europe/Berlin (UTC, by which budgets count)",
    )


def choose_span(options: argparse.Namespace, now: float) -> TimeSpan:
    """Return the time that the options name. Raises `StartupError` if they name none."""
    zone: ZoneInfo = options.zone
    today = datetime.fromtimestamp(now, zone).date()
    first, last = _choose_days(options, today)
    if first > today:
        raise StartupError([f"{first} is yet to come: today is {today} in {zone.key}"])
    return build_span(first, last, zone)


def build_span(first: date, last: date, zone: ZoneInfo) -> TimeSpan:
    """Return the time from the beginning of the day `first` to the end of `last` in `zone`."""
    since, until = _find_midnight(first, zone), _find_midnight(last + timedelta(days=1), zone)
    return TimeSpan(since, until, zone.key, _list_offsets(since, until, zone))


def list_days(span: TimeSpan) -> tuple[date, date]:
    """Return the first and the last day of `span` in its zone."""
    zone = ZoneInfo(span.zone)
    first = datetime.fromtimestamp(span.since, zone).date()
    return first, datetime.fromtimestamp(span.until - 1, zone).date()


def _choose_days(options: argparse.Namespace, today: date) -> tuple[date, date]:
    given = [
        name
        for name, is_given in (
            ("--month", options.month is not None),
            ("--days", options.days is not None),
            ("--from or --to", options.from_day is not None or options.to_day is not None),
        )
        if is_given
    ]
    if len(given) > 1:
        raise StartupError([f"{' and '.join(given)} are two answers to one question: give one"])
    if options.month is not None:
        return options.month.first_day, options.month.last_day
    if options.from_day is None and options.to_day is None:
        return today - timedelta(days=(options.days or 30) - 1), today
    first = options.from_day or min(options.to_day, today) - timedelta(days=29)
    last = options.to_day or max(today, first)
    if first > last:
        raise StartupError([f"--from {first} is after --to {last}: give the earlier day first"])
    return first, last


def _read_date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year < date.max.year else None


def _find_midnight(day: date, zone: ZoneInfo) -> float:
    """Return when `day` begins in `zone`. Where clocks are put forward at midnight, that is later
    by their clocks, and where they are put back it is the first of two."""
    return datetime.combine(day, time(), zone).astimezone(UTC).timestamp()


def _list_offsets(since: float, until: float, zone: ZoneInfo) -> tuple[tuple[float, int], ...]:
    """Return the changes of the clocks within a time, to the second, as `TimeSpan` has them."""

    def find_offset(at: float) -> int:
        delta = datetime.fromtimestamp(at, zone).utcoffset() or timedelta()
        return int(delta.total_seconds())

    offsets = [(since, find_offset(since))]
    begin = int(since)
    while begin < until:
        # No zone changes its clocks twice within a day.
        end = min(begin + _DAY, int(until))
        new = find_offset(end)
        if new != offsets[-1][1]:
            seconds = range(begin, end + 1)
            old = offsets[-1][1]
            place = bisect_left(seconds, 1, key=lambda at: int(find_offset(at) != old))
            offsets.append((float(seconds[place]), new))
        begin = end
    return tuple(offsets)
