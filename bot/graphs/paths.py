"""Finds the ways from the roots of a graph to a thing: why it is there. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.graphs.analysis import analyse, list_sources, list_targets
from bot.graphs.graph import Graph


def list_paths(graph: Graph, goals: Sequence[str]) -> list[tuple[str, ...]]:
    """Return for each thing that needs one of `goals` itself the shortest way over it.

    The shortest come first. No way visits a node twice.
    """
    targets = list_targets(graph)
    roots = analyse(graph).roots
    before = _walk(targets, roots)
    sources = list_sources(targets)
    paths = []
    for goal in goals:
        for source in sources[goal]:
            way = _build_way(before, source)
            if way and goal not in way:
                paths.append((*way, goal))
    return sorted(paths, key=lambda path: (len(path), path))


def _walk(targets: Mapping[str, Sequence[str]], roots: Sequence[str]) -> dict[str, str]:
    """Return from where each node is reached first; a root from nowhere."""
    before = dict.fromkeys(roots, "")
    queue = list(before)
    for node in queue:
        for end in targets[node]:
            if end not in before:
                before[end] = node
                queue.append(end)
    return before


def _build_way(before: Mapping[str, str], goal: str) -> tuple[str, ...]:
    if goal not in before:
        return ()
    way = [goal]
    while before[way[-1]]:
        way.append(before[way[-1]])
    return tuple(reversed(way))
