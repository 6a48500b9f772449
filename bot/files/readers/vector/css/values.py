"""Resolves values of CSS: variables, what a light theme takes, and colours of any form. Pure."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from bot.files.readers.vector.css.colours import (
    MAX_COLOUR_CHARS,
    format_colour,
    parse_colour,
    split_at_commas,
)

COLOUR_PROPERTIES = frozenset(
    ("color", "stop-color", "flood-color", "lighting-color", "background-color")
)
PAINT_PROPERTIES = frozenset(("fill", "stroke"))
_MAX_CHARS, _MAX_REPLACED = 4_000, 60
# A drawing of many shapes has few colours, each of which is computed once.
_MAX_KNOWN_COLOURS = 5_000
_CALL = re.compile(r"(?<![\w-])(var|light-dark|env)\(", re.IGNORECASE)
_KEYWORDS = ("none", "currentcolor", "inherit", "context-fill", "context-stroke")
_ADDRESS = re.compile(r"(url\(\s*['\"]?#[^)'\"]*['\"]?\s*\))\s*(.*)", re.DOTALL | re.IGNORECASE)
# Most are written as every renderer knows them: drawings of thousands of shapes have as many.
_PLAIN_COLOUR = re.compile(r"#[0-9a-f]{6}")
_WIDE_KEYWORDS = ("initial", "unset", "revert", "revert-layer")
# In other values, such as shadows, colours that the renderer does not know stand among others.
_NEW_COLOUR = re.compile(
    r"(?<![\w-])(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\([^()]*\)", re.IGNORECASE
)


def resolve_value(name: str, value: str, variables: Mapping[str, str]) -> str | None:
    """Return the value of a property as a renderer of SVG 1.1 knows it; None if it has none."""
    if "(" in value:
        replaced = replace_calls(value, variables)
        if replaced is None:
            return None
        value = replaced
    if value.lower() in _WIDE_KEYWORDS:
        return None
    if name in PAINT_PROPERTIES:
        return resolve_paint(value)
    if name in COLOUR_PROPERTIES:
        return value if value.lower() in ("currentcolor", "inherit") else _resolve_colour(value)
    if len(value) <= _MAX_CHARS and "(" in value:
        return _NEW_COLOUR.sub(lambda match: _resolve_colour(match[0]) or match[0], value)
    return value


def replace_calls(value: str, variables: Mapping[str, str]) -> str | None:
    """Put in what variables stand for, and what is meant for light themes; None where unknown."""
    for _ in range(_MAX_REPLACED):
        call = _CALL.search(value)
        if call is None:
            return value.strip()
        end = _find_end(value, call.end())
        inside = split_at_commas(value[call.end() : end])
        if call[1].lower() == "light-dark":
            new: str | None = inside[0]
        else:
            name = inside[0].strip()
            fallback = ",".join(inside[1:]) if len(inside) > 1 else None
            new = variables.get(name, fallback) if call[1].lower() == "var" else fallback
        if new is None or len(value) + len(new) > _MAX_CHARS:
            return None
        value = f"{value[: call.start()]}{new.strip()}{value[end + 1 :]}"
    return None


def resolve_paint(value: str) -> str | None:
    """Return a paint, with its fallback where it refers to another element; None if unknown."""
    value = value.strip()
    if _PLAIN_COLOUR.fullmatch(value):
        return value
    if value.lower() in _KEYWORDS:
        return {"currentcolor": "currentColor"}.get(value.lower(), value.lower())
    address = _ADDRESS.match(value)
    if address is not None:
        fallback = address[2].strip()
        known = fallback if fallback.lower() in _KEYWORDS else _resolve_colour(fallback)
        return f"{address[1]} {known}" if fallback and known else address[1]
    return _resolve_colour(value)


def _resolve_colour(value: str) -> str | None:
    value = value.strip()
    return _resolve_known_colour(value) if len(value) <= MAX_COLOUR_CHARS else None


@functools.lru_cache(_MAX_KNOWN_COLOURS)
def _resolve_known_colour(value: str) -> str | None:
    colour = parse_colour(value)
    return None if colour is None else format_colour(colour)


def _find_end(value: str, start: int) -> int:
    """Return where the bracket closes that was opened before `start`."""
    level = 1
    for match in re.finditer(r"[()]", value[start:]):
        level += 1 if match[0] == "(" else -1
        if level == 0:
            return start + match.start()
    return len(value)
