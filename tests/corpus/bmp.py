"""BMP: written by hand, as decades of Windows programs did."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tests.corpus.case import DAMAGED, UNSUPPORTED, Case, Colour, Expect
from tests.corpus.drawing import FOUR, SIZE, spots

_WHITE_BLACK: tuple[Colour, ...] = ((255,) * 3, (0,) * 3, (0,) * 3, (255,) * 3)
_HALF = (SIZE[0] // 2, SIZE[1] // 2)


@dataclass(frozen=True)
class Shape:
    """How a bitmap is stored."""

    bits: int
    header: int = 40
    packing: int = 0
    top_down: bool = False
    masks: tuple[int, ...] = ()
    size_told: bool = True


def bmp(shape: Shape, colours: tuple[Colour, ...] = FOUR, pixels: bytes | None = None) -> bytes:
    palette = b""
    if shape.bits <= 8:
        entry = b"" if shape.header == 12 else b"\x00"
        # An OS/2 header tells no number of colours: all there could be have to follow.
        used = 2**shape.bits if shape.header == 12 else len(colours)
        listed = [*colours, *[(0, 0, 0)] * used][:used]
        palette = b"".join(bytes(colour[2::-1]) + entry for colour in listed)
    body = _rows(shape, colours) if pixels is None else pixels
    masks = b"".join(struct.pack("<I", mask) for mask in shape.masks)
    info = _info(shape, len(colours) if shape.bits <= 8 else 0, len(body))
    info += masks if shape.header == 40 else b""
    start = 14 + len(info) + len(palette)
    told = start + len(body) if shape.size_told else 0
    return b"BM" + struct.pack("<IHHI", told, 0, 0, start) + info + palette + body


def _info(shape: Shape, used: int, length: int) -> bytes:
    if shape.header == 12:
        return struct.pack("<IHHHH", 12, *SIZE, 1, shape.bits)
    height = -SIZE[1] if shape.top_down else SIZE[1]
    info = struct.pack(
        "<IiiHHIIiiII", shape.header, SIZE[0], height, 1, shape.bits, shape.packing, length,
        2835, 2835, used, 0,
    )  # fmt: skip
    if shape.header > 40:
        masks = [*shape.masks, 0, 0, 0, 0][:4]
        info += struct.pack("<4I", *masks) + b"BGRs"
    return info + bytes(shape.header - len(info))


def _rows(shape: Shape, colours: tuple[Colour, ...]) -> bytes:
    halves = [_line(shape, colours, 0), _line(shape, colours, 2)]
    order = halves if shape.top_down else halves[::-1]
    return b"".join(row * _HALF[1] for row in order)


def _line(shape: Shape, colours: tuple[Colour, ...], first: int) -> bytes:
    pair = [_pixel(shape, colours, first), _pixel(shape, colours, first + 1)]
    if shape.bits >= 8:
        row = pair[0].to_bytes(shape.bits // 8, "little") * _HALF[0]
        row += pair[1].to_bytes(shape.bits // 8, "little") * _HALF[0]
    else:
        together = "".join(format(value, f"0{shape.bits}b") * _HALF[0] for value in pair)
        row = int(together, 2).to_bytes(len(together) // 8, "big")
    return row + bytes(-len(row) % 4)


def _pixel(shape: Shape, colours: tuple[Colour, ...], which: int) -> int:
    if shape.bits <= 8:
        return which % len(colours) if shape.bits > 1 else (which in (1, 2))
    red, green, blue, *alpha = colours[which]
    if shape.bits == 16:
        if shape.masks:
            return red >> 3 << 11 | green >> 2 << 5 | blue >> 3
        return red >> 3 << 10 | green >> 3 << 5 | blue >> 3
    whole = red << 16 | green << 8 | blue
    return whole | (alpha[0] if alpha else 0) << 24 if shape.bits == 32 else whole


def _runs_of_eight() -> bytes:
    line = {first: bytes([32, first, 32, first + 1, 0, 0]) for first in (0, 2)}
    return line[2] * _HALF[1] + line[0] * _HALF[1] + b"\x00\x01"


def _runs_of_four() -> bytes:
    line = {first: bytes([32, first * 17, 32, (first + 1) * 17, 0, 0]) for first in (0, 2)}
    return line[2] * _HALF[1] + line[0] * _HALF[1] + b"\x00\x01"


def cases() -> Iterator[Case]:
    sound = Expect.picture("BMP", SIZE, spots=spots(), transparent=False)
    stark = Expect.picture("BMP", SIZE, spots=spots(_WHITE_BLACK), transparent=False)
    for header, name in ((12, "os2"), (40, "windows"), (108, "v4"), (124, "v5")):
        for bits in (1, 4, 8, 16, 24, 32):
            if header == 12 and bits in (16, 32):
                continue
            colours = _WHITE_BLACK[:2] if bits == 1 else FOUR
            make = partial(bmp, Shape(bits, header), colours)
            yield Case(f"{name}-{bits}.bmp", make, stark if bits == 1 else sound)
    for bits in (8, 24, 32):
        make = partial(bmp, Shape(bits, top_down=True))
        yield Case(f"top-down-{bits}.bmp", make, sound)
    yield Case("runs-8.bmp", partial(bmp, Shape(8, packing=1), FOUR, _runs_of_eight()), sound)
    yield Case("runs-4.bmp", partial(bmp, Shape(4, packing=2), FOUR, _runs_of_four()), sound)
    fields = Shape(16, packing=3, masks=(0xF800, 0x07E0, 0x001F))
    yield Case("fields-565.bmp", partial(bmp, fields), sound)
    whole = Shape(32, packing=3, masks=(0xFF0000, 0xFF00, 0xFF))
    yield Case("fields-888.bmp", partial(bmp, whole), sound)
    through = tuple((*c, alpha) for c, alpha in zip(FOUR, (255, 90, 0, 180), strict=True))
    clear = Shape(32, 124, packing=3, masks=(0xFF0000, 0xFF00, 0xFF, 0xFF000000))
    yield Case(
        "alpha.bmp",
        partial(bmp, clear, through),
        Expect.picture("BMP", SIZE, spots=spots(through), transparent=True),
    )
    untold = partial(bmp, Shape(24, size_told=False))
    yield Case("size-untold.bmp", untold, Expect.either(sound, UNSUPPORTED))
    yield Case("tail.bmp", lambda: bmp(Shape(24)) + b"x" * 9, Expect.either(sound, UNSUPPORTED))
    endless = partial(bmp, Shape(8, packing=1), FOUR, b"\xff\x01" * 9_999)
    yield Case("endless-runs.bmp", endless, Expect.either(Expect.picture("BMP", SIZE), DAMAGED))
    for bits in (0, 3, 64):
        odd = partial(bmp, Shape(24), FOUR)
        yield Case(f"depth-{bits}.bmp", partial(_with_depth, odd(), bits), Expect.refused(DAMAGED))


def _with_depth(data: bytes, bits: int) -> bytes:
    return data[:28] + struct.pack("<H", bits) + data[30:]
