"""Takes values out of what a file was read as; what is of another type counts as not there. Pure.

Foreign files are often a little wrong: a reader takes what it understands, and is strict only where
the graph would be wrong without it.
"""

from __future__ import annotations

from typing import Any


def get_table(table: Any, *keys: str) -> dict[str, Any]:
    """Return the table under these keys, or an empty one."""
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    if not isinstance(table, dict):
        return {}
    return {key: value for key, value in table.items() if isinstance(key, str)}


def get_tables(table: Any, *keys: str) -> list[dict[str, Any]]:
    """Return the tables of the list under these keys."""
    return [item for item in get_list(table, *keys) if isinstance(item, dict)]


def get_list(table: Any, *keys: str) -> list[Any]:
    """Return the list under these keys, or an empty one."""
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, list) else []


def get_text(table: Any, *keys: str) -> str:
    """Return the text or number under these keys as text, or “”."""
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return make_text(table)


def get_texts(table: Any, *keys: str) -> list[str]:
    """Return the texts of the list under these keys."""
    return [item for item in get_list(table, *keys) if isinstance(item, str)]


def make_text(value: Any) -> str:
    """Return a text or number as text, and “” for all else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(value)


def join_labels(*parts: str) -> str:
    """Return the words at a line of the graph: those that are not empty, with commas."""
    return ", ".join(part for part in parts if part)
