"""Finds and masks parts of pictures in the decoders: the side of the service.

A decoder that has read a hostile file may return anything, so no value is used unchecked.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.llm import ImageOutput
from bot.domain.pictures.marks import ALL_MARKS, MAX_AREAS, Form, MarkedArea, Selection, list_pick
from bot.domain.pictures.sight import Shares
from bot.files.picture_work import MIMETYPES
from bot.files.sandbox.pipe import Message
from bot.files.sandbox.pool import NOBODY, TaskOwner
from bot.files.sandbox.sandbox import Sandbox

_MAX_SIDE = 20_000
_PNG_START, _JPEG_START = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_KINDS = ("outline", "brush", "arrow")
_WHAT = "the picture"


@dataclass(frozen=True, slots=True)
class FoundAreas:
    """The areas on a picture of `width` x `height`, the mask of the chosen ones, and a preview.

    `picked` are the numbers of those that were picked by their look, () where that tells none.
    `mask` is "" in bytes where none was found or chosen; so is `preview` where none was wanted.
    """

    areas: tuple[MarkedArea, ...]
    width: int
    height: int
    mask: bytes = field(default=b"", repr=False)
    preview: bytes = field(default=b"", repr=False)
    picked: tuple[int, ...] = ()

    def keep_only(self, numbers: Sequence[int]) -> FoundAreas:
        """Return the same with the areas of some numbers, from 1, or with all for ()."""
        kept = (one for number, one in enumerate(self.areas, 1) if number in numbers)
        return replace(self, areas=tuple(kept)) if numbers else self


@dataclass(frozen=True, slots=True)
class Composite:
    """An original of which a part was drawn again: a PNG, or a JPEG that has lost a little."""

    data: bytes = field(repr=False)
    mimetype: str
    size: tuple[int, int]

    @property
    def is_exact(self) -> bool:
        return self.mimetype == "image/png"


class MaskMaker:
    """Every method raises only `UnreadableError`. `owner` says whose turn a task takes."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def find_areas(
        self,
        marked: bytes,
        base: bytes | None = None,
        *,
        selection: Selection = ALL_MARKS,
        shows: bool = False,
        inverts: bool = False,
        owner: TaskOwner = NOBODY,
    ) -> FoundAreas:
        """Find what is marked on a picture, by its original `base` if there is one.

        The mask is that of the `selection`, of all where that chooses none by its look. With
        `shows`, all are drawn. With `inverts`, the mask is all but these; but what is under strokes
        cannot stay.
        """
        blobs = [marked] if base is None else [base, marked]
        return await self._find("areas", blobs, selection, owner, shows=shows, inverts=inverts)

    async def find_on_copy(
        self,
        shown: bytes,
        base: bytes,
        *,
        selection: Selection = ALL_MARKS,
        inverts: bool = False,
        owner: TaskOwner = NOBODY,
    ) -> FoundAreas:
        """Find the same on what may be a copy or a screenshot of `base`, or of any other picture.

        Finds nothing where they differ in more than what one pen has drawn.
        """
        blobs, how = [base, shown], {"shows": False, "inverts": inverts}
        return await self._find("areas on a copy", blobs, selection, owner, **how)

    async def mask_cells(
        self,
        picture: bytes,
        boxes: Sequence[Shares],
        *,
        inverts: bool = False,
        owner: TaskOwner = NOBODY,
    ) -> FoundAreas:
        """Return the mask of rectangles on a picture, or with `inverts` of all but these."""
        found = await self._sandbox.run_task(
            "masks",
            _WHAT,
            [picture],
            _parse_cells,
            owner=owner,
            work="cells",
            boxes=[list(box) for box in boxes],
            inverts=inverts,
        )
        areas = tuple(MarkedArea(box, "cell") for box in boxes)
        return FoundAreas(areas, found.width, found.height, found.mask)

    async def tint_area(
        self, picture: bytes, mask: bytes, *, owner: TaskOwner = NOBODY
    ) -> tuple[bytes, int, int]:
        """Return a JPEG of a picture with the area of a mask in pink, its width and height."""
        return await self._sandbox.run_task(
            "masks", _WHAT, [picture, mask], _parse_tinted, owner=owner, work="tint"
        )

    async def draw_grid(self, name: str, data: bytes, *, owner: TaskOwner = NOBODY) -> ImageOutput:
        """Return a picture with its grid over it."""
        return await self._sandbox.run_task(
            "masks", name, [data], _parse_drawn, owner=owner, work="grid"
        )

    async def put_back(
        self, original: bytes, sent: bytes, drawn: bytes, mask: bytes, *, owner: TaskOwner = NOBODY
    ) -> Composite | None:
        """Return what was drawn inside of the mask, the original outside; None if they are unlike.

        `drawn` and `mask` have the size of `sent`, a copy of the original that may be smaller.
        """
        return await self._sandbox.run_task(
            "masks",
            _WHAT,
            [original, sent, drawn, mask],
            _parse_composite,
            owner=owner,
            work="put back",
        )

    async def _find(
        self, work: str, blobs: list[bytes], selection: Selection, owner: TaskOwner, **how: bool
    ) -> FoundAreas:
        picks = [list_pick(pick) for pick in selection.picks]
        return await self._sandbox.run_task(
            "masks",
            _WHAT,
            blobs,
            _parse_areas,
            owner=owner,
            work=work,
            numbers=list(selection.numbers),
            picks=picks,
            **how,
        )


