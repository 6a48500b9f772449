"""Says how boxes and lines look: colours that all can tell apart, and never by colour alone. Pure.

The ground is white and opaque, so that the picture reads the same on a light and a dark screen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from bot.graphs.drawing.graphviz import FONT, escape_label
from bot.graphs.drawing.plan import Box, Line, Mark

INK, PALE_INK = "#1d1c1d", "#5f6670"
# By Okabe and Ito, mixed with white: fill and border. Amber and red are left for the marks.
_COLOURS = (
    ("#d9e9f5", "#0072b2"),
    ("#d3efe5", "#00795a"),
    ("#f3e0eb", "#a8557f"),
    ("#f7f3c4", "#857b00"),
    ("#e2f3fc", "#2d83ad"),
    ("#ececec", "#6b6b6b"),
)
_PLAIN = ("#f4f6f8", "#6b7280")
_ROOT_FILL, _AMBER, _RED = "#17324d", "#e08a00", "#c62828"
_FONT_SIZE = 13.0


def dress_box(box: Box, kinds: tuple[str, ...]) -> dict[str, str]:
    """Return the attributes of a box."""
    fill, border = choose_colours(box.kind, kinds)
    styles = ["filled", "rounded"]
    attributes = {
        "label": "\\n".join(escape_label(line) for line in box.lines),
        "shape": "box",
        "fontname": FONT,
        "fontsize": f"{_FONT_SIZE:g}",
        "fontcolor": INK,
        "fillcolor": fill,
        "color": border,
        "penwidth": "1.2",
        "margin": "0.14,0.08",
        "height": "0.4",
    }
    if Mark.ROOT in box.marks:
        attributes |= {"fillcolor": _ROOT_FILL, "color": _ROOT_FILL, "fontcolor": "#ffffff"}
    if Mark.GROUP in box.marks:
        size = _FONT_SIZE + min(5.0, math.log10(max(1, box.count)) * 2)
        attributes |= {"shape": "folder", "fontsize": f"{size:.1f}", "margin": "0.2,0.12"}
        styles = ["filled"]
    if Mark.UNRESOLVED in box.marks:
        attributes |= {"fillcolor": "#ffffff", "fontcolor": INK}
        styles.append("dashed")
    if Mark.DUPLICATE in box.marks:
        attributes |= {"color": _AMBER, "penwidth": "2.2", "peripheries": "2"}
    if Mark.CYCLE in box.marks:
        attributes |= {"color": _RED, "penwidth": "2.8"}
    return attributes | {"style": ",".join(styles)}


def dress_line(line: Line) -> dict[str, str]:
    """Return the attributes of a line."""
    width = 1.1 + min(2.5, math.log2(line.weight) / 2)
    attributes = {
        "color": "#8a929c",
        "penwidth": f"{width:.1f}",
        "arrowsize": "0.7",
        "fontname": FONT,
        "fontsize": "11",
        "fontcolor": PALE_INK,
    }
    label = f"{line.weight:,}" if line.weight > 1 else line.label
    if label:
        attributes["label"] = escape_label(label[:40])
    if Mark.UNRESOLVED in line.marks:
        attributes["style"] = "dashed"
    if Mark.CYCLE in line.marks:
        attributes |= {"color": _RED, "penwidth": "2.4"}
    return attributes


def choose_colours(kind: str, kinds: tuple[str, ...]) -> tuple[str, str]:
    """Return the fill and the border of a kind."""
    return _COLOURS[kinds.index(kind)] if kind in kinds else _PLAIN


def dress_whole(values: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes of a drawing."""
    return {"bgcolor": "#ffffff", "fontname": FONT, "charset": "UTF-8", **values}
