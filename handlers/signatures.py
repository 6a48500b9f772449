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


def is_signed(raw: bytes, headers: Mapping[str, str], *, secret: str, now: float) -> bool:
    """Whether Slack signed `raw` with `secret` at most five minutes before or after `now`.

    Never raises, whatever the headers hold. An empty secret signs nothing.
    """
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    if not secret or not _TIMESTAMP_PATTERN.fullmatch(timestamp):
        return False
    if abs(now - int(timestamp)) > _MAX_AGE_SECONDS:
        return False
    signed = b"v0:" + timestamp.encode() + b":" + raw
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    signature = headers.get("X-Slack-Signature", "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(f"v0={digest}".encode(), signature)
