"""Names and counts the times of an axis: hours, days, weeks, months, quarters, years. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.charts.reading.dates import Precision


def format_bucket(moment: datetime, bucket: Precision) -> str:
    """Return the name of the time around `moment`: 2025-01-31, 2025-W05, 2025-01, 2025-Q1, 2025."""
    match bucket:
        case "hour":
            return f"{moment:%Y-%m-%d %H}:00"
        case "day":
            return f"{moment:%Y-%m-%d}"
        case "week":
            year, week, _ = moment.isocalendar()
            return f"{year:04}-W{week:02}"
        case "month":
            return f"{moment:%Y-%m}"
        case "quarter":
            return f"{moment.year:04}-Q{(moment.month + 2) // 3}"
        case "year":
            return f"{moment.year:04}"


def find_bucket_start(moment: datetime, bucket: Precision) -> datetime:
    """Return the beginning of the time around `moment`."""
    day = moment.replace(hour=0, minute=0)
    match bucket:
        case "hour":
            return moment.replace(minute=0)
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)


def find_next_bucket(start: datetime, bucket: Precision) -> datetime:
    """Return the beginning of the next one."""
    match bucket:
        case "hour":
            return start + timedelta(hours=1)
        case "day":
            return start + timedelta(days=1)
        case "week":
            return start + timedelta(days=7)
        case "month":
            return find_bucket_start(start + timedelta(days=31), "month")
        case "quarter":
            return find_bucket_start(start + timedelta(days=92), "quarter")
        case "year":
            return start.replace(year=start.year + 1)
