"""Lays out what no engine draws well: bands by the distance from the root, filled like lines. Pure.

Large graphs come out of every layered layout as a strip, and of every springy one as a knot. Here
each box stands as near to the root as it is, in rows of a width that suits a narrow screen; the
time that it takes grows with the size of the graph, and with nothing else.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.graphs.analysis import collect_reachable
from bot.graphs.drawing.graphviz import FONT, Canvas, escape_label
from bot.graphs.drawing.looks import PALE_INK, dress_box, dress_line, dress_whole
from bot.graphs.drawing.plan import Box, Mark, Plan
from bot.graphs.drawing.words import measure_text

_LETTER, _ROW, _PADDING = 8.3, 17.0, 22.0
_GAP, _ROW_GAP, _BAND_GAP, _CAPTION = 16.0, 26.0, 34.0, 26.0
_ASPECT, _LEAST_WIDTH = 0.8, 620.0
_POINTS_PER_INCH = 72.0


def build_bands(plan: Plan) -> Canvas:
    """Return what Graphviz is given, with the place of each box; the engine is “nop”."""
    bands = _split_into_bands(plan)
    sizes = {name: _measure_box(box) for name, box in plan.boxes.items()}
    width = _choose_width(sizes)
    places, captions = _place(plan, bands, sizes, width)
    canvas = Canvas(dress_whole({"splines": "line", "outputorder": "edgesfirst", "pad": "0.25"}))
    ids = {name: f"n{number}" for number, name in enumerate(plan.boxes, 1)}
    for name, box in plan.boxes.items():
        (left, top), (wide, high) = places[name], sizes[name]
        canvas.boxes[ids[name]] = dress_box(box, plan.kinds) | {
            "pos": f"{left + wide / 2:.1f},{-top - high / 2:.1f}",
            "width": f"{wide / _POINTS_PER_INCH:.3f}",
            "height": f"{high / _POINTS_PER_INCH:.3f}",
            "fixedsize": "true",
        }
    for number, (text, top) in enumerate(captions):
        size = measure_text(text) * 7.0
        canvas.boxes[f"c{number}"] = {
            "label": escape_label(text), "shape": "plaintext", "fontname": FONT, "fontsize": "12",
            "fontcolor": PALE_INK, "pos": f"{size / 2:.1f},{-top - 8:.1f}", "fixedsize": "true",
            "width": f"{size / _POINTS_PER_INCH:.3f}", "height": "0.2",
        }  # fmt: skip
    for line in plan.lines:
        style = dress_line(line)
        if Mark.CYCLE not in line.marks:
            # Many cross each other, which pale ones do without hiding the boxes.
            style |= {"color": "#8a929c90"}
        style.pop("label", "")
        canvas.lines.append((ids[line.source], ids[line.target], style))
    return canvas


def _split_into_bands(plan: Plan) -> list[list[str]]:
    targets: dict[str, list[str]] = {name: [] for name in plan.boxes}
    for line in plan.lines:
        targets[line.source].append(line.target)
    pointed = {line.target for line in plan.lines if line.source != line.target}
    roots = [name for name, box in plan.boxes.items() if Mark.ROOT in box.marks]
    starts = roots or [name for name in plan.boxes if name not in pointed]
    depths = collect_reachable(targets, starts or list(plan.boxes)[:1])
    bands = defaultdict[int, list[str]](list)
    beyond = max(depths.values()) + 1
    for name in plan.boxes:
        bands[depths.get(name, beyond)].append(name)
    return [bands[depth] for depth in sorted(bands)]


def _measure_box(box: Box) -> tuple[float, float]:
    letters = max(measure_text(line) for line in box.lines)
    scale = 1.25 if Mark.GROUP in box.marks else 1.0
    wide = letters * _LETTER * scale + _PADDING
    return max(60.0, wide), len(box.lines) * _ROW * scale + 14.0 * scale


def _choose_width(sizes: Mapping[str, tuple[float, float]]) -> float:
    area = sum((wide + _GAP) * (high + _ROW_GAP) for wide, high in sizes.values())
    widest = max(wide for wide, _ in sizes.values())
    return max(_LEAST_WIDTH, widest, math.sqrt(area * _ASPECT))


def _place(
    plan: Plan,
    bands: Sequence[Sequence[str]],
    sizes: Mapping[str, tuple[float, float]],
    width: float,
) -> tuple[dict[str, tuple[float, float]], list[tuple[str, float]]]:
    """Return the left upper corner of each box, and the captions with their places from the top."""
    sources = defaultdict[str, list[str]](list)
    for line in plan.lines:
        sources[line.target].append(line.source)
    places: dict[str, tuple[float, float]] = {}
    captions = []
    top = 0.0
    for number, band in enumerate(bands):
        if caption := plan.names.get(f"band {number}", ""):
            captions.append((caption, top))
            top += _CAPTION
        # Each near those that point to it, so that lines are short.
        centres = {
            name: _find_centre([places[one][0] for one in sources[name] if one in places], width)
            for name in band
        }
        ordered = sorted(band, key=lambda name: (plan.boxes[name].kind, centres[name], name))
        top = _fill_rows(ordered, sizes, width, top, places) + _BAND_GAP
    return places, captions


def _fill_rows(
    names: Sequence[str],
    sizes: Mapping[str, tuple[float, float]],
    width: float,
    top: float,
    places: dict[str, tuple[float, float]],
) -> float:
    """Place boxes from the left to the right, row by row; return where the last row ends."""
    rows: list[list[str]] = [[]]
    left = 0.0
    for name in names:
        if rows[-1] and left + sizes[name][0] > width:
            rows.append([])
            left = 0.0
        rows[-1].append(name)
        left += sizes[name][0] + _GAP
    for row in rows:
        taken = sum(sizes[name][0] for name in row)
        # A full row reaches from edge to edge.
        gap = (width - taken) / max(1, len(row) - 1) if len(rows) > 1 else _GAP
        gap = min(gap, 3 * _GAP)
        left = (width - taken - gap * (len(row) - 1)) / 2
        high = max(sizes[name][1] for name in row)
        for name in row:
            places[name] = (left, top + (high - sizes[name][1]) / 2)
            left += sizes[name][0] + gap
        top += high + _ROW_GAP
    return top - _ROW_GAP


def _find_centre(lefts: Sequence[float], width: float) -> float:
    return sum(lefts) / len(lefts) if lefts else width / 2
