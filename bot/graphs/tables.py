"""Makes tables of a graph: CSV for other programs, a few rows for people and models. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.safe_text import replace_invisible, truncate
from bot.graphs.analysis import GraphFacts, analyse, collect_reachable, list_targets
from bot.graphs.graph import Graph, Node
from bot.structured_output.csv_text import format_csv_rows

_NODE_COLUMNS = (
    *("name", "version", "kind", "group", "needed by", "needs", "root", "cycle", "versions"),
    "unresolved",
)
_MAX_NAME_CHARS = 80
# What would end the code or the cell, or begin a sign of Slack's.
_UNSAFE = str.maketrans({"`": "'", "|": "\N{BROKEN BAR}", "<": "‹", ">": "›"})
_EDGE_COLUMNS = ("from", "from version", "to", "to version", "label", "kind", "unresolved")


def format_edges_csv(graph: Graph) -> bytes:
    """Return all edges, one a row, of which no spreadsheet takes any part for a formula."""
    nodes = {node.id: node for node in graph.nodes}
    rows = (
        (
            *(nodes[edge.source].name, nodes[edge.source].version),
            *(nodes[edge.target].name, nodes[edge.target].version),
            *(edge.label, edge.kind, "yes" if edge.is_unresolved else ""),
        )
        for edge in graph.edges
    )
    return format_csv_rows(_EDGE_COLUMNS, rows, "\r\n").encode("utf-8-sig", "replace")


def format_nodes_csv(graph: Graph, facts: GraphFacts) -> bytes:
    """Return all nodes, one a row, with how much needs them and how much they need."""
    rings = {node: number for number, ring in enumerate(facts.cycles, 1) for node in ring}
    versions = {node: len(ids) for ids in facts.duplicates.values() for node in ids}
    rows = (
        (
            *(node.name, node.version, node.kind, node.group),
            *(facts.in_degrees[node.id], facts.out_degrees[node.id]),
            "yes" if node.id in facts.roots else "",
            *(rings.get(node.id, ""), versions.get(node.id, "")),
            "yes" if node.is_unresolved else "",
        )
        for node in graph.nodes
    )
    return format_csv_rows(_NODE_COLUMNS, rows, "\r\n").encode("utf-8-sig", "replace")


def list_most_needed(graph: Graph, facts: GraphFacts, count: int) -> list[tuple[Node, int]]:
    """Return the nodes that most others need, and by how many; those that few need left out."""
    needed = [(node, facts.in_degrees[node.id]) for node in graph.nodes]
    needed = [pair for pair in needed if pair[1] > 1 and pair[0].id not in facts.roots]
    needed.sort(key=lambda pair: (-pair[1], pair[0].name, pair[0].version))
    return needed[:count]


def format_name(text: str) -> str:
    """Return a foreign name for a sentence or a table: as code, in which nothing is obeyed."""
    plain = " ".join(replace_invisible(text).translate(_UNSAFE).split())
    return f"`{truncate(plain, _MAX_NAME_CHARS) or '?'}`"


def format_edge_list(graph: Graph, max_lines: int) -> str:
    """Return the edges as lines of text for a model, from the roots on; the rest is counted."""
    labels = {node.id: node.label for node in graph.nodes}
    order = {node: number for number, node in enumerate(_list_from_roots(graph))}
    edges = sorted(graph.edges, key=lambda edge: order.get(edge.source, len(order)))
    lines = [
        f"{labels[edge.source]} -> {labels[edge.target]}"
        + "".join(f" [{word}]" for word in (edge.kind, edge.label) if word)
        for edge in edges[:max_lines]
    ]
    if len(edges) > max_lines:
        lines.append(f"… and {len(edges) - max_lines:,} more connections")
    return "\n".join(lines)


def _list_from_roots(graph: Graph) -> Iterable[str]:
    return collect_reachable(list_targets(graph), analyse(graph).roots)
