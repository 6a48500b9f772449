"""Finds how large a drawing is in its own units, and gives it a size in pixels. Pure."""

from __future__ import annotations

import math
import re
from xml.etree.ElementTree import Element

from bot.files.readers.vector.bounds import MIN_SIDE, NUMBER

_LENGTH = re.compile(r"\s*\+?(\d*\.?\d+(?:[eE][+-]?\d{1,3})?)\s*([a-zA-Z]*)\s*$")
_PIXELS_PER_UNIT = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 3.7795, "cm": 37.795, "in": 96.0, "q": 0.945,
    "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0,
}  # fmt: skip
# What browsers give a drawing that says nothing, and a window that it may fill.
DEFAULT_SIZE, WINDOW = (300.0, 150.0), (1280.0, 720.0)


def read_box(root: Element) -> tuple[float, ...] | None:
    """Return the `viewBox`, None if there is none that shows anything."""
    box = tuple(float(number) for number in NUMBER.findall(root.get("viewBox", "")[:400]))
    is_sound = len(box) == 4 and min(box[2:]) > 0 and all(map(math.isfinite, box))
    return box if is_sound else None


def is_unsized(root: Element) -> bool:
    """Whether a drawing fills the window it is shown in, so that it ends where its shapes end."""
    return read_box(root) is None and not any(_read_sides(root))


def find_size(root: Element) -> tuple[float, float]:
    """Return width and height in pixels, as a browser shows the drawing by itself."""
    box = read_box(root)
    width, height = _read_sides(root)
    if box is not None:
        # A side that is not said follows from the other.
        width = width or (height * box[2] / box[3] if height else box[2])
        height = height or width * box[3] / box[2]
        return width, height
    return width or DEFAULT_SIZE[0], height or DEFAULT_SIZE[1]


def find_units(root: Element) -> tuple[float, float]:
    """Return the size in the drawing's own units, of which shares are taken."""
    box = read_box(root)
    return (box[2], box[3]) if box is not None else find_size(root)


def set_size(root: Element, max_side: int, *, min_side: int = MIN_SIDE) -> None:
    """Set the drawing's size in pixels, whatever size it claims."""
    size = find_size(root)
    if read_box(root) is None:
        root.set("viewBox", f"0 0 {size[0]:g} {size[1]:g}")
    longest = min(max(*size, min_side), max_side)
    for key, side in zip(("width", "height"), size, strict=True):
        root.set(key, f"{max(1, round(side / max(size) * longest))}")


def _read_sides(root: Element) -> tuple[float, float]:
    """Return the sides that the drawing states in lengths, 0 for one that it does not."""
    sides = list[float]()
    for key in ("width", "height"):
        length = _LENGTH.match(root.get(key, "")[:40])
        claimed = 0.0
        if length is not None:
            claimed = float(length[1]) * _PIXELS_PER_UNIT.get(length[2].lower(), 0)
        sides.append(claimed if math.isfinite(claimed) else 0.0)
    return sides[0], sides[1]
