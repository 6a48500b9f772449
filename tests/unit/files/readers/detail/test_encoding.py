"""What is drawn stays sharp and small; what is photographed stays a small JPEG."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from bot.domain import files
from bot.domain.pictures.sight import PictureContent, Sight
from bot.files.readers.detail.encoding import encode_picture
from bot.files.readers.detail.sharpness import (
    convert_to_palette,
    find_jpeg_source,
    has_sharp_colours,
)
from bot.files.readers.pictures import prepare, read_picture
from tests.support.pages import draw_dashboard, draw_scenery, draw_text
from tests.support.pictures import encode_picture as encode
from tests.support.pictures import open_picture


def prepare_whole(data: bytes) -> files.Image:
    (picture,) = read_picture("a", data).pictures
    return picture


def test_a_screenshot_keeps_its_pixels_and_is_not_larger_than_it_came() -> None:
    board = draw_dashboard((1280, 800), 12).picture
    ImageDraw.Draw(board).line((10, 400, 1200, 400), fill=(255, 0, 0))
    data = encode(board, optimize=True)
    sent = prepare("board.png", data)
    assert sent.mimetype == "image/png" and len(sent.data) <= 1.5 * len(data)
    assert open_picture(sent.data).convert("RGB").tobytes() == board.tobytes()


def test_a_thin_red_line_stays_red_where_a_png_would_be_too_large() -> None:
    picture = Image.effect_noise((1600, 1600), 8).convert("RGB")
    ImageDraw.Draw(picture).line((0, 800, 1600, 800), fill=(255, 0, 0))
    sent = encode_picture("a", picture, Sight(content=PictureContent.TEXT))
    assert sent.mimetype == "image/jpeg"
    red, green, blue = open_picture(sent.data).getpixel((700, 800))  # type: ignore[misc] # RGB
    assert red > 200 and green < 60 and blue < 60


def test_a_photo_is_a_jpeg_with_less_colour_as_ever() -> None:
    sent = prepare("a.png", encode(draw_scenery((900, 700))))
    assert sent.mimetype == "image/jpeg"
    layers = open_picture(sent.data).layer  # type: ignore[attr-defined] # RGB
    assert [(layer[1], layer[2]) for layer in layers] == [(2, 2), (1, 1), (1, 1)]


def test_a_page_of_text_is_no_larger_than_its_bound() -> None:
    sent = prepare("a.png", encode(draw_text((900, 900), 12).picture))
    assert len(sent.data) <= 0.4 * 900 * 900


def draw_crowd(size: tuple[int, int] = (700, 500), count: int = 3_000) -> Image.Image:
    """Draw red and blue words over each other, so that no line can be made out."""
    rng, crowd = random.Random(5), Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(crowd)
    for _ in range(count):
        place = (rng.randrange(-40, size[0]), rng.randrange(size[1]))
        pen.text(place, "dense words", fill=rng.choice([(255, 0, 0), (0, 0, 200)]), font_size=11)
    return crowd


def test_the_colours_of_words_over_words_stay_sharp_whatever_they_are_taken_for() -> None:
    picture = draw_crowd()
    ImageDraw.Draw(picture).line((0, 250, 700, 250), fill=(255, 0, 0))
    for content in (PictureContent.PHOTO, PictureContent.TEXT):
        sent = open_picture(encode_picture("a", picture, Sight(content=content)).data)
        reds = [sent.convert("RGB").getpixel((x, 250)) for x in range(20, 680, 20)]
        for red, green, blue in reds:  # type: ignore[misc] # RGB
            assert red > 200 and green < 70 and blue < 70


@pytest.mark.parametrize("mode", ["P", "L", "1"])
def test_a_screenshot_of_few_colours_is_sent_to_the_bit_and_hardly_larger(mode: str) -> None:
    for page in (draw_dashboard((1280, 800), 12), draw_text((900, 700), 12)):
        picture = page.picture.quantize(64) if mode == "P" else page.picture.convert(mode)
        data = encode(picture, optimize=True)
        sent = prepare_whole(data)
        assert sent.mimetype == "image/png" and len(sent.data) <= 1.15 * len(data)
        assert open_picture(sent.data).convert("RGB").tobytes() == picture.convert("RGB").tobytes()


@pytest.mark.parametrize("options", [{"quality": 60}, {"quality": 85, "subsampling": 0},
                                     {"quality": 90}, {"quality": 97}])  # fmt: skip
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_jpeg_screenshot_is_not_larger_than_it_came_and_nothing_is_lost(
    mode: str, options: dict[str, int]
) -> None:
    data = encode(draw_dashboard((1280, 800), 12).picture.convert(mode), "JPEG", **options)
    sent = prepare_whole(data)
    assert sent.mimetype == "image/jpeg" and len(sent.data) <= len(data)
    before, after = (open_picture(one).convert("RGB") for one in (data, sent.data))
    assert ImageStat.Stat(ImageChops.difference(before, after)).rms < [3] * 3


def test_a_turned_jpeg_and_one_that_is_shrunk_are_sent_as_their_pixels_are_seen() -> None:
    exif = Image.Exif()
    exif[274] = 6
    board = draw_dashboard((1280, 800), 12).picture
    sent = prepare_whole(encode(board, "JPEG", exif=exif, comment=b"SECRET", progressive=True))
    assert (sent.width, sent.height) == (800, 1280) and b"SECRET" not in sent.data
    wide = prepare_whole(encode(draw_dashboard((3000, 900), 12).picture, "JPEG"))
    assert max(wide.width, wide.height) == 2048


def test_a_png_too_heavy_for_its_bound_is_sent_so_where_a_jpeg_is_heavier() -> None:
    data = encode(draw_crowd((1200, 800), 1_000), optimize=True)
    assert len(prepare_whole(data).data) <= 1.2 * len(data)


def test_colours_of_few_and_of_many_pixels_survive_the_palette() -> None:
    assert convert_to_palette(Image.effect_noise((300, 300), 90).convert("RGB")) is not None
    steps = Image.linear_gradient("L").resize((300, 300))
    many = Image.merge("RGB", [steps, steps.rotate(90), steps.rotate(180)])
    assert convert_to_palette(many) is None
    for size in [(1, 1), (1, 900), (7, 3)]:
        small = convert_to_palette(Image.new("RGB", size, (9, 8, 7)))
        assert small is not None and small.convert("RGB").getpixel((0, 0)) == (9, 8, 7)
        assert not has_sharp_colours(Image.new("RGB", size))


def test_a_jpeg_with_odd_steps_is_encoded_as_any_other_picture() -> None:
    data = bytearray(encode(draw_text((300, 200), 12).picture, "JPEG", quality=90))
    data[data.index(b"\xff\xdb") + 5] = 0  # a step of zero is none
    with open_picture(bytes(data)) as opened:
        assert find_jpeg_source(opened) is None
    assert find_jpeg_source(Image.new("RGB", (3, 3))) is None
    assert prepare_whole(bytes(data)).width == 300


def draw_coloured_words(ink: str, paper: str, mode: str = "RGB") -> Image.Image:
    picture = Image.new(mode, (2600, 1500), paper)
    pen = ImageDraw.Draw(picture)
    for number in range(2_000):
        pen.text((10 + number % 20 * 130, 10 + number // 20 * 15), f"Total {number}", fill=ink)
    return picture


@pytest.mark.parametrize(("ink", "paper"), [("#ffe000", "white"), ("#ff2020", "#2020ff")])
def test_the_colours_of_a_webp_that_is_shrunk_are_as_sharp_as_those_of_a_png(
    ink: str, paper: str
) -> None:
    words = draw_coloured_words(ink, paper)
    wanted = words.resize((2048, 1182), Image.Resampling.LANCZOS)
    sent = prepare_whole(encode(words, "WEBP", lossless=True))
    shown = open_picture(sent.data).convert("RGB").resize(wanted.size)
    assert sent.mimetype != "image/webp"
    assert ImageStat.Stat(ImageChops.difference(shown, wanted)).rms[2] < 12


def test_what_may_be_seen_through_keeps_its_colours_without_loss() -> None:
    words = draw_coloured_words("#ff2020", "#2020ff80", "RGBA")
    sent = prepare_whole(encode(words, "WEBP", lossless=True))
    assert sent.mimetype == "image/webp" and b"VP8L" in sent.data[:40]
