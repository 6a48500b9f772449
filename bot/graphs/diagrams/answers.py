"""Reads what a model answers in the schema of diagrams, and says what it should mend. Pure.

What stays wrong after that is left out and said: an edge to a node that is not there is not drawn
to one that was made up.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.messages import Message
from bot.graphs.diagrams.diagram import (
    HEADS,
    LINES,
    MAX_EDGES,
    MAX_NODES,
    SHAPES,
    Box,
    Diagram,
    DiagramEdge,
    DiagramNode,
    choose_word,
    parse_box,
    parse_share,
)
from bot.graphs.graph import clean_label

MAX_ANSWER_CHARS = 600_000
_MAX_PROBLEMS, _MAX_UNCLEAR = 8, 10
_SIDES = ("left", "top", "right", "bottom")
# For the model, in plain English.
NO_DATA = "it is not JSON that fits the schema"
_NOTHING = "there are no nodes, and nothing says what there is instead"
_SAME_ID = "two nodes have the id “{id}”"
_UNNAMED = "the label of node “{id}” is empty"
_BAD_BOX = "the box of node “{id}” is not within the picture: shares from 0 to 1, left of right"
_BAD_SHARE = "the confidence of “{id}” is not from 0 to 1"
_NO_NODE = "edge {number} names “{id}”, which is no id of a node"
_LEFT_OUT_EDGE = "_I left out {count} connection: it led to something that is not in the diagram._"
_LEFT_OUT_EDGES = (
    "_I left out {count} connections: they led to something that is not in the diagram._"
)
_LEFT_OUT_NODE = "_I left out {count} thing that came twice._"
_LEFT_OUT_NODES = "_I left out {count} things that came twice._"
_TOO_MANY = (
    "_The diagram is larger than I keep: these are its first {nodes:,} things and {edges:,}"
    " connections._"
)
UNREADABLE = "[unreadable]"


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """A diagram, what the model should mend of it, and sentences for the person.

    `instead` says what the picture shows if that is no diagram; `unclear` is in the model's words.
    """

    diagram: Diagram
    problems: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    unclear: tuple[str, ...] = ()
    instead: str = ""


def read_answer(text: str) -> ReadAnswer:
    """Read an answer. Raises `ValueError` where it is no data of this kind."""
    if len(text) > MAX_ANSWER_CHARS:
        raise ValueError("too long")
    try:
        values = json.loads(_strip_fence(text))
        given_nodes, given_edges = list(values["nodes"]), list(values["edges"])
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("other data") from error
    problems: list[str] = []
    numbers, nodes = _read_nodes(given_nodes, problems)
    edges = _read_edges(given_edges, numbers, problems)
    instead = clean_label(str(values.get("instead", "")))
    if not nodes and not instead:
        problems.append(_NOTHING)
    direction = "TD" if values.get("direction") == "TD" else "LR"
    diagram = Diagram(nodes, edges, clean_label(str(values.get("title", ""))), direction)
    unclear = values.get("unclear")
    words = unclear[:_MAX_UNCLEAR] if isinstance(unclear, list) else []
    return ReadAnswer(
        diagram,
        tuple(dict.fromkeys(problems))[:_MAX_PROBLEMS],
        _list_notes(diagram, given_nodes, given_edges),
        tuple(filter(None, (clean_label(str(word)) for word in words))),
        "" if nodes else instead,
    )


def _read_nodes(
    given: list[Any], problems: list[str]
) -> tuple[dict[str, int], tuple[DiagramNode, ...]]:
    numbers, nodes = dict[str, int](), list[DiagramNode]()
    for entry in given[:MAX_NODES]:
        values = entry if isinstance(entry, Mapping) else {}
        name = clean_label(str(values.get("id", "")))
        if name in numbers:
            problems.append(_SAME_ID.format(id=name))
            continue
        label, box = clean_label(str(values.get("label", ""))), _read_box(values.get("box"))
        if not label:
            problems.append(_UNNAMED.format(id=name))
        if box is None:
            problems.append(_BAD_BOX.format(id=name))
        _check_share(values, name, problems)
        numbers[name] = len(nodes) + 1
        node = DiagramNode(
            len(nodes) + 1,
            label or UNREADABLE,
            clean_label(str(values.get("kind", ""))),
            clean_label(str(values.get("group", ""))),
            choose_word(values.get("shape"), SHAPES),
            parse_share(values.get("confidence")) if label else 0.0,
            box,
        )
        nodes.append(node)
    return numbers, tuple(nodes)


def _read_edges(
    given: list[Any], numbers: Mapping[str, int], problems: list[str]
) -> tuple[DiagramEdge, ...]:
    edges = list[DiagramEdge]()
    for place, entry in enumerate(given[:MAX_EDGES], 1):
        values = entry if isinstance(entry, Mapping) else {}
        ends = [clean_label(str(values.get(name, ""))) for name in ("from", "to")]
        wrong = [end for end in ends if end not in numbers]
        problems += [_NO_NODE.format(number=place, id=end) for end in wrong]
        if wrong:
            continue
        _check_share(values, f"edge {place}", problems)
        source, target = (numbers[end] for end in ends)
        edge = DiagramEdge(
            len(edges) + 1,
            source,
            target,
            clean_label(str(values.get("label", ""))),
            clean_label(str(values.get("kind", ""))),
            choose_word(values.get("line"), LINES),
            choose_word(values.get("heads"), HEADS),
            parse_share(values.get("confidence")),
        )
        edges.append(edge)
    return tuple(edges)


def _read_box(value: object) -> Box | None:
    if not isinstance(value, Mapping):
        return None
    sides = [value.get(side) for side in _SIDES]
    is_within = all(
        isinstance(side, int | float) and math.isfinite(side) and -0.02 <= side <= 1.02
        for side in sides
    )
    # A line's width outside is how outlines are measured, and no mistake.
    return (
        parse_box([min(max(float(str(side)), 0.0), 1.0) for side in sides]) if is_within else None
    )


def _check_share(values: Mapping[str, Any], name: str, problems: list[str]) -> None:
    share = values.get("confidence")
    if not isinstance(share, int | float) or isinstance(share, bool) or not 0 <= share <= 1:
        problems.append(_BAD_SHARE.format(id=name))


def _list_notes(diagram: Diagram, nodes: list[Any], edges: list[Any]) -> tuple[Message, ...]:
    notes = []
    if len(nodes) > MAX_NODES or len(edges) > MAX_EDGES:
        nodes_kept, edges_kept = len(diagram.nodes), len(diagram.edges)
        notes.append(Message(_TOO_MANY, nodes=nodes_kept, edges=edges_kept))
    if missing := min(len(nodes), MAX_NODES) - len(diagram.nodes):
        notes.append(Message(_LEFT_OUT_NODE, plural=_LEFT_OUT_NODES, count=missing))
    if missing := min(len(edges), MAX_EDGES) - len(diagram.edges):
        notes.append(Message(_LEFT_OUT_EDGE, plural=_LEFT_OUT_EDGES, count=missing))
    return tuple(notes)


def _strip_fence(text: str) -> str:
    stripped = text.strip()
    if stripped.startswith("```") and stripped.endswith("```"):
        return stripped.partition("\n")[2].rpartition("```")[0]
    return stripped
