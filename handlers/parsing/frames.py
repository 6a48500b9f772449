"""Parses the frames of Socket Mode. Pure.

The frames: docs.slack.dev, "Using Socket Mode".
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from handlers.parsing.fields import read_text

# Why Slack says goodbye; "other" is for reasons that it may add.
GoodbyeReason: TypeAlias = Literal[
    "warning", "refresh_requested", "link_disabled", "too_many_websockets", "other"
]
_GOODBYE_REASONS: tuple[GoodbyeReason, ...] = (
    "warning",
    "refresh_requested",
    "link_disabled",
    "too_many_websockets",
)

_ENVELOPE_ID_PATTERN = re.compile(r"\"envelope_id\"\s{0,9}:\s{0,9}\"([\w-]{1,100})\"")


@dataclass(frozen=True, slots=True)
class Hello:
    """The connection is ready: envelopes may come."""


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Slack is about to end the connection, or already takes it for ended."""

    reason: GoodbyeReason


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload of any shape that Slack wants to have acknowledged by `id`."""

    id: str | int
    kind: str
    payload: object
    accepts_response: bool = False
    retry_attempt: int | None = None
    retry_reason: str = ""


@dataclass(frozen=True, slots=True)
class Noise:
    """A frame that asks for nothing. `kind` is its type, "" if it names none."""

    kind: str = ""


Frame: TypeAlias = Hello | Goodbye | Envelope | Noise


def parse_frame(text: str) -> Frame:
    """Parse one text frame. Never raises, whatever it holds.

    A frame with an envelope id is an envelope, whatever its type: Slack may add types.
    """
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return _read_unreadable(text)
    if not isinstance(frame, dict):
        return Noise()
    kind = read_text(frame.get("type"))
    envelope_id = frame.get("envelope_id")
    if isinstance(envelope_id, str | int) and envelope_id != "":
        return _read_envelope(frame, envelope_id, kind)
    if kind == "hello":
        return Hello()
    if kind == "disconnect":
        return Goodbye(_read_reason(frame.get("reason")))
    return Noise(kind)


def _read_unreadable(text: str) -> Frame:
    """Return an envelope without payload if the text has an id: else Slack sends it for ever.

    A payload with numbers of thousands of digits, or nested very deeply, cannot be parsed.
    """
    found = _ENVELOPE_ID_PATTERN.search(text)
    return Noise() if found is None else Envelope(found[1], "unreadable", None)


def _read_envelope(frame: dict[str, Any], envelope_id: str | int, kind: str) -> Envelope:
    attempt = frame.get("retry_attempt")
    return Envelope(
        id=envelope_id,
        kind=kind,
        payload=frame.get("payload"),
        accepts_response=frame.get("accepts_response_payload") is True,
        retry_attempt=attempt if isinstance(attempt, int) else None,
        retry_reason=read_text(frame.get("retry_reason")),
    )


def _read_reason(value: object) -> GoodbyeReason:
    for reason in _GOODBYE_REASONS:
        if value == reason:
            return reason
    return "other"
