"""Decides what is drawn of a graph: its boxes and lines, how each is marked, and the legend. Pure.

See `layout.py` for where things stand, and `bot.graphs.cluster` for what is drawn as one box.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.graphs.analysis import GraphFacts
from bot.graphs.cluster import Clusters
from bot.graphs.drawing.words import split_label
from bot.graphs.graph import Edge, Graph, Node

_MAX_KINDS = 6
_MAX_STARTS = 12
_LINES_PER_BOX = 1.7


class Mark(StrEnum):
    """What is shown of a box or a line, apart from its kind; each is a line of the legend."""

    ROOT = "root"
    GROUP = "group"
    DUPLICATE = "duplicate"
    CYCLE = "cycle"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class Box:
    """One box; `lines` are its words. `count` is how many nodes it stands for."""

    lines: tuple[str, ...]
    kind: str = ""
    marks: frozenset[Mark] = frozenset()
    count: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One arrow between boxes. `weight` is how many edges it stands for."""

    source: str
    target: str
    label: str = ""
    marks: frozenset[Mark] = frozenset()
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is drawn. `kinds` are those of the legend, the most common first.

    `names` are the words of the legend and of bands. `left_out` lines were too weak to be drawn.
    """

    title: str
    boxes: Mapping[str, Box]
    lines: tuple[Line, ...] = ()
    kinds: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0


def plan_drawing(
    graph: Graph, facts: GraphFacts, clusters: Clusters, title: str, names: Mapping[str, str]
) -> Plan:
    """Return what is drawn of a graph. `names` are the words of the legend, by mark and kind."""
    kinds = choose_kinds(graph)
    homes = clusters.homes
    starts = _choose_starts(facts)
    boxes = {
        node.id: _build_box(node, kinds[node.id], starts)
        for node in graph.nodes
        if node.id not in homes
    }
    boxes |= {
        name: Box(
            (*split_label(group.name), f"+{group.count:,}"),
            marks=frozenset({Mark.GROUP}),
            count=group.count,
        )
        for name, group in clusters.groups.items()
    }
    boxes = _mark_boxes(boxes, facts, homes)
    lines = _join_lines(graph.edges, facts, homes, boxes)
    all_lines = len(lines)
    if clusters.groups:
        lines = select_strongest(lines, len(boxes))
    shown = [box for box in boxes.values() if Mark.ROOT not in box.marks]
    counts = Counter(box.kind for box in shown if box.kind)
    kinds_shown = tuple(kind for kind, _ in counts.most_common(_MAX_KINDS))
    used = {mark for box in boxes.values() for mark in box.marks}
    used |= {mark for line in lines for mark in line.marks}
    marks = tuple(mark for mark in Mark if mark in used)
    return Plan(title, boxes, lines, kinds_shown, marks, names, all_lines - len(lines))


def select_strongest(lines: tuple[Line, ...], box_count: int) -> tuple[Line, ...]:
    """Return the lines that stand for most edges: more of them would hide each other.

    Each box keeps the strongest to it and the strongest from it, and what is in a ring stays.
    """
    room = int(box_count * _LINES_PER_BOX)
    ordered = sorted(lines, key=lambda line: (-line.weight, line.source, line.target))
    kept: dict[tuple[str, str], Line] = {}
    entered, left = set[str](), set[str]()
    for line in ordered:
        is_first = line.target not in entered or line.source not in left
        if is_first or Mark.CYCLE in line.marks:
            kept[line.source, line.target] = line
            entered.add(line.target)
            left.add(line.source)
    for line in ordered:
        if len(kept) >= room:
            break
        kept.setdefault((line.source, line.target), line)
    return tuple(line for line in lines if (line.source, line.target) in kept)


def choose_kinds(graph: Graph) -> dict[str, str]:
    """Return the kind of each node: its own, else that of the edges to it where they agree."""
    kinds: dict[str, set[str]] = {node.id: set() for node in graph.nodes}
    for edge in graph.edges:
        if edge.kind:
            kinds[edge.target].add(edge.kind)
    return {
        node.id: node.kind or (min(kinds[node.id]) if len(kinds[node.id]) == 1 else "")
        for node in graph.nodes
    }


def _choose_starts(facts: GraphFacts) -> Collection[str]:
    """Return the roots that are marked: where nearly all are roots, their kinds say more."""
    starts = {root for root in facts.roots if facts.out_degrees[root]}
    return starts if len(starts) <= _MAX_STARTS else ()


def _build_box(node: Node, kind: str, starts: Collection[str]) -> Box:
    marks = set()
    if node.id in starts:
        marks.add(Mark.ROOT)
    if node.is_unresolved:
        marks.add(Mark.UNRESOLVED)
    version = split_label(node.version)[:1] if node.version else ()
    return Box((*split_label(node.name), *version), kind, frozenset(marks))


def _mark_boxes(
    boxes: Mapping[str, Box], facts: GraphFacts, homes: Mapping[str, str]
) -> dict[str, Box]:
    marked = dict(boxes)
    rings = {node for cycle in facts.cycles for node in cycle}
    copies = {node for nodes in facts.duplicates.values() for node in nodes}
    for nodes, mark in ((rings, Mark.CYCLE), (copies, Mark.DUPLICATE)):
        for node in sorted(nodes):
            # Many a group holds some: only boxes of one node are marked.
            if node not in homes and node in marked:
                box = marked[node]
                marked[node] = replace(box, marks=box.marks | {mark})
    return marked


def _join_lines(
    edges: tuple[Edge, ...],
    facts: GraphFacts,
    homes: Mapping[str, str],
    boxes: Mapping[str, Box],
) -> tuple[Line, ...]:
    """Return one line for all edges between two boxes; those within a group are not drawn."""
    rings = {node: index for index, cycle in enumerate(facts.cycles) for node in cycle}
    groups = set(homes.values())
    found: dict[tuple[str, str], Line] = {}
    for edge in edges:
        ends = (homes.get(edge.source, edge.source), homes.get(edge.target, edge.target))
        if ends[0] == ends[1] and ends[0] in groups:
            continue
        is_ring = rings.get(edge.source, -1) == rings.get(edge.target, -2)
        marks = frozenset(
            mark
            for mark, holds in (
                (Mark.CYCLE, is_ring and not set(ends) & groups),
                (Mark.UNRESOLVED, edge.is_unresolved),
            )
            if holds
        )
        if ends in found:
            found[ends] = _join_line(found[ends], edge, marks, is_bundle=bool(set(ends) & groups))
        else:
            found[ends] = Line(*ends, label=edge.label, marks=marks)
    return tuple(line for line in found.values() if {line.source, line.target} <= boxes.keys())


def _join_line(line: Line, edge: Edge, marks: frozenset[Mark], *, is_bundle: bool) -> Line:
    """Add an edge to a line: from or to a group it counts, else its label is added.

    A line is dashed only where all that it stands for is open.
    """
    marks = (line.marks | marks) - ({Mark.UNRESOLVED} - (line.marks & marks))
    if is_bundle:
        return replace(line, label="", marks=marks, weight=line.weight + 1)
    labels = dict.fromkeys(label for label in (line.label, edge.label) if label)
    return replace(line, label=", ".join(labels), marks=marks)
