"""Pictures whose pixels no screen shows as they are stored come out as people see them."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from bot.domain.files import ParsedFile
from bot.files.detail.plan import ViewPlan
from bot.files.editing.opening import open_picture
from bot.files.readers.detail.cutting import cut_picture
from bot.files.readers.dispatch import read_file
from bot.files.unreadable import UnreadableError
from tests.support.rare_pictures import (
    build_bitmap,
    build_cropped_avif,
    build_grey_png,
    build_layered,
    build_raw,
    build_tiff,
)

RAMP = np.linspace(0, 1, 256)[None, :].repeat(128, 0)


def encode(picture: Image.Image, form: str, **options: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def read_pixels(parsed_file: ParsedFile) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(io.BytesIO(parsed_file.pictures[0].data)) as picture:
        return np.asarray(picture.convert("RGBA"))


def read_ramp(data: bytes) -> list[int]:
    """Return the grey of the first, the middle and the last column."""
    pixels = read_pixels(read_file("scan.tif", data))
    return [int(pixels[64, column, 0]) for column in (0, 128, 255)]


def is_ramp(data: bytes) -> bool:
    return np.allclose(read_ramp(data), [0, 128, 255], atol=3)


@pytest.mark.parametrize(
    ("values", "sample_format"),
    [
        (RAMP.astype("<f4"), 3),
        ((RAMP * 255).astype("<f4"), 3),
        ((RAMP * 65_535).astype("<f4"), 3),
        (RAMP.astype("<f8"), 3),
        (RAMP.astype("<f2"), 3),
        ((RAMP * 65_535).astype("<u2"), 1),
    ],
)
def test_a_usual_range_is_shown_from_black_to_white(values: object, sample_format: int) -> None:
    data = build_tiff(values, sample_format)
    assert is_ramp(data)
    assert read_file("a.tif", data).left_out == ""


@pytest.mark.parametrize(
    ("values", "sample_format", "told"),
    [
        ((RAMP * 10 - 5).astype("<f4"), 3, "-5 to 5"),
        ((RAMP * 1e6).astype("<i4"), 2, "0 to 1e+06"),
        ((RAMP * 2**32 - 1).clip(0).astype("<u4"), 1, "0 to 4.29497e+09"),
        ((RAMP * 2_000 - 1_000).astype("<i2"), 2, "-1000 to 1000"),
        ((RAMP * 4_095).astype("<u2"), 1, "0 to 4095"),
        ((RAMP * 12).astype("<f4"), 3, "0 to 12"),
    ],
)
def test_an_unusual_range_is_stretched_and_said(
    values: object, sample_format: int, told: str
) -> None:
    data = build_tiff(values, sample_format)
    assert is_ramp(data)
    left_out = read_file("a.tif", data).left_out
    assert left_out == f"its true brightness ({told} is shown as black to white)"


def test_what_is_no_number_is_black_and_hides_nothing() -> None:
    values = RAMP.astype("<f4")
    values[0, :3] = [np.nan, np.inf, -np.inf]
    assert is_ramp(build_tiff(values, 3))
    empty = np.full((8, 8), np.nan, "<f4")
    assert read_pixels(read_file("a.tif", build_tiff(empty, 3)))[0, 0, 0] == 0


def test_fractions_in_colour_keep_their_colours() -> None:
    values = np.zeros((32, 32, 3), "<f4")
    values[..., 0], values[..., 1] = 1.0, 0.5
    pixels = read_pixels(read_file("a.tif", build_tiff(values, 3)))
    assert np.allclose(pixels[5, 5], [255, 128, 0, 255], atol=3)


def test_channels_without_a_colour_are_left_out_and_said() -> None:
    values = (np.dstack([RAMP, RAMP * 0, RAMP * 0, RAMP, RAMP]) * 255).astype("<u1")
    parsed_file = read_file("bands.tif", build_tiff(values, 1))
    assert read_pixels(parsed_file)[64, 255].tolist() == pytest.approx([255, 0, 0, 255], abs=2)
    assert parsed_file.left_out == "2 of 5 channels of its pixels"


@pytest.mark.parametrize("depth", [16, 32])
def test_a_deep_picture_of_one_plane_a_colour_keeps_its_colours(depth: int) -> None:
    kind, scale = {16: ("<u2", 65_535), 32: ("<f4", 1)}[depth]
    planes = np.stack([RAMP, RAMP[:, ::-1], RAMP * 0]) * scale
    data = io.BytesIO()
    tifffile.imwrite(
        data, planes.astype(kind), photometric="rgb", planarconfig="separate", metadata=None
    )
    pixels = read_pixels(read_file("scan.tif", data.getvalue()))
    assert np.allclose(pixels[64, [0, 255], :3], [[0, 255, 0], [255, 0, 0]], atol=3)


def test_a_deep_stack_shows_its_first_page_and_counts_the_others() -> None:
    data = io.BytesIO()
    pages = np.stack([np.dstack([RAMP] * 3)] * 4).astype("<f4")
    tifffile.imwrite(data, pages, photometric="rgb", metadata=None)
    parsed_file = read_file("stack.tif", data.getvalue())
    assert len(parsed_file.pictures) == 1 and parsed_file.left_out == "3 of 4 pages"


def test_a_hole_of_sixteen_bits_in_colour_is_a_hole() -> None:
    rows = [struct.pack(">24H", *([0x1234] * 12), *([0x8000] * 12))] * 8
    data = build_grey_png(16, rows, (8, 8))
    # The same rows as colours, with a colour that is transparent.
    header = struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0)
    hole = b"tRNS" + struct.pack(">HHH", 0x1234, 0x1234, 0x1234)
    parts = [b"IHDR" + header, hole, b"IDAT" + zlib.compress(b"".join(b"\0" + r for r in rows))]
    chunks = [struct.pack(">I", len(p) - 4) + p + struct.pack(">I", zlib.crc32(p)) for p in parts]
    colour = data[:8] + b"".join(chunks) + data[-12:]
    pixels = read_pixels(read_file("hole.png", colour))
    assert (pixels[4, 1, 3], pixels[4, 6, 3]) == (0, 255)


@pytest.mark.parametrize("form", ["TIFF", "PNG"])
def test_a_wide_scan_of_sixteen_bits_is_read(form: str) -> None:
    wide = (np.linspace(0, 65_535, 9_000)[None, :].repeat(300, 0)).astype("uint16")
    pixels = read_pixels(read_file("scan", encode(Image.fromarray(wide), form)))
    assert pixels[5, 0, 0] <= 3 and pixels[5, -1, 0] >= 252


def test_parts_of_a_deep_picture_are_as_bright_as_the_whole() -> None:
    data = build_tiff((RAMP * 10 - 5).astype("<f4"), 3)
    plan = ViewPlan((0.5, 0.0, 1.0, 1.0), 0, 0, 4, 10_000, takes_original=False)
    with Image.open(io.BytesIO(cut_picture("a.tif", data, plan).pictures[0].data)) as part:
        assert abs(part.convert("L").getpixel((0, 5)) - 128) <= 4  # type: ignore[operator]


@pytest.mark.parametrize(
    ("depth", "row", "hole", "alphas"),
    [
        (1, b"\x30", 1, [255, 255, 0, 0]),
        (2, bytes([0b00011011]), 1, [255, 0, 255, 255]),
        (4, b"\x5f\x05", 5, [0, 255, 255, 0]),
        (8, bytes([5, 6, 5, 0]), 5, [0, 255, 0, 255]),
        (16, struct.pack(">4H", 0x1234, 0x1235, 0xFFFF, 0x1234), 0x1234, [0, 255, 255, 0]),
    ],
)
def test_a_grey_that_is_transparent_is_a_hole(
    depth: int, row: bytes, hole: int, alphas: list[int]
) -> None:
    pixels = read_pixels(read_file("a.png", build_grey_png(depth, [row], (4, 1), hole)))
    assert pixels[0, :, 3].tolist() == alphas


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
    return encode(Image.new("RGB", size, colour), "JPEG", quality=90)


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
    whole = read_file("a.avif", encode(picture, "AVIF"))
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
    data = encode(Image.new("RGB", (64, 64), "red"), form)
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
        encode(Image.new("RGB", (64, 64), "red"), "ICO"),
        encode(Image.new("RGB", (64, 64), "red"), "JPEG2000"),
    ]
    data = bytearray(originals[seed % len(originals)])
    for place in rng.integers(0, min(len(data), 400), 12):
        data[place] = rng.integers(0, 256)
    try:
        read_file("a", bytes(data[: len(data) if seed % 3 else len(data) // 2]))
    except UnreadableError as error:
        assert error.user_message
