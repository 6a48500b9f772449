"""Each drawn picture gets a composite with its original, and what became of it is said."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from bot.answering.draft import AnswerDraft
from bot.answering.masking.sentences import format_kept
from bot.answering.masking.surroundings import SurroundingsKeeper
from bot.domain.errors import EaselError
from bot.domain.files import FileRef, Provenance
from bot.domain.llm import ImageOutput
from bot.domain.pictures.areas import EditMask
from bot.files.masking.maker import Composite, MaskMaker
from bot.files.sandbox.pool import NOBODY
from bot.files.sandbox.sandbox import Sandbox
from tests.support.composites import (
    EXIF,
    GREY,
    MASK,
    SENT,
    SIZE,
    build_drawn,
    build_plain,
    draw_grain,
)
from tests.support.pictures import encode_picture


@pytest.fixture
async def maker() -> AsyncIterator[MaskMaker]:
    async with Sandbox(max_processes=1) as opened:
        yield MaskMaker(opened)


class KnownOriginals:
    """Gives the original of a file, or says that it is gone."""

    def __init__(self, data: bytes | None) -> None:
        self._data = data

    async def fetch_original(self, ref: FileRef) -> bytes:
        if self._data is None:
            raise EaselError("gone")
        return self._data


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


@pytest.mark.parametrize(
    ("drifts", "original", "made_from"),
    [
        ([1], encode_picture(GREY), ["", "v4"]),
        ([1], None, ["", "v4"]),
        ([1, 0], encode_picture(GREY), ["", "", "v4", "v5"]),
        ([1, 9], encode_picture(GREY), ["", ""]),
        ([9], encode_picture(GREY), [""]),
        ([], encode_picture(GREY), []),
    ],
)
async def test_each_composite_is_made_from_its_own_version_and_all_fit_or_none(
    maker: MaskMaker, drifts: list[int], original: bytes | None, made_from: list[str]
) -> None:
    mask = EditMask(MASK, *SIZE, "F1", "a.png", encode_picture(GREY))
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
    original = encode_picture(picture, kind, **({"exif": EXIF} if turns else {}))
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
    wide = encode_picture(build_plain((100, 100, 100), (200, 120)))
    other = encode_picture(build_plain((160, 100, 100), (960, 640)))
    small = encode_picture(build_plain((100, 100, 100), (48, 32)))
    for original in (wide, other, small):
        assert await maker.put_back(original, SENT, build_drawn(1), MASK) is None
        draft = await keep_surroundings(maker, original, [1], (960, 640))
        assert "at 96 × 64 pixels instead of 960 × 640" in draft.notes[0]


def test_what_is_lost_by_saving_a_composite_is_said() -> None:
    jpeg = Composite(b"", "image/jpeg", (960, 640))
    png = Composite(b"", "image/png", (960, 640))
    lost = "as it was, but for what is lost by saving it as a JPEG._"
    mask = EditMask(b"", 960, 640, "F1", "a", b"", full_size=(960, 640))
    assert format_kept(1, [jpeg], mask).endswith(lost)
    assert format_kept(1, [png, jpeg], mask).endswith(lost)
    larger = replace(mask, full_size=(9_600, 6_400))
    assert "at 960 × 640 pixels instead of 9,600" in format_kept(1, [jpeg], larger)
    assert "the part you wanted to keep" in format_kept(1, [png], replace(mask, is_inverted=True))
