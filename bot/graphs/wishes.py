"""What somebody wants to see of a graph, and the part of the graph that shows it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from bot.graphs.analysis import analyse, collect_reachable, list_sources, list_targets
from bot.graphs.graph import Graph, Node

_DEVELOPMENT_WORDS = ("dev", "test", "build", "lint", "doc")


class GraphPart(StrEnum):
    """Which part of a graph is wanted."""

    WHOLE = "whole"
    PATHS_TO = "paths to"  # why something is there: all ways from the roots to it
    FROM = "from"  # what something needs


@dataclass(frozen=True, slots=True)
class GraphWish:
    """What of a graph is wanted.

    `name` is the thing that `PATHS_TO` and `FROM` are about, as written by a person. At most
    `depth` steps are shown; None for all. `file` is a file that the words name, "" for none.
    """

    part: GraphPart = GraphPart.WHOLE
    name: str = ""
    depth: int | None = None
    only_development: bool = False
    without_development: bool = False
    file: str = ""

    @property
    def is_part(self) -> bool:
        """Whether less than a whole file is wanted."""
        return replace(self, file="") != GraphWish()

    def serialize(self) -> dict[str, Any]:
        """Return it as plain values, for the process that reads files."""
        return asdict(self)

    @classmethod
    def parse(cls, values: dict[str, Any]) -> Self:
        """Return what `serialize` gave."""
        return cls(**{**values, "part": GraphPart(values["part"])})


class NotInGraphError(Exception):
    """The graph holds nothing of the name that was asked for."""


def select_part(graph: Graph, wish: GraphWish) -> Graph:
    """Return the part of the graph that is wanted. Raises `NotInGraphError`."""
    if wish.only_development or wish.without_development:
        graph = _select_kinds(graph, wants_development=wish.only_development)
    targets = list_targets(graph)
    if wish.part is GraphPart.WHOLE:
        if wish.depth is None:
            return graph
        roots = analyse(graph).roots
        return keep_nodes(graph, collect_reachable(targets, roots, wish.depth), roots)
    named = find_named(graph, wish.name)
    if not named:
        raise NotInGraphError(wish.name)
    if wish.part is GraphPart.FROM:
        return keep_nodes(graph, collect_reachable(targets, named, wish.depth), named)
    above = collect_reachable(list_sources(targets), named, wish.depth)
    roots = tuple(root for root in analyse(graph).roots if root in above)
    below = collect_reachable(targets, roots)
    return keep_nodes(graph, [node for node in above if node in below or not roots], roots)


def find_named(graph: Graph, name: str) -> tuple[str, ...]:
    """Return the ids of the nodes that people call `name`: all versions, or the one it names."""
    wanted = _normalize(name)
    for read in (_list_full_names, _list_names, _list_short_names, _list_paths):
        found = tuple(node.id for node in graph.nodes if wanted in map(_normalize, read(node)))
        if found:
            return found
    return ()


def keep_nodes(graph: Graph, ids: Iterable[str], roots: tuple[str, ...] = ()) -> Graph:
    """Return the graph with these nodes only, and the edges between them."""
    kept = set(ids)
    return replace(
        graph,
        nodes=tuple(node for node in graph.nodes if node.id in kept),
        edges=tuple(edge for edge in graph.edges if {edge.source, edge.target} <= kept),
        roots=roots or tuple(root for root in graph.roots if root in kept),
    )


def is_development(kind: str) -> bool:
    """Whether a kind of node or edge is for those who work on the thing, not for its users."""
    return kind.casefold().startswith(_DEVELOPMENT_WORDS)


def _select_kinds(graph: Graph, *, wants_development: bool) -> Graph:
    """Return what is needed for development only, or what is left without it.

    A kind stands at the edge from a root, or at the node; what only such things need belongs to
    them.
    """
    kinds = {node.id: node.kind for node in graph.nodes}
    roots = analyse(graph).roots
    targets = list_targets(graph)
    development: dict[str, bool] = {}
    for edge in graph.edges:
        if edge.source in roots and edge.target not in roots:
            is_kind = is_development(edge.kind or kinds[edge.target])
            development[edge.target] = development.get(edge.target, True) and is_kind
    first = [node for node, is_kind in development.items() if is_kind is wants_development]
    reached = collect_reachable(targets, first)
    return keep_nodes(graph, [*roots, *reached], roots)


def _list_full_names(node: Node) -> tuple[str, ...]:
    return (node.label, f"{node.name}@{node.version}", f"{node.name}=={node.version}")


def _list_names(node: Node) -> tuple[str, ...]:
    return (node.name,)


def _list_short_names(node: Node) -> tuple[str, ...]:
    return (node.name.rpartition("/")[2], node.name.rpartition(":")[2])


def _list_paths(node: Node) -> tuple[str, ...]:
    """Return how people write a file of code: from any of its folders on, or as Python imports."""
    steps = node.id.split("/")
    paths = tuple("/".join(steps[start:]) for start in range(len(steps) - 1))
    modules = tuple(path.removesuffix(".py") for path in paths if path.endswith(".py"))
    return (*paths, *(module.replace("/", ".") for module in modules))


def _normalize(name: str) -> str:
    return name.casefold().strip().replace("_", "-")
