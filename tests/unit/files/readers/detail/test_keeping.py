"""A picture that may be sent in its own bytes is: with its pixels, and with nothing else."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from bot.domain.files import Image as PreparedImage
from bot.files.detail.plan import ViewPlan
from bot.files.readers.detail.cutting import cut_picture
from bot.files.readers.detail.keeping import find_own_pixels
from bot.files.readers.pictures import read_picture
from bot.files.sandbox.packing import pack, unpack
from tests.support.pages import draw_dashboard, draw_scenery, draw_text
from tests.support.pictures import encode_picture as encode
from tests.support.pictures import open_picture

_SECRET = b"taken at home by Alex"


def prepare(data: bytes) -> PreparedImage:
    parsed_file = unpack(pack(read_picture("a", data)))
    (picture,) = parsed_file.pictures
    return picture


def draw_board() -> Image.Image:
    return draw_dashboard((1000, 700), 12).picture


def get_pixels(data: bytes) -> bytes:
    return open_picture(data).convert("RGB").tobytes()


def write_with_metadata(picture: Image.Image, kind: str, **options: object) -> bytes:
    exif = Image.Exif()
    exif[270] = _SECRET.decode()
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", _SECRET.decode())
        options["pnginfo"] = text
    if kind == "JPEG":
        options["comment"] = _SECRET
    data = encode(picture, kind, exif=exif, **options)
    assert _SECRET in data
    # Also after the end, where programs leave what no one shows.
    return data + _SECRET


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("WEBP", {"lossless": True}),
        ("WEBP", {"quality": 70}),
        ("PNG", {"optimize": True}),
        ("JPEG", {"quality": 80}),
        ("JPEG", {"quality": 80, "progressive": True, "subsampling": 0}),
        ("JPEG", {"quality": 80, "restart_marker_blocks": 7}),
    ],
)
@pytest.mark.parametrize("draw", [draw_board, lambda: draw_scenery((900, 700))])
def test_no_picture_becomes_larger_than_it_came_and_what_is_beside_it_is_gone(
    kind: str, options: dict[str, object], draw: object
) -> None:
    data = write_with_metadata(draw(), kind, **options)  # type: ignore[operator] # of two shapes
    sent = prepare(data)
    assert len(sent.data) < len(data) and _SECRET not in sent.data
    if kind != "PNG" and not (options.get("lossless") and sent.mimetype == "image/jpeg"):
        # A photo without loss becomes a small JPEG.
        assert get_pixels(sent.data) == get_pixels(data)


def test_a_webp_of_a_screen_stays_one_and_a_photo_in_a_png_does_not() -> None:
    assert prepare(encode(draw_board(), "WEBP", lossless=True)).mimetype == "image/webp"
    assert prepare(encode(draw_scenery((900, 700)), "PNG")).mimetype == "image/jpeg"


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_pictures_of_few_colours_are_taken_over(mode: str) -> None:
    board = draw_board()
    picture = board.quantize(64) if mode == "P" else board.convert(mode)
    data = encode(picture, "PNG", optimize=True)
    sent = prepare(data)
    assert len(sent.data) <= len(data) and get_pixels(sent.data) == get_pixels(data)


def test_a_turned_a_shrunk_and_a_coloured_picture_are_not_taken_over() -> None:
    exif = Image.Exif()
    exif[274] = 6
    turned = prepare(encode(draw_board(), "WEBP", lossless=True, exif=exif))
    assert (turned.width, turned.height) == (700, 1000) and b"Exif" not in turned.data
    wide = draw_dashboard((3000, 900), 12).picture
    assert prepare(encode(wide, "WEBP", lossless=True)).width == 2048
    cut = Image.new("RGBA", (300, 200), (9, 200, 9, 90))
    assert open_picture(prepare(encode(cut, "WEBP", lossless=True)).data).mode == "RGBA"
    profile = b"anything"
    for kind in ("PNG", "WEBP", "JPEG"):
        with open_picture(encode(draw_board(), kind, icc_profile=profile)) as opened:
            opened.load()
            assert find_own_pixels(encode(draw_board(), kind), opened) is None


def make_clear(picture: Image.Image) -> Image.Image:
    """Return a picture that can be seen through above, as a cut-out window."""
    clear = picture.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(picture.size))
    return clear


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 50}, {"quality": 90}], ids=str)
def test_a_transparent_webp_stays_as_it_is_without_its_metadata(options: dict[str, object]) -> None:
    data = write_with_metadata(make_clear(draw_board()), "WEBP", **options)
    sent = prepare(data)
    assert sent.mimetype == "image/webp" and len(sent.data) <= len(data)
    assert open_picture(sent.data).mode == "RGBA" and _SECRET not in sent.data
    assert open_picture(sent.data).tobytes() == open_picture(data).tobytes()


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 50}, {"quality": 80}], ids=str)
@pytest.mark.parametrize("is_clear", [False, True])
def test_a_webp_that_is_turned_or_coloured_stays_about_as_small_as_it_came(
    options: dict[str, object], *, is_clear: bool
) -> None:
    board = make_clear(draw_board()) if is_clear else draw_board()
    exif = Image.Exif()
    exif[274] = 8
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for change in ({"exif": exif}, {"icc_profile": profile}):
        data = encode(board, "WEBP", **options, **change)
        sent = prepare(data)
        assert sent.mimetype == "image/webp" and len(sent.data) < 1.4 * len(data)


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 50}], ids=str)
def test_a_large_webp_that_is_seen_in_one_piece_is_sent_as_it_is(
    options: dict[str, object],
) -> None:
    data = write_with_metadata(draw_dashboard((3840, 2160), 14).picture, "WEBP", **options)
    (sent,) = cut_picture("a", data, ViewPlan(takes_original=True)).pictures
    assert (sent.width, sent.sight.detail) == (3840, "original")
    assert len(sent.data) <= len(data) and _SECRET not in sent.data
    assert get_pixels(sent.data) == get_pixels(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_that_is_seen_in_one_piece_does_not_grow(kind: str) -> None:
    data = encode(draw_dashboard((3840, 2160), 14).picture, kind)
    (sent,) = cut_picture("a", data, ViewPlan(takes_original=True)).pictures
    assert len(sent.data) <= len(data) and get_pixels(sent.data) == get_pixels(data)


def test_parts_of_a_webp_are_about_as_small_as_it_came() -> None:
    page = draw_text((1200, 8000), 20).picture
    for options, most in (({"lossless": True}, 2.6), ({"quality": 80}, 1.3)):
        data = encode(page, "WEBP", **options)
        sent = cut_picture("a", data, ViewPlan()).pictures
        assert len(sent) == 6 and {one.mimetype for one in sent} == {"image/webp"}
        assert sum(len(one.data) for one in sent) < most * len(data)


def hide_after_the_rows(data: bytes) -> bytes:
    """Put a secret where rows end: a PNG is shown the same with it."""
    place = data.index(b"IDAT") - 4
    (size,) = struct.unpack_from(">I", data, place)
    rows = zlib.compress(zlib.decompress(data[place + 8 : place + 8 + size]) + _SECRET, 0)
    content = b"IDAT" + rows
    chunk = struct.pack(">I", len(rows)) + content + struct.pack(">I", zlib.crc32(content))
    return data[:place] + chunk + data[place + 12 + size :]


def test_what_is_hidden_behind_the_last_row_is_not_sent() -> None:
    data = encode(Image.new("RGB", (64, 48), "red"), "PNG")
    hidden = hide_after_the_rows(data)
    assert _SECRET in hidden and get_pixels(hidden) == get_pixels(data)
    assert _SECRET not in prepare(hidden).data


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_damaged_file_is_never_taken_over_as_it_is(kind: str) -> None:
    board = draw_board()
    data = encode(board, kind)
    with open_picture(data) as opened:
        opened.load()
        for place in range(8, min(len(data), 700)):
            for level in (0, 255):
                broken = data[:place] + bytes([level]) + data[place + 1 :]
                own = find_own_pixels(broken, opened)
                assert own is None or len(own.data) <= len(data) + 64
        for length in range(400):
            assert find_own_pixels(data[:length], opened) is None


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 70}], ids=str)
def test_pixels_of_a_webp_that_reach_into_the_next_chunk_are_not_taken_over(
    options: dict[str, object],
) -> None:
    data = write_with_metadata(draw_board(), "WEBP", **options)
    start = next(data.index(kind) for kind in (b"VP8 ", b"VP8L") if kind in data)
    (size,) = struct.unpack_from("<I", data, start + 4)
    assert _SECRET in data[start + 8 + size :]
    with open_picture(data) as opened:
        opened.load()
        assert find_own_pixels(data, opened) is not None
        for more in range(1, len(data) - start - size):
            longer = data[: start + 4] + struct.pack("<I", size + more) + data[start + 8 :]
            own = find_own_pixels(longer, opened)
            assert own is None or _SECRET not in own.data


def test_a_png_with_colours_beyond_its_palette_is_written_anew() -> None:
    picture = Image.new("P", (90, 90), 5)
    picture.putpalette([9, 9, 9] * 8)
    data = encode(picture, "PNG")
    place = data.index(b"PLTE")
    short = data[: place - 4] + struct.pack(">I", 6) + b"PLTE" + data[place + 4 : place + 10]
    short += (
        struct.pack(">I", zlib.crc32(short[place : place + 10])) + data[data.index(b"IDAT") - 4 :]
    )
    with Image.open(io.BytesIO(short)) as opened:
        opened.load()
        assert find_own_pixels(short, opened) is None
