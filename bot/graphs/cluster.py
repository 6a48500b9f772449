"""Draws together what is too much to draw: groups of nodes that are shown as one box each.

By scope or folder where the nodes have one, else by communities: nodes with more edges among each
other than to the rest. Runs in a decoder, as it loads networkx.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.graphs.analysis import GraphFacts, collect_reachable, list_targets
from bot.graphs.graph import Graph, Node

MAX_DRAWN_NODES = 300
MAX_BOXES = 60
_MAX_NAMED_ROOTS, _MAX_NAMED = 5, 30
_MAX_LOUVAIN_EDGES = 30_000
_SEED = 1
_LEAST_MEMBERS = 2


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes that are drawn as one box."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Clusters:
    """`groups` by their ids; `homes` is the group of each node that is in one."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)


NO_CLUSTERS = Clusters()


def combine_nodes(graph: Graph, facts: GraphFacts, rest_name: str) -> Clusters:
    """Return the groups of a large graph; none for one that can be drawn as it is.

    The roots and what they need directly stay by themselves, as far as there is room: the most
    connected first. `rest_name` is what the group of all the small rest is called.
    """
    if len(graph.nodes) <= MAX_DRAWN_NODES:
        return NO_CLUSTERS
    named = set(_choose_named(facts))
    rest = [node for node in graph.nodes if node.id not in named]
    parts = _split_by_scope(rest, MAX_BOXES - len(named))
    names = {node.id: node.name for node in graph.nodes}
    loose = parts.pop("", [])
    room = max(4, MAX_BOXES - len(named) - len(parts) - 1)
    found = [(name, tuple(nodes)) for name, nodes in parts.items()]
    for nodes in _find_communities(graph, facts, loose):
        most = max(nodes, key=lambda one: (facts.in_degrees[one], -len(names[one]), one))
        found.append((f"{names[most]} …", nodes))
    found.sort(key=lambda part: (-len(part[1]), part[0]))
    room += len(parts)
    kept, small = found[: room - 1], found[room - 1 :]
    if small:
        kept.append((rest_name, tuple(node for _, nodes in small for node in nodes)))
    return _build_clusters(kept)


def get_scope(node: Node) -> str:
    """Return what a node belongs to: its group, or the scope in its name (“@babel/core”)."""
    if node.group:
        return node.group
    head, slash, _ = node.name.partition("/")
    return head if slash and head.startswith("@") else ""


def _choose_named(facts: GraphFacts) -> list[str]:
    def is_first(node: str) -> tuple[int, str]:
        return -(facts.in_degrees[node] + facts.out_degrees[node]), node

    roots = sorted(facts.roots, key=is_first)[:_MAX_NAMED_ROOTS]
    return [*roots, *sorted(facts.direct, key=is_first)[:_MAX_NAMED]]


def _split_by_scope(nodes: Sequence[Node], max_groups: int) -> dict[str, list[str]]:
    """Return the ids of nodes by their scope, "" for what has none; folders are cut to fit."""
    depth = max((get_scope(node).count("/") + 1 for node in nodes), default=1)
    while True:
        parts = defaultdict[str, list[str]](list)
        for node in nodes:
            parts["/".join(get_scope(node).split("/")[:depth])].append(node.id)
        if len(parts) <= max_groups or depth == 1:
            break
        depth -= 1
    for name in [name for name, ids in parts.items() if len(ids) < _LEAST_MEMBERS and name]:
        parts[""] += parts.pop(name)
    return dict(parts)


def _find_communities(graph: Graph, facts: GraphFacts, ids: Sequence[str]) -> list[tuple[str, ...]]:
    if not ids:
        return []
    members = set(ids)
    targets = list_targets(graph)
    pairs = [(node, end) for node in ids for end in targets[node] if end in members]
    if len(pairs) > _MAX_LOUVAIN_EDGES:
        return _split_by_reach(targets, facts, ids)
    # Here, as only drawings of large graphs need it.
    import networkx

    plain = networkx.Graph()
    plain.add_nodes_from(ids)
    plain.add_edges_from(pairs)
    found = networkx.community.louvain_communities(plain, seed=_SEED, max_level=6)
    return [tuple(sorted(part)) for part in found]


def _split_by_reach(
    targets: Mapping[str, Sequence[str]], facts: GraphFacts, ids: Iterable[str]
) -> list[tuple[str, ...]]:
    """Return the nodes by what brings them in: the direct dependency with the shortest way."""
    homes: dict[str, str] = {}
    for start in facts.direct:
        homes.setdefault(start, start)
    for node in collect_reachable(targets, facts.direct):
        for end in targets[node]:
            homes.setdefault(end, homes[node])
    parts = defaultdict[str, list[str]](list)
    for node in ids:
        parts[homes.get(node, "")].append(node)
    return [tuple(part) for part in parts.values()]


def _build_clusters(parts: Iterable[tuple[str, tuple[str, ...]]]) -> Clusters:
    groups: dict[str, Group] = {}
    homes: dict[str, str] = {}
    seen = Counter[str]()
    for number, (name, nodes) in enumerate(parts, 1):
        if len(nodes) < _LEAST_MEMBERS:
            continue  # it stands by itself
        seen[name] += 1
        label = name if seen[name] == 1 else f"{name} ({seen[name]})"
        # No node has such an id: those of a file are never "group" and a control code.
        groups[f"\x00group{number}"] = Group(label, len(nodes))
        homes |= dict.fromkeys(nodes, f"\x00group{number}")
    return Clusters(groups, homes)
