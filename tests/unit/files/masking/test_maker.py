"""Masks, grids and composites are made in the decoders; what these return is not trusted."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from bot.answering.draft import AnswerDraft
from bot.answering.masking.sentences import format_kept
from bot.answering.masking.surroundings import SurroundingsKeeper
from bot.domain.errors import EaselError
from bot.domain.files import FileRef, Provenance
from bot.domain.llm import ImageOutput
from bot.domain.pictures.areas import EditMask
from bot.domain.pictures.marks import MAX_AREAS
from bot.files.masking.maker import Composite, MaskMaker
from bot.files.masking.masks import draw_cells, encode_mask
from bot.files.sandbox.computing import masks as masks_computer
from bot.files.sandbox.pool import NOBODY
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError

SIZE = (96, 64)
LEFT_HALF = [(0.0, 0.0, 0.5, 1.0)]
MASK = encode_mask(draw_cells(SIZE, LEFT_HALF))


def encode(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def build_picture(colour: tuple[int, int, int], size: tuple[int, int] = SIZE) -> Image.Image:
    return Image.new("RGB", size, colour)


def build_drawn(drift: int) -> bytes:
    """Return a picture that is red on the left, and grey but for `drift` on the right."""
    picture = build_picture((100 + drift,) * 3)
    picture.paste((255, 0, 0), (0, 0, 48, 64))
    return encode(picture)


@pytest.fixture
async def maker() -> AsyncIterator[MaskMaker]:
    async with Sandbox(max_processes=1) as opened:
        yield MaskMaker(opened)


GREY = build_picture((100, 100, 100))
SENT = encode(GREY)
TURNED = GREY.transpose(Image.Transpose.ROTATE_90)
EXIF = Image.Exif()
EXIF[0x0112] = 6


@pytest.mark.parametrize(
    "original",
    [
        encode(GREY),
        encode(GREY, "JPEG"),
        encode(GREY, "WEBP", lossless=True),
        encode(GREY, "GIF", save_all=True, append_images=[build_picture((0, 0, 0))]),
        encode(GREY.convert("CMYK"), "TIFF"),
        encode(GREY.convert("RGBA")),
        encode(TURNED, "JPEG", exif=EXIF),
    ],
    ids=["png", "jpeg", "webp", "moving gif", "cmyk", "alpha", "turned"],
)
async def test_what_is_outside_is_put_back_from_any_format(
    original: bytes, maker: MaskMaker
) -> None:
    together = await maker.put_back(original, SENT, build_drawn(1), MASK)
    assert together is not None
    with Image.open(io.BytesIO(together.data)) as opened:
        pixels = np.asarray(opened.convert("RGB"), np.int16)
    assert opened.size == SIZE
    assert np.abs(pixels[:, 56:] - 100).max() <= 3, "as it was, as far as its format tells"
    assert np.abs(pixels[:, :40] - (255, 0, 0)).max() == 0


async def test_another_picture_another_size_or_a_whole_mask_puts_nothing_back(
    maker: MaskMaker,
) -> None:
    original = encode(GREY)
    assert await maker.put_back(original, SENT, build_drawn(1), MASK) is not None
    assert await maker.put_back(original, SENT, build_drawn(2), MASK) is None
    larger = encode(build_picture((100, 100, 100), (97, 64)))
    assert await maker.put_back(original, SENT, larger, MASK) is None
    assert await maker.put_back(encode(GREY), larger, build_drawn(0), MASK) is None
    whole = encode_mask(Image.new("L", SIZE, 255))
    assert await maker.put_back(original, SENT, build_drawn(0), whole) is None
    with pytest.raises(UnreadableError):
        await maker.put_back(original, SENT, b"nothing", MASK)


async def test_a_tint_of_one_colour_outside_is_another_picture(maker: MaskMaker) -> None:
    tinted = np.full((SIZE[1], SIZE[0], 3), 100, np.uint8)
    tinted[..., 2] += 40
    assert await maker.put_back(SENT, SENT, encode(Image.fromarray(tinted)), MASK) is None


async def test_a_mask_has_the_size_of_the_picture_and_a_soft_edge(maker: MaskMaker) -> None:
    picture = encode(build_picture((9, 9, 9), (1_200, 900)), "JPEG")
    found = await maker.mask_cells(picture, LEFT_HALF)
    with Image.open(io.BytesIO(found.mask)) as mask:
        alpha = np.asarray(mask.getchannel("A"))
    assert (found.width, found.height, mask.mode) == (1_200, 900, "RGBA")
    assert alpha[450, 300] == 0 and alpha[450, 900] == 255
    assert 3 <= len(np.unique(alpha[450])) <= 40
    assert len(found.mask) < 100_000


async def test_of_very_many_marks_the_likeliest_are_found(maker: MaskMaker) -> None:
    picture = build_picture((255, 255, 255), (900, 900))
    draw = ImageDraw.Draw(picture)
    inks = ["red", "blue", "green", "magenta", "orange"]
    for number in range(30):
        left, top = 10 + 150 * (number % 6), 10 + 180 * (number // 6)
        draw.ellipse((left, top, left + 120, top + 130), outline=inks[number // 6], width=5)
    found = await maker.find_areas(encode(picture))
    assert len(found.areas) == MAX_AREAS and found.mask
    blank = encode(build_picture((255, 255, 255), (900, 900)))
    assert 0 < len((await maker.find_areas(encode(picture), blank)).areas) <= MAX_AREAS


@pytest.mark.parametrize(
    ("work", "header", "blobs"),
    [
        (
            "find",
            {"areas": [[0, 0, 9, 9, "outline", 1, [0, 0, 0], "box"]], "size": [1, 1], "picked": []},
            [MASK, b""],
        ),
        (
            "find",
            {"areas": [[0, 0, 1, 1, "<!here>", 1, [0, 0, 0], "box"]], "size": [1, 1], "picked": []},
            [MASK, b""],
        ),
        (
            "find",
            {"areas": [[0, 0, 1, 1, "brush", 9, [0, 0, 0], "box"]], "size": [1, 1], "picked": []},
            [MASK, b""],
        ),
        (
            "find",
            {"areas": [[0, 0, 1, 1, "brush", 1, [0, 0, 0], "box"]] * 99, "size": [96, 64]},
            [MASK, b""],
        ),
        ("find", {"areas": [], "size": [95, 64]}, [MASK, b""]),
        ("find", {"areas": [], "size": [96, 64]}, [b"\x89PNG", b""]),
        ("find", {"areas": [], "size": [96, 64]}, [MASK, b"<svg>"]),
        ("find", {"areas": [], "size": [-1, float("nan")]}, []),
        ("cells", {"size": [96, 64]}, [encode(GREY)]),
        ("tint", {"size": [96, 64]}, [b"GIF89a"]),
        ("grid", {"extension": "../x"}, [b"x"]),
        ("put back", {}, [b"<html>"]),
        ("put back", {"extension": "png", "size": [1, 1]}, [b"<html>"]),
        ("put back", {"extension": "png", "size": [1, 1]}, [encode(GREY, "JPEG")]),
        ("put back", {"extension": "gif", "size": [1, 1]}, [encode(GREY, "GIF")]),
        ("put back", {"extension": "png", "size": [1, 10**9]}, [MASK]),
    ],
)
async def test_no_lie_is_more_than_a_damaged_file(
    work: str, header: dict[str, Any], blobs: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Sandbox(max_processes=1) as sandbox:

        async def return_lies(*_: object) -> tuple[dict[str, Any], list[bytes]]:
            return dict(header), list(blobs)

        monkeypatch.setattr(sandbox.pool, "run_task", return_lies)
        maker = MaskMaker(sandbox)
        asks: dict[str, Callable[[], Any]] = {
            "find": lambda: maker.find_areas(b""),
            "cells": lambda: maker.mask_cells(b"", LEFT_HALF),
            "tint": lambda: maker.tint_area(b"", b""),
            "grid": lambda: maker.draw_grid("a.png", b""),
            "put back": lambda: maker.put_back(b"", b"", b"", b""),
        }
        with pytest.raises(UnreadableError) as refused:
            await asks[work]()
    assert "damaged" in refused.value.user_message


class KnownOriginals:
    """Gives the original of a file, or says that it is gone."""

    def __init__(self, data: bytes | None) -> None:
        self._data = data

    async def fetch_original(self, ref: FileRef) -> bytes:
        if self._data is None:
            raise EaselError("gone")
        return self._data


@pytest.mark.parametrize(
    ("drifts", "original", "made_from"),
    [
        ([1], encode(GREY), ["", "v4"]),
        ([1], None, ["", "v4"]),
        ([1, 0], encode(GREY), ["", "", "v4", "v5"]),
        ([1, 9], encode(GREY), ["", ""]),
        ([9], encode(GREY), [""]),
        ([], encode(GREY), []),
    ],
)
async def test_each_composite_is_made_from_its_own_version_and_all_fit_or_none(
    maker: MaskMaker, drifts: list[int], original: bytes | None, made_from: list[str]
) -> None:
    mask = EditMask(MASK, *SIZE, "F1", "a.png", encode(GREY))
    draft = AnswerDraft(provenance=Provenance(4, "a.png"))
    draft.pictures = [ImageOutput(build_drawn(drift), "image/png", "") for drift in drifts]
    originals: Any = KnownOriginals(original)
    await SurroundingsKeeper(originals, maker).keep(draft, mask, NOBODY)
    assert [picture.made_from for picture in draft.pictures] == made_from
    told = "exactly as it was" if "v4" in made_from else "could not put back"
    assert [told in str(note) for note in draft.notes] == ([True] if drifts else [])
    await SurroundingsKeeper(originals, maker).keep(draft, None, NOBODY)
    assert len(draft.pictures) == len(made_from)


@pytest.mark.parametrize("drifts", [[1], [1, 0]])
@pytest.mark.parametrize(
    ("full_size", "told"),
    [
        ((0, 0), "exactly as it was."),
        (SIZE, "exactly as it was."),
        ((5_000, 3_333), "as it was, at 96 × 64 pixels instead of 5,000 × 3,333."),
    ],
)
async def test_a_composite_smaller_than_its_original_is_said_to_be_smaller(
    maker: MaskMaker, drifts: list[int], full_size: tuple[int, int], told: str
) -> None:
    draft = await keep_surroundings(maker, None, drifts, full_size)
    (note,) = draft.notes
    assert note.endswith(f"outside of the part you chose is {told}_")
    assert f"v{2 * len(drifts)}" in note


async def keep_surroundings(
    maker: MaskMaker, original: bytes | None, drifts: list[int], full_size: tuple[int, int]
) -> AnswerDraft:
    """Return a draft of drawn pictures and their composites with an original."""
    mask = EditMask(MASK, *SIZE, "F1", "a.png", SENT, full_size=full_size)
    draft = AnswerDraft(provenance=Provenance(1, "a.png"))
    draft.pictures = [ImageOutput(build_drawn(drift), "image/png", "") for drift in drifts]
    originals: Any = KnownOriginals(original)
    await SurroundingsKeeper(originals, maker).keep(draft, mask, NOBODY)
    return draft


def draw_grain(size: tuple[int, int]) -> Image.Image:
    """Return a grey picture that is another at each pixel."""
    values = np.random.default_rng(7).integers(96, 105, (size[1], size[0], 3))
    return Image.fromarray(values.astype(np.uint8))


@pytest.mark.parametrize("size", [(960, 640), (250, 167), (97, 64)])
@pytest.mark.parametrize(
    ("kind", "mode", "turns"),
    [("PNG", "RGB", False), ("PNG", "RGBA", False), ("JPEG", "RGB", True)],
)
async def test_a_composite_has_the_size_of_its_original_and_each_pixel_outside_of_the_part(
    maker: MaskMaker, size: tuple[int, int], kind: str, mode: str, turns: bool
) -> None:
    picture = draw_grain(size).convert(mode)
    if turns:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    original = encode(picture, kind, **({"exif": EXIF} if turns else {}))
    draft = await keep_surroundings(maker, original, [1], size)
    assert draft.notes[0].endswith("exactly as it was._")
    made = draft.pictures[1]
    with Image.open(io.BytesIO(made.data)) as opened, Image.open(io.BytesIO(original)) as first:
        upright = ImageOps.exif_transpose(first)
        assert (opened.size, opened.mode) == (size, mode)
        pixels, before = (np.asarray(one.convert("RGB"), np.int16) for one in (opened, upright))
    middle, edge = size[0] / 2, 4 * size[0] / SIZE[0]
    right, left = round(middle + edge), round(middle - edge)
    assert np.array_equal(pixels[:, right:], before[:, right:])
    assert np.abs(pixels[:, :left] - (255, 0, 0)).max() <= 1


async def test_an_original_of_another_shape_or_another_picture_is_not_what_is_put_back(
    maker: MaskMaker,
) -> None:
    wide = encode(build_picture((100, 100, 100), (200, 120)))
    other = encode(build_picture((160, 100, 100), (960, 640)))
    small = encode(build_picture((100, 100, 100), (48, 32)))
    for original in (wide, other, small):
        assert await maker.put_back(original, SENT, build_drawn(1), MASK) is None
        draft = await keep_surroundings(maker, original, [1], (960, 640))
        assert "at 96 × 64 pixels instead of 960 × 640" in draft.notes[0]


async def test_a_photo_too_heavy_as_a_png_becomes_a_jpeg_which_is_said(
    maker: MaskMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masks_computer, "_MAX_PHOTO_BYTES", 1_000)
    for kind, extension in (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "png")):
        original = encode(draw_grain((960, 640)), kind)
        header, (data,) = masks_computer.put_back(
            {"name": "a"}, [original, SENT, build_drawn(1), MASK]
        )
        assert (header["extension"], header["size"]) == (extension, [960, 640])
        assert data.startswith(b"\xff\xd8\xff" if extension == "jpg" else b"\x89PNG")
    jpeg = Composite(b"", "image/jpeg", (960, 640))
    png = Composite(b"", "image/png", (960, 640))
    lost = "as it was, but for what is lost by saving it as a JPEG._"
    mask = EditMask(b"", 960, 640, "F1", "a", b"", full_size=(960, 640))
    assert format_kept(1, [jpeg], mask).endswith(lost)
    assert format_kept(1, [png, jpeg], mask).endswith(lost)
    larger = replace(mask, full_size=(9_600, 6_400))
    assert "at 960 × 640 pixels instead of 9,600" in format_kept(1, [jpeg], larger)
    assert "the part you wanted to keep" in format_kept(1, [png], replace(mask, is_inverted=True))
