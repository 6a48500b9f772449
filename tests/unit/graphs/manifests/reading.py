"""Reads a manifest as the service does: the format is found by name and text."""

from __future__ import annotations

import pytest

from bot.graphs.graph import Graph, GraphError
from bot.graphs.manifests import javascript, python, systems

FORMATS = (*javascript.FORMATS, *python.FORMATS, *systems.FORMATS)


def read(name: str, text: str) -> Graph:
    found = next(one for one in FORMATS if one.matches(name, text[:4_000]))
    return found.read(name, text)


def list_lines(graph: Graph) -> list[str]:
    """The connections in words: “app -> lib@1.0 production ^1.0”, and “?” where it is open."""
    return [
        f"{edge.source} -> {edge.target} {edge.kind}"
        f"{' ' + edge.label if edge.label else ''}{' ?' if edge.is_unresolved else ''}"
        for edge in graph.edges
    ]


def tell(graph: Graph) -> set[str]:
    """Each edge as “source kind target”, with a question mark where something is unresolved."""
    nodes = {node.id: node for node in graph.nodes}
    told = set()
    for edge in graph.edges:
        mark = "?" if edge.is_unresolved or nodes[edge.target].is_unresolved else ""
        kind = f"{edge.kind} ({edge.label})" if edge.label else edge.kind
        told.add(f"{nodes[edge.source].label} {kind} {nodes[edge.target].label}{mark}")
    return told


def refuse(name: str, text: str) -> str:
    """Return the sentence with which the file is refused."""
    with pytest.raises(GraphError) as caught:
        read(name, text)
    return str(caught.value.user_message)
