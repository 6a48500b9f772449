"""Collects the parts of a graph while a reader walks through a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from bot.domain.messages import Message
from bot.graphs.graph import Edge, Graph, GraphError, Node, Unresolved, build_graph, clean_label
from bot.graphs.manifests.file_names import clean_name

MAX_TEXT_CHARS = 20_000_000
MAX_ID_CHARS = 500
_TOO_LONG_MESSAGE = "{source} has more than {limit:,} characters. I draw graphs of shorter files."


class Collector:
    """The nodes, edges and open ends of one file, in its order. `source` is the file's name."""

    def __init__(self, source: str, notes: Iterable[Message] = ()) -> None:
        self.source = source
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []
        self.roots: list[str] = []
        self.notes = list(notes)
        self._unresolved: dict[str, Message] = {}

    def add(self, node: Node, *, is_root: bool = False) -> str:
        """Add a node unless it is there, and return its id."""
        if len(node.id) > MAX_ID_CHARS:
            node = replace(node, id=_shorten(node.id))
        self.nodes.setdefault(node.id, node)
        if is_root:
            self.roots.append(node.id)
        return node.id

    def join(self, source: str, target: str, kind: str = "", label: str = "") -> None:
        self.edges.append(Edge(_shorten(source), _shorten(target), label, kind))

    def join_dashed(self, source: str, target: str, kind: str = "", label: str = "") -> None:
        """As `join`, where the file does not say by itself what is at the end."""
        source, target = _shorten(source), _shorten(target)
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


def _shorten(identity: str) -> str:
    """Return an id of bounded length; two long ones stay apart."""
    if len(identity) <= MAX_ID_CHARS:
        return identity
    digest = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:16]
    return f"{identity[: MAX_ID_CHARS - 20]}…{digest}"


def refuse(sentence: Message) -> GraphError:
    """Return the error for a file that cannot be read; the sentence names it."""
    return GraphError("unreadable", user_message=sentence)


def check_length(source: str, text: str, *, limit: int = MAX_TEXT_CHARS) -> None:
    """Raises `GraphError` for a text of more than `limit` characters; no reader takes more."""
    if len(text) > limit:
        raise refuse(Message(_TOO_LONG_MESSAGE, source=clean_label(source), limit=limit))


def get_file_name(path: str) -> str:
    """Return the last part of a path, in small letters and without marks of copies."""
    return clean_name(path)
