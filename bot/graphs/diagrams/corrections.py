"""Corrects a diagram: what a sentence asks for, done to its data. Pure.

A name that is not there, or that two nodes have, is asked back for with the names that there are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TypeAlias

from bot.domain.messages import Message
from bot.graphs.diagrams.diagram import MAX_EDGES, MAX_NODES, Diagram, DiagramEdge, DiagramNode
from bot.graphs.graph import clean_label
from bot.structured_output.tables import format_cell

_MAX_NAMED, _MAX_COMPARED = 30, 40  # hundreds of whole names take seconds to compare
_IGNORED = ("Mn", "Zs", "Cc", "Cf")  # accents, spaces, and what is not seen at all
_NO_EDGE = "There is no connection {number} in this diagram. There are: {known}."
_NO_NODE = "There is nothing called “{name}” in this diagram. There are: {known}."
_SEVERAL = "{count} things in this diagram are called “{name}”: {known}. Say the number of one."
_FULL = Message("This diagram is as large as I keep them. Delete something first.")
_EDGE_SENTENCES = {
    "moved": "Connection {number} now goes from {source} to {target}.",
    "removed": "Connection {number}, from {source} to {target}, is gone.",
    "added": "Connection {number} is new, from {source} to {target}.",
}
_RENAMED = "{old} is now called {new}."
_REMOVED_NODE = "{name} is gone, and with it {count} connection."
_REMOVED_NODE_MANY = "{name} is gone, and with it {count} connections."
_ADDED_NODE = "{name} is new, as number {number}."
_LABELLED = "At connection {number} stands “{label}” now."
_UNLABELLED = "At connection {number} stands nothing now."


class CorrectionError(Exception):
    """A correction cannot be made; `user_message` asks back."""

    def __init__(self, user_message: Message) -> None:
        super().__init__("not clear")
        self.user_message = user_message


@dataclass(frozen=True, slots=True)
class MoveEdge:
    """Another node at one end or both; "" for an end that stays. `reverses`: they change places."""

    number: int
    source: str = ""
    target: str = ""
    reverses: bool = False


@dataclass(frozen=True, slots=True)
class RemoveEdge:
    """The connection is not there."""

    number: int


@dataclass(frozen=True, slots=True)
class AddEdge:
    """A connection is missing."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class LabelEdge:
    """Other words stand at a connection, "" for none."""

    number: int
    label: str


@dataclass(frozen=True, slots=True)
class RenameNode:
    """`node` is a name, or a number as digits."""

    node: str
    label: str


@dataclass(frozen=True, slots=True)
class RemoveNode:
    """The thing is not there, nor are its connections."""

    node: str


@dataclass(frozen=True, slots=True)
class AddNode:
    """A thing is missing."""

    label: str


Correction: TypeAlias = (
    MoveEdge | RemoveEdge | AddEdge | LabelEdge | RenameNode | RemoveNode | AddNode
)


def apply_corrections(
    diagram: Diagram, corrections: Sequence[Correction]
) -> tuple[Diagram, list[Message]]:
    """Return the corrected diagram, and what was done. Raises `CorrectionError`, all or nothing."""
    done = list[Message]()
    for correction in corrections:
        diagram, sentence = _apply(diagram, correction)
        done.append(sentence)
    return diagram, done


def _apply(diagram: Diagram, correction: Correction) -> tuple[Diagram, Message]:
    match correction:
        case MoveEdge():
            return _move_edge(diagram, correction)
        case RemoveEdge(number):
            edge = _find_edge(diagram, number)
            return _remove_edges(diagram, {edge.number}), _describe("removed", diagram, edge)
        case AddEdge():
            return _add_edge(diagram, correction)
        case LabelEdge():
            return _change_label(diagram, correction)
        case _:
            return _apply_to_node(diagram, correction)


def _apply_to_node(
    diagram: Diagram, correction: RenameNode | RemoveNode | AddNode
) -> tuple[Diagram, Message]:
    match correction:
        case RenameNode(name, label):
            node = _find_node(diagram, name)
            renamed = replace(node, label=clean_label(label) or node.label, confidence=1.0)
            nodes = tuple(renamed if one is node else one for one in diagram.nodes)
            sentence = Message(_RENAMED, old=_quote(node), new=_quote(renamed))
            return replace(diagram, nodes=nodes), sentence
        case RemoveNode(name):
            return _remove_node(diagram, _find_node(diagram, name))
        case AddNode(label):
            number = _find_free_number(diagram.nodes, diagram.last_node)
            node = DiagramNode(number, clean_label(label) or "?")
            _check_room(len(diagram.nodes), MAX_NODES)
            added = replace(diagram, nodes=(*diagram.nodes, node), last_node=number)
            return added, Message(_ADDED_NODE, name=_quote(node), number=node.number)


