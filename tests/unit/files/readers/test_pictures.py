"""Pictures are read by content, upright, small, without metadata; hostile ones are refused."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.delivery.file_names import build_alt_text, build_picture_file_name
from bot.domain.safe_text import clean_name
from bot.files.kinds import detect_picture_mimetype
from bot.files.picture_work import MIMETYPES, build_converted_name
from bot.files.readers.conversion import convert
from bot.files.readers.pictures import prepare
from bot.files.unreadable import UnreadableError


def build_picture(
    kind: str, mode: str = "RGB", size: tuple[int, int] = (60, 40), **options: Any
) -> bytes:
    out = io.BytesIO()
    colour: Any = {"RGB": (200, 30, 30), "RGBA": (200, 30, 30, 99), "CMYK": (9, 200, 200, 9)}
    Image.new(mode, size, colour.get(mode, 1)).save(out, kind, **options)
    return out.getvalue()


def open_picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_common_pictures_are_read_by_their_content(kind: str) -> None:
    picture = prepare("holiday.txt", build_picture(kind))
    assert (picture.width, picture.height, picture.mimetype) == (60, 40, "image/png")
    assert detect_picture_mimetype(picture.data) == "image/png"


def test_a_phone_photo_in_heic_is_read() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    picture = prepare("IMG_1.HEIC", build_picture("HEIF"))
    assert (picture.width, picture.height) == (60, 40)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "1"), ("PNG", "L"), ("PNG", "P"), ("PNG", "I;16"), ("JPEG", "CMYK"), ("JPEG", "L")],
)
def test_every_way_to_write_colours_is_read(kind: str, mode: str) -> None:
    assert open_picture(prepare("a", build_picture(kind, mode)).data).mode == "RGB"


@pytest.mark.parametrize(("mode", "kind"), [("RGBA", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP")])
def test_transparency_is_kept(mode: str, kind: str) -> None:
    picture = prepare("a.png", build_picture(kind, mode))
    assert picture.mimetype == "image/png" and open_picture(picture.data).mode == "RGBA"


def test_a_large_picture_is_shrunk_and_keeps_its_shape() -> None:
    picture = prepare("a.jpg", build_picture("JPEG", size=(4000, 1000)))
    assert (picture.width, picture.height) == (2048, 512)


def test_a_picture_taken_sideways_is_turned_and_loses_its_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "secret"
    exif.get_ifd(0x8825)[1] = "N"
    picture = prepare("a.jpg", build_picture("JPEG", exif=exif))
    assert (picture.width, picture.height) == (40, 60)
    assert b"secret" not in picture.data and not open_picture(picture.data).getexif()


def test_text_inside_a_png_is_dropped() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "secret")
    assert b"secret" not in prepare("a.png", build_picture("PNG", "RGBA", pnginfo=info)).data


def test_of_an_animation_the_first_frame_is_used() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    red, green, blue = open_picture(prepare("a.gif", out.getvalue()).data).getpixel((5, 5))  # type: ignore[misc] # RGB
    assert red > 200 and green < 60 and blue < 60


@pytest.mark.parametrize("kind", ["AVIF", "TIFF", "BMP"])
def test_rarer_kinds_are_read_too(kind: str) -> None:
    picture = prepare("x", build_picture(kind))
    assert (picture.width, picture.height, picture.mimetype) == (60, 40, "image/png")


@pytest.mark.parametrize("ending", ["jpg", "webp", "png"])
@pytest.mark.parametrize("width", [None, 30, 300])
def test_a_picture_is_converted_and_keeps_its_shape(ending: str, width: int | None) -> None:
    data = convert("fox-v2.png", build_picture("PNG", "RGBA"), ending, width)
    picture = open_picture(data)
    assert detect_picture_mimetype(data) == MIMETYPES[ending]
    name = build_converted_name("fox-v2.png", ending, width)
    assert name == f"fox-v2{f'-{width}' if width else ''}.{ending}"
    assert picture.size == ((width or 60), round((width or 60) * 40 / 60))
    assert picture.mode == ("RGB" if ending == "jpg" else "RGBA"), "transparent stays transparent"


def test_what_cannot_be_converted_is_a_sentence() -> None:
    with pytest.raises(UnreadableError, match="unknown"):
        convert("x.png", b"nothing", "jpg", None)
    with pytest.raises(UnreadableError, match="too large"):
        convert("x.png", build_picture("PNG", size=(1, 100)), "png", 900)


def _build_png_header(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    empty = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + check + empty


def test_a_bomb_is_refused_by_its_header() -> None:
    with pytest.raises(UnreadableError) as refused:
        prepare("bomb.png", _build_png_header(50_000, 50_000))
    assert refused.value.user_message == (
        "I could not read bomb.png: it has 2500 megapixels and I read at most 100."
        " Please shrink it."
    )


@pytest.mark.parametrize(
    "data",
    [
        build_picture("JPEG")[:200],
        build_picture("PNG")[:60],
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    ],
)
def test_a_damaged_picture_is_named(data: bytes) -> None:
    with pytest.raises(UnreadableError) as refused:
        prepare("cut.jpg", data)
    assert "cut.jpg" in refused.value.user_message and "damaged" in refused.value.user_message


@pytest.mark.parametrize("data", [b"", b"<html>", b"%PDF-1.7", b"<svg onload='x'/>", b"MZ"])
def test_what_is_no_picture_is_refused_with_what_is_read(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="unknown type") as refused:
        prepare("brief.docx", data)
    assert (
        "pictures (PNG, JPEG, WebP, GIF, HEIC, AVIF, TIFF, BMP, SVG)" in refused.value.user_message
    )


@given(
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF1234WEBP"]),
    st.binary(max_size=300),
)
def test_no_bytes_raise_anything_but_a_sentence(start: bytes, rest: bytes) -> None:
    try:
        prepare("x", start + rest)
    except UnreadableError as error:
        assert error.user_message.startswith("I could not read x")


def test_names_in_sentences_cannot_call_anybody() -> None:
    assert clean_name("<!channel>\n`x`.png") == "!channel x .png"
    assert len(clean_name("x" * 500 + ".png")) <= 80
    assert clean_name("\x00\x07") == "the file"


def test_made_pictures_get_telling_names() -> None:
    asked = "<@U1> please draw me a red fox under a blue moon with stars and more"
    assert build_picture_file_name(asked, "image/png", 1) == "red-fox-under-blue-moon-stars-v1.png"
    assert build_picture_file_name("größer", "image/jpeg", 2) == "grosser-v2.jpg"
    assert build_picture_file_name("", "image/webp", 3) == "easel-picture-v3.webp"
    assert build_alt_text("a <b> c", 2) == "Picture v2 made by Easel for: a c"
    assert len(build_alt_text("x " * 2000, 1)) <= 1000
