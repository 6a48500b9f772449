"""Reads how words look from the styles of HTML. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element

_SIZES = {
    "h1": 2.0, "h2": 1.5, "h3": 1.17, "h5": 0.83, "h6": 0.67, "small": 0.83, "big": 1.2,
    "sub": 0.75, "sup": 0.75,
}  # fmt: skip
_NAMED_SIZES = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0,
    "xx-large": 32.0,
}  # fmt: skip
_FONT_SIZES = (10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0)
_PIXELS = {"px": 1.0, "pt": 4 / 3, "": 1.0, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78}
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|pc|in|cm|mm|em|rem|%)?", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_DRAWN = {
    "u": "underline", "ins": "underline", "s": "line-through", "del": "line-through",
    "strike": "line-through",
}  # fmt: skip
_INDENT = 20.0


@dataclass(frozen=True, slots=True)
class Look:
    """How words look, and how their lines are set. Sizes are in pixels."""

    size: float = 16.0
    family: str = "serif"
    colour: str = "#000000"
    background: str = ""
    is_bold: bool = False
    is_italic: bool = False
    decoration: str = ""
    align: str = "left"
    line_height: float = 1.2
    wraps: bool = True
    is_pre: bool = False
    indent: float = 0.0


def read_length(text: str, whole: float, em: float = 16.0) -> float | None:
    """Return a length in pixels, of `whole` where it is a share; None for none."""
    match = _LENGTH.fullmatch(text.strip()[:40])
    if match is None:
        return None
    unit = (match[2] or "").lower()
    per_unit = {"%": whole / 100, "em": em, "rem": 16.0}.get(unit, _PIXELS.get(unit, 1.0))
    return float(match[1]) * per_unit


def read_style(element: Element, *wanted: str) -> dict[str, str]:
    """Return the properties of an element's own style; none if none of the `wanted` is there."""
    style = element.get("style")
    if not style or (wanted and not any(name in style.lower() for name in wanted)):
        return {}
    parts = (part.partition(":") for part in style.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in parts if value}


def change_look(element: Element, name: str, style: dict[str, str], look: Look) -> Look:
    """Return the look within an element."""
    changes: dict[str, Any] = {"size": _find_size(element, name, style, look)}
    weight = style.get(
        "font-weight",
        "bold" if name in ("b", "strong", "th") or name in _HEADINGS else "",
    )
    if weight:
        changes["is_bold"] = weight in ("bold", "bolder") or (
            weight.isdecimal() and int(weight) > 550
        )
    slant = style.get("font-style", "italic" if name in ("i", "em", "cite", "var") else "")
    if slant:
        changes["is_italic"] = slant.startswith(("italic", "oblique"))
    family = style.get("font-family") or element.get("face", "")
    if name in ("code", "pre", "tt", "kbd", "samp"):
        family = family or "monospace"
    if family:
        changes["family"] = family
    colour = style.get("color") or (element.get("color", "") if name == "font" else "")
    if colour and colour.lower() not in ("inherit", "currentcolor"):
        changes["colour"] = colour
    background = style.get("background-color", "")
    if background:
        changes["background"] = "" if background.endswith(",0)") else background
    changes |= _find_setting(element, name, style, look)
    return replace(look, **changes)


def _find_setting(element: Element, name: str, style: dict[str, str], look: Look) -> dict[str, Any]:
    """Return what changes of how lines are set."""
    changes = dict[str, Any]()
    align = (
        style.get("text-align")
        or element.get("align", "")
        or ("center" if name == "center" else "")
    )
    if align in ("left", "right", "center", "start", "end"):
        changes["align"] = {"start": "left", "end": "right"}.get(align, align)
    lines = style.get("text-decoration") or style.get("text-decoration-line", "")
    drawn = [
        word for word in ("underline", "line-through") if word in f"{lines} {_DRAWN.get(name, '')}"
    ]
    if drawn:
        changes["decoration"] = " ".join(drawn)
    height = style.get("line-height", "")
    if height and height != "normal":
        bare = re.fullmatch(r"\d*\.?\d+", height)
        size = float(changes.get("size", look.size))
        length = float(height) if bare else (read_length(height, size, size) or 0) / max(size, 1)
        changes["line_height"] = min(4.0, length) or look.line_height
    white = style.get("white-space", "pre" if name == "pre" else "")
    if white:
        changes["wraps"] = white not in ("nowrap", "pre")
        changes["is_pre"] = white in ("pre", "pre-wrap", "break-spaces", "pre-line")
    if name in ("ul", "ol", "blockquote"):
        changes["indent"] = look.indent + _INDENT
    return changes


def _find_size(element: Element, name: str, style: dict[str, str], look: Look) -> float:
    text = style.get("font-size", "").lower()
    size = _NAMED_SIZES.get(text) or (read_length(text, look.size, look.size) if text else None)
    if size is None and name == "font" and element.get("size", "").isdecimal():
        size = _FONT_SIZES[min(7, max(1, int(element.get("size", "3")[:2]))) - 1]
    if size is None:
        size = look.size * _SIZES.get(name, 1.0)
    return min(2_000.0, max(0.0, size))
