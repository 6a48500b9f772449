"""Finds what a person names in a diagram, and asks back with what there is. Pure."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches

from bot.domain.messages import Message, MessageList
from bot.graphs.diagrams.diagram import Diagram, DiagramEdge, DiagramNode
from bot.graphs.graph import clean_label
from bot.structured_output.tables import format_cell

_MAX_NAMED, _MAX_COMPARED = 30, 40  # hundreds of whole names take seconds to compare
# Accents, spaces, and what is not seen at all.
_IGNORED = ("Mn", "Zs", "Cc", "Cf")
_NO_EDGE = "There is no connection {number} in this diagram. There are: {known}."
_NO_NODE = (
    "There is nothing called “{name}” in this diagram. There are: {known}. If it is missing, say"
    " first: “add a node called {name}”."
)
_NAMED = "“{name}”"
_SEVERAL = "{count} things in this diagram are called “{name}”: {known}. Say the number of one."


class CorrectionError(Exception):
    """A correction cannot be made; `user_message` asks back."""

    def __init__(self, user_message: Message) -> None:
        super().__init__("not clear")
        self.user_message = user_message


def find_edge(diagram: Diagram, number: int) -> DiagramEdge:
    """Return a connection by its number. Raises `CorrectionError`."""
    for edge in diagram.edges:
        if edge.number == number:
            return edge
    known = ", ".join(str(edge.number) for edge in diagram.edges[:_MAX_NAMED]) or "–"
    raise CorrectionError(Message(_NO_EDGE, number=number, known=known))


def find_node(diagram: Diagram, name: str) -> DiagramNode:
    """Return what is called `name`, or has that number. Raises `CorrectionError`."""
    wanted = _normalize(name)
    found = [node for node in diagram.nodes if node.label == clean_label(name)]
    found = found or [node for node in diagram.nodes if _normalize(node.label) == wanted]
    if not found and name.isascii() and name.isdigit():
        found = [node for node in diagram.nodes if node.number == int(name[:9])]
    if len(found) == 1:
        return found[0]
    shown = format_cell(clean_label(name))
    if found:
        known = MessageList([_quote_with_number(node) for node in found[:_MAX_NAMED]], ", ")
        raise CorrectionError(Message(_SEVERAL, count=len(found), name=shown, known=known))
    folded = {_normalize(node.label)[:_MAX_COMPARED]: node for node in diagram.nodes}
    close = [folded[one] for one in get_close_matches(wanted[:_MAX_COMPARED], folded, 3, 0.6)]
    others = [node for node in diagram.nodes if node not in close]
    names = [quote(node) for node in [*close, *others][:_MAX_NAMED]]
    known = MessageList(names or ["–"], ", ")
    raise CorrectionError(Message(_NO_NODE, name=shown, known=known))


def quote(node: DiagramNode) -> Message:
    """Return the name in the quotation marks of the language."""
    return Message(_NAMED, name=format_cell(node.label))


def _quote_with_number(node: DiagramNode) -> MessageList:
    return MessageList([quote(node), f" ({node.number})"], "")


def _normalize(name: str) -> str:
    """Return a name as people compare names: without case, accents, quotes and spaces."""
    plain = unicodedata.normalize("NFKD", name.strip(" \"'“”„«»「」`.")).casefold()
    return "".join(c for c in plain if unicodedata.category(c) not in _IGNORED)
