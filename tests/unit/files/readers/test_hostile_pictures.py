"""Hostile pictures: each ends soon, in a picture or in a sentence that names the file."""

from __future__ import annotations

import io
import random
import re
import struct
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.domain.errors import UserError
from bot.files.kinds import detect_picture_mimetype
from bot.files.readers.pictures import prepare, read_picture
from bot.files.unreadable import UnreadableError
from tests.support.pictures import (
    PNG_MAGIC,
    build_picture,
    build_png_chunk,
    build_png_header,
    build_turned_exif,
    encode_picture,
    insert_segment,
    open_picture,
)

SECRET = b"SECRET-5d1f"


def build_heic(picture: Image.Image, **options: object) -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    return encode_picture(picture, "HEIF", **options)


def expect_refusal(data: bytes, name: str = "x.png") -> str:
    with pytest.raises(UserError) as caught:
        prepare(name, data)
    return caught.value.user_message


def build_gif_claiming(width: int, height: int) -> bytes:
    """A GIF whose only frame claims a size and has the data of a single pixel."""
    frame = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0)
    colours = b"\x00\x00\x00\xff\xff\xff"
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0)
    return screen + colours + frame + b"\x02\x02\x44\x01\x00;"


def build_webp_claiming(width: int, height: int) -> bytes:
    size = struct.pack("<I", (width - 1) | (height - 1) << 14)
    chunk = b"VP8L" + struct.pack("<I", 6) + b"\x2f" + size + b"\x00"
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def build_jpeg_claiming(width: int, height: int) -> bytes:
    """A valid JPEG whose header was changed to claim another size."""
    data = bytearray(build_picture("JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "megapixels"),
    [
        (build_png_header(50_000, 50_000), 2500),
        (build_png_header(2**31 - 1, 2**31 - 1), 4611686014132),
        (build_gif_claiming(65_535, 65_535), 4294),
        (build_webp_claiming(16_384, 16_384), 268),
        (build_jpeg_claiming(65_500, 65_500), 4290),
    ],
)
def test_no_format_can_claim_more_pixels_than_are_read(data: bytes, megapixels: int) -> None:
    assert f"it has {megapixels} megapixels" in expect_refusal(data)


def test_a_picture_that_claims_no_size_is_refused() -> None:
    for data in (
        build_png_header(0, 0),
        build_png_header(0, 100_000),
        build_gif_claiming(0, 0),
        build_jpeg_claiming(0, 9),
    ):
        assert "x.png" in expect_refusal(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
@pytest.mark.parametrize("part", [0.3, 0.5, 0.9])
def test_of_a_picture_that_was_cut_off_it_is_said_how_much_is_missing(
    kind: str, part: float
) -> None:
    data = encode_picture(Image.effect_noise((200, 200), 90).convert("RGB"), kind)
    # Pillow's TIFF tells where its pixels are at its end.
    cut = data[: int(len(data) * part)]
    parsed_file = read_picture("x.bin", cut)
    percent = re.search(r"about (\d+) percent of its pixels", parsed_file.left_out)
    assert percent and parsed_file.is_incomplete
    assert abs(int(percent[1]) - 100 * (1 - part)) <= 12


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_phone_photo_that_was_cut_off_is_not_shown(part: float) -> None:
    data = build_heic(Image.effect_noise((200, 200), 90).convert("RGB"))
    assert "damaged or cut off" in expect_refusal(data[: int(len(data) * part)])


def test_of_an_animation_with_thousands_of_frames_only_the_first_is_decoded() -> None:
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    start = build_gif_claiming(1, 1)[:-1]
    assert prepare("party.gif", start + frame * 200_000 + b";").width == 1
    # The bytes after the first frame are not even read.
    assert prepare("party.gif", start + b"," + b"\xff" * 50_000).width == 1


def test_a_moving_webp_and_a_moving_png_are_their_first_frame() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "lime")]
    for kind in ("WEBP", "PNG"):
        data = encode_picture(frames[0], kind, save_all=True, append_images=frames[1:])
        red, green, blue = open_picture(prepare("a", data).data).getpixel((9, 9))  # type: ignore[misc] # RGB
        assert red > 200 and green < 60 and blue < 60


@pytest.mark.parametrize("tail", [b"<script>" + SECRET, b"PK\x03\x04" + SECRET * 99, b"\x00" * 99])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_what_hangs_on_behind_a_picture_does_not_travel(kind: str, tail: bytes) -> None:
    picture = prepare("two-in-one.png", build_picture(kind) + tail)
    assert SECRET not in picture.data and open_picture(picture.data).size == (60, 40)


def test_a_page_named_like_a_picture_is_no_picture() -> None:
    message = expect_refusal(b"<!DOCTYPE html><html><body>Sign in</body></html>", "fox.png")
    assert message.startswith("I could not read fox.png: I read pictures (PNG, JPEG, WebP, GIF")


def test_only_the_decoder_of_the_recognised_format_is_reached() -> None:
    # A Targa file whose free first bytes spell the signature of a HEIC.
    size_and_depth = struct.pack("<HHBB", 16, 16, 24, 0)
    disguised = b"\x00\x00\x02\x00ftypheic" + size_and_depth + b"\x50" * (16 * 16 * 3)
    assert detect_picture_mimetype(disguised) == "image/heic"
    assert "damaged" in expect_refusal(disguised)


