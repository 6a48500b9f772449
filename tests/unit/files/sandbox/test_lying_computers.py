"""Whatever a taken-over decoder returns for a task that computes: a value, or one sentence."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.charts.spec import ChartSpec
from bot.domain.messages import Message, MessageList, render
from bot.domain.stored_messages import serialize_message
from bot.files.chart_drawer import ChartDrawer, ChartStyle, Source
from bot.files.diagram_drawer import DiagramDrawer
from bot.files.graph_drawer import GraphDrawer
from bot.files.logs import LogReader
from bot.files.markup_drawer import DrawFailure, DrawnBlock, MarkupDrawer
from bot.files.masking.maker import MaskMaker
from bot.files.sandbox.pool import NOBODY, TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError
from bot.graphs.diagrams.diagram import Diagram, DiagramNode
from bot.graphs.wishes import GraphWish
from bot.markup.code_blocks import BlockKind, CodeBlock
from tests.support.easel import build_png

OWNER = TaskOwner("T0/U0", "lies")
SOURCES = [Source("a.csv", b"a,b\n1,2\n")]
STYLE = ChartStyle("en", "(empty)", "Other", is_day_first=False)
DIAGRAM = Diagram((DiagramNode(1, "Cart"),), ())
BLOCK = CodeBlock(BlockKind.DOT, "digraph {}")
BOX = (0.0, 0.0, 0.5, 0.5)
ASKS: dict[str, Callable[[Sandbox], Awaitable[object]]] = {
    "graphs": lambda box: GraphDrawer(box).draw([("a", b"")], GraphWish(), OWNER, language="en"),
    "tables": lambda box: ChartDrawer(box).look_at(SOURCES, OWNER),
    "chart": lambda box: ChartDrawer(box).draw(SOURCES, ChartSpec(), STYLE, OWNER),
    "diagram": lambda box: DiagramDrawer(box).build_files(DIAGRAM, b"", OWNER),
    "markup": lambda box: MarkupDrawer(box.pool).draw(BLOCK, OWNER),
    "log": lambda box: LogReader(None, box).read_text("a.log", "x"),  # type: ignore[arg-type] # a fake
    "areas": lambda box: MaskMaker(box).find_areas(b"", owner=NOBODY),
    "cells": lambda box: MaskMaker(box).mask_cells(b"", [BOX]),
    "tint": lambda box: MaskMaker(box).tint_area(b"", b""),
    "grid": lambda box: MaskMaker(box).draw_grid("a.png", b""),
    "put back": lambda box: MaskMaker(box).put_back(b"", b"", b"", b""),
}
NAMES = (
    "fault", "why", "files", "graphs", "refused", "missing", "tables", "chart", "notes", "problems",
    "size", "areas", "extension", "figures", "detail", "kind", "title", "categories", "panels",
    "rows", "series", "name", "values", "xs", "axis", "columns", "sample", "log", "unit",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, -1, 10**400, 1e300, float("nan"), float("inf"), "", "x" * 9_000, "<!channel>",
    "\x1b[2J\u202e", "\x1e{", "png", "bar", "scatter", "damaged", "1e999999", "../../etc/passwd",
    serialize_message(MessageList([Message("{n}", n="<@U0SAM>")])), [], {}, [[]] * 500,
)  # fmt: skip
BLOBS = (
    b"", b"\xff" * 9, build_png(), build_png()[:20], b"<svg onload='x'/>", b"\xff\xd8\xff",
    b"[" * 900, b'{"lines": [[1, "x", 0, 0]], "total": 1e999}', b'\x1e{"parts": [], "with": ""}',
)  # fmt: skip


def build_lie(chance: random.Random, depth: int = 3) -> Any:
    """Return a value of any shape, with names that there are."""
    if depth and chance.random() < 0.5:
        return {name: build_lie(chance, depth - 1) for name in chance.sample(NAMES, 9)}
    if depth and chance.random() < 0.5:
        return [build_lie(chance, depth - 1) for _ in range(chance.randrange(4))]
    return chance.choice(ODD)


@pytest.mark.parametrize("name", ASKS)
async def test_every_lie_is_bounded_or_one_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Sandbox() as sandbox:
        for number in range(20):
            chance = random.Random(f"{name} {number}")
            header = {one: build_lie(chance) for one in chance.sample(NAMES, chance.randrange(29))}
            blobs = [chance.choice(BLOBS) for _ in range(chance.randrange(5))]

            async def lie(
                *_: object, header: Any = header, blobs: Any = blobs, **__: object
            ) -> tuple[Any, Any]:
                return dict(header), list(blobs)

            monkeypatch.setattr(sandbox.pool, "run_task", lie)
            try:
                found = await ASKS[name](sandbox)
            except UnreadableError as error:
                assert len(error.user_message) < 600 and "<!" not in error.user_message
                continue
            assert (
                not isinstance(found, DrawnBlock)
                or found.failure is DrawFailure.BROKE_DOWN
                or (len(render(found.fault, "de")) <= 200 and found.fault.isprintable())
            )
