"""Says in words what a graph holds: counts, cycles, duplicates, what is not resolved. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.messages import Message, MessageList
from bot.graphs.analysis import GraphFacts
from bot.graphs.cluster import Clusters
from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds
from bot.graphs.paths import list_paths
from bot.graphs.tables import format_edge_list, format_name, list_most_needed
from bot.graphs.wishes import GraphPart, GraphWish, find_named

_MAX_CYCLES, _MAX_DUPLICATES, _MAX_UNRESOLVED, _MAX_NOTES = 3, 6, 8, 6
_MAX_STEPS, _MAX_ROWS, _MAX_PATHS = 8, 6, 6
_MAX_FACT_EDGES, _MAX_FACT_CHARS = 600, 40_000

_COUNTS = "**{source}**: {nodes}, {edges}, {direct:,} needed directly and {indirect:,} indirectly."
_FROM_COUNTS = "**{source}**: {name} needs {direct:,} directly and {indirect:,} indirectly."
_PART_COUNTS = "**{source}**, a part of it: {nodes}, {edges}."
_PLAIN_COUNTS = "**{source}**: {nodes}, {edges}."
_NODES = "{count:,} node"
_NODES_MANY = "{count:,} nodes"
_EDGES = "{count:,} edge"
_EDGES_MANY = "{count:,} edges"
_CHAIN = "Longest chain, {count:,} steps: {chain}"
_CYCLE = "In a cycle: {chain}"
_MORE_CYCLES = "And one more cycle."
_MORE_CYCLES_MANY = "And {count:,} more cycles."
_NO_CYCLES = "There is no cycle."
_DUPLICATE = "In {count:,} versions: {name} {versions}"
_MORE_DUPLICATES = "And one more in several versions."
_MORE_DUPLICATES_MANY = "And {count:,} more in several versions."
_TABLE_HEAD = "| most needed | needed by |\n| --- | --- |"
_UNRESOLVED = "Not known from the file alone:"
_UNRESOLVED_LINE = "- {what}: {reason}"
_MORE_UNRESOLVED = "- and one more"
_MORE_UNRESOLVED_MANY = "- and {count:,} more"
_NOT_WHOLE = (
    "{source} states only what is needed directly; what that needs stands in a lock file, if there"
    " is one."
)
_GROUPED = (
    "That many nodes cannot be read in one picture, so it shows {count:,} groups and the most"
    " important nodes. All nodes and edges are in the DOT file and the tables."
)
_ALL_GROUPED = (
    "That many nodes cannot be read in one picture, so it shows {count:,} groups. All nodes and"
    " edges are in the DOT file and the tables."
)
_WEAK_LINES = "One weaker connection between groups is not drawn."
_WEAK_LINES_MANY = "{count:,} weaker connections between groups are not drawn."
_WAYS = "**{source}**: how it comes to need {name}:"
_NO_WAYS = "**{source}**: nothing in it needs {name}."
_MORE_WAYS = "- and by one more way, in the picture"
_MORE_WAYS_MANY = "- and by {count:,} more ways, in the picture"
_ALT_TEXT = "Dependency graph of {source}: {nodes} and {edges}"


def describe_graph(graph: Graph, facts: GraphFacts, wish: GraphWish) -> Message:
    """Return what people read above the picture."""
    lines = [*_describe_beginning(graph, facts, wish), *_describe_shape(graph, facts, wish)]
    lines += _describe_duplicates(graph, facts)
    table = list_most_needed(graph, facts, _MAX_ROWS)
    unresolved = _describe_unresolved(graph)
    parts: list[str] = [MessageList(lines)]
    if len(table) > 1 and wish.part is not GraphPart.PATHS_TO:
        rows = [f"| {format_name(node.label)} | {count} |" for node, count in table]
        parts.append(MessageList([Message(_TABLE_HEAD), *rows]))
    if unresolved:
        parts.append(MessageList(unresolved))
    notes = list(graph.notes[:_MAX_NOTES])
    if not graph.is_whole and wish.part is GraphPart.WHOLE and _is_of_packages(graph):
        notes.insert(0, Message(_NOT_WHOLE, source=format_name(graph.source)))
    if notes:
        parts.append(MessageList(notes))
    return MessageList(parts, "\n\n")


def describe_grouping(graph: Graph, clusters: Clusters, left_out: int) -> list[Message]:
    """Say what the picture of a large graph leaves out; nothing for a small one."""
    if not clusters.groups:
        return []
    has_named = len(clusters.homes) < len(graph.nodes)
    said = [Message(_GROUPED if has_named else _ALL_GROUPED, count=len(clusters.groups))]
    if left_out:
        said.append(Message(_WEAK_LINES, plural=_WEAK_LINES_MANY, count=left_out))
    return said


def describe_picture(graph: Graph, wish: GraphWish) -> Message:
    """Return the alternative text of the picture."""
    nodes, edges = _count_parts(graph)
    return Message(_ALT_TEXT, source=format_subject(graph, wish), nodes=nodes, edges=edges)


def format_subject(graph: Graph, wish: GraphWish) -> str:
    """Return what a picture is about: the file, and the thing in it that was asked for."""
    source = format_name(graph.source)[1:-1]
    return f"{source} ({_format_named(graph, wish)[1:-1]})" if wish.name else source


def format_facts(graph: Graph, facts: GraphFacts) -> str:
    """Return what was computed, as plain text for a model: counts, then the edges themselves."""
    labels = {node.id: node.label for node in graph.nodes}
    roots = ", ".join(labels[root] for root in facts.roots[:10])
    lines = [
        f"Graph computed from {graph.source}: {len(graph.nodes)} nodes, {len(graph.edges)} edges.",
        f"Roots: {roots}",
        f"Needed directly: {len(facts.direct)}; indirectly: {facts.indirect_count}.",
        f"Longest chain: {' -> '.join(labels[node] for node in facts.deepest[:20])}",
    ]
    lines += [
        f"Cycle: {', '.join(labels[node] for node in ring[:20])}" for ring in facts.cycles[:10]
    ]
    for name, nodes in list(facts.duplicates.items())[:30]:
        lines.append(f"Several versions: {name}: {', '.join(labels[node] for node in nodes[:10])}")
    needed = list_most_needed(graph, facts, 30)
    lines += [f"Needed by {count}: {node.label}" for node, count in needed]
    lines += [f"Not resolved: {one.what}: {one.reason}" for one in graph.unresolved[:30]]
    kinds = [f"{node.label} ({node.kind})" for node in graph.nodes[:200] if node.kind]
    if kinds:
        lines.append(f"Kinds: {', '.join(kinds)}")
    text = "\n".join((*lines, "Edges:", format_edge_list(graph, _MAX_FACT_EDGES)))
    return text[:_MAX_FACT_CHARS]


def _describe_beginning(graph: Graph, facts: GraphFacts, wish: GraphWish) -> list[str]:
    """Say how much there is; of a part nothing that would be read as said of the whole file."""
    if wish.part is GraphPart.PATHS_TO:
        return _describe_paths(graph, wish)
    source = format_name(graph.source)[1:-1]
    nodes, edges = _count_parts(graph)
    counts: dict[str, Any] = {"nodes": nodes, "edges": edges}
    needed: dict[str, Any] = {"direct": len(facts.direct), "indirect": facts.indirect_count}
    if wish.part is GraphPart.FROM and wish.depth is None:
        return [Message(_FROM_COUNTS, source=source, name=_format_named(graph, wish), **needed)]
    if wish.is_part:
        return [Message(_PART_COUNTS, source=source, **counts)]
    if not graph.roots:
        return [Message(_PLAIN_COUNTS, source=source, **counts)]
    return [Message(_COUNTS, source=source, **counts, **needed)]


def _count_parts(graph: Graph) -> tuple[Message, Message]:
    """Return in words how many nodes and edges there are."""
    return (
        Message(_NODES, plural=_NODES_MANY, count=len(graph.nodes)),
        Message(_EDGES, plural=_EDGES_MANY, count=len(graph.edges)),
    )


def _describe_paths(graph: Graph, wish: GraphWish) -> list[str]:
    labels = {node.id: node.label for node in graph.nodes}
    paths = list_paths(graph, find_named(graph, wish.name))
    source, name = format_name(graph.source)[1:-1], _format_named(graph, wish)
    if not paths:
        return [Message(_NO_WAYS, source=source, name=name)]
    lines: list[str] = [Message(_WAYS, source=source, name=name)]
    lines += [f"- {_format_chain(path, labels)}" for path in paths[:_MAX_PATHS]]
    more = len(paths) - _MAX_PATHS
    if more > 0:
        lines.append(Message(_MORE_WAYS, plural=_MORE_WAYS_MANY, count=more))
    return lines


def _describe_shape(graph: Graph, facts: GraphFacts, wish: GraphWish) -> list[Message]:
    labels = {node.id: node.label for node in graph.nodes}
    said = []
    is_cut = wish.part is GraphPart.PATHS_TO or wish.depth is not None
    if len(facts.deepest) > 2 and not is_cut:
        chain = _format_chain(facts.deepest, labels)
        said.append(Message(_CHAIN, count=len(facts.deepest) - 1, chain=chain))
    for ring in facts.cycles[:_MAX_CYCLES]:
        said.append(Message(_CYCLE, chain=_format_ring(graph, ring, labels)))
    more = len(facts.cycles) - _MAX_CYCLES
    if more > 0:
        said.append(Message(_MORE_CYCLES, plural=_MORE_CYCLES_MANY, count=more))
    if not facts.cycles and graph.is_whole and not wish.is_part:
        said.append(Message(_NO_CYCLES))
    return said


def _describe_duplicates(graph: Graph, facts: GraphFacts) -> list[Message]:
    versions = {node.id: node.version for node in graph.nodes}
    said = [
        Message(
            _DUPLICATE,
            count=len(nodes),
            name=format_name(name),
            versions=", ".join(format_name(versions[node]) for node in nodes[:_MAX_STEPS]),
        )
        for name, nodes in list(facts.duplicates.items())[:_MAX_DUPLICATES]
    ]
    more = len(facts.duplicates) - _MAX_DUPLICATES
    if more > 0:
        said.append(Message(_MORE_DUPLICATES, plural=_MORE_DUPLICATES_MANY, count=more))
    return said


def _describe_unresolved(graph: Graph) -> list[Message]:
    if not graph.unresolved:
        return []
    said = [Message(_UNRESOLVED)]
    for one in graph.unresolved[:_MAX_UNRESOLVED]:
        said.append(Message(_UNRESOLVED_LINE, what=format_name(one.what), reason=one.reason))
    more = len(graph.unresolved) - _MAX_UNRESOLVED
    if more > 0:
        said.append(Message(_MORE_UNRESOLVED, plural=_MORE_UNRESOLVED_MANY, count=more))
    return said


def _format_named(graph: Graph, wish: GraphWish) -> str:
    """Return the name as the file writes it."""
    named = find_named(graph, wish.name)
    names = {node.id: node.name for node in graph.nodes}
    return format_name(names[named[0]] if named else wish.name)


def _format_chain(nodes: Sequence[str], labels: dict[str, str]) -> str:
    names = [format_name(labels[node]) for node in nodes]
    if len(names) > _MAX_STEPS:
        names = [*names[: _MAX_STEPS - 2], "…", names[-1]]
    return " → ".join(names)


def _format_ring(graph: Graph, ring: Sequence[str], labels: dict[str, str]) -> str:
    """Return one way around in a ring, from its first node back to it."""
    inner = {edge for edge in graph.edges if edge.source in ring and edge.target in ring}
    targets: dict[str, list[str]] = {node: [] for node in ring}
    for edge in sorted(inner, key=lambda edge: (edge.source, edge.target)):
        targets[edge.source].append(edge.target)
    start = ring[0]
    before: dict[str, str] = {}
    queue = [start]
    for node in queue:
        for end in targets[node]:
            if end == start:
                way = [start, node]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return _format_chain([*way[:0:-1], start] if node != start else [start] * 2, labels)
            if end not in before:
                before[end] = node
                queue.append(end)
    return _format_chain(ring, labels)


def _is_of_packages(graph: Graph) -> bool:
    used = {node.kind for node in graph.nodes} | {edge.kind for edge in graph.edges}
    return bool(used & {kinds.PRODUCTION, kinds.DEVELOPMENT, kinds.OPTIONAL})
