"""Writes a graph in the language DOT, all of it, for other programs. Pure.

Foreign words stand in labels only, in quotes, where no program takes them for anything else; what
tells nodes apart is a number of ours.
"""

from __future__ import annotations

from bot.graphs.graph import Edge, Graph, Node


def format_dot(graph: Graph) -> str:
    """Return the graph as DOT, in the order of the graph."""
    ids = {node.id: f"n{number}" for number, node in enumerate(graph.nodes, 1)}
    lines = ["digraph dependencies {", "  node [shape=box];"]
    lines += [f"  {ids[node.id]} [{_format_node(node, graph)}];" for node in graph.nodes]
    lines += [
        f"  {ids[edge.source]} -> {ids[edge.target]}{_format_edge(edge)};" for edge in graph.edges
    ]
    return "\n".join((*lines, "}", ""))


def quote_words(text: str) -> str:
    """Return foreign words as a quoted string of DOT that shows each character as it is."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = "".join(letter for letter in plain if letter.isprintable())
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _format_node(node: Node, graph: Graph) -> str:
    attributes = [f"label={quote_words(node.label)}"]
    if node.kind:
        attributes.append(f"class={quote_words(node.kind)}")
    if node.is_unresolved:
        attributes.append("style=dashed")
    if node.id in graph.roots:
        attributes.append("penwidth=2")
    return ", ".join(attributes)


def _format_edge(edge: Edge) -> str:
    attributes = []
    if edge.label:
        attributes.append(f"label={quote_words(edge.label)}")
    if edge.kind:
        attributes.append(f"class={quote_words(edge.kind)}")
    if edge.is_unresolved:
        attributes.append("style=dashed")
    return f" [{', '.join(attributes)}]" if attributes else ""
