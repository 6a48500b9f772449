"""Collects what one file states, and makes the graph of it: what all readers share. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from bot.domain.messages import Message
from bot.graphs.graph import (
    MAX_EDGES,
    MAX_NODES,
    Edge,
    Graph,
    Node,
    Unresolved,
    build_graph,
    clean_label,
)
from bot.graphs.manifests import kinds
from bot.graphs.manifests.refusals import refuse_size
from bot.graphs.manifests.secrets import hide_secrets

# Longer than any name, version and address of a source together.
_MAX_ID_CHARS = 500
# A project has no more versions of one package; each is held against each need of it.
MAX_VERSIONS = 50
_MAX_UNRESOLVED = 2_000
_GONE_MESSAGE = "{file} says that it is needed, and does not have it."
_NO_ROOTS_MESSAGE = (
    "{file} does not say what the project itself asks for: I begin at what nothing else needs."
)
_LEFT_OUT_MESSAGE = (
    "{count:,} need that is optional or for other systems is left out: {file} has nothing for it."
)
_LEFT_OUT_PLURAL = (
    "{count:,} needs that are optional or for other systems are left out: {file} has nothing for"
    " them."
)


class GraphDraft:
    """The nodes, edges, roots and open ends of one file, as its reader finds them.

    Passwords in addresses are left out of all of it.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._nodes: dict[str, Node] = {}
        self._edges: dict[Edge, None] = {}
        self._roots: list[str] = []
        self._unresolved: dict[tuple[str, str], Unresolved] = {}
        self._notes: list[Message] = []
        self._left_out = 0

    def add_root(self, name: str, version: str = "") -> str:
        """Add the project itself, or a member of its workspace; return the id."""
        node_id = self.add(name, version, kind=kinds.PROJECT)
        self._nodes[node_id] = replace(self._nodes[node_id], kind=kinds.PROJECT)
        self._roots.append(node_id)
        return node_id

    def take_root(self, node_id: str) -> None:
        """Begin to read at a thing that is there."""
        self._roots.append(node_id)

    def add(
        self, name: str, version: str = "", *, kind: str = "", group: str = "", source: str = ""
    ) -> str:
        """Add a thing and return its id, which is `name@version`, with `source` where that counts.

        What is there already stays as it is.
        """
        name, version = hide_secrets(name), hide_secrets(version)
        node_id = make_id(name, version, source)
        if node_id not in self._nodes:
            self._nodes[node_id] = Node(node_id, name, version, kind, hide_secrets(group))
            if len(self._nodes) > MAX_NODES:
                raise refuse_size(self.file, MAX_NODES)
        return node_id

    def add_unresolved(self, name: str, reason: Message) -> str:
        """Add a thing that the file names and does not tell more of; return its id."""
        name = hide_secrets(name)
        node_id = make_id(name)
        self._nodes.setdefault(node_id, Node(node_id, name, is_unresolved=True))
        self.list_unresolved(name, reason)
        return node_id

    def add_gone(self, name: str) -> str:
        """Add a thing that the lock should have, and has not; return its id."""
        return self.add_unresolved(name, Message(_GONE_MESSAGE, file=clean_label(self.file)))

    def connect(
        self, source: str, target: str, kind: str = "", label: str = "", *, is_open: bool = False
    ) -> None:
        """Say that `source` needs `target`; `is_open`: the file leaves open whether it is this.

        Raises `GraphError` where there are more than any graph may have.
        """
        self._edges[Edge(source, target, hide_secrets(label), kind, is_open)] = None
        if len(self._edges) > MAX_EDGES:
            raise refuse_size(self.file, MAX_EDGES)

    def list_unresolved(self, what: str, reason: Message) -> None:
        """Keep what the file does not say by itself. Each is listed once."""
        if len(self._unresolved) < _MAX_UNRESOLVED:
            self._unresolved.setdefault(
                (what, reason), Unresolved(make_id(hide_secrets(what)), reason)
            )

    def leave_out(self) -> None:
        """Count a need that the file allows to stay unmet."""
        self._left_out += 1

    def note(self, message: Message) -> None:
        """Say a thing about the whole file."""
        if message not in self._notes:
            self._notes.append(message)

    def _find_roots(self) -> None:
        """Take as roots what nothing else needs; of a ring that nothing else needs, the first."""
        self.note(Message(_NO_ROOTS_MESSAGE, file=clean_label(self.file)))
        targets = {edge.target for edge in self._edges if edge.source != edge.target}
        roots = [node_id for node_id in self._nodes if node_id not in targets]
        next_ids = _group_targets(self._edges)
        seen: set[str] = set()
        for node_id in [*roots, *self._nodes]:
            if node_id not in seen:
                self._roots.append(node_id)
                _walk(node_id, next_ids, seen)

    def _spread_kinds(self) -> None:
        """Give each thing without a kind that of the strongest chain from a root to it."""
        edges: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for edge in self._edges:
            edges[edge.source].append((edge.target, kinds.WEAKNESS.get(edge.kind, 0)))
        found: dict[str, int] = {}
        waiting: list[list[str]] = [[] for _ in kinds.KINDS_BY_WEAKNESS]
        waiting[0] = list(self._roots)
        for weakness, ids in enumerate(waiting):
            while ids:
                node_id = ids.pop()
                if node_id in found:
                    continue
                found[node_id] = weakness
                for target, weakness_there in edges[node_id]:
                    waiting[max(weakness, weakness_there)].append(target)
        for node_id, node in self._nodes.items():
            if not node.kind and node_id in found:
                kind = kinds.KINDS_BY_WEAKNESS[found[node_id]]
                self._nodes[node_id] = replace(node, kind=kind)

    def build(self, *, is_whole: bool) -> Graph:
        """Return the graph. Raises `GraphError` where it is too large.

        Where the file names no root, they are found; things without a kind get theirs.
        """
        if self._nodes and not self._roots:
            self._find_roots()
        self._spread_kinds()
        if self._left_out:
            self.note(
                Message(
                    _LEFT_OUT_MESSAGE,
                    plural=_LEFT_OUT_PLURAL,
                    count=self._left_out,
                    file=clean_label(self.file),
                )
            )
        graph = build_graph(
            self.file,
            self._nodes.values(),
            self._edges,
            roots=self._roots,
            unresolved=self._unresolved.values(),
            is_whole=is_whole,
        )
        return replace(graph, notes=tuple(self._notes))


def make_id(name: str, version: str = "", source: str = "") -> str:
    """Return what tells a thing apart from others of its graph; bounded, and never half a pair."""
    text = f"{name}@{version}" if version else name
    if source:
        text = f"{text} ({source})"
    return text[:_MAX_ID_CHARS].encode("utf-8", "replace").decode("utf-8")


def _group_targets(edges: Iterable[Edge]) -> defaultdict[str, list[str]]:
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for edge in edges:
        grouped[edge.source].append(edge.target)
    return grouped


def _walk(start: str, next_ids: defaultdict[str, list[str]], seen: set[str]) -> None:
    waiting = [start]
    while waiting:
        node_id = waiting.pop()
        if node_id not in seen:
            seen.add(node_id)
            waiting += next_ids[node_id]
