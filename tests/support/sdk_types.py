"""Reads what the types of the providers' SDKs have made of a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def read_all(value: Any) -> Any:
    """Return what the types have read; they read lists only when these are looked at."""
    if isinstance(value, dict):
        return {key: read_all(inner) for key, inner in value.items()}
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        return value
    return [read_all(inner) for inner in value]
