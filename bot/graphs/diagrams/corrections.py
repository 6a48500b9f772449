"""Corrects a diagram: what a sentence asks for, done to its data. Pure.

A name that is not there, or that two nodes have, is asked back for with the names that there are.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.domain.messages import Message
from bot.graphs.diagrams.diagram import MAX_EDGES, MAX_NODES, Diagram, DiagramEdge, DiagramNode
from bot.graphs.diagrams.named import CorrectionError, find_edge, find_node, quote
from bot.graphs.graph import clean_label
from bot.structured_output.tables import format_cell

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
_LABELLED = "Connection {number} is labelled “{label}” now."
_UNLABELLED = "Connection {number} has no label now."


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
            edge = find_edge(diagram, number)
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
            node = find_node(diagram, name)
            renamed = replace(node, label=clean_label(label) or node.label, confidence=1.0)
            nodes = tuple(renamed if one is node else one for one in diagram.nodes)
            sentence = Message(_RENAMED, old=quote(node), new=quote(renamed))
            return replace(diagram, nodes=nodes), sentence
        case RemoveNode(name):
            return _remove_node(diagram, find_node(diagram, name))
        case AddNode(label):
            number = _find_free_number(diagram.nodes, diagram.last_node)
            node = DiagramNode(number, clean_label(label) or "?")
            _check_room(len(diagram.nodes), MAX_NODES)
            added = replace(diagram, nodes=(*diagram.nodes, node), last_node=number)
            return added, Message(_ADDED_NODE, name=quote(node), number=node.number)


def _change_label(diagram: Diagram, correction: LabelEdge) -> tuple[Diagram, Message]:
    edge = find_edge(diagram, correction.number)
    edge = replace(edge, label=clean_label(correction.label), confidence=1.0)
    sentence = Message(_UNLABELLED, number=edge.number)
    if edge.label:
        sentence = Message(_LABELLED, number=edge.number, label=format_cell(edge.label))
    return _put_edge(diagram, edge), sentence


def _move_edge(diagram: Diagram, move: MoveEdge) -> tuple[Diagram, Message]:
    edge = find_edge(diagram, move.number)
    source = find_node(diagram, move.source).number if move.source else edge.source
    target = find_node(diagram, move.target).number if move.target else edge.target
    said = ((move.source, source), (move.target, target))
    diagram = _confirm(diagram, {number for name, number in said if name})
    if move.reverses:
        source, target = edge.target, edge.source
    moved = replace(edge, source=source, target=target, confidence=1.0)
    return _put_edge(diagram, moved), _describe("moved", diagram, moved)


def _add_edge(diagram: Diagram, add: AddEdge) -> tuple[Diagram, Message]:
    source, target = (find_node(diagram, name).number for name in (add.source, add.target))
    _check_room(len(diagram.edges), MAX_EDGES)
    diagram = _confirm(diagram, {source, target})
    number = _find_free_number(diagram.edges, diagram.last_edge)
    edge = DiagramEdge(number, source, target, clean_label(add.label))
    added = replace(diagram, edges=(*diagram.edges, edge), last_edge=number)
    return added, _describe("added", diagram, edge)


def _confirm(diagram: Diagram, numbers: Set[int]) -> Diagram:
    """Be sure of the nodes that a person calls by their names."""
    nodes = (
        replace(node, confidence=1.0) if node.number in numbers else node for node in diagram.nodes
    )
    return replace(diagram, nodes=tuple(nodes))


def _remove_node(diagram: Diagram, node: DiagramNode) -> tuple[Diagram, Message]:
    gone = {edge.number for edge in diagram.edges if node.number in (edge.source, edge.target)}
    nodes = tuple(one for one in diagram.nodes if one is not node)
    count, last = len(gone), _find_free_number(diagram.nodes, diagram.last_node) - 1
    sentence = Message(_REMOVED_NODE, plural=_REMOVED_NODE_MANY, name=quote(node), count=count)
    return replace(_remove_edges(diagram, gone), nodes=nodes, last_node=last), sentence


def _remove_edges(diagram: Diagram, numbers: Set[int]) -> Diagram:
    """Take edges out. Their numbers are not given again: people may still speak of them."""
    last = _find_free_number(diagram.edges, diagram.last_edge) - 1
    edges = tuple(edge for edge in diagram.edges if edge.number not in numbers)
    return replace(diagram, edges=edges, last_edge=last)


def _put_edge(diagram: Diagram, edge: DiagramEdge) -> Diagram:
    edges = tuple(edge if one.number == edge.number else one for one in diagram.edges)
    return replace(diagram, edges=edges)


def _find_free_number(items: Sequence[DiagramNode] | Sequence[DiagramEdge], last: int) -> int:
    return max((last, *(item.number for item in items))) + 1


def _check_room(count: int, limit: int) -> None:
    if count >= limit:
        raise CorrectionError(_FULL)


def _describe(change: str, diagram: Diagram, edge: DiagramEdge) -> Message:
    nodes = diagram.by_number
    source, target = quote(nodes[edge.source]), quote(nodes[edge.target])
    return Message(_EDGE_SENTENCES[change], number=edge.number, source=source, target=target)
