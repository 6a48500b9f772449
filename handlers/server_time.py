"""Compares this machine's clock with Slack's, by the `Date` that HTTP servers send. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

# What a request's way and whole seconds can make out; more is a clock that is wrong.
MAX_CLOCK_OFFSET_SECONDS = 30.0


def find_clock_offset(headers: Mapping[str, str], *, now: float) -> float:
    """Return the seconds by which `now` is ahead of Slack's clock, negative if it is behind.

    0 if they are close, or if `headers` have no date that can be read.
    """
    date = next((value for name, value in headers.items() if name.lower() == "date"), "")
    try:
        sent_at = parsedate_to_datetime(date)
        # The form without a zone is in UTC, too (RFC 9110, 5.6.7).
        offset = now - (sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0.0
    return offset if abs(offset) > MAX_CLOCK_OFFSET_SECONDS else 0.0
