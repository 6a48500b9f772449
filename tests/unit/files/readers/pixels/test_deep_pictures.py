"""Pictures whose colours are deeper than a screen's, or others, come out as people see them."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from bot.files.detail.plan import ViewPlan
from bot.files.readers.detail.cutting import cut_picture
from bot.files.readers.dispatch import read_file
from tests.support.pictures import encode_picture
from tests.support.rare_pictures import (
    RAMP,
    build_grey_png,
    build_tiff,
    read_pixels,
)


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
    pixels = read_pixels(read_file("scan", encode_picture(Image.fromarray(wide), form)))
    assert pixels[5, 0, 0] <= 3 and pixels[5, -1, 0] >= 252


def test_parts_of_a_deep_picture_are_as_bright_as_the_whole() -> None:
    data = build_tiff((RAMP * 10 - 5).astype("<f4"), 3)
    plan = ViewPlan((0.5, 0.0, 1.0, 1.0), 0, 0, 4, 10_000, takes_original=False)
    with Image.open(io.BytesIO(cut_picture("a.tif", data, plan).pictures[0].data)) as part:
        assert abs(part.convert("L").getpixel((0, 5)) - 128) <= 4  # type: ignore[operator] # RGB


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
