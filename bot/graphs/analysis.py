"""Computes what there is to say of a graph: cycles, duplicates, degrees, depth. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.graphs.graph import Graph


@dataclass(frozen=True, slots=True)
class GraphFacts:
    """What was computed of a graph. Nodes are named by their ids.

    `roots` are where one begins to read: those of the graph, else the nodes that nothing points to.
    `direct` are what the roots need, `indirect_count` is how many more can be reached from them.
    `cycles` are the groups of nodes that need each other in a ring, largest first; `duplicates` are
    the names that occur in several versions, each with its nodes. `deepest` is the longest chain
    from a root, where a cycle counts as one step.
    """

    roots: tuple[str, ...]
    direct: tuple[str, ...]
    indirect_count: int
    cycles: tuple[tuple[str, ...], ...]
    duplicates: Mapping[str, tuple[str, ...]]
    deepest: tuple[str, ...]
    in_degrees: Mapping[str, int]
    out_degrees: Mapping[str, int]


def analyse(graph: Graph) -> GraphFacts:
    """Compute the facts of a graph, in time that grows with its size."""
    targets = list_targets(graph)
    in_degrees = dict.fromkeys((node.id for node in graph.nodes), 0)
    for ends in targets.values():
        for end in ends:
            in_degrees[end] += 1
    components = find_components(targets)
    loops = {edge.source for edge in graph.edges if edge.source == edge.target}
    cycles = [part for part in components if len(part) > 1 or part[0] in loops]
    roots = choose_roots(graph, in_degrees)
    reached = collect_reachable(targets, roots)
    direct = tuple(
        dict.fromkeys(end for root in roots for end in targets[root] if end not in roots)
    )
    return GraphFacts(
        roots=roots,
        direct=direct,
        indirect_count=len(reached) - len(set(roots)) - len(direct),
        cycles=tuple(sorted((tuple(sorted(part)) for part in cycles), key=_sort_cycle)),
        duplicates=_find_duplicates(graph),
        deepest=_find_deepest(targets, components, roots),
        in_degrees=in_degrees,
        out_degrees={node: len(ends) for node, ends in targets.items()},
    )


def list_targets(graph: Graph) -> dict[str, tuple[str, ...]]:
    """Return what each node points to, each once, in the order of the file; loops left out."""
    ends: dict[str, dict[str, None]] = {node.id: {} for node in graph.nodes}
    for edge in graph.edges:
        if edge.source != edge.target:
            ends[edge.source][edge.target] = None
    return {node: tuple(found) for node, found in ends.items()}


def list_sources(targets: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return what points to each node."""
    sources: dict[str, list[str]] = {node: [] for node in targets}
    for node, ends in targets.items():
        for end in ends:
            sources[end].append(node)
    return {node: tuple(found) for node, found in sources.items()}


def collect_reachable(
    targets: Mapping[str, Sequence[str]], starts: Sequence[str], max_depth: int | None = None
) -> dict[str, int]:
    """Return the nodes that can be reached from `starts`, and in how many steps at least."""
    depths = dict.fromkeys(starts, 0)
    queue = list(depths)
    for node in queue:
        if max_depth is not None and depths[node] >= max_depth:
            continue
        for end in targets[node]:
            if end not in depths:
                depths[end] = depths[node] + 1
                queue.append(end)
    return depths


def choose_roots(graph: Graph, in_degrees: Mapping[str, int]) -> tuple[str, ...]:
    """Return where one begins to read; the first node where all are in cycles."""
    if graph.roots:
        return graph.roots
    free = tuple(
        node.id for node in graph.nodes if not in_degrees[node.id] and not node.is_unresolved
    )
    return free or tuple(node.id for node in graph.nodes[:1])


def find_components(targets: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the strongly connected components: each after all that it points to.

    This is Tarjan's algorithm without recursion, which a long chain would exhaust.
    """
    search = _ComponentSearch(targets)
    for node in targets:
        if node not in search.numbers:
            search.run(node)
    return search.components


class _ComponentSearch:
    """The state of one search."""

    def __init__(self, targets: Mapping[str, Sequence[str]]) -> None:
        self._targets = targets
        self._lows: dict[str, int] = {}
        self._stack: list[str] = []
        self._on_stack: set[str] = set()
        self.numbers: dict[str, int] = {}
        self.components: list[tuple[str, ...]] = []

    def run(self, start: str) -> None:
        """Find the components that can be reached from `start` and are not found yet."""
        self._open(start)
        work = [(start, iter(self._targets[start]))]
        while work:
            node, ends = work[-1]
            end = next(ends, None)
            if end is None:
                work.pop()
                self._close(node)
                if work:
                    above = work[-1][0]
                    self._lows[above] = min(self._lows[above], self._lows[node])
            elif end not in self.numbers:
                self._open(end)
                work.append((end, iter(self._targets[end])))
            elif end in self._on_stack:
                self._lows[node] = min(self._lows[node], self.numbers[end])

    def _open(self, node: str) -> None:
        self.numbers[node] = self._lows[node] = len(self.numbers)
        self._stack.append(node)
        self._on_stack.add(node)

    def _close(self, node: str) -> None:
        if self._lows[node] != self.numbers[node]:
            return
        part: list[str] = []
        while not part or part[-1] != node:
            part.append(self._stack.pop())
            self._on_stack.discard(part[-1])
        self.components.append(tuple(part))


def _find_duplicates(graph: Graph) -> dict[str, tuple[str, ...]]:
    nodes: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for node in graph.nodes:
        if node.version and not node.is_unresolved:
            nodes[node.name, node.group].setdefault(node.version, node.id)
    found = {name: tuple(ids.values()) for (name, _), ids in nodes.items() if len(ids) > 1}
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _find_deepest(
    targets: Mapping[str, Sequence[str]],
    components: Sequence[tuple[str, ...]],
    roots: Sequence[str],
) -> tuple[str, ...]:
    """Return the longest chain from a root. Components come after what they point to."""
    home = {node: index for index, part in enumerate(components) for node in part}
    lengths = [1] * len(components)
    steps: list[tuple[str, str] | None] = [None] * len(components)
    for index, part in enumerate(components):
        for node in part:
            for end in targets[node]:
                if home[end] != index and lengths[home[end]] >= lengths[index]:
                    lengths[index] = lengths[home[end]] + 1
                    steps[index] = (node, end)
    if not roots:
        return ()
    node = max(roots, key=lambda root: lengths[home[root]])
    chain = [node]
    while (step := steps[home[node]]) is not None:
        chain += [node for node in step if node != chain[-1]]
        node = step[1]
    return tuple(chain)


def _sort_cycle(part: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return -len(part), part
