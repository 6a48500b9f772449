"""What is computed of a graph, held against slow and simple ways to compute it."""

from __future__ import annotations

import random

import networkx

from bot.graphs.analysis import analyse
from bot.graphs.graph import Edge, Graph, Node, build_graph
from tests.support.graphs import build_small_graph
from tests.support.processor_time import hold_to


def build_random(seed: int) -> Graph:
    rand = random.Random(seed)
    count = rand.randrange(1, 25)
    pairs = [(rand.randrange(count), rand.randrange(count)) for _ in range(rand.randrange(40))]
    nodes = [Node(str(number), f"n{number % 5}", f"{number}") for number in range(count)]
    return build_graph("x", nodes, [Edge(str(one), str(other)) for one, other in pairs])


def test_cycles_duplicates_depth_and_degrees_are_told() -> None:
    facts = analyse(build_small_graph())
    assert facts.roots == ("app",)
    assert facts.direct == ("a", "b", "t")
    assert facts.indirect_count == 5
    assert facts.cycles == (("a", "c", "d"),)
    assert facts.duplicates == {"leaf": ("leaf", "leaf2")}
    assert facts.in_degrees["leaf"] == 2
    assert facts.deepest[0] == "app" and facts.deepest[-1] == "leaf2"


def test_random_graphs_have_the_cycles_and_depths_that_another_library_finds() -> None:
    for seed in range(150):
        graph = build_random(seed)
        facts = analyse(graph)
        other = networkx.DiGraph()
        other.add_nodes_from(node.id for node in graph.nodes)
        other.add_edges_from((edge.source, edge.target) for edge in graph.edges)
        parts = networkx.strongly_connected_components(other)
        rings = {
            frozenset(part)
            for part in parts
            if len(part) > 1 or other.has_edge(next(iter(part)), next(iter(part)))
        }
        assert {frozenset(ring) for ring in facts.cycles} == rings
        flat = networkx.condensation(other)
        homes = flat.graph["mapping"]
        starts = {homes[root] for root in facts.roots}
        longest = max(
            (
                len(path)
                for start in starts
                for end in flat
                for path in networkx.all_simple_paths(flat, start, end)
            ),
            default=1,
        )
        assert len({homes[node] for node in facts.deepest}) == max(1, longest)


def test_a_long_chain_exhausts_nothing() -> None:
    count = 15_000
    nodes = [Node(str(number), "x") for number in range(count)]
    edges = [Edge(str(number), str(number + 1)) for number in range(count - 1)]
    with hold_to(5):
        facts = analyse(build_graph("x", nodes, edges))
        assert len(facts.deepest) == count


def test_where_all_is_in_a_cycle_one_begins_with_the_first() -> None:
    graph = build_graph("x", [Node("a", "a"), Node("b", "b")], [Edge("a", "b"), Edge("b", "a")])
    assert analyse(graph).roots == ("a",)
