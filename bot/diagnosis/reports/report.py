"""A report as a list of lines, bounded while it is made. Pure."""

from __future__ import annotations

from bot.domain.safe_text import truncate

MAX_REPORT_LINES = 20_000
_MAX_FIELD_CHARS, _MAX_BLOCK_LINES, _MAX_BLOCK_CHARS = 400, 60, 6_000


class ReportLines:
    """Collects the lines of a report."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    @property
    def is_full(self) -> bool:
        return len(self.lines) >= MAX_REPORT_LINES

    def add(self, *fields: object) -> None:
        """Add a line of `fields`, without those that are empty."""
        if not self.is_full:
            self.lines.append(" ".join(part for part in map(clean_field, fields) if part))

    def add_block(self, text: object, indent: str = "    ") -> None:
        """Add the lines of a longer text; of a very long one its beginning and its end."""
        if not isinstance(text, str) or not text.strip():
            return
        if len(text) > _MAX_BLOCK_CHARS:
            half = _MAX_BLOCK_CHARS // 2
            text = f"{text[:half]}\n…\n{text[-half:]}"
        lines = [line for line in text.strip("\r\n").split("\n") if line.strip()]
        if len(lines) > _MAX_BLOCK_LINES:
            half = _MAX_BLOCK_LINES // 2
            left_out = len(lines) - 2 * half
            lines = [*lines[:half], f"… {left_out:,} lines …", *lines[-half:]]
        for line in lines:
            if not self.is_full:
                self.lines.append(f"{indent}{line}")


def clean_field(value: object) -> str:
    """Return a value of a report on one line, bounded; "" for what is no text or number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return truncate(" ".join(str(value)[: 4 * _MAX_FIELD_CHARS].split()), _MAX_FIELD_CHARS)


def get_mapping(value: object, *path: str) -> dict[str, object]:
    """Return the object at `path` in a JSON value; an empty one where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def get_list(value: object, name: str) -> list[object]:
    """Return the list called `name` in a JSON value; an empty one where there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []
