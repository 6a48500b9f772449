"""Has a diagram drawn next to its picture, in a decoder, and makes the files of it."""

from __future__ import annotations

import asyncio

import structlog

from bot.domain.errors import EaselError
from bot.domain.files import GeneratedFile
from bot.domain.messages import Message
from bot.files.sandbox.made_files import check_png
from bot.files.sandbox.pipe import Message as Result
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.graphs.diagrams.diagram import FILE_NAME, Diagram, serialize_diagram
from bot.graphs.diagrams.mermaid import format_mermaid
from bot.graphs.diagrams.tables import format_edges_as_csv

log = structlog.get_logger(__name__)

_MAX_BYTES = 16 * 1024 * 1024
_OWN_NAME = "what was read"
_BESIDE_ALT = "{name}, and beside it the diagram drawn from what was read: {labels}"
_ALONE_ALT = "The diagram drawn from what was read: {labels}"
_MAX_NAMED = 20
NOT_DRAWN = Message("_I could not draw what was read beside the picture. The table holds it all._")


class DiagramDrawer:
    """Builds the files of a diagram: CSV, JSON, Mermaid, and the drawing where there can be one."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def build_files(
        self, diagram: Diagram, picture: bytes | None, owner: TaskOwner
    ) -> tuple[GeneratedFile, ...]:
        """Never raises `EaselError`. The drawing comes first, and lacks where it failed."""
        files = await asyncio.to_thread(_write_files, diagram)
        drawn = await self._draw(diagram, files[-1].data, picture, owner)
        return (*([drawn] if drawn is not None else []), *files)

    async def _draw(
        self, diagram: Diagram, data: bytes, picture: bytes | None, owner: TaskOwner
    ) -> GeneratedFile | None:
        blobs = [data, *([picture] if picture else [])]
        try:
            png = await self._sandbox.run_task(
                "diagram",
                diagram.picture or "the diagram",
                blobs,
                _parse_png,
                owner=owner,
                picture=diagram.picture,
                title=_OWN_NAME,
            )
        except EaselError as error:
            log.warning("diagram_not_drawn", error=type(error).__name__)
            if picture is not None:
                # Its picture may be what cannot be read any more.
                return await self._draw(diagram, data, None, owner)
            return None
        labels = ", ".join(node.label for node in diagram.nodes[:_MAX_NAMED])
        alt_text = Message(_ALONE_ALT, labels=labels)
        if picture:
            alt_text = Message(_BESIDE_ALT, name=diagram.picture, labels=labels)
        return GeneratedFile("diagram.png", "image/png", png, alt_text=alt_text)


def _write_files(diagram: Diagram) -> list[GeneratedFile]:
    """Return the files that hold the data; the last is the one that is read again."""
    return [
        GeneratedFile("diagram.csv", "text/csv", format_edges_as_csv(diagram)),
        GeneratedFile("diagram.mmd", "text/plain", format_mermaid(diagram).encode()),
        GeneratedFile(FILE_NAME, "application/json", serialize_diagram(diagram)),
    ]


def _parse_png(result: Result) -> bytes:
    (png,) = result[1]
    if len(png) > _MAX_BYTES:
        raise ValueError("too large")
    check_png(png)
    return png
