"""Has Mermaid, DOT and formulas drawn in a decoder, and says what came of it: the service's side.

A decoder ends what takes too long or too much memory. What it returns is not trusted: the code
comes from a model, and may have taken it over. See `bot.files.sandbox.computing.markup`.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from enum import Enum

import structlog

from bot.domain.safe_text import replace_invisible, truncate
from bot.files.sandbox.pipe import Message as Result
from bot.files.sandbox.pool import SandboxPool, TaskOwner
from bot.files.sandbox.process import ProcessDied, ProcessNotStarted, ProcessTimeout
from bot.markup.code_blocks import CodeBlock

log = structlog.get_logger(__name__)

DRAW_SECONDS = 10.0
_MAX_BYTES, _MAX_SIDE, _MAX_FAULT_CHARS = 8 * 1024 * 1024, 4_096, 200
_PNG_START = b"\x89PNG\r\n\x1a\n"


class DrawFailure(Enum):
    """Why there is no picture although the code may be right."""

    TOO_LONG = "too long"
    BROKE_DOWN = "broke down"
    NOT_STARTED = "not started"


@dataclass(frozen=True, slots=True)
class DrawnBlock:
    """What came of a block: a PNG, or its `fault` in the parser's words, or why it failed.

    None of them: it is nothing that can be drawn.
    """

    block: CodeBlock
    png: bytes = field(default=b"", repr=False)
    fault: str = ""
    failure: DrawFailure | None = None


class MarkupDrawer:
    """Draws blocks, within `draw_seconds` each. Never raises `EaselError`."""

    def __init__(self, pool: SandboxPool, *, draw_seconds: float = DRAW_SECONDS) -> None:
        self._pool = pool
        self._draw_seconds = draw_seconds

    async def draw(self, block: CodeBlock, owner: TaskOwner) -> DrawnBlock:
        """Draw one block."""
        header = {"task": "markup", "name": "the code", "kind": block.kind.value}
        blobs = [block.code.encode("utf-8", "replace")]
        try:
            result = await self._pool.run_task(header, blobs, owner, max_seconds=self._draw_seconds)
            return await asyncio.to_thread(_parse, block, result)
        except ProcessTimeout:
            failure = DrawFailure.TOO_LONG
        except ProcessNotStarted:
            failure = DrawFailure.NOT_STARTED
        except ProcessDied:
            failure = DrawFailure.BROKE_DOWN
        except Exception as error:  # noqa: BLE001 - a forged result may raise anything
            log.warning("odd_drawing", error=type(error).__name__)
            failure = DrawFailure.BROKE_DOWN
        log.warning("block_not_drawn", kind=block.kind.value, reason=failure.value)
        return DrawnBlock(block, failure=failure)


def _parse(block: CodeBlock, result: Result) -> DrawnBlock:
    header, blobs = result
    if "why" in header:
        # A picture that is too large for its limits, or a library that has failed.
        return DrawnBlock(block, failure=DrawFailure.BROKE_DOWN)
    fault = clean_fault(str(header["fault"]))
    if fault or not blobs:
        return DrawnBlock(block, fault=fault)
    (png,) = blobs
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    is_picture = png.startswith(_PNG_START) and min(width, height) > 0
    if not is_picture or max(width, height) > _MAX_SIDE or len(png) > _MAX_BYTES:
        raise ValueError("no picture")
    return DrawnBlock(block, png)


def clean_fault(text: str) -> str:
    """Return a parser's words for a sentence: on one line, bounded, without marks of Slack's."""
    plain = " ".join(replace_invisible(text[: 4 * _MAX_FAULT_CHARS]).split())
    return truncate(re.sub(r"[`<>*_~]", "'", plain.rstrip(" .")), _MAX_FAULT_CHARS)
