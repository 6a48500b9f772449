"""Checks the texts in blocks. Pure."""

from __future__ import annotations

_TEXT_TYPES = ("plain_text", "mrkdwn")


def is_text(value: object, max_chars: int = 3_000, *, types: tuple[str, ...] = _TEXT_TYPES) -> bool:
    """Whether `value` is a text object of one of `types`."""
    if not isinstance(value, dict) or value.get("type") not in types:
        return False
    return is_filled(value.get("text"), max_chars)


def is_filled(value: object, max_chars: int | None = None) -> bool:
    return isinstance(value, str) and value != "" and (max_chars is None or len(value) <= max_chars)
