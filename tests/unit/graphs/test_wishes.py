"""Which part of a graph is shown, and why a thing is there."""

from __future__ import annotations

import pytest

from bot.graphs.graph import Edge, Node, build_graph
from bot.graphs.paths import list_paths
from bot.graphs.wishes import GraphPart, GraphWish, NotInGraphError, find_named, select_part
from tests.support.graphs import build_small_graph

GRAPH = build_small_graph()


def list_ids(wish: GraphWish) -> set[str]:
    return {node.id for node in select_part(GRAPH, wish).nodes}


@pytest.mark.parametrize(
    ("wish", "ids"),
    [
        (GraphWish(depth=1), {"app", "a", "b", "t"}),
        (GraphWish(GraphPart.PATHS_TO, "leaf@2.0"), {"app", "a", "c", "d", "leaf2"}),
        (GraphWish(GraphPart.PATHS_TO, "LEAF"), {"app", "a", "b", "c", "d", "t", "leaf", "leaf2"}),
        (GraphWish(GraphPart.FROM, "b"), {"b", "leaf", "open"}),
        (GraphWish(GraphPart.FROM, "c", depth=1), {"c", "d"}),
        (GraphWish(only_development=True), {"app", "t", "leaf"}),
        (
            GraphWish(without_development=True),
            {"app", "a", "b", "c", "d", "leaf", "leaf2", "open"},
        ),
    ],
)
def test_the_part_that_is_wanted_is_kept(wish: GraphWish, ids: set[str]) -> None:
    assert list_ids(wish) == ids
    assert GraphWish.parse(wish.serialize()) == wish


def test_a_name_that_is_not_there_is_said() -> None:
    with pytest.raises(NotInGraphError):
        select_part(GRAPH, GraphWish(GraphPart.PATHS_TO, "elsewhere"))


@pytest.mark.parametrize("name", ["@babel/core", "core", "@babel/core 7.1", "@babel/core@7.1"])
def test_people_call_a_thing_by_any_of_its_names(name: str) -> None:
    graph = build_graph("x", [Node("1", "@babel/core", "7.1"), Node("2", "other")])
    assert find_named(graph, name) == ("1",)


@pytest.mark.parametrize("name", ["db.py", "shop/db.py", "src/shop/db.py", "shop.db"])
def test_people_call_a_file_of_code_by_its_path_from_any_folder_on(name: str) -> None:
    graph = build_graph("x", [Node("src/shop/db.py", "db.py"), Node("src/shop/a.py", "a.py")])
    assert find_named(graph, name) == ("src/shop/db.py",)


def test_the_ways_to_a_thing_go_from_the_root_over_each_that_needs_it() -> None:
    assert list_paths(GRAPH, ["leaf"]) == [("app", "b", "leaf"), ("app", "t", "leaf")]
    ring = build_graph(
        "x", [Node("r", "r"), Node("a", "a")], [Edge("r", "a"), Edge("a", "a")], roots=["r"]
    )
    assert list_paths(ring, ["a"]) == [("r", "a")]
