"""Calls Graphviz, which the wheel of pygraphviz brings along: places boxes and draws them.

All that it is given is written here by Easel; foreign words come in `escape_label`'s form only.
Its calls hold the process until they are done, so that only the end of the process ends them.
"""

from __future__ import annotations

import functools
import importlib.util
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

FONT = "DejaVu Sans,Noto Sans CJK JP,Helvetica,Arial,sans-serif"
_FONT_FOLDER = Path("mpl-data/fonts/ttf")
_FONT_SETTINGS = Path(__file__).with_name("fonts.conf")


@dataclass(slots=True)
class Canvas:
    """What Graphviz is given: attributes of the whole, boxes, lines, and frames around boxes."""

    attributes: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    frames: list[tuple[dict[str, str], list[str]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawing; `width` and `height` are those of the SVG, in points."""

    svg: bytes
    png: bytes
    width: float
    height: float


def escape_label(text: str) -> str:
    """Return foreign words as a label: Graphviz shows each character as it is, and obeys none."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("\\", "\\\\")


def measure(canvas: Canvas, engine: str) -> tuple[float, float]:
    """Place the boxes; return the width and the height that they take, in points."""
    with _Layout(canvas, engine) as layout:
        return layout.read_size()


def draw(canvas: Canvas, engine: str, *, with_png: bool = True) -> Drawn:
    """Place the boxes and draw them. Raises `ValueError` where Graphviz cannot."""
    with _Layout(canvas, engine) as layout:
        width, height = layout.read_size()
        png = layout.render("png") if with_png else b""
        return Drawn(layout.render("svg"), png, width, height)


class _Layout:
    """A graph that is placed. Use as a context manager: it frees what it took."""

    def __init__(self, canvas: Canvas, engine: str) -> None:
        self._calls = _load_calls()
        self._context = self._calls.gvContextWithBuiltins()
        self._graph = _build_graph(self._calls, canvas)
        self._is_placed = self._calls.gvLayout(self._context, self._graph, engine.encode()) == 0

    def __enter__(self) -> _Layout:
        if not self._is_placed:
            self.__exit__()
            raise ValueError("no layout")
        return self

    def __exit__(self, *_error: object) -> None:
        if self._is_placed:
            self._calls.gvFreeLayout(self._context, self._graph)
        self._calls.agclose(self._graph)
        self._calls.gvFreeContext(self._context)

    def read_size(self) -> tuple[float, float]:
        # What the picture says of its own size is what a viewer takes.
        head = self.render("svg")[:2_000].decode("utf-8", "replace")
        _, _, rest = head.partition('viewBox="')
        _, _, width, height = rest.partition('"')[0].split()
        return float(width), float(height)

    def render(self, kind: str) -> bytes:
        result = self._calls.gvRenderData(self._context, self._graph, kind.encode())
        status, data = result[0], result[1]
        if status != 0 or not data:
            raise ValueError("no drawing")
        return bytes(data)


@functools.cache
def _load_calls() -> ModuleType:
    spec = importlib.util.find_spec("matplotlib")
    if spec is not None and spec.origin is not None:
        # Read when the library is loaded, and never again.
        os.environ["XDG_DATA_HOME"] = str((Path(spec.origin).parent / _FONT_FOLDER).parent)
        os.environ["FONTCONFIG_FILE"] = str(_FONT_SETTINGS)
    return importlib.import_module("pygraphviz.graphviz")


def _build_graph(calls: Any, canvas: Canvas) -> Any:
    graph = calls.agraphnew(b"graph", directed=True)
    _set_all(calls, graph, graph, canvas.attributes)
    nodes = {}
    for name, attributes in canvas.boxes.items():
        nodes[name] = calls.agnode(graph, name.encode(), 1)
        _set_all(calls, graph, nodes[name], attributes)
    for number, (source, target, attributes) in enumerate(canvas.lines):
        line = calls.agedge(graph, nodes[source], nodes[target], f"e{number}".encode(), 1)
        _set_all(calls, graph, line, attributes)
    for number, (attributes, members) in enumerate(canvas.frames):
        frame = calls.agsubg(graph, f"cluster_{number}".encode(), 1)
        _set_all(calls, graph, frame, attributes)
        _add_members(calls, frame, [nodes[name] for name in members])
    return graph


def _add_members(calls: Any, frame: Any, nodes: Iterable[Any]) -> None:
    for node in nodes:
        calls.agsubnode(frame, node, 1)


def _set_all(calls: Any, graph: Any, thing: Any, attributes: Mapping[str, str]) -> None:
    for name, value in attributes.items():
        # A value in pointed brackets would be read as HTML.
        if value.startswith("<"):
            raise ValueError("a label in brackets")
        calls.agsafeset_label(graph, thing, name.encode(), value.encode("utf-8", "replace"), b"")
