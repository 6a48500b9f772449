"""A graph holds each thing once, joins only what it has, and has bounded, printable labels."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.graphs import graph as graphs
from bot.graphs.graph import MAX_LABEL_CHARS, Edge, GraphError, Node, build_graph

ROOT = Path(__file__).parents[3]


def test_nodes_and_edges_are_there_once_and_in_order() -> None:
    nodes = [Node("a", "app"), Node("b", "lib", "1.0"), Node("a", "other")]
    graph = build_graph("x.lock", nodes, [Edge("a", "b"), Edge("a", "b")], roots=["a", "z"])
    assert [node.label for node in graph.nodes] == ["app", "lib 1.0"]
    assert graph.edges == (Edge("a", "b"),)
    assert graph.roots == ("a",)


def test_what_only_an_edge_names_is_there_and_unresolved() -> None:
    graph = build_graph("x", [Node("a", "app")], [Edge("a", "gone")])
    assert graph.nodes[1] == Node("gone", "gone", is_unresolved=True)


def test_labels_are_on_one_line_printable_and_bounded() -> None:
    name = "ev\x1b[31mil\u202e\n" + "x" * 5_000
    (node,) = build_graph("a\nb", [Node("a", name, "\x00")]).nodes
    assert len(node.name) == MAX_LABEL_CHARS
    assert node.name.startswith("ev [31mil x")
    assert node.version == ""


def test_too_many_nodes_are_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "MAX_NODES", 3)
    with pytest.raises(GraphError) as caught:
        build_graph("go.mod", [], [Edge("a", "b"), Edge("c", "d")])
    assert "go.mod names more than 3 things" in caught.value.user_message


def test_libraries_of_readers_are_loaded_only_when_a_file_needs_them() -> None:
    code = (
        "import sys\nimport bot.graphs.code.repository, bot.graphs.manifests.infrastructure\n"
        "import bot.graphs.manifests.java\n"
        "print([m for m in ('tree_sitter', 'hcl2', 'lark', 'PIL', 'numpy') if m in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"
