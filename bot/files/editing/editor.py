"""Edits and compares pictures in the decoders: the side of the service.

A decoder that has read a hostile file may return anything, so no value is used unchecked. See
`edits.py`, `palettes.py` and `comparisons.py` for what is done there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.llm import ImageOutput
from bot.domain.pictures.operations import (
    EditReport,
    Operation,
    PaletteColour,
    parse_report,
)
from bot.files.picture_work import MIMETYPES
from bot.files.sandbox.pipe import Message
from bot.files.sandbox.pool import NOBODY, TaskOwner
from bot.files.sandbox.sandbox import Sandbox

_MAX_COLOURS = 64


class PictureEditor:
    """Every method raises only `UnreadableError`. `owner` says whose turn a task takes."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def edit(
        self,
        name: str,
        data: bytes,
        operations: Sequence[Operation],
        *,
        earlier: Sequence[Operation] = (),
        page: int = 0,
        owner: TaskOwner = NOBODY,
    ) -> tuple[ImageOutput, EditReport]:
        """Do `operations` to a picture; return it, and what was done.

        `page` is that of a file with several, from 1, -1 the last; with 0 it is the first.
        `earlier` are done before, and not told: those that made of `data` what is edited.
        """
        values, first = ([one.serialize() for one in group] for group in (operations, earlier))
        return await self._sandbox.run_task(
            "edit",
            name,
            [data],
            _parse_edited,
            owner=owner,
            operations=values,
            earlier=first,
            page=page,
        )

    async def find_palette(
        self, name: str, data: bytes, count: int, *, owner: TaskOwner = NOBODY
    ) -> tuple[list[PaletteColour], bytes]:
        """Return the main colours of a picture, and a PNG of them."""
        return await self._sandbox.run_task(
            "palette", name, [data], _parse_palette, owner=owner, count=count
        )

    async def compare(
        self, names: str, pictures: Sequence[bytes], *, overlays: bool, owner: TaskOwner = NOBODY
    ) -> tuple[bytes, float]:
        """Return a PNG of two pictures over each other, and the share that differs."""
        return await self._sandbox.run_task(
            "compare", names, pictures, _parse_comparison, owner=owner, overlay=overlays
        )


def _parse_edited(result: Message) -> tuple[ImageOutput, EditReport]:
    header, (data,) = result
    return ImageOutput(data, MIMETYPES[header["extension"]], ""), parse_report(header)


def _parse_palette(result: Message) -> tuple[list[PaletteColour], bytes]:
    header, blobs = result
    colours = [PaletteColour(str(name), float(share)) for name, share in header["colours"]]
    if len(colours) > _MAX_COLOURS or not all(
        re.fullmatch(r"#[0-9a-f]{6}", colour.hex) and 0 <= colour.share <= 1 for colour in colours
    ):
        raise ValueError("no palette")
    return colours, blobs[0] if colours else b""


def _parse_comparison(result: Message) -> tuple[bytes, float]:
    header, (data,) = result
    share = float(header["share"])
    if not 0 <= share <= 1:
        raise ValueError("no share")
    return data, share