def test_a_compressed_bomb_in_the_text_of_a_png_is_not_unpacked() -> None:
    import zlib

    packed = zlib.compress(bytes(80_000_000), 9)
    data = build_picture()
    bomb = build_png_chunk(b"zTXt", b"Comment\x00\x00" + packed)
    before_pixels = data.index(b"IDAT") - 4
    bombed = data[:before_pixels] + bomb * 3 + data[before_pixels:]
    tracemalloc.start()
    assert prepare("x.png", bombed).data == prepare("x.png", data).data
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 64 * 1024 * 1024


def test_a_picture_with_damaged_metadata_but_sound_pixels_is_read() -> None:
    text_for_height = (0x0101, 2, 4, b"abc\x00")
    data = insert_segment(build_picture("JPEG"), 0xE1, build_turned_exif(text_for_height))
    picture = prepare("phone.jpg", data)
    assert (picture.width, picture.height) == (40, 60)


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\x00\x00junkjunk",
        b"Exif\x00\x00",
        build_turned_exif()[:20],
        build_turned_exif((0x010E, 2, 2**31, b"\xff\xff\xff\xff")),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # as in production: a warning is no error
def test_nonsense_in_the_metadata_does_not_cost_the_picture(exif: bytes) -> None:
    picture = prepare("phone.jpg", insert_segment(build_picture("JPEG"), 0xE1, exif))
    assert {picture.width, picture.height} == {40, 60}


_FILE_STARTS = [
    b"",
    PNG_MAGIC,
    b"\xff\xd8\xff",
    b"GIF89a",
    b"RIFF\x20\x00\x00\x00WEBPVP8X",
    b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    build_picture("PNG"),
    build_picture("JPEG"),
    build_picture("GIF"),
    build_picture("WEBP"),
]


@settings(max_examples=150, deadline=None)
@given(start=st.sampled_from(_FILE_STARTS), cut=st.integers(0, 400), rest=st.binary(max_size=200))
@example(start=build_picture("JPEG"), cut=2, rest=b"\xff\xe1\xff\xffExif\x00\x00MM\x00*")
def test_no_bytes_give_anything_but_a_picture_or_a_sentence(
    start: bytes, cut: int, rest: bytes
) -> None:
    try:
        picture = prepare("evil.png", start[:cut] + rest + start[cut:])
    except UnreadableError as error:
        assert "evil.png" in error.user_message
    else:
        assert open_picture(picture.data).size == (picture.width, picture.height)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_few_changed_bytes_give_a_picture_or_a_sentence(data: st.DataObject) -> None:
    changed = bytearray(data.draw(st.sampled_from(_FILE_STARTS[6:])))
    for _ in range(data.draw(st.integers(1, 5))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = prepare("evil.png", bytes(changed))
    except UnreadableError as error:
        assert "evil.png" in error.user_message
    else:
        assert max(open_picture(picture.data).size) <= 2048


def test_many_threads_may_prepare_at_once() -> None:
    files = [build_picture(kind, size=(300, 200)) for kind in ("PNG", "JPEG", "GIF", "WEBP")] * 8
    files += [build_heic(Image.new("RGB", (300, 200), "red"))] * 4
    with ThreadPoolExecutor(8) as threads:
        sizes = {(a.width, a.height) for a in threads.map(lambda data: prepare("a", data), files)}
    assert sizes == {(300, 200)}


def test_the_made_files_are_what_they_claim() -> None:
    # Pillow has to read the claimed sizes, else the tests above would test nothing.
    assert Image.open(io.BytesIO(build_gif_claiming(30, 20))).size == (30, 20)
    assert Image.open(io.BytesIO(build_webp_claiming(30, 20))).size == (30, 20)
    assert Image.open(io.BytesIO(build_jpeg_claiming(30, 20))).size == (30, 20)
    assert Image.open(io.BytesIO(build_png_header(30, 20))).size == (30, 20)


def build_bmp_claiming(width: int, height: int) -> bytes:
    """A bitmap that is only a header which claims a size."""
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + info


def build_tiff_claiming(width: int, height: int) -> bytes:
    """A TIFF that is only a directory which claims a size."""
    fields = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1),
              (273, 4, 8), (277, 3, 1), (278, 4, height), (279, 4, 8)]  # fmt: skip
    entries = b"".join(
        struct.pack("<HHI", tag, kind, 1) + struct.pack("<I", value) for tag, kind, value in fields
    )
    return b"II*\x00" + struct.pack("<IH", 8, len(fields)) + entries + struct.pack("<I", 0)


@pytest.mark.parametrize(
    "data",
    [
        build_bmp_claiming(60_000, 60_000),
        build_bmp_claiming(60_000, -60_000),
        build_tiff_claiming(100_000, 100_000),
    ],
)
def test_the_rarer_kinds_cannot_claim_more_pixels_than_are_read(data: bytes) -> None:
    assert "megapixels" in expect_refusal(data)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "AVIF"])
def test_the_rarer_kinds_damaged_are_a_picture_or_a_sentence(kind: str) -> None:
    rnd, sound = random.Random(kind), build_picture(kind)
    for _ in range(300):
        data = bytearray(sound)
        for _ in range(rnd.randint(1, 6)):
            data[rnd.randrange(len(data))] = rnd.randrange(256)
        cut = bytes(data[: rnd.randint(1, len(data))]) if rnd.random() < 0.3 else bytes(data)
        try:
            assert prepare("x.bin", cut).width > 0
        except UserError as error:
            assert "x.bin" in error.user_message
