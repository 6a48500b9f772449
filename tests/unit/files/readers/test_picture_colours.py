"""The model sees what the person sees: colours, transparency, the right way up, no metadata."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image as PilImage
from PIL import ImageCms

from bot.domain.files import Image
from bot.files.kinds import detect_picture_mimetype
from bot.files.readers.pictures import prepare
from tests.support.pictures import (
    build_picture,
    build_turned_exif,
    encode_picture,
    insert_segment,
    open_picture,
)

SECRET = b"SECRET-5d1f"


def read_pixel(picture: Image, at: tuple[int, int] = (5, 5)) -> tuple[int, ...]:
    opened = open_picture(picture.data)
    # A palette is another way to write the same colours.
    found = (opened.convert("RGB") if opened.mode == "P" else opened).getpixel(at)
    assert isinstance(found, tuple)
    return tuple(int(part) for part in found)


def is_close(actual: tuple[int, ...], expected: tuple[int, ...]) -> bool:
    """Whether colours are as equal as JPEG and a change of colour space allow."""
    together = zip(actual, expected, strict=True)
    return all(abs(one - other) <= 6 for one, other in together)


@pytest.mark.parametrize(
    ("picture", "seen"),
    [
        (PilImage.new("1", (20, 20), 1), (255, 255, 255)),
        (PilImage.new("1", (20, 20), 0), (0, 0, 0)),
        (PilImage.new("L", (20, 20), 90), (90, 90, 90)),
        (PilImage.new("RGB", (20, 20), (10, 200, 30)), (10, 200, 30)),
        (PilImage.new("RGB", (20, 20), (10, 200, 30)).quantize(8), (10, 200, 30)),
    ],
)
def test_colours_stay_as_they_are(picture: PilImage.Image, seen: tuple[int, ...]) -> None:
    assert is_close(read_pixel(prepare("a.png", encode_picture(picture))), seen)


@pytest.mark.parametrize(("value", "seen"), [(0, 0), (30_000, 117), (65_535, 255)])
def test_sixteen_bit_grey_stays_as_bright_as_it_is(value: int, seen: int) -> None:
    data = encode_picture(PilImage.new("I;16", (20, 20), value))
    assert is_close(read_pixel(prepare("scan.png", data)), (seen, seen, seen))


def test_printed_colours_look_as_they_do_on_a_screen() -> None:
    red = PilImage.new("CMYK", (20, 20), (0, 255, 255, 0))
    assert is_close(read_pixel(prepare("print.jpg", encode_picture(red, "JPEG"))), (254, 0, 0))


def test_one_colour_of_a_palette_can_be_transparent() -> None:
    picture = PilImage.new("P", (20, 20), 3)
    picture.putpalette([part for part in range(256) for _ in range(3)])
    for kind in ("PNG", "GIF"):
        assert read_pixel(prepare("a", encode_picture(picture, kind, transparency=3)))[3] == 0
    half = bytes([255, 255, 255, 90])
    assert read_pixel(prepare("a", encode_picture(picture, transparency=half)))[3] == 90


@pytest.mark.parametrize(("mode", "colour"), [("L", 7), ("RGB", (10, 20, 30))])
def test_a_colour_that_means_transparent_is_transparent(mode: str, colour: Any) -> None:
    data = encode_picture(PilImage.new(mode, (20, 20), colour), transparency=colour)
    picture = prepare("a.png", data)
    assert picture.mimetype == "image/png" and read_pixel(picture)[3] == 0


def test_an_alpha_channel_that_hides_nothing_is_left_out() -> None:
    data = encode_picture(PilImage.new("RGBA", (20, 20), (10, 20, 30, 255)))
    assert open_picture(prepare("a.png", data).data).mode == "RGB"


def test_a_photo_with_an_alpha_channel_that_hides_nothing_is_a_jpeg() -> None:
    photo = PilImage.effect_noise((600, 600), 90).convert("RGBA")
    assert prepare("a.png", encode_picture(photo)).mimetype == "image/jpeg"


def _build_swapped_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_colour_profile_is_applied_before_it_is_dropped(kind: str) -> None:
    swapped = _build_swapped_profile()
    data = encode_picture(
        PilImage.new("RGB", (20, 20), (250, 5, 5)), kind, icc_profile=swapped, quality=95
    )
    picture = prepare("a", data)
    red, _, blue = read_pixel(picture)
    assert blue > 200 and red < 60
    assert "icc_profile" not in open_picture(picture.data).info


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("space", ["LAB", "XYZ"])
def test_a_profile_that_does_not_fit_changes_nothing(mode: str, space: Any) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()
    colour: Any = (250, 5, 5) if mode == "RGB" else 90
    data = encode_picture(PilImage.new(mode, (20, 20), colour), "PNG", icc_profile=profile)
    seen = (250, 5, 5) if mode == "RGB" else (90, 90, 90)
    assert is_close(read_pixel(prepare("a.png", data)), seen)
    junk = encode_picture(
        PilImage.new("RGB", (20, 20), (250, 5, 5)), "JPEG", icc_profile=b"junk" * 50
    )
    assert is_close(read_pixel(prepare("a.jpg", junk)), (250, 5, 5))


def _build_corners() -> PilImage.Image:
    """Red at the top left and white elsewhere, wider than high."""
    picture = PilImage.new("RGB", (64, 32), "white")
    picture.paste((255, 0, 0), (0, 0, 16, 16))
    return picture


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (64, 32), (4, 4)),
        (2, (64, 32), (60, 4)),
        (3, (64, 32), (60, 28)),
        (4, (64, 32), (4, 28)),
        (5, (32, 64), (4, 4)),
        (6, (32, 64), (28, 4)),
        (7, (32, 64), (28, 60)),
        (8, (32, 64), (4, 60)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_way_to_hold_a_camera_ends_upright(
    kind: str, orientation: int, size: tuple[int, int], red_at: tuple[int, int]
) -> None:
    exif = PilImage.Exif()
    exif[0x0112] = orientation
    picture = prepare("a", encode_picture(_build_corners(), kind, exif=exif))
    assert (picture.width, picture.height) == size == open_picture(picture.data).size
    red, green, _ = read_pixel(picture, red_at)
    assert red > 200 and green < 80


def test_a_phone_photo_is_turned_once_and_not_twice() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    exif = PilImage.Exif()
    exif[0x0112] = 6
    # As on phones, the file says so twice: in its own box, which counts, and in its EXIF.
    data = encode_picture(_build_corners(), "HEIF", exif=exif.tobytes(), quality=95)
    assert b"irot" in data
    picture = prepare("IMG_1.HEIC", data)
    assert (picture.width, picture.height) == (32, 64)
    red, green, _ = read_pixel(picture, (28, 4))
    assert red > 180 and green < 100


def _build_with_metadata(kind: str) -> bytes:
    exif = PilImage.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[29] = SECRET.decode()  # when the satellites were seen
    packet = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    data = encode_picture(
        PilImage.new("RGB", (60, 40), "red"), kind, exif=exif, xmp=packet, comment=SECRET
    )
    if kind == "JPEG":
        data = insert_segment(data, 0xED, b"Photoshop 3.0\x00" + SECRET)
        data = insert_segment(data, 0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + packet)
    return data


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_where_and_by_whom_a_picture_was_taken_is_dropped(kind: str) -> None:
    data = _build_with_metadata(kind)
    assert SECRET in data
    picture = prepare("a", data)
    again = open_picture(picture.data)
    assert SECRET not in picture.data and not again.getexif()
    assert not {"exif", "xmp", "comment", "photoshop", "icc_profile"} & set(again.info)


def test_the_comment_of_a_gif_is_dropped_even_where_it_stays_a_png() -> None:
    picture = PilImage.new("P", (20, 20), 0)
    data = encode_picture(picture, "GIF", comment=SECRET, transparency=0)
    made = prepare("a.gif", data)
    assert SECRET in data and made.mimetype == "image/png" and SECRET not in made.data


@pytest.mark.parametrize(
    ("size", "shrunk"),
    [
        ((2048, 2048), (2048, 2048)),
        ((2049, 10), (2048, 10)),
        ((10, 5000), (4, 2048)),
        ((100_000, 1), (2048, 1)),
        ((1, 100_000), (1, 2048)),
        ((1, 1), (1, 1)),
    ],
)
def test_the_long_side_is_bounded_and_no_side_vanishes(
    size: tuple[int, int], shrunk: tuple[int, int]
) -> None:
    picture = prepare("a.png", build_picture(size=size))
    assert (picture.width, picture.height) == shrunk == open_picture(picture.data).size


def test_the_bound_is_the_callers() -> None:
    picture = prepare("a.jpg", build_picture("JPEG", size=(3000, 1500)), max_side=100)
    assert (picture.width, picture.height) == (100, 50)


def test_the_same_file_gives_the_same_copy() -> None:
    data = build_picture("JPEG", size=(3000, 1500))
    first, second = prepare("a.jpg", data), prepare("a.jpg", data)
    assert first == second
    # A copy of a copy is not shrunk or turned again.
    again = prepare("a.jpg", first.data)
    assert (again.width, again.height) == (first.width, first.height)


def test_a_picture_of_several_pictures_is_read() -> None:
    two = [PilImage.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    picture = prepare(
        "IMG.jpg", encode_picture(two[0], "MPO", save_all=True, append_images=two[1:])
    )
    assert is_close(read_pixel(picture), (254, 0, 0))


def test_a_turned_picture_is_turned_by_its_exif_alone() -> None:
    picture = prepare("a.jpg", insert_segment(build_picture("JPEG"), 0xE1, build_turned_exif()))
    assert (picture.width, picture.height) == (40, 60)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", None),
        (b"\x89PNG", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"\x00\x00\x00\x20ftypisom", None),
        (b"\x00\x00\x00\x20ftypqt  ", None),
        (b"\x00\x00\x00\x20ftypmif1", "image/heic"),
        (b"<svg", None),
        (b"BM\x00\x00", None),
        (b"II*\x00", "image/tiff"),
    ],
)
def test_bytes_are_recognised_by_their_mark(data: bytes, kind: str | None) -> None:
    assert detect_picture_mimetype(data) == kind


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 90, (90, 90, 90)),
        ("I;16", 40_000, (155, 155, 155)),
        ("LA", (90, 100), (90, 90, 90, 100)),
        ("RGBA", (90, 8, 9, 100), (90, 8, 9, 100)),
    ],
)
def test_shrinking_keeps_the_colours_of_every_mode(mode: str, colour: Any, seen: Any) -> None:
    picture = prepare("a.png", encode_picture(PilImage.new(mode, (2100, 300), colour)))
    assert picture.width == 2048 and is_close(read_pixel(picture), seen)
