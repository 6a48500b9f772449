"""HEIC and AVIF: what phones make now."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from functools import partial

import pillow_heif
from PIL import Image

from tests.corpus import icc
from tests.corpus.case import DAMAGED, MEDIA, UNSUPPORTED, Case, Expect
from tests.corpus.drawing import (
    FOUR,
    GREYS,
    SIZE,
    exif,
    file_of,
    greys,
    moving,
    quarters,
    shades,
    spots,
    turned,
    upright,
)

_THROUGH = tuple((*c, alpha) for c, alpha in zip(FOUR, (255, 90, 0, 180), strict=True))
_WHEN = re.compile(rb"((?:mvhd|tkhd|mdhd)\x01...).{16}", re.DOTALL)
_VISIBLE = tuple(spot for spot in spots(_THROUGH) if spot.colour[3] > 99)


def heic(picture: Image.Image | None = None, **how: object) -> bytes:
    """A HEIC, without telling Pillow for good that there is such a format."""
    made = pillow_heif.from_pillow(picture or quarters())
    out = io.BytesIO()
    made.save(out, **{"quality": 92, "chroma": 444, **how})
    return out.getvalue()


def _deep(bits: int) -> bytes:
    samples = b"".join(
        struct.pack("<3H", *(part * 257 for part in FOUR[(x >= 32) + 2 * (y >= 24)]))
        for y in range(SIZE[1])
        for x in range(SIZE[0])
    )
    out = io.BytesIO()
    made = pillow_heif.from_bytes("RGB;16", SIZE, samples)
    made.save(out, quality=92, chroma=444)
    return out.getvalue()


def _several() -> bytes:
    made = pillow_heif.from_pillow(quarters())
    made.add_from_pillow(Image.new("RGB", SIZE, FOUR[2]))
    out = io.BytesIO()
    made.save(out, quality=92, chroma=444)
    return out.getvalue()


def avif(**how: object) -> bytes:
    return file_of(quarters(), "AVIF", **{"quality": 90, "speed": 9, "subsampling": "4:4:4", **how})


def cases() -> Iterator[Case]:
    yield from _heics()
    yield from _avifs()
    for kind, make in (("HEIC", heic), ("AVIF", avif)):
        ending = kind.lower()
        for name, matrix in (("p3", icc.DISPLAY_P3), ("adobe-rgb", icc.ADOBE_RGB)):
            seen = spots([icc.on_screen(colour, matrix) for colour in FOUR])
            made = partial(make, icc_profile=icc.rgb_profile(matrix))
            expects = Expect.picture(kind, SIZE, spots=seen, tolerance=24)
            yield Case(f"{name}.{ending}", made, expects)
        for way in range(2, 9):
            held = Expect.picture(
                kind, upright(SIZE, way), spots=turned(spots(), way), tolerance=24
            )
            yield Case(f"held-{way}.{ending}", partial(make, exif=exif(way)), held)
    for brand in (b"isom", b"mp42", b"qt  ", b"M4A "):
        box = struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + brand * 2
        yield Case(
            f"ftyp-{brand.decode().strip()}.heic", partial(bytes, box), Expect.refused(MEDIA)
        )
    unknown = struct.pack(">I", 24) + b"ftypzzzz" + bytes(4) + b"zzzzzzzz"
    refused = Expect.refused(UNSUPPORTED, MEDIA, DAMAGED)
    yield Case("ftyp-unknown.heic", lambda: unknown, refused)


def _heics() -> Iterator[Case]:
    sound = Expect.picture("HEIC", SIZE, spots=spots(), transparent=False, tolerance=24)
    yield Case("plain.heic", heic, sound)
    yield Case("halved.heic", partial(heic, chroma=420), sound)
    yield Case("named-heif.heif", heic, sound)
    yield Case("low-quality.heic", partial(heic, quality=30), Expect.picture("HEIC", SIZE))
    grey = Expect.picture("HEIC", SIZE, spots=spots(GREYS), tolerance=24)
    yield Case("grey.heic", lambda: heic(greys()), grey)
    clear = Expect.picture("HEIC", SIZE, spots=_VISIBLE, transparent=True, tolerance=30)
    yield Case("alpha.heic", lambda: heic(quarters(_THROUGH, "RGBA")), clear)
    yield Case("deep.heic", partial(_deep, 10), sound)
    yield Case("several.heic", _several, Expect.right("HEIC", pictures=(1, 2), size=SIZE))
    yield Case("xmp.heic", partial(heic, xmp=b"<x:xmpmeta>SECRET</x:xmpmeta>"), sound)
    odd = Expect.picture("HEIC", (65, 33), tolerance=24)
    yield Case("65x33.heic", lambda: heic(Image.new("RGB", (65, 33), FOUR[0])), odd)


def _avifs() -> Iterator[Case]:
    sound = Expect.picture("AVIF", SIZE, spots=spots(), transparent=False, tolerance=24)
    yield Case("plain.avif", avif, sound)
    yield Case("halved.avif", partial(avif, subsampling="4:2:0"), sound)
    yield Case("lossless.avif", partial(avif, quality=100), sound)
    yield Case("low-quality.avif", partial(avif, quality=20), Expect.picture("AVIF", SIZE))
    yield Case("full-range.avif", partial(avif, range="limited"), sound)
    grey = Expect.picture("AVIF", SIZE, spots=spots(GREYS), tolerance=24)
    yield Case("grey.avif", lambda: file_of(greys(), "AVIF", quality=90, speed=9), grey)
    clear = Expect.picture("AVIF", SIZE, spots=_VISIBLE, transparent=True, tolerance=30)
    through = quarters(_THROUGH, "RGBA")
    yield Case("alpha.avif", lambda: file_of(through, "AVIF", quality=90, speed=9), clear)
    for count in (2, 8):
        expects = Expect.right("AVIF", pictures=(1, count), size=SIZE, count=count)
        yield Case(f"moving-{count}.avif", partial(_moving, count), expects)


def _moving(count: int) -> bytes:
    """Without the moment at which it was made."""
    data = moving(shades(count), "AVIF", speed=9)
    return _WHEN.sub(lambda found: found[1] + bytes(16), data)