def _parse_areas(result: Message) -> FoundAreas:
    header, blobs = result
    width, height = _parse_size(header["size"])
    areas = tuple(_parse_area(row) for row in header["areas"][: MAX_AREAS + 1])
    if len(areas) > MAX_AREAS:
        raise ValueError("too many areas")
    picked = tuple(int(number) for number in header["picked"])
    if any(not 1 <= number <= len(areas) for number in picked):
        raise ValueError("no such area")
    if not blobs:
        return FoundAreas(areas, width, height)
    mask, preview = blobs
    if mask:
        _check_mask(mask, (width, height))
    if preview and not preview.startswith(_JPEG_START):
        raise ValueError("no preview")
    return FoundAreas(areas, width, height, mask, preview, picked)


def _parse_area(row: Sequence[Any]) -> MarkedArea:
    left, top, right, bottom = (float(str(edge)) for edge in row[:4])
    kind, weight = row[4], float(str(row[5]))
    if not 0 <= left < right <= 1 or not 0 <= top < bottom <= 1 or not 0 <= weight <= 1.5:
        raise ValueError("no area")
    if kind not in _KINDS:
        raise ValueError("no kind")
    red, green, blue = (int(channel) for channel in row[6])
    if not all(0 <= channel <= 255 for channel in (red, green, blue)):
        raise ValueError("no colour")
    box, form = (left, top, right, bottom), Form(row[7])
    return MarkedArea(box, str(kind), weight, (red, green, blue), form)


def _parse_cells(result: Message) -> FoundAreas:
    header, (mask,) = result
    width, height = _parse_size(header["size"])
    _check_mask(mask, (width, height))
    return FoundAreas((), width, height, mask)


def _parse_tinted(result: Message) -> tuple[bytes, int, int]:
    header, (data,) = result
    width, height = _parse_size(header["size"])
    if not data.startswith(_JPEG_START):
        raise ValueError("no picture")
    return data, width, height


def _parse_drawn(result: Message) -> ImageOutput:
    header, (data,) = result
    return ImageOutput(data, MIMETYPES[header["extension"]], "")


def _parse_composite(result: Message) -> Composite | None:
    header, blobs = result
    if not blobs:
        return None
    (data,) = blobs
    extension = header["extension"]
    if not data.startswith({"png": _PNG_START, "jpg": _JPEG_START}[extension]):
        raise ValueError("no picture")
    return Composite(data, MIMETYPES[extension], _parse_size(header["size"]))


def _parse_size(values: Sequence[object]) -> tuple[int, int]:
    width, height = (int(str(side)) for side in values)
    if not 0 < width <= _MAX_SIDE or not 0 < height <= _MAX_SIDE:
        raise ValueError("no size")
    return width, height


def _check_mask(data: bytes, size: tuple[int, int]) -> None:
    """Raise `ValueError` for what is no PNG of that size with eight bits of alpha."""
    if not data.startswith(_PNG_START) or data[12:16] != b"IHDR":
        raise ValueError("no mask")
    if struct.unpack(">IIBB", data[16:26]) != (*size, 8, 6):
        raise ValueError("another mask")
