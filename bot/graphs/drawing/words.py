"""Wraps foreign words so that they fit a box. Pure."""

from __future__ import annotations

import re
import unicodedata

_LINE_WIDTH, _MAX_LINES = 22, 3
# A line may end after one of these.
_PIECES = re.compile(r"[^/@:._\-\s]*[/@:._\-\s]?")


def split_label(text: str) -> tuple[str, ...]:
    """Return `text` in at most three lines; a longer one loses its middle."""
    shortened = _shorten(text.strip(), _LINE_WIDTH * _MAX_LINES - 4)
    lines = [""]
    for piece in _cut(shortened):
        if lines[-1] and measure_text(lines[-1] + piece) > _LINE_WIDTH:
            lines.append("")
        lines[-1] += piece
    stripped = [line.strip() for line in lines if line.strip()]
    return tuple(stripped[:_MAX_LINES]) or ("?",)


def measure_text(text: str) -> int:
    """Return how many narrow letters wide a text is: Chinese and Japanese ones take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _cut(text: str) -> list[str]:
    """Return the pieces between which a line may end, none wider than a line."""
    pieces = []
    for piece in filter(None, _PIECES.findall(text)):
        part = ""
        for letter in piece:
            if part and measure_text(part + letter) > _LINE_WIDTH:
                pieces.append(part)
                part = ""
            part += letter
        pieces.append(part)
    return pieces


def _shorten(text: str, width: int) -> str:
    if measure_text(text) <= width:
        return text
    head, tail = "", ""
    for letter in text:
        if measure_text(head + letter) > width * 2 // 3:
            break
        head += letter
    for letter in reversed(text):
        if measure_text(tail + letter) > width // 3 - 1:
            break
        tail = letter + tail
    return f"{head}…{tail}"
