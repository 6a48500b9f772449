"""What is drawn stays sharp and small; what is photographed stays a small JPEG."""

from __future__ import annotations

from PIL import Image, ImageDraw

from bot.domain.pictures.sight import PictureContent, Sight
from bot.files.readers.detail.encoding import encode_picture
from bot.files.readers.pictures import prepare
from tests.support.pages import draw_dashboard, draw_scenery, draw_text
from tests.support.pictures import encode_picture as encode
from tests.support.pictures import open_picture


def test_a_screenshot_keeps_its_pixels_and_is_not_larger_than_it_came() -> None:
    board = draw_dashboard((1280, 800), 12).picture
    ImageDraw.Draw(board).line((10, 400, 1200, 400), fill=(255, 0, 0))
    data = encode(board, optimize=True)
    sent = prepare("board.png", data)
    assert sent.mimetype == "image/png" and len(sent.data) <= 1.5 * len(data)
    assert open_picture(sent.data).tobytes() == board.tobytes()


def test_a_thin_red_line_stays_red_where_a_png_would_be_too_large() -> None:
    picture = Image.effect_noise((1600, 1600), 8).convert("RGB")
    ImageDraw.Draw(picture).line((0, 800, 1600, 800), fill=(255, 0, 0))
    sent = encode_picture("a", picture, Sight(content=PictureContent.TEXT))
    assert sent.mimetype == "image/jpeg"
    red, green, blue = open_picture(sent.data).getpixel((700, 800))  # type: ignore[misc]
    assert red > 200 and green < 60 and blue < 60


def test_a_photo_is_a_jpeg_with_less_colour_as_ever() -> None:
    sent = prepare("a.png", encode(draw_scenery((900, 700))))
    assert sent.mimetype == "image/jpeg"
    layers = open_picture(sent.data).layer  # type: ignore[attr-defined]
    assert [(layer[1], layer[2]) for layer in layers] == [(2, 2), (1, 1), (1, 1)]


def test_a_page_of_text_is_no_larger_than_its_bound() -> None:
    sent = prepare("a.png", encode(draw_text((900, 900), 12).picture))
    assert len(sent.data) <= 0.4 * 900 * 900
