"""HEIC and AVIF, as today's phones save pictures."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from functools import partial

import pillow_heif
from PIL import Image

from tests.corpus import icc
from tests.corpus.case import DAMAGED, MEDIA, UNSUPPORTED, Case, Expectation
from tests.corpus.drawing import (
    FOUR,
    GREYS,
    SIZE,
    build_animation,
    build_exif,
    draw_greys,
    draw_quarters,
    list_shades,
    list_spots,
    turn_size,
    turn_spots,
)
from tests.support.pictures import encode_picture

_TRANSPARENT_COLOURS = tuple((*c, alpha) for c, alpha in zip(FOUR, (255, 90, 0, 180), strict=True))
_TIMESTAMP_PATTERN = re.compile(rb"((?:mvhd|tkhd|mdhd)\x01...).{16}", re.DOTALL)
_VISIBLE_SPOTS = tuple(spot for spot in list_spots(_TRANSPARENT_COLOURS) if spot.colour[3] > 99)


def build_heic(picture: Image.Image | None = None, **options: object) -> bytes:
    """Build a HEIC without registering the format in Pillow."""
    made = pillow_heif.from_pillow(picture or draw_quarters())
    out = io.BytesIO()
    made.save(out, **{"quality": 92, "chroma": 444, **options})
    return out.getvalue()


def _build_deep(bits: int) -> bytes:
    samples = b"".join(
        struct.pack("<3H", *(part * 257 for part in FOUR[(x >= 32) + 2 * (y >= 24)]))
        for y in range(SIZE[1])
        for x in range(SIZE[0])
    )
    out = io.BytesIO()
    made = pillow_heif.from_bytes("RGB;16", SIZE, samples)
    made.save(out, quality=92, chroma=444)
    return out.getvalue()


def _build_several() -> bytes:
    made = pillow_heif.from_pillow(draw_quarters())
    made.add_from_pillow(Image.new("RGB", SIZE, FOUR[2]))
    out = io.BytesIO()
    made.save(out, quality=92, chroma=444)
    return out.getvalue()


def build_avif(**options: object) -> bytes:
    return encode_picture(
        draw_quarters(), "AVIF", **{"quality": 90, "speed": 9, "subsampling": "4:4:4", **options}
    )


def list_cases() -> Iterator[Case]:
    yield from _list_heics()
    yield from _list_avifs()
    for kind, make in (("HEIC", build_heic), ("AVIF", build_avif)):
        ending = kind.lower()
        for name, matrix in (("p3", icc.DISPLAY_P3), ("adobe-rgb", icc.ADOBE_RGB)):
            seen = list_spots([icc.convert_to_srgb(colour, matrix) for colour in FOUR])
            made = partial(make, icc_profile=icc.build_rgb_profile(matrix))
            expects = Expectation.expect_picture(kind, SIZE, spots=seen, tolerance=24)
            yield Case(f"{name}.{ending}", made, expects)
        for way in range(2, 9):
            held = Expectation.expect_picture(
                kind, turn_size(SIZE, way), spots=turn_spots(list_spots(), way), tolerance=24
            )
            yield Case(f"held-{way}.{ending}", partial(make, exif=build_exif(way)), held)
    for brand in (b"isom", b"mp42", b"qt  ", b"M4A "):
        box = struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + brand * 2
        yield Case(
            f"ftyp-{brand.decode().strip()}.heic",
            partial(bytes, box),
            Expectation.expect_refusal(MEDIA),
        )
    unknown = struct.pack(">I", 24) + b"ftypzzzz" + bytes(4) + b"zzzzzzzz"
    refused = Expectation.expect_refusal(UNSUPPORTED, MEDIA, DAMAGED)
    yield Case("ftyp-unknown.heic", lambda: unknown, refused)


def _list_heics() -> Iterator[Case]:
    sound = Expectation.expect_picture(
        "HEIC", SIZE, spots=list_spots(), transparent=False, tolerance=24
    )
    yield Case("plain.heic", build_heic, sound)
    yield Case("halved.heic", partial(build_heic, chroma=420), sound)
    yield Case("named-heif.heif", build_heic, sound)
    yield Case(
        "low-quality.heic",
        partial(build_heic, quality=30),
        Expectation.expect_picture("HEIC", SIZE),
    )
    grey = Expectation.expect_picture("HEIC", SIZE, spots=list_spots(GREYS), tolerance=24)
    yield Case("grey.heic", lambda: build_heic(draw_greys()), grey)
    clear = Expectation.expect_picture(
        "HEIC", SIZE, spots=_VISIBLE_SPOTS, transparent=True, tolerance=30
    )
    yield Case("alpha.heic", lambda: build_heic(draw_quarters(_TRANSPARENT_COLOURS, "RGBA")), clear)
    yield Case("deep.heic", partial(_build_deep, 10), sound)
    yield Case(
        "several.heic", _build_several, Expectation.expect_file("HEIC", pictures=(1, 2), size=SIZE)
    )
    yield Case("xmp.heic", partial(build_heic, xmp=b"<x:xmpmeta>SECRET</x:xmpmeta>"), sound)
    odd = Expectation.expect_picture("HEIC", (65, 33), tolerance=24)
    yield Case("65x33.heic", lambda: build_heic(Image.new("RGB", (65, 33), FOUR[0])), odd)


def _list_avifs() -> Iterator[Case]:
    sound = Expectation.expect_picture(
        "AVIF", SIZE, spots=list_spots(), transparent=False, tolerance=24
    )
    yield Case("plain.avif", build_avif, sound)
    yield Case("halved.avif", partial(build_avif, subsampling="4:2:0"), sound)
    yield Case("lossless.avif", partial(build_avif, quality=100), sound)
    yield Case(
        "low-quality.avif",
        partial(build_avif, quality=20),
        Expectation.expect_picture("AVIF", SIZE),
    )
    yield Case("full-range.avif", partial(build_avif, range="limited"), sound)
    grey = Expectation.expect_picture("AVIF", SIZE, spots=list_spots(GREYS), tolerance=24)
    yield Case("grey.avif", lambda: encode_picture(draw_greys(), "AVIF", quality=90, speed=9), grey)
    clear = Expectation.expect_picture(
        "AVIF", SIZE, spots=_VISIBLE_SPOTS, transparent=True, tolerance=30
    )
    through = draw_quarters(_TRANSPARENT_COLOURS, "RGBA")
    yield Case("alpha.avif", lambda: encode_picture(through, "AVIF", quality=90, speed=9), clear)
    for count in (2, 8):
        expects = Expectation.expect_file("AVIF", pictures=(1, count), size=SIZE, count=count)
        yield Case(f"moving-{count}.avif", partial(_build_moving, count), expects)


def _build_moving(count: int) -> bytes:
    """Build an animation without the time at which it was made."""
    data = build_animation(list_shades(count), "AVIF", speed=9)
    return _TIMESTAMP_PATTERN.sub(lambda found: found[1] + bytes(16), data)
