"""Marks on a picture are found in their place; different pictures have no marks."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from bot.files.readers.marks import find_marks


def build_photo(size: tuple[int, int] = (800, 600), seed: int = 0) -> Image.Image:
    wide = Image.linear_gradient("L").rotate(90 * seed).resize(size)
    return Image.merge("RGB", (wide, Image.radial_gradient("L").resize(size), wide))


def encode_picture(picture: Image.Image, kind: str = "JPEG", **options: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (255, 255, 0), (0, 0, 0)])
def test_a_circle_is_found_where_it_was_drawn(colour: tuple[int, int, int], kind: str) -> None:
    marked = build_photo()
    ImageDraw.Draw(marked).ellipse((400, 60, 640, 240), outline=colour, width=10)
    box = find_marks(encode_picture(build_photo(), kind), encode_picture(marked, kind, quality=70))
    assert box is not None
    assert box == pytest.approx((0.5, 0.1, 0.8, 0.4), abs=0.06)


def test_a_screenshot_of_the_picture_in_another_size_is_still_the_picture() -> None:
    marked = build_photo()
    ImageDraw.Draw(marked).line((80, 540, 240, 480), fill=(255, 0, 0), width=14)
    box = find_marks(
        encode_picture(build_photo()), encode_picture(marked.resize((1200, 900)), "PNG")
    )
    assert box is not None and box[0] < 0.12 and box[3] > 0.88


def test_the_same_picture_compressed_again_has_no_marks() -> None:
    assert (
        find_marks(
            encode_picture(build_photo(), quality=95), encode_picture(build_photo(), quality=40)
        )
        is None
    )


def test_another_picture_or_another_shape_is_not_taken_for_a_marked_one() -> None:
    assert find_marks(encode_picture(build_photo()), encode_picture(build_photo(seed=1))) is None
    assert (
        find_marks(encode_picture(build_photo()), encode_picture(build_photo((600, 600)))) is None
    )


def test_a_window_that_opened_over_a_screenshot_is_no_mark() -> None:
    dialog = build_photo()
    ImageDraw.Draw(dialog).rectangle((200, 150, 600, 420), fill=(250, 250, 250))
    assert find_marks(encode_picture(build_photo()), encode_picture(dialog)) is None
