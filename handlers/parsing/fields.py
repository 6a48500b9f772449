"""Reads single fields of Slack's payloads; a field of the wrong type is empty. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TS_PATTERN = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")

# A longer number may not fit into a column of the database.
_QUESTION_ID_PATTERN = re.compile(r"[0-9]{1,18}")


def read_text(value: object) -> str:
    """Return `value` if it is a string, else "". A lone surrogate becomes a question mark."""
    # A lone surrogate is legal JSON, but neither SQLite nor the model's API accepts it.
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def read_mapping(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object in field `name`, an empty one if the field holds anything else."""
    value = parent.get(name)
    return value if isinstance(value, Mapping) else {}


def read_mappings(value: object) -> list[Mapping[str, Any]]:
    """Return the objects of a list and skip everything else in it."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def is_question_id(text: str) -> bool:
    """Whether `text` is a number that can be the id of a question."""
    return _QUESTION_ID_PATTERN.fullmatch(text) is not None


def is_ts(text: str) -> bool:
    """Whether `text` is the ts of a message, Slack's id of it within its channel."""
    return _TS_PATTERN.fullmatch(text) is not None


def is_direct(event: Mapping[str, Any]) -> bool:
    """Whether the message of an event is in a direct message to Easel."""
    return event.get("channel_type") == "im" or read_text(event.get("channel")).startswith("D")
