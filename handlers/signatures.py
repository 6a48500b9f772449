"""Checks that a request comes from Slack: its signature and its age. Pure.

See docs.slack.dev, "Verifying requests from Slack".
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

MAX_AGE_SECONDS = 300
_TIMESTAMP_PATTERN = re.compile(r"[0-9]{1,15}", re.ASCII)


def has_signature(headers: Mapping[str, str]) -> bool:
    """Whether a request says when it was signed and with what, be it true or not. Never raises."""
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    return "X-Slack-Signature" in headers and bool(_TIMESTAMP_PATTERN.fullmatch(timestamp))


def is_recent(headers: Mapping[str, str], *, now: float) -> bool:
    """Whether a request has a signature of at most five minutes before or after `now`, real or not.

    Never raises. Tells what need not be read: see `is_signed`.
    """
    if not has_signature(headers):
        return False
    return abs(now - int(headers["X-Slack-Request-Timestamp"])) <= MAX_AGE_SECONDS


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
