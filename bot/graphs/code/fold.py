"""Folds a graph by folders until it can be read: large folders become one box each. Pure."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field, replace

from bot.graphs.graph import Edge, Graph, Node

MAX_BOXES = 60
EXTERNAL = "external"


@dataclass(slots=True)
class _Folder:
    """A folder with what lies in it. `count` is the number of nodes in it and below."""

    path: str
    nodes: list[Node] = field(default_factory=list)
    folders: dict[str, _Folder] = field(default_factory=dict)
    count: int = 0


def fold_by_folder(graph: Graph, max_boxes: int = MAX_BOXES) -> Graph:
    """Return the graph with at most about `max_boxes` boxes; a smaller one stays as it is.

    A folder becomes one box with the number of what is in it. The largest are opened first, as far
    as there is room. Foreign packages become one box. An edge's label counts what it joins.
    """
    if len(graph.nodes) <= max_boxes:
        return graph
    inside = [node for node in graph.nodes if node.group != EXTERNAL]
    outside = [node for node in graph.nodes if node.group == EXTERNAL]
    box_of: dict[str, Node] = {}
    room = max_boxes - bool(outside)
    for box, members in _choose_boxes(_build_tree(inside), room):
        for member in members:
            box_of[member.id] = box
    external = Node("folded external", f"{EXTERNAL} ({len(outside):,})", "", EXTERNAL, EXTERNAL)
    box_of.update({node.id: external for node in outside})
    boxes = tuple(dict.fromkeys(box_of[node.id] for node in graph.nodes))
    roots = tuple(dict.fromkeys(box_of[root].id for root in graph.roots))
    return replace(graph, nodes=boxes, edges=_fold_edges(graph, box_of), roots=roots)


def _fold_edges(graph: Graph, box_of: dict[str, Node]) -> tuple[Edge, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    certain: set[tuple[str, str]] = set()
    kinds: dict[tuple[str, str], str] = {}
    for edge in graph.edges:
        ends = (box_of[edge.source].id, box_of[edge.target].id)
        if ends[0] != ends[1]:
            counts[ends] += 1
            kinds.setdefault(ends, edge.kind)
            if not edge.is_unresolved:
                certain.add(ends)
    return tuple(
        Edge(*ends, f"{count:,}" if count > 1 else "", kinds[ends], ends not in certain)
        for ends, count in counts.items()
    )


def _build_tree(nodes: list[Node]) -> _Folder:
    top = _Folder("")
    for node in nodes:
        folder = top
        folder.count += 1
        for part in [part for part in node.group.split("/") if part][:60]:
            path = f"{folder.path}/{part}" if folder.path else part
            folder = folder.folders.setdefault(part, _Folder(path))
            folder.count += 1
        folder.nodes.append(node)
    return top


def _choose_boxes(top: _Folder, max_boxes: int) -> list[tuple[Node, list[Node]]]:
    """Open the largest folders as far as there is room. Returns boxes with what they hold."""
    serial = 0
    waiting: list[tuple[int, int, _Folder]] = [(-top.count, serial, top)]
    closed: list[_Folder] = []
    single: list[Node] = []
    total = 1
    while waiting:
        _, _, folder = heapq.heappop(waiting)
        parts = _open(folder)
        grown = total - 1 + len(parts)
        if grown > max_boxes or (len(parts) == 1 and parts[0] is folder):
            closed.append(folder)
            continue
        total = grown
        for part in parts:
            serial += 1
            if isinstance(part, Node):
                single.append(part)
            elif part.count == 1 and not part.folders:
                single.append(part.nodes[0])
            else:
                heapq.heappush(waiting, (-part.count, serial, part))
    boxes = [(_make_box(folder), _list_members(folder)) for folder in closed]
    return [*boxes, *((node, [node]) for node in single)]


def _open(folder: _Folder) -> list[_Folder | Node]:
    """Return what lies directly in a folder; its files as one part where there are folders too."""
    if not folder.folders:
        return list(folder.nodes)
    parts: list[_Folder | Node] = list(folder.folders.values())
    if folder.nodes:
        parts.append(_Folder(f"{folder.path}/*".lstrip("/"), folder.nodes, {}, len(folder.nodes)))
    return parts


def _make_box(folder: _Folder) -> Node:
    members = _list_members(folder)
    kind = Counter(node.kind for node in members).most_common(1)[0][0]
    name = folder.path if folder.path.endswith("*") else f"{folder.path}/"
    group = folder.path.rpartition("/")[0]
    return Node(f"folder {folder.path}", f"{name} ({len(members):,})", "", kind, group)


def _list_members(folder: _Folder) -> list[Node]:
    found, waiting = list[Node](), [folder]
    while waiting:
        current = waiting.pop()
        found += current.nodes
        waiting += current.folders.values()
    return found
