"""Draws a diagram from its data as it lies in its picture, by Graphviz. Runs in a sandbox process.

Next to the picture, a mistake is seen at once: what is unsure is orange and dashed.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image

from bot.domain.safe_text import truncate
from bot.files.editing.opening import open_picture
from bot.files.readers.sheets import draw_side_by_side
from bot.files.readers.vector.svg import draw_on_white
from bot.files.sandbox.computing.libraries import load_graphviz
from bot.files.sandbox.pipe import Header, Message
from bot.graphs.diagrams.diagram import (
    UNSURE,
    Box,
    Diagram,
    DiagramEdge,
    DiagramNode,
    deserialize_diagram,
)
from bot.markup.dot import FONT

# As large as it stands next to the drawing.
_MAX_SIDE = 1_500
# A drawing of this many points is about as large as its labels need.
_LEAST_SIDE, _LARGEST_SIDE, _POINTS_PER_INCH, _LETTER_WIDTH = 560.0, 1_800.0, 72.0, 9.0
_MAX_LABEL_CHARS, _MAX_LINE_CHARS = 60, 18
_SHAPES = {
    "box": "box", "rounded": "box", "circle": "ellipse", "decision": "diamond",
    "database": "cylinder", "person": "ellipse", "cloud": "ellipse", "document": "note",
    "other": "box",
}  # fmt: skip
_INK, _PAPER, _DOUBT = "#28303c", "#eef3fa", "#d9730d"


def draw_beside(header: Header, blobs: Sequence[bytes]) -> Message:
    """Return a PNG of the diagram, next to its picture where that is there."""
    data, *pictures = blobs
    diagram, name = deserialize_diagram(data), header["picture"]
    opened = [open_picture(name, one, max_side=_MAX_SIDE).picture for one in pictures[:1]]
    ratio = opened[0].width / opened[0].height if opened else 0.0
    drawn = _encode(_draw(diagram, ratio))
    if opened:
        drawn = draw_side_by_side([(name, _encode(opened[0])), (header["title"], drawn)])
    return {}, [drawn]


def _encode(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=4)
    return out.getvalue()


def _draw(diagram: Diagram, ratio: float) -> Image.Image:
    boxes = [node.box for node in diagram.nodes if node.box is not None]
    centres = {((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for box in boxes}
    is_placed = bool(boxes) and len(centres) == len(diagram.nodes)
    graph = load_graphviz().AGraph(directed=True, strict=False)
    graph.graph_attr.update(fontname=FONT, rankdir="LR" if diagram.direction == "LR" else "TB")
    graph.node_attr.update(fontname=FONT, color=_INK, fontcolor=_INK, fillcolor=_PAPER)
    graph.edge_attr.update(fontname=FONT, fontsize="11", color=_INK, fontcolor=_INK)
    size = _choose_size(diagram, ratio)
    for node in diagram.nodes:
        places = _place(node.box, size) if is_placed and node.box else {}
        graph.add_node(f"n{node.number}", **_dress_node(node), **places)
    for edge in diagram.edges:
        ends = f"n{edge.source}", f"n{edge.target}"
        graph.add_edge(*ends, key=str(edge.number), **_dress_edge(edge))
    if is_placed:
        _add_corners(graph, size)
    # “nop” is Graphviz's word for: leave the nodes where they are.
    svg = graph.draw(format="svg", prog="nop" if is_placed else "dot")
    return draw_on_white("diagram.svg", svg)


def _choose_size(diagram: Diagram, ratio: float) -> tuple[float, float]:
    """Return a size at which most labels fit into their boxes."""
    ratio = min(max(ratio, 0.2), 5.0) if ratio else 1.4
    needs = [
        (min(len(node.label), _MAX_LINE_CHARS) * _LETTER_WIDTH + 30) / (node.box[2] - node.box[0])
        for node in diagram.nodes
        if node.box is not None
    ]
    width = sorted(needs)[len(needs) * 3 // 4] if needs else 0.0
    longer = min(max(width * max(1.0, 1 / ratio), _LEAST_SIDE), _LARGEST_SIDE)
    return (longer, longer / ratio) if ratio >= 1 else (longer * ratio, longer)


def _place(box: Box, size: tuple[float, float]) -> dict[str, str]:
    (left, top, right, bottom), (width, height) = box, size
    # Graphviz counts from the bottom.
    across, up = (left + right) / 2 * width, (1 - (top + bottom) / 2) * height
    wide = max((right - left) * width, 40) / _POINTS_PER_INCH
    high = max((bottom - top) * height, 24) / _POINTS_PER_INCH
    return {
        "pos": f"{across:.1f},{up:.1f}",
        "width": f"{wide:.2f}",
        "height": f"{high:.2f}",
        "fixedsize": "true",
    }


def _add_corners(graph: Any, size: tuple[float, float]) -> None:
    """Keep the margins of the picture, so that both halves match."""
    for name, across, up in (("c1", 0.0, 0.0), ("c2", *size)):
        graph.add_node(
            name, label="", shape="point", style="invis", width="0.01", pos=f"{across},{up}"
        )


def _dress_node(node: DiagramNode) -> dict[str, str]:
    is_unsure = node.confidence < UNSURE
    styles = ["filled", *(["rounded"] if node.shape == "rounded" else [])]
    words = truncate(node.label, _MAX_LABEL_CHARS) + (" ?" if is_unsure else "")
    dress = {
        "label": _escape(f"{node.number}: {words}"),
        "shape": _SHAPES[node.shape],
        "style": ",".join([*styles, *(["dashed"] if is_unsure else [])]),
    }
    return dress | ({"color": _DOUBT, "fontcolor": _DOUBT} if is_unsure else {})


def _dress_edge(edge: DiagramEdge) -> dict[str, str]:
    is_unsure = edge.confidence < UNSURE
    words = truncate(edge.label, _MAX_LABEL_CHARS // 2) + (" ?" if is_unsure else "")
    dress = {
        "label": _escape(f"{edge.number}: {words}" if words.strip() else str(edge.number)),
        "dir": {"to": "forward", "both": "both", "none": "none"}[edge.heads],
        "style": {"thick": "bold"}.get(edge.line, edge.line),
    }
    if is_unsure:
        dress |= {"color": _DOUBT, "fontcolor": _DOUBT, "style": "dashed"}
    return dress


def _escape(text: str) -> str:
    """Return a label whose signs mean nothing to Graphviz, in lines that fit a node."""
    lines, line = list[str](), ""
    for word in text.split():
        if line and len(line) + len(word) > _MAX_LINE_CHARS:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    plain = [one.replace("\\", "\\\\") for one in [*lines, line]]
    joined = "\\n".join(plain)
    # In angle brackets, the library would take all of it for HTML.
    return f" {joined}" if joined.startswith("<") else joined
