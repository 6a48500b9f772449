"""Turns properties of CSS that the renderer does not know into attributes that it does. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from bot.files.readers.vector.bounds import get_local_name
from bot.files.readers.vector.css.sheets import Declaration

# What places a shape may be said as a property, too (SVG 2, "Geometry properties").
_PLACES = {
    "rect": ("x", "y", "width", "height", "rx", "ry"),
    "image": ("x", "y", "width", "height"),
    "foreignObject": ("x", "y", "width", "height"),
    "circle": ("cx", "cy", "r"),
    "ellipse": ("cx", "cy", "rx", "ry"),
}
_LENGTH = re.compile(r"(-?[\d.]+(?:e-?\d+)?)(px|%|em|pt)?", re.IGNORECASE)
_PATH = re.compile(r"path\(\s*['\"]([^'\"]*)['\"]\s*\)", re.IGNORECASE)
_NESTED = re.compile(r"\([^()]*\(")
_TRANSFORM_UNIT = re.compile(r"(?<=[\d.])(px|deg)\b", re.IGNORECASE)
_ONE_AXIS = re.compile(r"(translate|scale)([xy])\(\s*([^)]*?)\s*\)", re.IGNORECASE)
_FONT_SIZE = re.compile(
    r"(?P<before>(?:[\w-]+\s+)*?)(?P<size>[\d.]+(?:px|pt|em|rem|%|ex)|(?:xx?-)?small|medium|"
    r"(?:xx?-)?large|smaller|larger)(?:\s*/\s*(?P<line>[\w.%]+))?\s+(?P<family>.+)",
    re.IGNORECASE | re.DOTALL,
)


# Fonts that programs name, by what they look like.
_SERIF = ("times", "georgia", "garamond", "cambria", "palatino", "baskerville", "roman", "serif")
_MONO = ("mono", "courier", "consolas", "menlo", "monaco", "code", "ui-monospace", "terminal")
_GENERIC = ("serif", "sans-serif", "monospace")
_SAME = {
    "system-ui": "sans-serif",
    "ui-sans-serif": "sans-serif",
    "-apple-system": "sans-serif",
    "blinkmacsystemfont": "sans-serif",
    "ui-serif": "serif",
    "ui-monospace": "monospace",
}


def complete_family(value: str) -> str:
    """End a list of fonts with the kind of letters that its first font has."""
    names = [name.strip().strip("\"'").strip() for name in value[:1_000].split(",")]
    known = [_SAME.get(name.lower(), name) for name in names if name]
    if not known or known[0].lower() in ("inherit", "initial"):
        return value
    if not any(name.lower() in _GENERIC for name in known):
        first = known[0].lower()
        is_mono = any(word in first for word in _MONO)
        is_serif = "sans" not in first and any(word in first for word in _SERIF)
        known.append("monospace" if is_mono else "serif" if is_serif else "sans-serif")
    written = (name.replace('"', "").replace("'", "").replace(";", "") for name in known)
    return ",".join(name.lower() if name.lower() in _GENERIC else f"'{name}'" for name in written)


def expand_shorthands(declarations: Iterable[Declaration]) -> Iterator[Declaration]:
    """Replace `font` and `background` by the properties that they stand for."""
    for one in declarations:
        if one.name == "font" and (match := _FONT_SIZE.fullmatch(one.value[:1_000])) is not None:
            yield from _expand_font(match)
        elif one.name == "background":
            yield Declaration("background-color", one.value)
        else:
            yield one


def _expand_font(match: re.Match[str]) -> Iterator[Declaration]:
    words = match["before"].lower().split()
    weight = next((w for w in words if w in ("bold", "bolder", "lighter") or w.isdecimal()), "")
    slant = next((w for w in words if w in ("italic", "oblique")), "")
    yield Declaration("font-weight", weight or "normal")
    yield Declaration("font-style", slant or "normal")
    yield Declaration("font-size", match["size"])
    if match["line"]:
        yield Declaration("line-height", match["line"])
    yield Declaration("font-family", match["family"])


def apply_shapes(element: Element, style: dict[str, str]) -> None:
    """Set the attributes that a style says instead, and take them out of it."""
    if not style:
        return
    name = get_local_name(element)
    for key in [key for key, value in style.items() if _NESTED.search(value)]:
        # The renderer reads brackets in brackets in attributes alone.
        element.set(key, style.pop(key))
    for key in _PLACES.get(name, ()):
        length = _LENGTH.fullmatch(style.get(key, "")[:40])
        if length is not None:
            element.set(key, length[1] if length[2] == "px" else length[0])
            del style[key]
    if name == "path" and (path := _PATH.fullmatch(style.get("d", ""))) is not None:
        element.set("d", path[1])
        del style["d"]
    if name != "foreignObject" and "transform" in style and len(style["transform"]) < 2_000:
        element.set("transform", _rewrite_transform(style.pop("transform")))


def _rewrite_transform(value: str) -> str:
    if value == "none" or "%" in value or "3d" in value.lower():
        return ""

    def name_both(match: re.Match[str]) -> str:
        word, axis, amount = match[1].lower(), match[2].lower(), match[3]
        still = "0" if word == "translate" else "1"
        return f"{word}({amount},{still})" if axis == "x" else f"{word}({still},{amount})"

    return _TRANSFORM_UNIT.sub("", _ONE_AXIS.sub(name_both, value))
