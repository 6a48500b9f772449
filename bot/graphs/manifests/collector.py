"""Collects the parts of a graph while a reader walks through a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.messages import Message
from bot.graphs.graph import Edge, Graph, GraphError, Node, Unresolved, build_graph, clean_label

MAX_TEXT_CHARS = 20_000_000
_TOO_LONG_MESSAGE = "{source} has more than {limit:,} characters. I draw graphs of shorter files."


class Collector:
    """The nodes, edges and open ends of one file, in its order. `source` is the file's name."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []
        self.roots: list[str] = []
        self.notes: list[Message] = []
        self._unresolved: dict[str, Message] = {}

    def add(self, node: Node, *, is_root: bool = False) -> str:
        """Add a node unless it is there, and return its id."""
        self.nodes.setdefault(node.id, node)
        if is_root:
            self.roots.append(node.id)
        return node.id

    def join(self, source: str, target: str, kind: str = "", label: str = "") -> None:
        self.edges.append(Edge(source, target, label, kind))

    def join_dashed(self, source: str, target: str, kind: str = "", label: str = "") -> None:
        self.edges.append(Edge(source, target, label, kind, is_unresolved=True))

    def leave_open(self, what: str, reason: Message) -> None:
        """List something that the file does not say by itself, once."""
        self._unresolved.setdefault(clean_label(what), reason)

    def build(self, *, is_whole: bool = False) -> Graph:
        """Return the graph. Raises `GraphError` where it is too large."""
        graph = build_graph(
            self.source,
            self.nodes.values(),
            self.edges,
            roots=self.roots,
            unresolved=[Unresolved(what, why) for what, why in self._unresolved.items()],
            is_whole=is_whole,
        )
        return replace(graph, notes=tuple(self.notes))


def refuse(sentence: Message) -> GraphError:
    """Return the error for a file that cannot be read; the sentence names it."""
    return GraphError("unreadable", user_message=sentence)


def check_length(source: str, text: str) -> None:
    """Raises `GraphError` for a text that is too long for any reader."""
    if len(text) > MAX_TEXT_CHARS:
        raise refuse(Message(_TOO_LONG_MESSAGE, source=clean_label(source), limit=MAX_TEXT_CHARS))


def get_file_name(path: str) -> str:
    """Return the last part of a path, in lower case, to tell formats by it."""
    return path.replace("\\", "/").rpartition("/")[2].lower()


def list_once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
