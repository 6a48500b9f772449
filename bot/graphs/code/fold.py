"""Groups the nodes of a graph by their folders, the largest of which are opened. Pure."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.graphs.graph import Node

EXTERNAL = "external"


@dataclass(slots=True)
class _Folder:
    """A folder with what lies in it. `count` is the number of nodes in it and below.

    `weight` counts those that tell of the architecture: neither tests nor foreign packages.
    """

    path: str
    nodes: list[Node] = field(default_factory=list)
    folders: dict[str, _Folder] = field(default_factory=dict)
    count: int = 0
    weight: int = 0


def split_by_folder(nodes: Sequence[Node], max_groups: int) -> dict[str, list[str]]:
    """Return the ids of nodes by folders of which the large ones are opened, as far as they fit.

    What would be in a group by itself is in the group “”.
    """
    parts: dict[str, list[str]] = {}
    for box, members in _choose_boxes(_build_tree(list(nodes)), max(max_groups, 1)):
        name = box.id.removeprefix("folder ") if len(members) > 1 else ""
        parts.setdefault(name, []).extend(one.id for one in members)
    return parts


def _build_tree(nodes: list[Node]) -> _Folder:
    top = _Folder("")
    for node in nodes:
        folder, weight = top, int(node.kind not in ("test", EXTERNAL))
        folder.count += 1
        folder.weight += weight
        for part in [part for part in node.group.split("/") if part][:60]:
            path = f"{folder.path}/{part}" if folder.path else part
            folder = folder.folders.setdefault(part, _Folder(path))
            folder.count += 1
            folder.weight += weight
        folder.nodes.append(node)
    return top


def _choose_boxes(top: _Folder, max_boxes: int) -> list[tuple[Node, list[Node]]]:
    """Open the largest folders as far as there is room, but none of tests alone.

    Returns boxes with what they hold.
    """
    serial = 0
    waiting: list[tuple[int, int, _Folder]] = [(-top.weight, serial, top)]
    closed: list[_Folder] = []
    single: list[Node] = []
    total = 1
    while waiting:
        _, _, folder = heapq.heappop(waiting)
        parts = _open(folder)
        grown = total - 1 + len(parts)
        if grown > max_boxes or (folder.path and folder.weight == 0):
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
                heapq.heappush(waiting, (-part.weight, serial, part))
    boxes = [(_make_box(folder), _list_members(folder)) for folder in closed]
    return [*boxes, *((node, [node]) for node in single)]


def _open(folder: _Folder) -> list[_Folder | Node]:
    """Return what lies directly in a folder; its files as one part where there are folders too."""
    if not folder.folders:
        return list(folder.nodes)
    parts: list[_Folder | Node] = list(folder.folders.values())
    if folder.nodes:
        parts.append(_collect_files(folder))
    return parts


def _collect_files(folder: _Folder) -> _Folder:
    """Return the files that lie directly in a folder, as a folder of their own."""
    weight = sum(node.kind not in ("test", EXTERNAL) for node in folder.nodes)
    path = f"{folder.path}/*".lstrip("/")
    return _Folder(path, folder.nodes, {}, len(folder.nodes), weight)


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
