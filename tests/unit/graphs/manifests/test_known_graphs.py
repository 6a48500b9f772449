"""Lock files of known graphs, of real size, are read edge by edge: nothing less, nothing more."""

from __future__ import annotations

import pytest

from bot.graphs.graph import Graph
from bot.graphs.manifests import javascript, python, systems
from tests.support.known_graphs import make_known_graph
from tests.support.manifest_files import LOCK_WRITERS, SINGLE_WRITERS, write_package_lock

FORMATS = (*javascript.FORMATS, *python.FORMATS, *systems.FORMATS)
NPM = {"package-lock", "yarn", "pnpm", "bun"}


def read(name: str, text: str) -> Graph:
    found = next(one for one in FORMATS if one.matches(name, text[:4_000]))
    return found.read(name, text)


def list_edges(graph: Graph) -> set[tuple[str, str]]:
    """The connections between packages: not those of the project itself."""
    projects = {node.id for node in graph.nodes if node.kind == "project"}
    return {(edge.source, edge.target) for edge in graph.edges if edge.source not in projects}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", LOCK_WRITERS)
def test_a_lock_with_several_versions_is_read_edge_by_edge(kind: str, seed: int) -> None:
    name, write = LOCK_WRITERS[kind]
    pattern = "@scope/pkg-{}" if kind.split()[0] in NPM and seed == 2 else "pkg-{}"
    known = make_known_graph(seed, pattern=pattern)
    graph = read(name, write(known))
    assert list_edges(graph) == known.edges
    assert {node.id for node in graph.nodes if node.kind != "project"} >= {
        one.id for one in known.packages if one.version[0] == "1"
    }
    assert graph.is_whole
    assert not graph.unresolved
    assert not [edge for edge in graph.edges if edge.is_unresolved]
    if graph.nodes[0].kind == "project" or graph.nodes[-1].kind == "project":
        root = graph.roots[0]
        assert {(e.source, e.target) for e in graph.edges if e.source == root} == known.list_direct(
            root
        )


@pytest.mark.parametrize("seed", [4, 5, 6])
@pytest.mark.parametrize("kind", SINGLE_WRITERS)
def test_a_lock_with_one_version_of_each_is_read_edge_by_edge(kind: str, seed: int) -> None:
    name, write = SINGLE_WRITERS[kind]
    pattern = "vendor/pkg-{}" if kind == "composer" else "pkg-{}"
    known = make_known_graph(seed, pattern=pattern, has_doubles=False)
    graph = read(name, write(known))
    assert list_edges(graph) == known.edges
    assert graph.is_whole
    assert not graph.unresolved


def test_a_lock_of_six_thousand_edges_is_read_edge_by_edge() -> None:
    known = make_known_graph(7, count=1_700, needs=4)
    assert len(known.edges) > 6_000
    assert list_edges(read("package-lock.json", write_package_lock(known))) == known.edges


def test_everything_can_be_reached_from_the_roots() -> None:
    """Also where the lock does not say what the project asks for, and rings need one another."""
    graph = read("yarn.lock", LOCK_WRITERS["yarn 1"][1](make_known_graph(8)))
    targets: dict[str, list[str]] = {}
    for edge in graph.edges:
        targets.setdefault(edge.source, []).append(edge.target)
    seen: set[str] = set()
    waiting = list(graph.roots)
    while waiting:
        node_id = waiting.pop()
        if node_id not in seen:
            seen.add(node_id)
            waiting += targets.get(node_id, [])
    assert seen == {node.id for node in graph.nodes}
    assert "does not say what the project itself asks for" in graph.notes[0]
