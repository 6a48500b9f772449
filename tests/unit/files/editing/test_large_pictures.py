"""Large pictures are encoded, turned and decoded in several threads, with the same pixels."""

from __future__ import annotations

import io
import math
import threading

import numpy as np
import pytest
from isal import isal_zlib
from PIL import Image, ImageChops, ImageFile, ImageStat

from bot.domain.pictures.operations import Operation, OperationKind
from bot.files.editing import comparisons
from bot.files.editing.edits import edit
from bot.files.editing.opening import open_picture
from bot.files.editing.png import encode_png
from bot.files.editing.rotation import compute_rotation, rotate
from bot.files.readers.pixels import png_rows
from bot.files.unreadable import UnreadableError
from tests.support.pages import draw_text
from tests.support.pictures import encode_picture

LARGE = (2000, 1500)


def draw_noise(size: tuple[int, int], mode: str = "RGB", seed: int = 1) -> Image.Image:
    shape = (size[1], size[0], len(mode))
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8))


def open_whole(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.verify()  # the checksums of the pieces
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (3, 2), (1, 9), (9, 1), (40, 3), (301, 207)])
def test_a_png_of_strips_holds_the_same_pixels(mode: str, size: tuple[int, int]) -> None:
    picture = draw_noise(size, mode)
    read = open_whole(encode_png(picture))
    assert (read.mode, read.size) == (mode, size)
    assert read.tobytes() == picture.tobytes()
    assert "dpi" not in read.info


@pytest.mark.parametrize("height", [1, 333, 334, 999, 1_667, 2_001])
def test_the_pieces_of_a_png_are_one_stream(height: int) -> None:
    # Pieces of 333 rows, the last of which may be one row or full.
    picture = draw_noise((1_000, 1)).resize((1_000, height))
    picture.paste(draw_noise((500, height), seed=2))
    assert open_whole(encode_png(picture)).tobytes() == picture.tobytes()


def test_pillow_never_works_in_a_thread_that_the_compressor_has_worked_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # It would take up to 1.7 times as long there.
    users = set[int]()

    def watch(module: object, name: str) -> None:
        inner = getattr(module, name)

        def call(*values: object, **options: object) -> object:
            users.add(threading.get_ident())
            return inner(*values, **options)

        monkeypatch.setattr(module, name, call)

    for name in ("compressobj", "crc32", "adler32"):
        watch(isal_zlib, name)
    watch(png_rows._Rows, "_unpack_piece")
    source = encode_picture(draw_noise(LARGE))
    edit("a.png", open_picture("a.png", source), [Operation(OperationKind.FLIP)])
    assert len(users) >= 2 and threading.get_ident() not in users


def test_a_drawn_picture_stays_small_and_noise_is_no_larger_than_its_pixels() -> None:
    page = draw_text(LARGE, 20).picture
    plain = encode_picture(page)  # as well as Pillow does by itself
    assert len(encode_png(page)) < 1.6 * len(plain)
    assert len(encode_png(draw_noise(LARGE))) < 1.01 * 3 * LARGE[0] * LARGE[1]


def test_the_resolution_is_told_and_nothing_else_of_the_file() -> None:
    source = encode_picture(draw_noise(LARGE))
    opened = open_picture("a.png", source)
    opened.picture.info["Comment"] = "secret"
    edited = edit("a.png", opened, [Operation(OperationKind.FLIP)])
    assert b"secret" not in edited.data
    assert open_whole(encode_png(opened.picture, 300)).info["dpi"] == pytest.approx(
        (300, 300), 1e-3
    )


def test_a_transparent_picture_keeps_what_shows_through() -> None:
    picture = draw_noise(LARGE, "RGBA")
    edited = edit("a.png", open_picture("a.png", encode_picture(picture)), [])
    assert open_whole(edited.data).tobytes() == picture.tobytes()


@pytest.mark.parametrize("degrees", [10, -33.5, 89, 135, 271.25])
@pytest.mark.parametrize("size", [(300, 200), (201, 333), (64, 1)])
def test_a_rotation_is_that_of_pillow(degrees: float, size: tuple[int, int]) -> None:
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    expected = picture.rotate(-degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=(9, 8, 7))
    canvas, matrix = compute_rotation(size, degrees)
    assert canvas == expected.size
    turned = picture.transform(
        canvas, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=(9, 8, 7)
    )
    assert max(ImageStat.Stat(ImageChops.difference(turned, expected)).mean) < 0.5


@pytest.mark.parametrize(("mode", "colour"), [("RGB", (9, 8, 7)), ("RGBA", (0, 0, 0, 0))])
@pytest.mark.parametrize(
    ("size", "resampling"),
    [
        ((2000, 1400), Image.Resampling.BICUBIC),
        ((1600, 4000), Image.Resampling.BICUBIC),
        ((3600, 2000), Image.Resampling.BILINEAR),
    ],
)
def test_a_large_picture_is_turned_without_a_seam_and_its_words_stay_sharp(
    size: tuple[int, int], resampling: Image.Resampling, mode: str, colour: tuple[int, ...]
) -> None:
    words = np.asarray(draw_text((400, 200), 11).picture)
    rows, columns = size[1] // 200, size[0] // 400
    picture = Image.fromarray(np.tile(words, (rows, columns, 1))).convert(mode)
    expected = picture.rotate(-1.5, resampling, expand=True, fillcolor=colour)
    turned = rotate(picture, 1.5, colour)
    assert (turned.mode, turned.size) == (mode, expected.size)
    assert max(high for _, high in ImageChops.difference(turned, expected).getextrema()) <= 2  # type: ignore[misc] # RGB
    assert turned.getpixel((0, 0)) == colour


def test_two_pictures_are_decoded_at_once_and_what_is_left_of_a_damaged_one_after() -> None:
    whole = encode_picture(draw_noise((900, 700)))
    one, other = comparisons.open_both("a", whole, whole)
    assert one.tobytes() == other.tobytes()
    cut = whole[: len(whole) * 2 // 3]
    _, left = comparisons.open_both("a", whole, cut)
    assert left.size == (900, 700) and not ImageFile.LOAD_TRUNCATED_IMAGES
    differs = ImageChops.difference(one, left.convert("RGB"))
    assert differs.crop((0, 0, 900, 400)).getbbox() is None and differs.getbbox() is not None
    with pytest.raises(UnreadableError):
        comparisons.open_both("a", whole, b"no picture")


def test_pictures_of_very_many_pixels_are_decoded_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(comparisons, "_MAX_PIXELS_AT_ONCE", 99)
    whole = encode_picture(draw_noise((30, 20)))
    one, other = comparisons.open_both("a", whole, whole)
    assert one.size == other.size == (30, 20)


def test_what_is_transparent_is_compared_as_white() -> None:
    clear = Image.new("RGBA", LARGE, (200, 0, 0, 0))
    white = Image.new("RGB", LARGE, (255, 255, 255))
    half = Image.new("RGBA", LARGE, (0, 0, 0, 128))
    pictures = [encode_picture(one) for one in (clear, white, half)]
    _, share = comparisons.draw_difference("a", *comparisons.open_both("a", *pictures[:2]))
    assert share == 0
    overlay = comparisons.draw_overlay("a", *comparisons.open_both("a", *pictures[1:]))
    (low, _), *_ = open_whole(overlay).getextrema()  # type: ignore[misc] # RGB
    assert math.isclose(low, 191, abs_tol=2)
