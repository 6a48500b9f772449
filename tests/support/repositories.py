"""Small repositories with the code that a test writes, and the edges that are read from it."""

from __future__ import annotations

import io
import zipfile

from bot.graphs.code.repository import read_repository
from bot.graphs.graph import Graph


def build_zip(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in files.items():
            packed.writestr(path, content)
    return out.getvalue()


def read(files: dict[str, str | bytes]) -> Graph:
    return read_repository("app.zip", build_zip(files))


def list_edges(graph: Graph) -> set[str]:
    return {f"{edge.source} > {edge.target}" for edge in graph.edges}
