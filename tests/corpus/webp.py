"""WebP: lossy, lossless, transparent, moving, turned."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PIL import Image

from tests.corpus import icc
from tests.corpus.case import Case, Expect
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

_SOUND = Expect.picture("WebP", SIZE, spots=spots(), transparent=False, tolerance=24)
ALPHAS = (255, 90, 0, 180)
THROUGH = tuple((*colour, alpha) for colour, alpha in zip(FOUR, ALPHAS, strict=True))


def webp(**how: object) -> bytes:
    return file_of(quarters(), "WEBP", **{"quality": 92, **how})


def cases() -> Iterator[Case]:
    for quality in (80, 100):
        yield Case(f"lossy-{quality}.webp", partial(webp, quality=quality), _SOUND)
    coarse = Expect.picture("WebP", SIZE, spots=spots(), tolerance=60)
    yield Case("lossy-5.webp", partial(webp, quality=5), coarse)
    yield Case("lossless.webp", partial(webp, lossless=True), _SOUND)
    yield Case("slow.webp", partial(webp, method=6), _SOUND)
    grey = Expect.picture("WebP", SIZE, spots=spots(GREYS), tolerance=24)
    yield Case("grey.webp", lambda: file_of(greys(), "WEBP", quality=92), grey)
    # Whoever cannot see through does not see which colour it was.
    seen = tuple(spot for spot in spots(THROUGH) if spot.colour[3])
    through = Expect.picture("WebP", SIZE, spots=seen, transparent=True, tolerance=30)
    for lossless in (False, True):
        name = "lossless" if lossless else "lossy"
        make = partial(file_of, quarters(THROUGH, "RGBA"), "WEBP", lossless=lossless, quality=92)
        yield Case(f"alpha-{name}.webp", make, through)
    solid = partial(file_of, quarters([(*c, 255) for c in FOUR], "RGBA"), "WEBP", quality=92)
    yield Case("alpha-solid.webp", solid, _SOUND)
    yield from _moving()
    yield from _told()
    for width, height in ((1, 1), (17, 5), (16_383, 1)):
        shrunk = (min(width, 2048), height)
        made = partial(file_of, Image.new("RGB", (width, height), FOUR[0]), "WEBP")
        yield Case(f"{width}x{height}.webp", made, Expect.picture("WebP", shrunk))


def _moving() -> Iterator[Case]:
    for count in (2, 12, 40):
        for lossless in (False, True):
            name = f"moving-{count}{'-lossless' if lossless else ''}.webp"
            expects = Expect.right("WebP", pictures=(1, count), size=SIZE, count=count)
            make = partial(moving, shades(count), "WEBP", lossless=lossless)
            yield Case(name, make, expects)
    frames = [quarters(THROUGH, "RGBA"), quarters(THROUGH[::-1], "RGBA")]
    yield Case(
        "moving-alpha.webp",
        lambda: file_of(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True),
        Expect.right("WebP", pictures=(1, 2), size=SIZE, count=2, transparent=True),
    )


def _told() -> Iterator[Case]:
    for way in range(2, 9):
        expects = Expect.picture(
            "WebP", upright(SIZE, way), spots=turned(spots(), way), tolerance=24
        )
        yield Case(f"held-{way}.webp", partial(webp, exif=exif(way)), expects)
    for name, matrix in (("p3", icc.DISPLAY_P3), ("adobe-rgb", icc.ADOBE_RGB)):
        seen = spots([icc.on_screen(colour, matrix) for colour in FOUR])
        make = partial(webp, icc_profile=icc.rgb_profile(matrix), lossless=True)
        yield Case(f"{name}.webp", make, Expect.picture("WebP", SIZE, spots=seen))
    yield Case("broken-profile.webp", partial(webp, icc_profile=b"junk" * 50), _SOUND)
    yield Case("xmp.webp", partial(webp, xmp=b"<x:xmpmeta>SECRET</x:xmpmeta>"), _SOUND)
    yield Case("tail.webp", lambda: webp() + b"SECRET" * 99, _SOUND)
