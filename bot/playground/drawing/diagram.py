"""Draws boxes and arrows for the names in code, configuration or notes. Pure Pillow.

It finds classes, functions, services and what is written with arrows; it understands no code.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

_SIZE, _MAX_NAMES, _MAX_NAME = (1248, 832), 12, 24
_PAPER, _INK, _BOX = (250, 249, 246), (48, 54, 70), (222, 232, 246)
_ARROW_PATTERN = re.compile(r"\s*(?:-+>|=+>|→|⟶)\s*")
_DEFINITION_PATTERN = re.compile(
    r"^[ \t]*(?:export\s+|public\s+|async\s+)*(?:class|interface|struct|def|func|function|fn)\s+"
    r"(\w{2,40})|^resource\s+\"\w+\"\s+\"(\w{2,40})\"",
    re.MULTILINE,
)
_SERVICES_PATTERN = re.compile(
    r"^services:[^\n]*\n((?:(?:[ \t]+[^\n]*|#[^\n]*)?\n?)*)", re.MULTILINE
)
_SERVICE_PATTERN = re.compile(r"^(?: {2}|\t)([\w.-]{1,40}):[^\n]*$", re.MULTILINE)


class Diagram(NamedTuple):
    """The names that stand in boxes, and the arrows from one to another."""

    names: tuple[str, ...]
    arrows: tuple[tuple[str, str], ...]


def find_diagram(text: str) -> Diagram:
    """Return the names in `text` and what points to what; of twelve names at most."""
    arrows = _find_written_arrows(text)
    sections = _split_sections(text)
    names = list(dict.fromkeys([*(name for pair in arrows for name in pair), *sections]))
    names = names[:_MAX_NAMES]
    for name, body in sections.items():
        arrows += [
            (name, other)
            for other in sections
            if other != name and re.search(rf"(?<!\w){re.escape(other)}(?!\w)", body)
        ]
    kept = [
        pair for pair in dict.fromkeys(arrows) if set(pair) <= set(names) and len(set(pair)) == 2
    ]
    return Diagram(tuple(names), tuple(kept))


def _find_written_arrows(text: str) -> list[tuple[str, str]]:
    arrows = []
    for line in text.splitlines():
        steps = [step.strip(" -*•`\"'.,;()[]") for step in _ARROW_PATTERN.split(line[:300])]
        if len(steps) > 1 and all(0 < len(step) <= 40 for step in steps):
            arrows += [*itertools.pairwise(steps)]
    return arrows


def _split_sections(text: str) -> dict[str, str]:
    """Return what is defined in `text`, each with the lines that belong to it."""
    services = _SERVICES_PATTERN.search(text)
    body, pattern = (services[1], _SERVICE_PATTERN) if services else (text, _DEFINITION_PATTERN)
    found = [*pattern.finditer(body)]
    ends = [match.start() for match in found[1:]] + [len(body)] * bool(found)
    return {
        next(name for name in match.groups() if name): body[match.end() : end]
        for match, end in zip(found, ends, strict=True)
    }


def draw_diagram(diagram: Diagram) -> Image.Image:
    """Draw the boxes in rows, what points at others above them, and the arrows."""
    picture = Image.new("RGB", _SIZE, _PAPER)
    draw = ImageDraw.Draw(picture)
    rows = _sort_rows(diagram)
    places: dict[str, tuple[float, float]] = {}
    for number, row in enumerate(rows):
        for position, name in enumerate(row):
            x = _SIZE[0] * (position + 1) / (len(row) + 1)
            places[name] = (x, _SIZE[1] * (number + 1) / (len(rows) + 1))
    half = min(150, 0.42 * _SIZE[0] / max(len(row) + 1 for row in rows))
    for one, other in diagram.arrows:
        _draw_arrow(draw, places[one], places[other], half)
    for name, (x, y) in places.items():
        draw.rounded_rectangle((x - half, y - 36, x + half, y + 36), 12, _BOX, _INK, 3)
        shown = name if len(name) <= _MAX_NAME else f"{name[: _MAX_NAME - 1]}…"
        font = ImageFont.load_default(max(11, min(26, int(3.4 * half / max(len(shown), 1)))))
        draw.text((x, y), shown, font=font, fill=_INK, anchor="mm")
    return picture


def _sort_rows(diagram: Diagram) -> list[list[str]]:
    """Return the names in rows of at most four: a name below what points at it, where it can be."""
    depths = dict.fromkeys(diagram.names, 0)
    for _ in diagram.names:
        for one, other in diagram.arrows:
            depths[other] = max(depths[other], min(depths[one] + 1, len(depths) - 1))
    rows = []
    for depth in sorted(set(depths.values())):
        row = [name for name in diagram.names if depths[name] == depth]
        rows += [row[at : at + 4] for at in range(0, len(row), 4)]
    return rows


def _draw_arrow(
    draw: ImageDraw.ImageDraw, start: tuple[float, float], end: tuple[float, float], half: float
) -> None:
    (x0, y0), (x1, y1) = start, end
    if abs(y1 - y0) < 1:
        side = 1 if x1 > x0 else -1
        x0, x1 = x0 + side * half, x1 - side * half
    else:
        side = 1 if y1 > y0 else -1
        y0, y1 = y0 + side * 36, y1 - side * 36
    draw.line((x0, y0, x1, y1), fill=_INK, width=3)
    length = max(1.0, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
    across, down = (x1 - x0) / length * 16, (y1 - y0) / length * 16
    back_x, back_y = x1 - across, y1 - down
    wing = [(back_x - down / 2, back_y + across / 2), (back_x + down / 2, back_y - across / 2)]
    draw.polygon([(x1, y1), *wing], fill=_INK)
