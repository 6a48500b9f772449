"""WebP: lossy, lossless, transparent, animated, turned."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PIL import Image

from tests.corpus import icc
from tests.corpus.case import Case, Expectation
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

_SOUND = Expectation.expect_picture(
    "WebP", SIZE, spots=list_spots(), transparent=False, tolerance=24
)
ALPHAS = (255, 90, 0, 180)
TRANSPARENT_COLOURS = tuple((*colour, alpha) for colour, alpha in zip(FOUR, ALPHAS, strict=True))


def build_webp(**options: object) -> bytes:
    return encode_picture(draw_quarters(), "WEBP", **{"quality": 92, **options})


def list_cases() -> Iterator[Case]:
    for quality in (80, 100):
        yield Case(f"lossy-{quality}.webp", partial(build_webp, quality=quality), _SOUND)
    coarse = Expectation.expect_picture("WebP", SIZE, spots=list_spots(), tolerance=60)
    yield Case("lossy-5.webp", partial(build_webp, quality=5), coarse)
    yield Case("lossless.webp", partial(build_webp, lossless=True), _SOUND)
    yield Case("slow.webp", partial(build_webp, method=6), _SOUND)
    grey = Expectation.expect_picture("WebP", SIZE, spots=list_spots(GREYS), tolerance=24)
    yield Case("grey.webp", lambda: encode_picture(draw_greys(), "WEBP", quality=92), grey)
    # The colour of a fully transparent quarter cannot be seen.
    seen = tuple(spot for spot in list_spots(TRANSPARENT_COLOURS) if spot.colour[3])
    through = Expectation.expect_picture("WebP", SIZE, spots=seen, transparent=True, tolerance=30)
    for lossless in (False, True):
        name = "lossless" if lossless else "lossy"
        make = partial(
            encode_picture,
            draw_quarters(TRANSPARENT_COLOURS, "RGBA"),
            "WEBP",
            lossless=lossless,
            quality=92,
        )
        yield Case(f"alpha-{name}.webp", make, through)
    solid = partial(
        encode_picture, draw_quarters([(*c, 255) for c in FOUR], "RGBA"), "WEBP", quality=92
    )
    yield Case("alpha-solid.webp", solid, _SOUND)
    yield from _list_moving()
    yield from _list_metadata()
    for width, height in ((1, 1), (17, 5), (16_383, 1)):
        made = partial(encode_picture, Image.new("RGB", (width, height), FOUR[0]), "WEBP")
        yield Case(f"{width}x{height}.webp", made, Expectation.expect_shape("WebP", width, height))


def _list_moving() -> Iterator[Case]:
    for count in (2, 12, 40):
        for lossless in (False, True):
            name = f"moving-{count}{'-lossless' if lossless else ''}.webp"
            expects = Expectation.expect_file("WebP", pictures=(1, count), size=SIZE, count=count)
            make = partial(build_animation, list_shades(count), "WEBP", lossless=lossless)
            yield Case(name, make, expects)
    frames = [
        draw_quarters(TRANSPARENT_COLOURS, "RGBA"),
        draw_quarters(TRANSPARENT_COLOURS[::-1], "RGBA"),
    ]
    yield Case(
        "moving-alpha.webp",
        lambda: encode_picture(
            frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True
        ),
        Expectation.expect_file("WebP", pictures=(1, 2), size=SIZE, count=2, transparent=True),
    )


def _list_metadata() -> Iterator[Case]:
    for way in range(2, 9):
        expects = Expectation.expect_picture(
            "WebP", turn_size(SIZE, way), spots=turn_spots(list_spots(), way), tolerance=24
        )
        yield Case(f"held-{way}.webp", partial(build_webp, exif=build_exif(way)), expects)
    for name, matrix in (("p3", icc.DISPLAY_P3), ("adobe-rgb", icc.ADOBE_RGB)):
        seen = list_spots([icc.convert_to_srgb(colour, matrix) for colour in FOUR])
        make = partial(build_webp, icc_profile=icc.build_rgb_profile(matrix), lossless=True)
        yield Case(f"{name}.webp", make, Expectation.expect_picture("WebP", SIZE, spots=seen))
    yield Case("broken-profile.webp", partial(build_webp, icc_profile=b"junk" * 50), _SOUND)
    yield Case("xmp.webp", partial(build_webp, xmp=b"<x:xmpmeta>SECRET</x:xmpmeta>"), _SOUND)
    yield Case("tail.webp", lambda: build_webp() + b"SECRET" * 99, _SOUND)
