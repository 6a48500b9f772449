"""Masks and grids are made in the decoders; what these return is not trusted."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bot.domain.pictures.marks import MAX_AREAS
from bot.files.masking.maker import MaskMaker
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError
from tests.support.composites import GREY, LEFT_HALF, MASK, build_plain
from tests.support.pictures import encode_picture


@pytest.fixture
async def maker() -> AsyncIterator[MaskMaker]:
    async with Sandbox(max_processes=1) as opened:
        yield MaskMaker(opened)


async def test_a_mask_has_the_size_of_the_picture_and_a_soft_edge(maker: MaskMaker) -> None:
    picture = encode_picture(build_plain((9, 9, 9), (1_200, 900)), "JPEG")
    found = await maker.mask_cells(picture, LEFT_HALF)
    with Image.open(io.BytesIO(found.mask)) as mask:
        alpha = np.asarray(mask.getchannel("A"))
    assert (found.width, found.height, mask.mode) == (1_200, 900, "RGBA")
    assert alpha[450, 300] == 0 and alpha[450, 900] == 255
    assert 3 <= len(np.unique(alpha[450])) <= 40
    assert len(found.mask) < 100_000


async def test_of_very_many_marks_the_likeliest_are_found(maker: MaskMaker) -> None:
    picture = build_plain((255, 255, 255), (900, 900))
    draw = ImageDraw.Draw(picture)
    inks = ["red", "blue", "green", "magenta", "orange"]
    for number in range(30):
        left, top = 10 + 150 * (number % 6), 10 + 180 * (number // 6)
        draw.ellipse((left, top, left + 120, top + 130), outline=inks[number // 6], width=5)
    found = await maker.find_areas(encode_picture(picture))
    assert len(found.areas) == MAX_AREAS and found.mask
    blank = encode_picture(build_plain((255, 255, 255), (900, 900)))
    assert 0 < len((await maker.find_areas(encode_picture(picture), blank)).areas) <= MAX_AREAS


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
        ("cells", {"size": [96, 64]}, [encode_picture(GREY)]),
        ("tint", {"size": [96, 64]}, [b"GIF89a"]),
        ("grid", {"extension": "../x"}, [b"x"]),
        ("put back", {}, [b"<html>"]),
        ("put back", {"extension": "png", "size": [1, 1]}, [b"<html>"]),
        ("put back", {"extension": "png", "size": [1, 1]}, [encode_picture(GREY, "JPEG")]),
        ("put back", {"extension": "gif", "size": [1, 1]}, [encode_picture(GREY, "GIF")]),
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
