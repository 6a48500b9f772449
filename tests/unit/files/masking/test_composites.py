"""What is drawn is put into the original, which stays as it was outside of the mask."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import numpy as np
import pytest
from PIL import Image

from bot.files.masking.maker import MaskMaker
from bot.files.masking.masks import encode_mask
from bot.files.sandbox.computing import masks as masks_computer
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError
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

TURNED = GREY.transpose(Image.Transpose.ROTATE_90)


@pytest.fixture
async def maker() -> AsyncIterator[MaskMaker]:
    async with Sandbox(max_processes=1) as opened:
        yield MaskMaker(opened)


@pytest.mark.parametrize(
    "original",
    [
        encode_picture(GREY),
        encode_picture(GREY, "JPEG"),
        encode_picture(GREY, "WEBP", lossless=True),
        encode_picture(GREY, "GIF", save_all=True, append_images=[build_plain((0, 0, 0))]),
        encode_picture(GREY.convert("CMYK"), "TIFF"),
        encode_picture(GREY.convert("RGBA")),
        encode_picture(TURNED, "JPEG", exif=EXIF),
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
    original = encode_picture(GREY)
    assert await maker.put_back(original, SENT, build_drawn(1), MASK) is not None
    assert await maker.put_back(original, SENT, build_drawn(2), MASK) is None
    larger = encode_picture(build_plain((100, 100, 100), (97, 64)))
    assert await maker.put_back(original, SENT, larger, MASK) is None
    assert await maker.put_back(encode_picture(GREY), larger, build_drawn(0), MASK) is None
    whole = encode_mask(Image.new("L", SIZE, 255))
    assert await maker.put_back(original, SENT, build_drawn(0), whole) is None
    with pytest.raises(UnreadableError):
        await maker.put_back(original, SENT, b"nothing", MASK)


async def test_a_tint_of_one_colour_outside_is_another_picture(maker: MaskMaker) -> None:
    tinted = np.full((SIZE[1], SIZE[0], 3), 100, np.uint8)
    tinted[..., 2] += 40
    assert await maker.put_back(SENT, SENT, encode_picture(Image.fromarray(tinted)), MASK) is None


async def test_a_photo_too_heavy_as_a_png_becomes_a_jpeg_which_is_said(
    maker: MaskMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masks_computer, "_MAX_PHOTO_BYTES", 1_000)
    for kind, extension in (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "png")):
        original = encode_picture(draw_grain((960, 640)), kind)
        header, (data,) = masks_computer.put_back(
            {"name": "a"}, [original, SENT, build_drawn(1), MASK]
        )
        assert (header["extension"], header["size"]) == (extension, [960, 640])
        assert data.startswith(b"\xff\xd8\xff" if extension == "jpg" else b"\x89PNG")
