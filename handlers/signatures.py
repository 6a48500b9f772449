"""Checks that a request comes from Slack: its signature and its age. Pure.

See docs.slack.dev, "Verifying requests from Slack".
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

_MAX_AGE_SECONDS = 300
_TIMESTAMP_PATTERN = re.compile(r"[0-9]{1,15}", re.ASCII)


def is_recent(headers: Mapping[str, str], *, now: float) -> bool:
    """Whether a request has a signature of at most five minutes before or after `now`, real or not.

    Never raises. Tells what need not be read: see `is_signed`.
    """
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    if "X-Slack-Signature" not in headers or not _TIMESTAMP_PATTERN.fullmatch(timestamp):
        return False
    return abs(now - int(timestamp)) <= _MAX_AGE_SECONDS


def is_signed(raw: bytes, headers: Mapping[str, str], *, secret: str, now: float) -> bool:
    """Whether Slack signed `raw` with `secret` at most five minutes before or after `now`.

    Never raises, whatever the headers hold. An empty secret signs nothing.
    """
    if not secret or not is_recent(headers, now=now):
        return False
    timestamp = headers["X-Slack-Request-Timestamp"]
    signed = b"v0:" + timestamp.encode() + b":" + raw
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    signature = headers["X-Slack-Signature"].encode("utf-8", "replace")
    return hmac.compare_digest(f"v0={digest}".encode(), signature)
