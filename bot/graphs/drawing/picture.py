"""Draws a graph as PNG and SVG, with its title and a legend. Runs in a decoder."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.graphs.analysis import GraphFacts, analyse
from bot.graphs.cluster import NO_CLUSTERS, Clusters
from bot.graphs.drawing.graphviz import FONT, Canvas, Drawn, draw, escape_label
from bot.graphs.drawing.layout import choose_dpi, draw_plan
from bot.graphs.drawing.looks import INK, dress_box, dress_whole
from bot.graphs.drawing.plan import Box, Mark, Plan, plan_drawing
from bot.graphs.drawing.words import split_label
from bot.graphs.graph import Graph

_LEGEND_COLUMNS_WIDTH = 190.0  # points that one entry of the legend takes
_MAX_COLUMNS, _GAP = 5, 6
_SVG_BODY = re.compile(rb"<svg.*?>(.*)</svg>\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of a graph. `left_out` connections between groups were too weak to be drawn."""

    png: bytes
    svg: bytes
    left_out: int = 0


def draw_graph(
    graph: Graph,
    title: str,
    names: Mapping[str, str],
    facts: GraphFacts | None = None,
    clusters: Clusters = NO_CLUSTERS,
) -> Picture:
    """Draw a graph. `names` are the words of the legend, by mark and by kind.

    Raises `ValueError` where Graphviz cannot.
    """
    plan = plan_drawing(graph, facts or analyse(graph), clusters, title, names)
    body = draw_plan(plan)
    head = _draw_head(plan, body.width)
    return Picture(_join_pngs(head, body), _join_svgs(head, body), plan.left_out)


def _draw_head(plan: Plan, width: float) -> Drawn:
    """Draw the title, and below it an example of each kind and mark."""
    examples = [Box(split_label(plan.names.get(kind, kind)), kind) for kind in plan.kinds]
    if len(plan.kinds) == 1 and not plan.marks:
        examples = []
    examples += [
        Box(split_label(plan.names.get(mark, mark)), marks=frozenset({mark}))
        for mark in plan.marks
        if mark is not Mark.ROOT or len(plan.boxes) > 1
    ]
    columns = min(_MAX_COLUMNS, max(2, int(width // _LEGEND_COLUMNS_WIDTH)))
    canvas = Canvas(
        dress_whole(
            {
                "label": "\\l".join(escape_label(line) for line in plan.title.split("\n")) + "\\l",
                "labelloc": "t",
                "labeljust": "l",
                "fontsize": "15",
                "fontcolor": INK,
                "fontname": FONT,
                "nodesep": "0.15",
                "ranksep": "0.12",
                "pad": "0.25",
            }
        )
    )
    for number, box in enumerate(examples):
        canvas.boxes[f"l{number}"] = dress_box(box, plan.kinds)
    if not examples:
        canvas.boxes["l0"] = {"style": "invis", "label": "", "height": "0.05", "width": "0.05"}
    for number in range(len(examples) - columns):
        unseen = {"style": "invis"}
        canvas.lines.append((f"l{number}", f"l{number + columns}", unseen))
    canvas.attributes["dpi"] = "144"
    drawn = draw(canvas, "dot")
    if drawn.width > 2 * max(width, 400.0):
        canvas.attributes["dpi"] = f"{choose_dpi(drawn.width, drawn.height):.1f}"
    return drawn


def _join_pngs(head: Drawn, body: Drawn) -> bytes:
    """Put the head over the body, on white."""
    # Here, as only drawings need it.
    from PIL import Image

    with Image.open(io.BytesIO(head.png)) as top, Image.open(io.BytesIO(body.png)) as below:
        size = (max(top.width, below.width), top.height + _GAP + below.height)
        whole = Image.new("RGB", size, "#ffffff")
        whole.paste(top.convert("RGB"), (0, 0))
        whole.paste(below.convert("RGB"), ((size[0] - below.width) // 2, top.height + _GAP))
    out = io.BytesIO()
    whole.save(out, "PNG")
    return out.getvalue()


def _join_svgs(head: Drawn, body: Drawn) -> bytes:
    """Put both drawings into one that needs nothing else: no script, no link, no font."""
    width = max(head.width, body.width)
    height = head.height + _GAP + body.height
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1f} {height:.1f}"'
        f' width="{width:.1f}" height="{height:.1f}" role="img">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'.encode()
    ]
    for drawn, left, top in (
        (head, 0.0, 0.0),
        (body, (width - body.width) / 2, head.height + _GAP),
    ):
        found = _SVG_BODY.search(drawn.svg)
        if found is None:
            raise ValueError("no SVG")
        view = re.search(rb'viewBox="([^"]*)"', drawn.svg)
        box = view[1].decode() if view else ""
        parts.append(
            f'<svg x="{left:.1f}" y="{top:.1f}" width="{drawn.width:.1f}"'
            f' height="{drawn.height:.1f}" viewBox="{box}">'.encode()
            + found[1]
            + b"</svg>"
        )
    return b"".join((*parts, b"</svg>\n"))
