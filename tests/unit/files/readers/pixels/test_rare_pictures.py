"""Pictures in rare formats come out as people see them; damaged ones are one sentence."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image

from bot.files.editing.opening import open_picture
from bot.files.readers.dispatch import read_file
from bot.files.unreadable import UnreadableError
from tests.support.pictures import encode_picture
from tests.support.rare_pictures import (
    RAMP,
    build_bitmap,
    build_cropped_avif,
    build_layered,
    build_raw,
    build_tiff,
    read_pixels,
)


def test_bitmaps_have_their_channels_anywhere() -> None:
    data = build_bitmap([0xFF00, 0x0F0F, 0xF00F, 0xF0F0], 2, (0xF00, 0xF0, 0xF, 0xF000))
    pixels = read_pixels(read_file("a.bmp", data))
    assert pixels.tolist() == [
        [[0, 0, 255, 255], [0, 255, 0, 255]],
        [[255, 0, 0, 255], [255, 0, 255, 0]],
    ]
    opaque = build_bitmap([0xF00, 0x0F0], 2, (0xF00, 0xF0, 0xF, 0))
    pixels = read_pixels(read_file("a.bmp", opaque))
    assert pixels[0].tolist() == [[255, 0, 0, 255], [0, 255, 0, 255]]


@pytest.mark.parametrize("masks", [(0, 0, 0, 0), (0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF)])
def test_bitmaps_with_senseless_masks_harm_nothing(masks: tuple[int, int, int, int]) -> None:
    read_file("a.bmp", build_bitmap([1, 2, 3, 4], 2, masks))


def make_jpeg(size: tuple[int, int], colour: str) -> bytes:
    return encode_picture(Image.new("RGB", size, colour), "JPEG", quality=90)


@pytest.mark.parametrize("order", ["<", ">"])
def test_of_a_raw_file_the_largest_picture_is_shown_and_said(order: str) -> None:
    jpegs = [make_jpeg((160, 120), "blue"), make_jpeg((640, 400), "red")]
    data = build_raw([*jpegs, make_jpeg((320, 200), "lime")], order=order)
    parsed_file = read_file("IMG_1.NEF", data)
    picture = parsed_file.pictures[0]
    assert (picture.width, picture.height, parsed_file.kind) == (640, 400, "RAW picture")
    assert read_pixels(parsed_file)[5, 5, 0] > 240
    assert "the preview of 640 × 400 pixels" in parsed_file.left_out


def test_a_raw_file_is_upright_as_the_camera_says() -> None:
    data = build_raw([make_jpeg((640, 400), "red")], orientation=6)
    picture = read_file("a.dng", data).pictures[0]
    assert (picture.width, picture.height) == (400, 640)
    assert open_picture("a.dng", data).picture.size == (400, 640)


@pytest.mark.parametrize(
    "start", [b"FUJIFILMCCD-RAW 0201", b"\0\0\0\x18ftypcrx \0\0\0\1", b"IIRO\x08\0\0\0"]
)
def test_other_raw_files_are_told_by_how_they_begin(start: bytes) -> None:
    data = start.ljust(200, b"\0") + make_jpeg((640, 400), "red")
    assert read_file("a", data).kind == "RAW picture"


def test_a_raw_file_without_a_preview_is_refused_with_its_own_sentence() -> None:
    for jpegs in ([], [make_jpeg((16, 12), "red")]):
        with pytest.raises(UnreadableError) as caught:
            read_file("a.arw", build_raw(jpegs))
        assert caught.value.why == "no preview"


def test_of_a_cropped_avif_the_part_is_shown() -> None:
    picture = Image.new("RGB", (200, 100), "red")
    picture.paste("blue", (100, 0, 200, 100))
    parsed_file = read_file("a.avif", build_cropped_avif(picture, (110, 10, 190, 60)))
    shown = parsed_file.pictures[0]
    assert (shown.width, shown.height, parsed_file.kind) == (80, 50, "AVIF picture")
    assert read_pixels(parsed_file)[5, 5, 2] > 230
    whole = read_file("a.avif", encode_picture(picture, "AVIF"))
    assert whole.pictures[0].width == 200


@pytest.mark.parametrize(
    ("form", "name", "kind"),
    [
        ("ICO", "favicon.ico", "ICO picture"),
        ("JPEG2000", "scan.jp2", "JPEG-2000 picture"),
        ("JXL", "photo.jxl", "JPEG-XL picture"),
    ],
)
def test_rarer_formats_are_read(form: str, name: str, kind: str) -> None:
    if form == "JXL":
        pytest.importorskip("pillow_jxl")
    data = encode_picture(Image.new("RGB", (64, 64), "red"), form)
    parsed_file = read_file(name, data)
    assert parsed_file.kind == kind
    assert read_pixels(parsed_file)[9, 9, 0] > 240


def test_a_layered_picture_is_shown_as_it_was_saved() -> None:
    header = b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 2, 4, 8, 3)
    planes = bytes([255] * 8) + bytes([0] * 8) + bytes([0] * 8)
    data = header + bytes(12) + b"\0\0" + planes
    parsed_file = read_file("a.psd", data)
    assert parsed_file.kind == "PSD picture"
    assert read_pixels(parsed_file)[0, 0].tolist() == [255, 0, 0, 255]


@pytest.mark.parametrize("packing", ["raw", "runs"])
@pytest.mark.parametrize(
    ("version", "kind", "scale"),
    [(1, ">u2", 65_535), (2, ">u2", 65_535), (1, ">f4", 1), (2, ">u1", 255)],
)
def test_deep_and_large_layered_pictures_are_shown_as_they_were_saved(
    version: int, kind: str, scale: int, packing: str
) -> None:
    values = (np.stack([RAMP, RAMP * 0, RAMP[:, ::-1]]) * scale).astype(kind)
    parsed_file = read_file("a.psd", build_layered(values, version, packing))
    assert parsed_file.kind == "PSD picture" and parsed_file.left_out == ""
    pixels = read_pixels(parsed_file)
    assert np.allclose(pixels[64, [0, 255], :3], [[0, 0, 255], [255, 0, 0]], atol=3)


def test_a_form_that_is_not_read_is_not_called_damaged() -> None:
    lossless = b"\xff\xd8\xff\xf7" + struct.pack(">HBHHB", 11, 8, 8, 8, 1) + bytes(3)
    webp = bytearray(build_tiff((RAMP * 255).astype("<u1"), 1))
    at = webp.index(struct.pack("<HHI", 259, 3, 1)) + 8
    webp[at : at + 2] = struct.pack("<H", 50_001)
    lab = bytearray(build_layered((np.stack([RAMP] * 3) * 65_535).astype(">u2"), 1, "raw"))
    lab[24:26] = struct.pack(">H", 9)
    for data in (lossless + b"\xff\xd9", bytes(webp), bytes(lab)):
        with pytest.raises(UnreadableError) as caught:
            read_file("a.bin", data)
        assert caught.value.why == "rare form"


def test_a_layered_picture_made_to_hurt_ends_in_a_sentence() -> None:
    whole = build_layered((np.stack([RAMP] * 3) * 65_535).astype(">u2"), 2, "runs")
    huge = bytearray(whole)
    huge[14:22] = struct.pack(">II", 300_000, 300_000)
    for data in (whole[:200], whole[:30], bytes(huge), whole[:26] + b"\xff" * 400):
        with pytest.raises(UnreadableError) as caught:
            read_file("a.psb", data)
        assert caught.value.user_message


@pytest.mark.parametrize("seed", range(40))
def test_damaged_ones_get_one_sentence(seed: int) -> None:
    rng = np.random.default_rng(seed)
    originals = [
        build_tiff(RAMP.astype("<f2"), 3),
        build_raw([make_jpeg((640, 400), "red")]),
        build_bitmap([1, 2, 3, 4], 2, (0xF00, 0xF0, 0xF, 0xF000)),
        build_cropped_avif(Image.new("RGB", (64, 48), "red"), (1, 1, 60, 40)),
        encode_picture(Image.new("RGB", (64, 64), "red"), "ICO"),
        encode_picture(Image.new("RGB", (64, 64), "red"), "JPEG2000"),
    ]
    data = bytearray(originals[seed % len(originals)])
    for place in rng.integers(0, min(len(data), 400), 12):
        data[place] = rng.integers(0, 256)
    try:
        read_file("a", bytes(data[: len(data) if seed % 3 else len(data) // 2]))
    except UnreadableError as error:
        assert error.user_message