def _change_label(diagram: Diagram, correction: LabelEdge) -> tuple[Diagram, Message]:
    edge = _find_edge(diagram, correction.number)
    edge = replace(edge, label=clean_label(correction.label), confidence=1.0)
    sentence = Message(_UNLABELLED, number=edge.number)
    if edge.label:
        sentence = Message(_LABELLED, number=edge.number, label=format_cell(edge.label))
    return _put_edge(diagram, edge), sentence


def _move_edge(diagram: Diagram, move: MoveEdge) -> tuple[Diagram, Message]:
    edge = _find_edge(diagram, move.number)
    source = _find_node(diagram, move.source).number if move.source else edge.source
    target = _find_node(diagram, move.target).number if move.target else edge.target
    if move.reverses:
        source, target = edge.target, edge.source
    moved = replace(edge, source=source, target=target, confidence=1.0)
    return _put_edge(diagram, moved), _describe("moved", diagram, moved)


def _add_edge(diagram: Diagram, add: AddEdge) -> tuple[Diagram, Message]:
    source, target = (_find_node(diagram, name).number for name in (add.source, add.target))
    _check_room(len(diagram.edges), MAX_EDGES)
    number = _find_free_number(diagram.edges, diagram.last_edge)
    edge = DiagramEdge(number, source, target, clean_label(add.label))
    added = replace(diagram, edges=(*diagram.edges, edge), last_edge=number)
    return added, _describe("added", diagram, edge)


def _remove_node(diagram: Diagram, node: DiagramNode) -> tuple[Diagram, Message]:
    gone = {edge.number for edge in diagram.edges if node.number in (edge.source, edge.target)}
    nodes = tuple(one for one in diagram.nodes if one is not node)
    count, last = len(gone), _find_free_number(diagram.nodes, diagram.last_node) - 1
    sentence = Message(_REMOVED_NODE, plural=_REMOVED_NODE_MANY, name=_quote(node), count=count)
    return replace(_remove_edges(diagram, gone), nodes=nodes, last_node=last), sentence


def _remove_edges(diagram: Diagram, numbers: Set[int]) -> Diagram:
    """Take edges out. Their numbers are not given again: people may still speak of them."""
    last = _find_free_number(diagram.edges, diagram.last_edge) - 1
    edges = tuple(edge for edge in diagram.edges if edge.number not in numbers)
    return replace(diagram, edges=edges, last_edge=last)


def _put_edge(diagram: Diagram, edge: DiagramEdge) -> Diagram:
    edges = tuple(edge if one.number == edge.number else one for one in diagram.edges)
    return replace(diagram, edges=edges)


def _find_edge(diagram: Diagram, number: int) -> DiagramEdge:
    for edge in diagram.edges:
        if edge.number == number:
            return edge
    known = ", ".join(str(edge.number) for edge in diagram.edges[:_MAX_NAMED]) or "–"
    raise CorrectionError(Message(_NO_EDGE, number=number, known=known))


def _find_node(diagram: Diagram, name: str) -> DiagramNode:
    wanted = _normalize(name)
    found = [node for node in diagram.nodes if node.label == clean_label(name)]
    found = found or [node for node in diagram.nodes if _normalize(node.label) == wanted]
    if not found and name.isascii() and name.isdigit():
        found = [node for node in diagram.nodes if node.number == int(name[:9])]
    if len(found) == 1:
        return found[0]
    shown = format_cell(clean_label(name))
    if found:
        known = ", ".join(f"{_quote(node)} ({node.number})" for node in found[:_MAX_NAMED])
        raise CorrectionError(Message(_SEVERAL, count=len(found), name=shown, known=known))
    folded = {_normalize(node.label)[:_MAX_COMPARED]: node for node in diagram.nodes}
    close = [folded[one] for one in get_close_matches(wanted[:_MAX_COMPARED], folded, 3, 0.6)]
    others = [node for node in diagram.nodes if node not in close]
    known = ", ".join(_quote(node) for node in [*close, *others][:_MAX_NAMED]) or "–"
    raise CorrectionError(Message(_NO_NODE, name=shown, known=known))


def _find_free_number(items: Sequence[DiagramNode] | Sequence[DiagramEdge], last: int) -> int:
    return max((last, *(item.number for item in items))) + 1


def _check_room(count: int, limit: int) -> None:
    if count >= limit:
        raise CorrectionError(_FULL)


def _describe(change: str, diagram: Diagram, edge: DiagramEdge) -> Message:
    nodes = diagram.by_number
    source, target = _quote(nodes[edge.source]), _quote(nodes[edge.target])
    return Message(_EDGE_SENTENCES[change], number=edge.number, source=source, target=target)


def _quote(node: DiagramNode) -> str:
    return f"“{format_cell(node.label)}”"


def _normalize(name: str) -> str:
    """Return a name as people compare names: without case, accents, quotes and spaces."""
    plain = unicodedata.normalize("NFKD", name.strip(" \"'“”„«»「」`.")).casefold()
    return "".join(c for c in plain if unicodedata.category(c) not in _IGNORED)
