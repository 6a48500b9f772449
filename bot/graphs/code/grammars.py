"""Parses source code with tree-sitter, and returns what a query finds in it. Runs nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query

# Of one query in one file; what is over is not there for readers either.
MAX_FOUND = 20_000


@cache
def _load(grammar: str, function: str, query: str) -> tuple[Parser, Query]:
    # Here, as only decoders that read code need these libraries.
    import tree_sitter

    make: Callable[[], object] = getattr(import_module(grammar), function)
    language = tree_sitter.Language(make())
    return tree_sitter.Parser(language), tree_sitter.Query(language, query)


class Found(dict[str, "list[Node]"]):
    """The nodes that a query captures, by the names of the captures, in their order."""

    has_errors = False  # some of the source was not understood, and passed over


def find_nodes(source: bytes, query: str, grammar: str, function: str = "language") -> Found:
    """Return what a query finds. What is broken in the source is passed over."""
    import tree_sitter

    parser, compiled = _load(grammar, function, query)
    tree = parser.parse(source)
    captures = tree_sitter.QueryCursor(compiled).captures(tree.root_node)
    found = Found()
    for name, nodes in captures.items():
        nodes.sort(key=lambda node: node.start_byte)
        found[name] = nodes[:MAX_FOUND]
    found.has_errors = tree.root_node.has_error
    return found


def read_node(node: Node | None) -> str:
    """Return the text of a node, on one line and bounded."""
    text = node.text if node is not None else None
    return " ".join((text or b"")[:1_000].decode("utf-8", "replace").split())


def list_texts(nodes: list[Node] | None) -> list[str]:
    return [read_node(node) for node in nodes or ()]
