"""BMP, built by hand in the variants that decades of Windows programs wrote."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tests.corpus.case import DAMAGED, UNSUPPORTED, Case, Colour, Expectation
from tests.corpus.drawing import FOUR, SIZE, list_spots

_WHITE_BLACK: tuple[Colour, ...] = ((255,) * 3, (0,) * 3, (0,) * 3, (255,) * 3)
_HALF = (SIZE[0] // 2, SIZE[1] // 2)


@dataclass(frozen=True)
class BitmapFormat:
    """How a bitmap is stored."""

    bits: int
    header: int = 40
    packing: int = 0
    top_down: bool = False
    masks: tuple[int, ...] = ()
    claims_size: bool = True


def build_bmp(
    shape: BitmapFormat, colours: tuple[Colour, ...] = FOUR, pixels: bytes | None = None
) -> bytes:
    palette = b""
    if shape.bits <= 8:
        entry = b"" if shape.header == 12 else b"\x00"
        # An OS/2 header has no number of colours, so the full palette has to follow.
        used = 2**shape.bits if shape.header == 12 else len(colours)
        listed = [*colours, *[(0, 0, 0)] * used][:used]
        palette = b"".join(bytes(colour[2::-1]) + entry for colour in listed)
    body = _build_rows(shape, colours) if pixels is None else pixels
    masks = b"".join(struct.pack("<I", mask) for mask in shape.masks)
    info = _build_info(shape, len(colours) if shape.bits <= 8 else 0, len(body))
    info += masks if shape.header == 40 else b""
    start = 14 + len(info) + len(palette)
    file_size = start + len(body) if shape.claims_size else 0
    return b"BM" + struct.pack("<IHHI", file_size, 0, 0, start) + info + palette + body


def _build_info(shape: BitmapFormat, used: int, length: int) -> bytes:
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


def _build_rows(shape: BitmapFormat, colours: tuple[Colour, ...]) -> bytes:
    halves = [_build_line(shape, colours, 0), _build_line(shape, colours, 2)]
    order = halves if shape.top_down else halves[::-1]
    return b"".join(row * _HALF[1] for row in order)


def _build_line(shape: BitmapFormat, colours: tuple[Colour, ...], first: int) -> bytes:
    pair = [_build_pixel(shape, colours, first), _build_pixel(shape, colours, first + 1)]
    if shape.bits >= 8:
        row = pair[0].to_bytes(shape.bits // 8, "little") * _HALF[0]
        row += pair[1].to_bytes(shape.bits // 8, "little") * _HALF[0]
    else:
        together = "".join(format(value, f"0{shape.bits}b") * _HALF[0] for value in pair)
        row = int(together, 2).to_bytes(len(together) // 8, "big")
    return row + bytes(-len(row) % 4)


def _build_pixel(shape: BitmapFormat, colours: tuple[Colour, ...], index: int) -> int:
    if shape.bits <= 8:
        return index % len(colours) if shape.bits > 1 else (index in (1, 2))
    red, green, blue, *alpha = colours[index]
    if shape.bits == 16:
        if shape.masks:
            return red >> 3 << 11 | green >> 2 << 5 | blue >> 3
        return red >> 3 << 10 | green >> 3 << 5 | blue >> 3
    whole = red << 16 | green << 8 | blue
    return whole | (alpha[0] if alpha else 0) << 24 if shape.bits == 32 else whole


def _build_runs_of_eight() -> bytes:
    line = {first: bytes([32, first, 32, first + 1, 0, 0]) for first in (0, 2)}
    return line[2] * _HALF[1] + line[0] * _HALF[1] + b"\x00\x01"


def _build_runs_of_four() -> bytes:
    line = {first: bytes([32, first * 17, 32, (first + 1) * 17, 0, 0]) for first in (0, 2)}
    return line[2] * _HALF[1] + line[0] * _HALF[1] + b"\x00\x01"


def list_cases() -> Iterator[Case]:
    sound = Expectation.expect_picture("BMP", SIZE, spots=list_spots(), transparent=False)
    stark = Expectation.expect_picture(
        "BMP", SIZE, spots=list_spots(_WHITE_BLACK), transparent=False
    )
    for header, name in ((12, "os2"), (40, "windows"), (108, "v4"), (124, "v5")):
        for bits in (1, 4, 8, 16, 24, 32):
            if header == 12 and bits in (16, 32):
                continue
            colours = _WHITE_BLACK[:2] if bits == 1 else FOUR
            make = partial(build_bmp, BitmapFormat(bits, header), colours)
            yield Case(f"{name}-{bits}.bmp", make, stark if bits == 1 else sound)
    for bits in (8, 24, 32):
        make = partial(build_bmp, BitmapFormat(bits, top_down=True))
        yield Case(f"top-down-{bits}.bmp", make, sound)
    yield Case(
        "runs-8.bmp",
        partial(build_bmp, BitmapFormat(8, packing=1), FOUR, _build_runs_of_eight()),
        sound,
    )
    yield Case(
        "runs-4.bmp",
        partial(build_bmp, BitmapFormat(4, packing=2), FOUR, _build_runs_of_four()),
        sound,
    )
    fields = BitmapFormat(16, packing=3, masks=(0xF800, 0x07E0, 0x001F))
    yield Case("fields-565.bmp", partial(build_bmp, fields), sound)
    whole = BitmapFormat(32, packing=3, masks=(0xFF0000, 0xFF00, 0xFF))
    yield Case("fields-888.bmp", partial(build_bmp, whole), sound)
    through = tuple((*c, alpha) for c, alpha in zip(FOUR, (255, 90, 0, 180), strict=True))
    clear = BitmapFormat(32, 124, packing=3, masks=(0xFF0000, 0xFF00, 0xFF, 0xFF000000))
    yield Case(
        "alpha.bmp",
        partial(build_bmp, clear, through),
        Expectation.expect_picture("BMP", SIZE, spots=list_spots(through), transparent=True),
    )
    untold = partial(build_bmp, BitmapFormat(24, claims_size=False))
    yield Case("size-untold.bmp", untold, Expectation.expect_either(sound, UNSUPPORTED))
    yield Case(
        "tail.bmp",
        lambda: build_bmp(BitmapFormat(24)) + b"x" * 9,
        Expectation.expect_either(sound, UNSUPPORTED),
    )
    endless = partial(build_bmp, BitmapFormat(8, packing=1), FOUR, b"\xff\x01" * 9_999)
    yield Case(
        "endless-runs.bmp",
        endless,
        Expectation.expect_either(Expectation.expect_picture("BMP", SIZE), DAMAGED),
    )
    for bits in (0, 3, 64):
        odd = partial(build_bmp, BitmapFormat(24), FOUR)
        yield Case(
            f"depth-{bits}.bmp",
            partial(_set_depth, odd(), bits),
            Expectation.expect_refusal(DAMAGED),
        )


def _set_depth(data: bytes, bits: int) -> bytes:
    return data[:28] + struct.pack("<H", bits) + data[30:]
