"""JPEG: as cameras, phones, printers and browsers write it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PIL import Image

from tests.corpus import icc
from tests.corpus.case import DAMAGED, Case, Colour, Expect
from tests.corpus.drawing import (
    FOUR,
    GREYS,
    SIZE,
    exif,
    file_of,
    greys,
    quarters,
    spots,
    turned,
    upright,
)
from tests.support.pictures import turned_exif, with_segment

_SOUND = Expect.picture("JPEG", SIZE, spots=spots(), transparent=False, tolerance=24)


def jpeg(**how: object) -> bytes:
    return file_of(quarters(), "JPEG", **{"quality": 92, **how})


def cases() -> Iterator[Case]:
    yield from _ways_to_code()
    yield from _printed()
    yield from _held()
    yield from _profiles()
    yield from _metadata()
    yield from _large()


def _ways_to_code() -> Iterator[Case]:
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        for progressive in (False, True):
            kind = "-progressive" if progressive else ""
            make = partial(jpeg, subsampling=sampling, progressive=progressive)
            yield Case(f"sampled-{name}{kind}.jpg", make, _SOUND)
    grey = Expect.picture("JPEG", SIZE, spots=spots(GREYS), transparent=False, tolerance=24)
    yield Case("grey.jpg", lambda: file_of(greys(), "JPEG"), grey)
    yield Case("grey-progressive.jpg", lambda: file_of(greys(), "JPEG", progressive=True), grey)
    yield Case("optimised.jpeg", partial(jpeg, optimize=True), _SOUND)
    yield Case("restarts-blocks.jpg", partial(jpeg, restart_marker_blocks=1), _SOUND)
    yield Case("restarts-rows.jpg", partial(jpeg, restart_marker_rows=1), _SOUND)
    yield Case("stored-as-rgb.jpg", partial(jpeg, keep_rgb=True), _SOUND)
    coarse = Expect.picture("JPEG", SIZE, spots=spots(), tolerance=60)
    yield Case("worst-quality.jpg", partial(jpeg, quality=1), Expect.picture("JPEG", SIZE))
    yield Case("low-quality.jpg", partial(jpeg, quality=20), coarse)
    yield Case("best-quality.jpg", partial(jpeg, quality=100), _SOUND)
    yield Case("fill-bytes.jpg", _with_fill_bytes, _SOUND)


def _with_fill_bytes() -> bytes:
    data = jpeg()
    at = data.index(b"\xff\xdb")
    return data[:at] + b"\xff" * 9 + data[at:]


def _inks() -> Image.Image:
    """Red, green, blue and yellow of inks alone."""
    inks = [(0, 255, 255, 0), (255, 0, 255, 0), (255, 255, 0, 0), (0, 0, 255, 0)]
    return quarters(inks, "CMYK")


_INKED: tuple[Colour, ...] = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0))


def _ycck() -> bytes:
    """The same inks, as Photoshop likes to store them: turned into brightness and colour."""
    *inks, black = _inks().split()
    light = Image.merge("RGB", inks).convert("YCbCr")
    # Pillow inverts what it writes; brightness and colour have to be stored as they are.
    stored = [band.point(lambda value: 255 - value) for band in light.split()]
    data = file_of(Image.merge("CMYK", [*stored, black]), "JPEG", quality=95)
    marker = data.index(b"Adobe")
    return data[: marker + 11] + b"\x02" + data[marker + 12 :]


def _printed() -> Iterator[Case]:
    inked = Expect.picture("JPEG", SIZE, spots=spots(_INKED), transparent=False, tolerance=30)
    yield Case("inks.jpg", lambda: file_of(_inks(), "JPEG", quality=95), inked)
    yield Case("inks-progressive.jpg", lambda: file_of(_inks(), "JPEG", progressive=True), inked)
    yield Case("ycck.jpg", _ycck, inked)
    # What the profile says of these inks: paper is white, black is black, and all between prints
    # a middle grey.
    corners = [(0.0, 0.0, 0.0) if black else (53.6, 0.0, 0.0) for black in (0, 1) * 8]
    flat = icc.ink_profile([(100.0, 0.0, 0.0), *corners[1:]])
    grey: Colour = (128, 128, 128)
    printed = Expect.picture("JPEG", SIZE, spots=spots([grey] * 4), tolerance=16)
    yield Case("inks-profile.jpg", lambda: file_of(_inks(), "JPEG", icc_profile=flat), printed)
    broken = b"junk" * 40
    yield Case("inks-broken.jpg", lambda: file_of(_inks(), "JPEG", icc_profile=broken), inked)


def _held() -> Iterator[Case]:
    for way in range(1, 9):
        expects = Expect.picture(
            "JPEG", upright(SIZE, way), spots=turned(spots(), way), tolerance=24
        )
        yield Case(f"held-{way}.jpg", partial(jpeg, exif=exif(way)), expects)
    for way in (0, 9, 65_535):
        yield Case(f"held-{way}.jpg", partial(jpeg, exif=exif(way)), _SOUND)


def _profiles() -> Iterator[Case]:
    for name, matrix in (("p3", icc.DISPLAY_P3), ("adobe-rgb", icc.ADOBE_RGB)):
        seen = spots([icc.on_screen(colour, matrix) for colour in FOUR])
        profile = icc.rgb_profile(matrix)
        expects = Expect.picture("JPEG", SIZE, spots=seen, tolerance=24)
        yield Case(f"{name}.jpg", partial(jpeg, icc_profile=profile), expects)
        both = Expect.picture("JPEG", upright(SIZE, 6), spots=turned(seen, 6), tolerance=24)
        yield Case(f"{name}-held-6.jpg", partial(jpeg, icc_profile=profile, exif=exif(6)), both)
    long = icc.rgb_profile(icc.DISPLAY_P3, name="n" * 150_000)
    split = Expect.picture("JPEG", SIZE, tolerance=24)
    yield Case("profile-in-parts.jpg", partial(jpeg, icc_profile=long), split)
    yield Case("broken-profile.jpg", partial(jpeg, icc_profile=b"junk" * 50), _SOUND)
    grey = [(icc.encoded(part[0] / 255),) * 3 for part in GREYS]
    yield Case(
        "grey-profile.jpg",
        lambda: file_of(greys(), "JPEG", icc_profile=icc.grey_profile(1.0)),
        Expect.picture("JPEG", SIZE, spots=spots(grey), tolerance=24),
    )


def _metadata() -> Iterator[Case]:
    either_way = Expect.picture("JPEG", None, transparent=False)
    broken = {
        "junk": b"Exif\x00\x00junkjunk",
        "empty": b"Exif\x00\x00",
        "cut": turned_exif()[:20],
        "far": turned_exif((0x010E, 2, 2**31, b"\xff\xff\xff\xff")),
        "typed": turned_exif((0x0101, 2, 4, b"abc\x00")),
        "loop": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x08",
    }
    for name, payload in broken.items():
        make = partial(_with_segment, 0xE1, payload)
        yield Case(f"exif-{name}.jpg", make, either_way)
    packet = b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>SECRET</x:xmpmeta>"
    yield Case("xmp.jpg", partial(_with_segment, 0xE1, packet), _SOUND)
    yield Case("photoshop.jpg", partial(_with_segment, 0xED, b"Photoshop 3.0\x008BIM"), _SOUND)
    yield Case("comment.jpg", partial(jpeg, comment=b"SECRET"), _SOUND)
    yield Case("tail.jpg", lambda: jpeg() + b"SECRET" * 99, _SOUND)
    yield Case("no-end.jpg", lambda: jpeg()[:-2], Expect.either(_SOUND, DAMAGED))
    segments = b"".join(with_segment(b"\xff\xd8", 0xE3, b"x" * 60_000)[2:] for _ in range(30))
    yield Case("many-segments.jpg", lambda: b"\xff\xd8" + segments + jpeg()[2:], _SOUND)


def _with_segment(marker: int, payload: bytes) -> bytes:
    return with_segment(jpeg(), marker, payload)


def _two() -> bytes:
    """What phones write: the picture, and behind it its depth or its brighter parts."""
    return file_of(quarters(), "MPO", save_all=True, append_images=[greys("L")], quality=92)


def _large() -> Iterator[Case]:
    several = Expect.right("JPEG", pictures=(1, 2), size=SIZE, spots=spots(), tolerance=24)
    yield Case("two-in-one.jpg", _two, several)
    yield Case("two-in-one.mpo", _two, several)
    yield Case(
        "48-megapixels.jpg",
        lambda: file_of(greys(size=(8000, 6000)), "JPEG", quality=60),
        Expect.picture("JPEG", (2048, 1536), spots=spots(GREYS), tolerance=24),
    )
    yield Case(
        "panorama.jpg",
        lambda: file_of(Image.new("RGB", (20_000, 100), FOUR[0]), "JPEG"),
        Expect.picture("JPEG", (2048, 10), tolerance=24),
    )
    for width, height in ((1, 1), (7, 13), (65_500, 1)):
        shrunk = (min(width, 2048), height)
        make = partial(file_of, Image.new("RGB", (width, height), FOUR[2]), "JPEG")
        yield Case(f"{width}x{height}.jpg", make, Expect.picture("JPEG", shrunk))
