"""Finds how a plan is best laid out: which engine, which direction, what is set in a grid.

The best is what can be read on a narrow screen: not much wider than high, with large letters.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from bot.graphs.drawing.bands import build_bands
from bot.graphs.drawing.graphviz import FONT, Canvas, Drawn, draw, measure
from bot.graphs.drawing.looks import PALE_INK, dress_box, dress_line, dress_whole
from bot.graphs.drawing.plan import Line, Mark, Plan

# More leaves of one box than this stand in a grid with one arrow to it.
_MAX_FREE_LEAVES = 6
_MAX_SIDE_PIXELS, _MAX_PIXELS = 4_000, 6_500_000
_BEST_DPI, _POINTS_PER_INCH = 130.0, 72.0
_BEST_ASPECT = 0.9  # width by height: a phone is held upright, a desk's window is wide
# More than this comes out of a layered layout as a strip, and takes it seconds or minutes.
_MAX_LAYERED_BOXES, _MAX_LAYERED_LINES = 90, 110
_MAX_STRETCH, _LEAST_DPI = 2.4, 80.0
_SURELY_GOOD = 1.6
_SMALL = 700.0  # points: whatever its shape, it can be read


@dataclass(frozen=True, slots=True)
class _Grid:
    """Boxes that only `owner` points to; without an owner they have no lines at all."""

    owner: str
    members: tuple[str, ...]


def draw_plan(plan: Plan) -> Drawn:
    """Draw the boxes and lines of a plan, without title and legend.

    Raises `ValueError` where Graphviz cannot.
    """
    canvas, engine, size = _choose_layout(plan)
    canvas.attributes["dpi"] = f"{choose_dpi(*size):.1f}"
    return draw(canvas, engine)


def _choose_layout(plan: Plan) -> tuple[Canvas, str, tuple[float, float]]:
    """Return the layered layout that can be read best; bands where none can."""
    layered: list[tuple[float, Canvas, tuple[float, float]]] = []
    if len(plan.boxes) <= _MAX_LAYERED_BOXES and len(plan.lines) <= _MAX_LAYERED_LINES:
        for direction in ("TB", "LR"):
            canvas = build_canvas(plan, direction)
            size = measure(canvas, "dot")
            stretch = _measure_stretch(*size)
            layered.append((stretch**1.5 * math.sqrt(size[0] * size[1]), canvas, size))
            if stretch < _SURELY_GOOD:
                break
    if layered:
        _, canvas, size = min(layered, key=lambda way: way[0])
        is_small = max(size) < _SMALL
        if is_small or (_measure_stretch(*size) < _MAX_STRETCH and choose_dpi(*size) > _LEAST_DPI):
            return canvas, "dot", size
    canvas = build_bands(plan)
    return canvas, "nop", measure(canvas, "nop")


def choose_dpi(width: float, height: float) -> float:
    """Return how many pixels an inch gets, so that the picture stays within its bounds."""
    longest = max(width, height, 1.0)
    area = max(width * height, 1.0)
    return min(
        _BEST_DPI,
        _MAX_SIDE_PIXELS * _POINTS_PER_INCH / longest,
        math.sqrt(_MAX_PIXELS / area) * _POINTS_PER_INCH,
    )


def build_canvas(plan: Plan, direction: str) -> Canvas:
    """Return what Graphviz is given for a plan."""
    ids = {name: f"n{number}" for number, name in enumerate(plan.boxes, 1)}
    canvas = Canvas(
        dress_whole(
            {
                "rankdir": direction,
                "nodesep": "0.22",
                "ranksep": "0.55",
                "compound": "true",
                "outputorder": "edgesfirst",
                "pad": "0.25",
                "splines": "true",
                # A layout that is a little worse, in a tenth of the time.
                "nslimit": "6",
                "mclimit": "1",
            }
        )
    )
    grids = find_grids(plan)
    if grids:
        canvas.attributes["ranksep"] = "0.3"
    hidden = {member for grid in grids for member in grid.members}
    labels = {line.target: line.label for line in plan.lines if line.label}
    for name, box in plan.boxes.items():
        style = dress_box(box, plan.kinds)
        if name in hidden and name in labels and len(box.lines) < 2:
            style["label"] += f"\\n{dress_line(Line('', '', labels[name]))['label']}"
        canvas.boxes[ids[name]] = style
    for line in plan.lines:
        if line.target not in hidden:
            canvas.lines.append((ids[line.source], ids[line.target], dress_line(line)))
    for number, grid in enumerate(grids):
        _add_grid(canvas, grid, ids, f"cluster_{number}", direction)
    return canvas


def find_grids(plan: Plan) -> list[_Grid]:
    """Return the boxes that stand in grids: many leaves of one box, many without any line."""
    sources = defaultdict[str, set[str]](set)
    has_targets = set()
    for line in plan.lines:
        if line.source != line.target:
            sources[line.target].add(line.source)
        has_targets.add(line.source)
    leaves = defaultdict[tuple[str, str], list[str]](list)
    for name, box in plan.boxes.items():
        if name in has_targets or len(sources[name]) > 1 or Mark.GROUP in box.marks:
            continue
        owner = next(iter(sources[name]), "")
        # A grid without an owner holds whatever is alone; one with an owner is of one kind.
        leaves[owner, box.kind if owner else ""].append(name)
    return [
        _Grid(owner, tuple(names))
        for (owner, _), names in leaves.items()
        if len(names) > _MAX_FREE_LEAVES
    ]


def _add_grid(canvas: Canvas, grid: _Grid, ids: dict[str, str], frame: str, direction: str) -> None:
    """Put boxes into a frame, in rows, held by lines that are not drawn."""
    count = len(grid.members)
    # A box is about three times as wide as it is high.
    columns = max(2, round(math.sqrt(count / 2.6)))
    across = columns if direction == "TB" else math.ceil(count / columns)
    members = [ids[name] for name in grid.members]
    canvas.frames.append(
        (
            {"color": "#b6bcc4", "style": "rounded", "margin": "10", "fontname": FONT,
             "fontcolor": PALE_INK},
            members,
        )
    )  # fmt: skip
    unseen = {"style": "invis", "weight": "10"}
    for above, below in zip(members, members[across:], strict=False):
        canvas.lines.append((above, below, unseen))
    if not grid.owner:
        return
    first = members[: min(across, count)]
    middle = first[(len(first) - 1) // 2]
    seen = dress_line(Line(grid.owner, "")) | {"lhead": frame, "penwidth": "2"}
    canvas.lines.append((ids[grid.owner], middle, seen))
    for other in first:
        if other != middle:
            canvas.lines.append((ids[grid.owner], other, {"style": "invis"}))


def _measure_stretch(width: float, height: float) -> float:
    """Return how many times too wide or too high a picture is."""
    aspect = width / max(height, 1.0)
    return max(aspect / _BEST_ASPECT, _BEST_ASPECT / aspect)
