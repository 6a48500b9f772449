"""JPEG, as cameras, phones, printers and browsers write it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PIL import Image

from tests.corpus import icc
from tests.corpus.case import Case, Colour, Expectation
from tests.corpus.drawing import (
    FOUR,
    GREYS,
    SIZE,
    build_exif,
    draw_greys,
    draw_quarters,
    list_spots,
    turn_size,
    turn_spots,
)
from tests.support.pictures import build_turned_exif, encode_picture, insert_segment

_SOUND = Expectation.expect_picture(
    "JPEG", SIZE, spots=list_spots(), transparent=False, tolerance=24
)


def build_jpeg(**options: object) -> bytes:
    return encode_picture(draw_quarters(), "JPEG", **{"quality": 92, **options})


def list_cases() -> Iterator[Case]:
    yield from _list_codings()
    yield from _list_printed()
    yield from _list_held()
    yield from _list_profiles()
    yield from _list_metadata()
    yield from _list_large()


def _list_codings() -> Iterator[Case]:
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        for progressive in (False, True):
            kind = "-progressive" if progressive else ""
            make = partial(build_jpeg, subsampling=sampling, progressive=progressive)
            yield Case(f"sampled-{name}{kind}.jpg", make, _SOUND)
    grey = Expectation.expect_picture(
        "JPEG", SIZE, spots=list_spots(GREYS), transparent=False, tolerance=24
    )
    yield Case("grey.jpg", lambda: encode_picture(draw_greys(), "JPEG"), grey)
    yield Case(
        "grey-progressive.jpg", lambda: encode_picture(draw_greys(), "JPEG", progressive=True), grey
    )
    yield Case("optimised.jpeg", partial(build_jpeg, optimize=True), _SOUND)
    yield Case("restarts-blocks.jpg", partial(build_jpeg, restart_marker_blocks=1), _SOUND)
    yield Case("restarts-rows.jpg", partial(build_jpeg, restart_marker_rows=1), _SOUND)
    yield Case("stored-as-rgb.jpg", partial(build_jpeg, keep_rgb=True), _SOUND)
    coarse = Expectation.expect_picture("JPEG", SIZE, spots=list_spots(), tolerance=60)
    yield Case(
        "worst-quality.jpg",
        partial(build_jpeg, quality=1),
        Expectation.expect_picture("JPEG", SIZE),
    )
    yield Case("low-quality.jpg", partial(build_jpeg, quality=20), coarse)
    yield Case("best-quality.jpg", partial(build_jpeg, quality=100), _SOUND)
    yield Case("fill-bytes.jpg", _build_with_fill_bytes, _SOUND)


def _build_with_fill_bytes() -> bytes:
    data = build_jpeg()
    at = data.index(b"\xff\xdb")
    return data[:at] + b"\xff" * 9 + data[at:]


def _draw_inks() -> Image.Image:
    """Draw red, green, blue and yellow in CMYK."""
    inks = [(0, 255, 255, 0), (255, 0, 255, 0), (255, 255, 0, 0), (0, 0, 255, 0)]
    return draw_quarters(inks, "CMYK")


_INK_COLOURS: tuple[Colour, ...] = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0))


def _build_ycck() -> bytes:
    """Build the same inks as Photoshop stores them, as brightness and colour (YCCK)."""
    *inks, black = _draw_inks().split()
    light = Image.merge("RGB", inks).convert("YCbCr")
    # Pillow inverts CMYK when it writes; brightness and colour must be stored without that.
    stored = [band.point(lambda value: 255 - value) for band in light.split()]
    data = encode_picture(Image.merge("CMYK", [*stored, black]), "JPEG", quality=95)
    marker = data.index(b"Adobe")
    return data[: marker + 11] + b"\x02" + data[marker + 12 :]


def _list_printed() -> Iterator[Case]:
    inked = Expectation.expect_picture(
        "JPEG", SIZE, spots=list_spots(_INK_COLOURS), transparent=False, tolerance=30
    )
    yield Case("inks.jpg", lambda: encode_picture(_draw_inks(), "JPEG", quality=95), inked)
    yield Case(
        "inks-progressive.jpg",
        lambda: encode_picture(_draw_inks(), "JPEG", progressive=True),
        inked,
    )
    yield Case("ycck.jpg", _build_ycck, inked)
    # In this profile paper is white, black ink is black, and all other inks print a middle grey.
    corners = [(0.0, 0.0, 0.0) if black else (53.6, 0.0, 0.0) for black in (0, 1) * 8]
    flat = icc.build_ink_profile([(100.0, 0.0, 0.0), *corners[1:]])
    grey: Colour = (128, 128, 128)
    printed = Expectation.expect_picture("JPEG", SIZE, spots=list_spots([grey] * 4), tolerance=16)
    yield Case(
        "inks-profile.jpg", lambda: encode_picture(_draw_inks(), "JPEG", icc_profile=flat), printed
    )
    broken = b"junk" * 40
    yield Case(
        "inks-broken.jpg", lambda: encode_picture(_draw_inks(), "JPEG", icc_profile=broken), inked
    )


def _list_held() -> Iterator[Case]:
    for way in range(1, 9):
        expects = Expectation.expect_picture(
            "JPEG", turn_size(SIZE, way), spots=turn_spots(list_spots(), way), tolerance=24
        )
        yield Case(f"held-{way}.jpg", partial(build_jpeg, exif=build_exif(way)), expects)
    for way in (0, 9, 65_535):
        yield Case(f"held-{way}.jpg", partial(build_jpeg, exif=build_exif(way)), _SOUND)


def _list_profiles() -> Iterator[Case]:
    for name, matrix in (("p3", icc.DISPLAY_P3), ("adobe-rgb", icc.ADOBE_RGB)):
        seen = list_spots([icc.convert_to_srgb(colour, matrix) for colour in FOUR])
        profile = icc.build_rgb_profile(matrix)
        expects = Expectation.expect_picture("JPEG", SIZE, spots=seen, tolerance=24)
        yield Case(f"{name}.jpg", partial(build_jpeg, icc_profile=profile), expects)
        both = Expectation.expect_picture(
            "JPEG", turn_size(SIZE, 6), spots=turn_spots(seen, 6), tolerance=24
        )
        yield Case(
            f"{name}-held-6.jpg", partial(build_jpeg, icc_profile=profile, exif=build_exif(6)), both
        )
    long = icc.build_rgb_profile(icc.DISPLAY_P3, name="n" * 150_000)
    split = Expectation.expect_picture("JPEG", SIZE, tolerance=24)
    yield Case("profile-in-parts.jpg", partial(build_jpeg, icc_profile=long), split)
    yield Case("broken-profile.jpg", partial(build_jpeg, icc_profile=b"junk" * 50), _SOUND)
    grey = [(icc.encode_srgb(part[0] / 255),) * 3 for part in GREYS]
    yield Case(
        "grey-profile.jpg",
        lambda: encode_picture(draw_greys(), "JPEG", icc_profile=icc.build_grey_profile(1.0)),
        Expectation.expect_picture("JPEG", SIZE, spots=list_spots(grey), tolerance=24),
    )


def _list_metadata() -> Iterator[Case]:
    either_way = Expectation.expect_picture("JPEG", None, transparent=False)
    broken = {
        "junk": b"Exif\x00\x00junkjunk",
        "empty": b"Exif\x00\x00",
        "cut": build_turned_exif()[:20],
        "far": build_turned_exif((0x010E, 2, 2**31, b"\xff\xff\xff\xff")),
        "typed": build_turned_exif((0x0101, 2, 4, b"abc\x00")),
        "loop": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x08",
    }
    for name, payload in broken.items():
        make = partial(_build_with_segment, 0xE1, payload)
        yield Case(f"exif-{name}.jpg", make, either_way)
    packet = b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>SECRET</x:xmpmeta>"
    yield Case("xmp.jpg", partial(_build_with_segment, 0xE1, packet), _SOUND)
    yield Case(
        "photoshop.jpg", partial(_build_with_segment, 0xED, b"Photoshop 3.0\x008BIM"), _SOUND
    )
    yield Case("comment.jpg", partial(build_jpeg, comment=b"SECRET"), _SOUND)
    yield Case("tail.jpg", lambda: build_jpeg() + b"SECRET" * 99, _SOUND)
    yield Case("no-end.jpg", lambda: build_jpeg()[:-2], _SOUND)
    segments = b"".join(insert_segment(b"\xff\xd8", 0xE3, b"x" * 60_000)[2:] for _ in range(30))
    yield Case("many-segments.jpg", lambda: b"\xff\xd8" + segments + build_jpeg()[2:], _SOUND)


def _build_with_segment(marker: int, payload: bytes) -> bytes:
    return insert_segment(build_jpeg(), marker, payload)


def _build_two_pictures() -> bytes:
    """Build what phones write: the picture, followed by its depth or its brighter parts."""
    return encode_picture(
        draw_quarters(), "MPO", save_all=True, append_images=[draw_greys("L")], quality=92
    )


def _list_large() -> Iterator[Case]:
    several = Expectation.expect_file(
        "JPEG", pictures=(1, 2), size=SIZE, spots=list_spots(), tolerance=24
    )
    yield Case("two-in-one.jpg", _build_two_pictures, several)
    yield Case("two-in-one.mpo", _build_two_pictures, several)
    yield Case(
        "48-megapixels.jpg",
        lambda: encode_picture(draw_greys(size=(8000, 6000)), "JPEG", quality=60),
        Expectation.expect_picture("JPEG", (2048, 1536), spots=list_spots(GREYS), tolerance=24),
    )
    yield Case(
        "panorama.jpg",
        lambda: encode_picture(Image.new("RGB", (20_000, 100), FOUR[0]), "JPEG"),
        Expectation.expect_picture("JPEG", (2048, 10), tolerance=24),
    )
    for width, height in ((1, 1), (7, 13), (65_500, 1)):
        make = partial(encode_picture, Image.new("RGB", (width, height), FOUR[2]), "JPEG")
        yield Case(f"{width}x{height}.jpg", make, Expectation.expect_shape("JPEG", width, height))
