"""A graph of things and what connects them, as the readers give it and the painters take it. Pure.

See `bot.graphs.manifests` for graphs of what files state. Labels are foreign words: whoever draws
or shows one makes it safe for that place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.messages import Message
from bot.domain.safe_text import replace_invisible, truncate

# More than any tool draws, and still no burden: what is over is refused, with a sentence.
MAX_NODES, MAX_EDGES = 50_000, 200_000
MAX_LABEL_CHARS = 200


@dataclass(frozen=True, slots=True)
class Node:
    """One thing of a graph. `id` tells it apart from all others of the same graph.

    `name` and `version` are what people read. `kind` is a word of the legend, such as “package” or
    “development”; `group` says where it belongs, as a path (“@babel”, “src/billing”).
    `is_unresolved`: it is named, and what it needs cannot be known from the file: drawn dashed.
    """

    id: str
    name: str
    version: str = ""
    kind: str = ""
    group: str = ""
    is_unresolved: bool = False

    @property
    def label(self) -> str:
        """The words that stand in the drawing."""
        return f"{self.name} {self.version}" if self.version else self.name


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` needs, calls or points to `target`; both are ids of nodes.

    `kind` is a word of the legend, `label` stands at the line. `is_unresolved`: drawn dashed.
    """

    source: str
    target: str
    label: str = ""
    kind: str = ""
    is_unresolved: bool = False


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Something that the file does not say by itself: what it is, and in a sentence why."""

    what: str
    reason: Message


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges in the order of the file. Every edge joins nodes of the graph.

    `source` is what it was read from, in the words of people (“package-lock.json”); `roots` are
    ids of the nodes where one begins to read. `is_whole`: the file states the whole graph, as lock
    files do; otherwise only what is needed directly.
    """

    source: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    roots: tuple[str, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    is_whole: bool = False
    notes: tuple[Message, ...] = ()


class GraphError(Exception):
    """No graph can be made of this; `user_message` says why and what to do."""

    def __init__(self, why: str, *, user_message: Message) -> None:
        super().__init__(why)
        self.user_message = user_message


TOO_LARGE_MESSAGE = (
    "{source} names more than {limit:,} things or connections. I draw graphs up to that size."
)


def build_graph(
    source: str,
    nodes: Iterable[Node],
    edges: Iterable[Edge] = (),
    *,
    roots: Iterable[str] = (),
    unresolved: Iterable[Unresolved] = (),
    is_whole: bool = False,
) -> Graph:
    """Return a graph with each node and edge once, and bounded, printable labels.

    A node that only edges name is added by that name, as unresolved. Raises `GraphError` where
    there are too many.
    """
    by_id: dict[str, Node] = {}
    for node in nodes:
        by_id.setdefault(node.id, _clean_node(node))
        _check_size(source, len(by_id), MAX_NODES)
    kept: dict[tuple[str, str, str, str], Edge] = {}
    for edge in edges:
        for end in (edge.source, edge.target):
            if end not in by_id:
                by_id[end] = _clean_node(Node(end, end, is_unresolved=True))
                _check_size(source, len(by_id), MAX_NODES)
        kept.setdefault((edge.source, edge.target, edge.label, edge.kind), _clean_edge(edge))
        _check_size(source, len(kept), MAX_EDGES)
    known_roots = tuple(dict.fromkeys(root for root in roots if root in by_id))
    return Graph(
        clean_label(source),
        tuple(by_id.values()),
        tuple(kept.values()),
        known_roots,
        tuple(unresolved),
        is_whole,
    )


def clean_label(text: str) -> str:
    """Return foreign words for a label: on one line, printable, bounded."""
    return truncate(" ".join(replace_invisible(text[:1_000]).split()), MAX_LABEL_CHARS)


def _clean_node(node: Node) -> Node:
    return replace(
        node,
        name=clean_label(node.name) or "?",
        version=clean_label(node.version),
        kind=clean_label(node.kind),
        group=clean_label(node.group),
    )


def _clean_edge(edge: Edge) -> Edge:
    return replace(edge, label=clean_label(edge.label), kind=clean_label(edge.kind))


def _check_size(source: str, count: int, limit: int) -> None:
    if count > limit:
        sentence = Message(TOO_LARGE_MESSAGE, source=clean_label(source), limit=limit)
        raise GraphError("too large", user_message=sentence)
