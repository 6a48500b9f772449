"""TIFF: every common compression, depth and byte order, scans of several pages."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from functools import partial

from PIL import Image

from tests.corpus import icc
from tests.corpus.case import DAMAGED, UNSUPPORTED, Case, Colour, Expectation
from tests.corpus.drawing import (
    FOUR,
    GREYS,
    SIZE,
    draw_greys,
    draw_quarters,
    list_shades,
    list_spots,
    turn_size,
    turn_spots,
)
from tests.support.pictures import encode_picture

_ALPHAS = (255, 90, 0, 180)
_BLACK_WHITE_QUARTERS: tuple[Colour, ...] = (GREYS[0], GREYS[3], GREYS[3], GREYS[0])
_BILEVEL_COMPRESSIONS = ("raw", "packbits", "group3", "group4", "tiff_lzw", "tiff_adobe_deflate")
_COMPRESSIONS = ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits")


def list_cases() -> Iterator[Case]:
    yield from _list_compressed()
    yield from _list_deep()
    yield from _list_turned()
    yield from _list_paged()
    yield from _list_by_hand()


def _list_compressed() -> Iterator[Case]:
    stark = draw_quarters([grey[0] for grey in _BLACK_WHITE_QUARTERS], "L").convert("1")
    for way in _BILEVEL_COMPRESSIONS:
        expects = Expectation.expect_picture(
            "TIFF", SIZE, spots=list_spots(_BLACK_WHITE_QUARTERS), transparent=False
        )
        yield Case(
            f"fax-{way}.tif", partial(encode_picture, stark, "TIFF", compression=way), expects
        )
    through = tuple((*colour, alpha) for colour, alpha in zip(FOUR, _ALPHAS, strict=True))
    pictures = {
        "grey": (draw_greys(), list_spots(GREYS), False),
        "rgb": (draw_quarters(), list_spots(), False),
        "palette": (draw_quarters().quantize(8), list_spots(), False),
        "rgba": (draw_quarters(through, "RGBA"), list_spots(through), True),
    }
    for name, (picture, seen, see_through) in pictures.items():
        for way in _COMPRESSIONS:
            expects = Expectation.expect_picture("TIFF", SIZE, spots=seen, transparent=see_through)
            make = partial(encode_picture, picture, "TIFF", compression=way)
            yield Case(f"{name}-{way}.tiff", make, expects)
    for name, picture, seen in (
        ("grey", draw_greys(), list_spots(GREYS)),
        ("rgb", draw_quarters(), list_spots()),
    ):
        expects = Expectation.expect_picture("TIFF", SIZE, spots=seen, tolerance=30)
        make = partial(encode_picture, picture, "TIFF", compression="jpeg", quality=92)
        yield Case(f"{name}-jpeg.tif", make, expects)
    inks = draw_quarters(
        [(0, 255, 255, 0), (255, 0, 255, 0), (255, 255, 0, 0), (0, 0, 255, 0)], "CMYK"
    )
    inked = list_spots([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)])
    for way in ("raw", "tiff_lzw"):
        make = partial(encode_picture, inks, "TIFF", compression=way)
        yield Case(
            f"inks-{way}.tif",
            make,
            Expectation.expect_picture("TIFF", SIZE, spots=inked, tolerance=30),
        )


def _list_deep() -> Iterator[Case]:
    deep = draw_quarters([grey[0] * 257 for grey in GREYS], "I;16")
    sound = Expectation.expect_picture("TIFF", SIZE, spots=list_spots(GREYS))
    for way in ("raw", "tiff_lzw", "tiff_adobe_deflate"):
        yield Case(
            f"grey-16-{way}.tif", partial(encode_picture, deep, "TIFF", compression=way), sound
        )
    # Numbers without bounds do not define white, so only reading them is checked.
    steps: dict[str, list[float]] = {"F": [0.0, 0.33, 0.66, 1.0], "I": [0, 30_000, 60_000, 90_000]}
    for mode, values in steps.items():
        numbers = draw_quarters(values, mode)
        yield Case(
            f"numbers-{mode}.tif",
            partial(encode_picture, numbers, "TIFF"),
            Expectation.expect_picture("TIFF", SIZE),
        )
    profile = icc.build_rgb_profile(icc.DISPLAY_P3)
    seen = list_spots([icc.convert_to_srgb(colour, icc.DISPLAY_P3) for colour in FOUR])
    make = partial(encode_picture, draw_quarters(), "TIFF", icc_profile=profile)
    yield Case("p3.tif", make, Expectation.expect_picture("TIFF", SIZE, spots=seen))


def _list_turned() -> Iterator[Case]:
    for way in range(1, 9):
        expects = Expectation.expect_picture(
            "TIFF", turn_size(SIZE, way), spots=turn_spots(list_spots(), way)
        )
        yield Case(f"held-{way}.tif", partial(_build_held, way), expects)


def _build_held(orientation: int) -> bytes:
    return encode_picture(draw_quarters(), "TIFF", tiffinfo={274: orientation})


def _list_paged() -> Iterator[Case]:
    for count in (2, 12):
        for big in (False, True):
            first, *rest = (Image.new("RGB", SIZE, colour) for colour in list_shades(count))
            make = partial(
                encode_picture, first, "TIFF", save_all=True, append_images=rest, big_tiff=big
            )
            expects = Expectation.expect_file("TIFF", pictures=(2, count), size=SIZE, count=count)
            yield Case(
                f"pages-{count}{'-big' if big else ''}.tif",
                make,
                Expectation.expect_either(expects, UNSUPPORTED) if big else expects,
            )


def build_tiff(order: str, fields: Sequence[tuple[int, int, int]], rest: bytes = b"") -> bytes:
    """Build one directory of `fields` (tag, type, value) in byte `order`, followed by `rest`."""
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    entries = b""
    for tag, kind, value in fields:
        entries += struct.pack(f"{order}HHI", tag, kind, 1)
        entries += struct.pack(f"{order}HH" if kind == 3 else f"{order}I", *_pad_value(kind, value))
    head = mark + struct.pack(f"{order}IH", 8, len(fields))
    return head + entries + struct.pack(f"{order}I", 0) + rest


def _pad_value(kind: int, value: int) -> tuple[int, ...]:
    return (value, 0) if kind == 3 else (value,)


def _build_plain(order: str, bits: int, *, white_is_zero: bool = False) -> bytes:
    """Build a grey picture without compression, in either byte order."""
    maximum = 2**bits - 1
    samples = [maximum * grey[0] // 255 for grey in GREYS]
    if white_is_zero:
        samples = [maximum - sample for sample in samples]
    code = "H" if bits == 16 else "B"
    half = SIZE[0] // 2
    rows = [
        struct.pack(
            f"{order}{SIZE[0]}{code}", *[samples[index]] * half, *[samples[index + 1]] * half
        )
        for index in (0, 2)
    ]
    pixels = rows[0] * (SIZE[1] // 2) + rows[1] * (SIZE[1] // 2)
    fields = [(256, 3, SIZE[0]), (257, 3, SIZE[1]), (258, 3, bits), (259, 3, 1)]
    fields += [(262, 3, 0 if white_is_zero else 1), (273, 4, 8 + 2 + 12 * 9 + 4)]
    fields += [(277, 3, 1), (278, 3, SIZE[1]), (279, 4, len(pixels))]
    return build_tiff(order, fields, pixels)


def _list_by_hand() -> Iterator[Case]:
    sound = Expectation.expect_picture("TIFF", SIZE, spots=list_spots(GREYS))
    for order, name in (("<", "little"), (">", "big")):
        for bits in (8, 16):
            yield Case(f"{name}-endian-{bits}.tif", partial(_build_plain, order, bits), sound)
        inverted = partial(_build_plain, order, 8, white_is_zero=True)
        yield Case(f"{name}-endian-white-is-zero.tif", inverted, sound)
    yield Case(
        "no-directory.tif", lambda: b"II*\x00\x00\x00\x00\x00", Expectation.expect_refusal(DAMAGED)
    )
    empty = build_tiff("<", [])
    yield Case("empty-directory.tif", lambda: empty, Expectation.expect_refusal(DAMAGED))
    plain = _build_plain("<", 8)
    # The next directory is the first again.
    loop = plain[: 8 + 2 + 12 * 9] + struct.pack("<I", 8) + plain[8 + 2 + 12 * 9 + 4 :]
    shown = Expectation.expect_file("TIFF", size=SIZE, pictures=(1, 6))
    yield Case("directory-loop.tif", lambda: loop, Expectation.expect_either(shown, DAMAGED))
