"""Draws DOT by Graphviz, in this process and without its programs. Runs in a sandbox process.

See `bot.markup.dot` for what of a graph is drawn.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any, BinaryIO

from PIL import Image

from bot.files.readers.vector.svg import draw_on_white
from bot.files.sandbox.computing.libraries import load_graphviz
from bot.markup.dot import FONT, clean_attribute, replace_html
from bot.markup.faults import BrokenMarkupError, UnknownMarkupError

# A pipe of Linux holds 65,536 bytes.
_MAX_BYTES = 60_000
_MAX_SAID_BYTES = 4_000
_STANDARD_ERROR, _MAX_DESCRIPTORS = 2, 128


def draw_dot(code: str) -> Image.Image:
    """Raises `BrokenMarkupError` with the parser's message, `UnknownMarkupError`."""
    graph = _parse(replace_html(code.replace("\0", "")))
    engine = clean_attribute("layout", graph.graph_attr.get("layout", "") or "") or "dot"
    _clean(graph)
    try:
        svg = graph.draw(format="svg", prog=engine)
    except ValueError as error:
        raise UnknownMarkupError(type(error).__name__) from error
    return draw_on_white("diagram.svg", svg)


def _parse(code: str) -> Any:
    graphviz, said = load_graphviz(), list[str]()
    graph = graphviz.AGraph()
    try:
        with _feed(code.encode("utf-8", "replace")) as stream, _listen(said):
            graph.read(stream)
    except graphviz.DotError as error:
        raise BrokenMarkupError(_find_error("".join(said))) from error
    return graph


def _find_error(said: str) -> str:
    """Return what Graphviz says is wrong, without its warnings."""
    return said[max(said.find("Error:"), 0) :].removeprefix("Error:").strip() or "no graph"


def _clean(graph: Any) -> None:
    for attributes in (graph.graph_attr, graph.node_attr, graph.edge_attr):
        _clean_attributes(attributes)
        attributes["fontname"] = FONT
    for item in (*graph.nodes(), *graph.edges_iter()):
        _clean_attributes(item.attr)
    waiting = list(graph.subgraphs())
    while waiting:
        inner = waiting.pop()
        _clean_attributes(inner.graph_attr)
        waiting += inner.subgraphs()


def _clean_attributes(attributes: Any) -> None:
    for name, value in list(attributes.items()):
        kept = clean_attribute(name, value) if value else value
        if kept != value:
            attributes[name] = kept


@contextlib.contextmanager
def _feed(data: bytes) -> Iterator[BinaryIO]:
    """Yield a stream of `data`: a decoder has no folder for the file that Graphviz wants.

    All of it has to fit into a pipe: while Graphviz reads, no other thread runs.
    """
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stream:
        os.set_blocking(writing, False)
        try:
            if len(data) > _MAX_BYTES or os.write(writing, data) < len(data):
                raise UnknownMarkupError("too long")
        finally:
            os.close(writing)
        before = _list_open()
        try:
            yield stream
        finally:
            # Where the code is broken, the library leaves its own copy of the stream open; after
            # some dozens of them this process could open nothing more.
            for descriptor in _list_open() - before:
                os.close(descriptor)


def _list_open() -> set[int]:
    return {number for number in range(_MAX_DESCRIPTORS) if _is_open(number)}


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _listen(said: list[str]) -> Iterator[None]:
    """Add what a library writes to the standard error to `said`, as far as it is of use."""
    reading, writing = os.pipe()
    # It must not wait for a reader who comes only afterwards.
    os.set_blocking(writing, False)
    os.set_blocking(reading, False)
    original = os.dup(_STANDARD_ERROR)
    os.dup2(writing, _STANDARD_ERROR)
    try:
        yield
    finally:
        os.dup2(original, _STANDARD_ERROR)
        with contextlib.suppress(BlockingIOError):
            said.append(os.read(reading, _MAX_SAID_BYTES).decode("utf-8", "replace"))
        for descriptor in (reading, writing, original):
            os.close(descriptor)
