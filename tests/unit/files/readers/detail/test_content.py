"""Photos, text and drawings are told apart by their pixels, whatever their format."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from bot.domain.pictures.sight import PictureContent
from bot.files.readers.detail.content import find_content
from bot.files.readers.pictures import convert_to_rgb
from tests.support.pages import (
    draw_dashboard,
    draw_scenery,
    draw_table,
    draw_text,
    photograph,
)

TEXT, GRAPHIC, PHOTO = PictureContent.TEXT, PictureContent.GRAPHIC, PictureContent.PHOTO


def find(picture: Image.Image) -> PictureContent:
    return find_content(picture, convert_to_rgb)


def save_as_jpeg(picture: Image.Image, quality: int = 75) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(out)


@pytest.mark.parametrize("text_size", [10, 14, 24])
def test_text_of_any_size_is_text(text_size: int) -> None:
    dark = draw_text((600, 500), text_size, ink=(200, 200, 200), paper=(20, 20, 30))
    for page in (draw_text((600, 500), text_size), draw_table((600, 500), text_size), dark):
        assert find(page.picture) is TEXT
        assert find(save_as_jpeg(page.picture)) is TEXT


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "RGBA"])
def test_text_is_text_in_every_mode(mode: str) -> None:
    assert find(draw_text((600, 800), 16).picture.convert(mode)) is TEXT


@pytest.mark.parametrize(("noise", "angle"), [(6, 0), (14, 4), (10, -3)])
def test_a_photographed_page_is_text(noise: int, angle: float) -> None:
    page = draw_text((1300, 1000), 18, ink=(60, 55, 55), paper=(225, 220, 210))
    taken = photograph(page, (1600, 1200), noise=noise, angle=angle)
    assert find(save_as_jpeg(taken.picture, 85)) is TEXT


def test_panels_with_few_words_are_drawn() -> None:
    board = draw_dashboard((1920, 1080), 12).picture
    assert find(board) in (GRAPHIC, TEXT)
    assert find(save_as_jpeg(board)) in (GRAPHIC, TEXT)
    assert find(Image.new("RGB", (500, 400), "white")) is GRAPHIC


def test_scenery_and_textures_are_photos() -> None:
    assert find(draw_scenery((1600, 1200))) is PHOTO
    assert find(save_as_jpeg(draw_scenery((1600, 1200), seed=2))) is PHOTO
    assert find(Image.effect_noise((800, 800), 60)) is PHOTO
    assert find(Image.effect_noise((200, 150), 90).resize((1600, 1200))) is PHOTO


def test_a_tall_page_of_photos_with_a_little_text_is_text() -> None:
    page = Image.new("RGB", (600, 3000), "white")
    for number in range(4):
        page.paste(draw_scenery((560, 560), seed=number), (20, 20 + number * 740))
        line = draw_text((560, 120), 16, seed=number).picture
        page.paste(line, (20, 600 + number * 740))
    assert find(page) is TEXT


@pytest.mark.parametrize("period", [740, 900, 1500])
def test_the_text_of_a_page_is_found_however_often_photos_come_between(period: int) -> None:
    page = Image.new("RGB", (1440, 9000), "white")
    for top in range(0, 9000, period):
        page.paste(draw_scenery((1440, 2 * period // 3), seed=top), (0, top))
        text = draw_text((1300, period // 3 - 30), 16, ink=(50, 50, 50), seed=top).picture
        page.paste(text, (60, top + 2 * period // 3 + 20))
    assert find(save_as_jpeg(page, 85)) is TEXT


@pytest.mark.parametrize("ink", [(0, 0, 200), (120, 0, 0), (0, 0, 255)])
def test_text_that_differs_in_colour_alone_is_text(ink: tuple[int, int, int]) -> None:
    assert find(draw_text((900, 900), 14, ink=ink, paper=(0, 0, 0)).picture) is TEXT


@pytest.mark.parametrize("size", [(1, 1), (2, 500), (500, 2), (1, 4000), (63, 127)])
def test_small_and_thin_pictures_have_a_content_too(size: tuple[int, int]) -> None:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).line((0, 0, *size), fill="black")
    assert find(picture) in PictureContent
