"""Small repositories with the code that a test writes, and the edges that are read from it."""

from __future__ import annotations

from bot.graphs.code.repository import read_repository
from bot.graphs.graph import Graph
from tests.support.archives import build_zip


def read(files: dict[str, str | bytes]) -> Graph:
    return read_repository("app.zip", build_zip(files))


def list_edges(graph: Graph) -> set[str]:
    return {f"{edge.source} > {edge.target}" for edge in graph.edges}
