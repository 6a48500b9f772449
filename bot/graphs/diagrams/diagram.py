"""A diagram as data: numbered nodes and edges, as its file keeps them. Pure.

The numbers stay: an edge that goes leaves a gap, so that “edge 5” is the same one in every
version of a thread.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from bot.graphs.graph import clean_label

FILE_NAME = "diagram.json"
MAX_NODES, MAX_EDGES, MAX_FILE_CHARS = 300, 1_000, 2_000_000
SHAPES = (
    "box",
    "rounded",
    "circle",
    "decision",
    "database",
    "person",
    "cloud",
    "document",
    "other",
)
LINES = ("solid", "dashed", "dotted", "thick")
HEADS = ("to", "both", "none")
UNSURE = 0.7
_FORMAT = "easel-diagram"
_MAX_SIGNS = 100_000
# Left, top, right, bottom, in shares of the picture.
Box: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class DiagramNode:
    """Something drawn. `kind` is what it is in the words of the diagram, `group` what it is in."""

    number: int
    label: str
    kind: str = ""
    group: str = ""
    shape: str = "box"
    confidence: float = 1.0
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class DiagramEdge:
    """A line between two nodes, which are named by their numbers. `kind` is the legend's word."""

    number: int
    source: int
    target: int
    label: str = ""
    kind: str = ""
    line: str = "solid"
    heads: str = "to"
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Diagram:
    """`direction` is LR or TD; `picture` and `file_id` say which picture it was read off.

    `last_node` and `last_edge` are the highest numbers that were given, 0 for those of the last.
    """

    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...]
    title: str = ""
    direction: str = "LR"
    picture: str = ""
    file_id: str = ""
    last_node: int = 0
    last_edge: int = 0

    @property
    def by_number(self) -> Mapping[int, DiagramNode]:
        """The nodes by their numbers."""
        return {node.number: node for node in self.nodes}


def serialize_diagram(diagram: Diagram) -> bytes:
    """Return the file of a diagram."""
    values = {"format": _FORMAT, **asdict(diagram)}
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()


def deserialize_diagram(data: bytes) -> Diagram:
    """Return the diagram of a file, which anybody may have written. Raises `ValueError`."""
    if any(data.count(sign) > _MAX_SIGNS for sign in (b"{", b"[", b",", b":")):
        # Small things by the hundred thousand, which would hold the service while they are read.
        raise ValueError("more than a diagram")
    try:
        values = json.loads(data[:MAX_FILE_CHARS].decode())
        if values["format"] != _FORMAT:
            raise ValueError("another format")
        nodes = tuple(_parse_node(one) for one in values["nodes"][:MAX_NODES])
        edges = tuple(_parse_edge(one) for one in values["edges"][:MAX_EDGES])
    except (KeyError, TypeError, AttributeError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError("no diagram") from error
    numbers = {node.number for node in nodes}
    if len(numbers) < len(nodes) or len({edge.number for edge in edges}) < len(edges):
        raise ValueError("a number twice")
    if any(end not in numbers for edge in edges for end in (edge.source, edge.target)):
        raise ValueError("an edge to nowhere")
    return Diagram(
        nodes,
        edges,
        clean_label(str(values.get("title", ""))),
        "TD" if values.get("direction") == "TD" else "LR",
        clean_label(str(values.get("picture", ""))),
        str(values.get("file_id", ""))[:40],
        _parse_count(values.get("last_node")),
        _parse_count(values.get("last_edge")),
    )


def _parse_node(values: Mapping[str, Any]) -> DiagramNode:
    return DiagramNode(
        _parse_number(values["number"]),
        clean_label(str(values["label"])) or "?",
        clean_label(str(values.get("kind", ""))),
        clean_label(str(values.get("group", ""))),
        choose_word(values.get("shape"), SHAPES),
        parse_share(values.get("confidence")),
        parse_box(values.get("box")),
    )


def _parse_edge(values: Mapping[str, Any]) -> DiagramEdge:
    return DiagramEdge(
        _parse_number(values["number"]),
        _parse_number(values["source"]),
        _parse_number(values["target"]),
        clean_label(str(values.get("label", ""))),
        clean_label(str(values.get("kind", ""))),
        choose_word(values.get("line"), LINES),
        choose_word(values.get("heads"), HEADS),
        parse_share(values.get("confidence")),
    )


def choose_word(value: object, words: tuple[str, ...]) -> str:
    """Return `value` if it is one of `words`, else the first."""
    return value if isinstance(value, str) and value in words else words[0]


def parse_share(value: object) -> float:
    """Return a number from 0 to 1; what is none is no certainty."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return round(float(value), 3) if 0 <= value <= 1 else 0.0


def parse_box(value: object) -> Box | None:
    """Return a box within the picture; None for any other value."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    left, top, right, bottom = map(parse_share, value)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _parse_count(value: object) -> int:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000
    return value if is_count and isinstance(value, int) else 0


def _parse_number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1_000_000:
        raise ValueError("no number")
    return value
