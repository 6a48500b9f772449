"""Reads what is common to all payloads: the form of an HTTP body, and what a payload is. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from handlers.parsing.fields import is_ts, read_mapping, read_text

_FORM = "application/x-www-form-urlencoded"
# Slack's ids are letters and digits; anything longer or else is no id.
_ID_PATTERN = re.compile(r"[A-Z0-9]{1,32}")


@dataclass(frozen=True, slots=True)
class PayloadLabel:
    """What may be logged of a payload: its kind in one word, and Slack's id of it. Either may
    be empty."""

    kind: str
    id: str


def parse_http_body(raw: bytes, content_type: str) -> object:
    """Return the payload of a request: JSON, a form with JSON in `payload`, or a form's fields.

    Raises `ValueError` if it is none of these. The result may be of any JSON type.
    """
    text = raw.decode("utf-8")
    try:
        if content_type != _FORM or text.lstrip().startswith("{"):
            return json.loads(text)
        fields = dict(parse_qsl(text, keep_blank_values=True))
        return json.loads(fields["payload"]) if "payload" in fields else fields
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def describe_payload(payload: object) -> PayloadLabel:
    """Return the kind of a payload: of the event in it, if it is one. Never raises."""
    if not isinstance(payload, Mapping):
        return PayloadLabel("", "")
    body: Mapping[str, Any] = payload
    event = read_mapping(body, "event")
    kind = read_text(event.get("type")) or read_text(body.get("type"))
    if not kind and "command" in body:
        kind = "slash_command"
    # Half a character, which a stranger may send, can be written to no log.
    kind = kind.encode("ascii", "replace").decode()
    return PayloadLabel(kind, read_text(body.get("event_id")) or read_text(body.get("trigger_id")))


def list_places(payload: object) -> dict[str, str]:
    """Return the ids of the channel, thread and user of a payload, as far as it has them.

    They are what log lines about a question call it by before it has an id of its own.
    """
    if not isinstance(payload, Mapping):
        return {}
    body = read_mapping(payload, "event") or payload
    message = read_mapping(body, "message") or read_mapping(body, "previous_message") or body
    channel = read_text(body.get("channel")) or read_text(read_mapping(body, "channel").get("id"))
    user = read_text(body.get("user")) or read_text(read_mapping(body, "user").get("id"))
    ids = {"channel": channel, "user": user or read_text(message.get("user"))}
    thread = read_text(message.get("thread_ts")) or read_text(message.get("ts"))
    found = {name: value for name, value in ids.items() if _ID_PATTERN.fullmatch(value)}
    return found | ({"thread": thread} if is_ts(thread) else {})
