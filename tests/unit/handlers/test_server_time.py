"""This machine's clock is held against Slack's."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import formatdate

import pytest

from bot.cli.check.clock import check_clock
from handlers.server_time import find_clock_offset

NOW = 1_795_900_000.0


@pytest.mark.parametrize(
    ("ahead", "found"), [(0, 0), (25, 0), (-25, 0), (3600, 3600), (-86400, -86400), (31, 31)]
)
@pytest.mark.parametrize("name", ["Date", "date"])
def test_more_than_half_a_minute_is_found(name: str, ahead: float, found: float) -> None:
    assert find_clock_offset({name: formatdate(NOW - ahead, usegmt=True)}, now=NOW) == found


@pytest.mark.parametrize("date", ["Sun Nov 29 02:13:20 2026", "Sun, 29 Nov 2026 02:13:20 -0000"])
def test_a_date_without_a_zone_is_in_utc(date: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        sent_at = datetime(2026, 11, 29, 2, 13, 20, tzinfo=UTC).timestamp()
        assert find_clock_offset({"Date": date}, now=sent_at) == 0
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "date",
    ["", "yesterday", "Sat, 99 Nov 2026 20:00:00 GMT", "Sat, 28 Nov 99999 20:00:00 GMT", "0"],
)
def test_without_a_date_nothing_is_found(date: str) -> None:
    assert find_clock_offset({"Date": date, "Other": "x"}, now=NOW) == 0
    assert find_clock_offset({}, now=NOW) == 0


@pytest.mark.parametrize(
    ("ahead", "is_http", "start"),
    [
        (0, True, "ok    clock: agrees"),
        (3600, True, "FAIL  clock: 3,600 seconds ahead of Slack's"),
        (-3600, False, "warn  clock: 3,600 seconds behind Slack's"),
        (120, True, "warn  clock: 120 seconds ahead"),
    ],
)
def test_check_fails_where_slack_would_be_refused(ahead: float, is_http: bool, start: str) -> None:
    headers = {"Date": formatdate(NOW - ahead, usegmt=True)}
    assert str(check_clock(headers, is_http=is_http, now=NOW)).startswith(start)
