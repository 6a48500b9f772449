"""Marks on pages of words, where the page has red boxes, bars and buttons of its own."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw

from bot.files.masking.bits import Bits
from bot.files.masking.finder import FoundArea, find_by_colour, find_by_original

SIZE = (1000, 700)
WHITE, INK, RED, FIELD = (255, 255, 255), (35, 38, 45), (255, 0, 0), (220, 38, 38)
CLEAR = 0.75
LINE_HEIGHT = 32


def build_page(*, dark: bool = False) -> Image.Image:
    """Return lines of words above bars and a button, as a report has them."""
    paper, ink = ((18, 18, 20), (225, 225, 230)) if dark else (WHITE, INK)
    page = Image.new("RGB", SIZE, paper)
    pen = ImageDraw.Draw(page)
    for line in range(10):
        words = "the quick invoice total was approved before every customer could read it"
        pen.text((60, 40 + LINE_HEIGHT * line), words[line:], fill=ink, font_size=20)
    for bar, height in enumerate((90, 160, 120, 200, 60)):
        colour = (90, 140, 200) if bar % 2 else (130, 190, 140)
        pen.rectangle((60 + 90 * bar, 660 - height, 120 + 90 * bar, 660), fill=colour)
    pen.rounded_rectangle((800, 10, 960, 46), 8, fill=(0, 98, 204))
    pen.text((820, 16), "Publish now", fill=WHITE, font_size=18)
    return page


def build_form() -> Image.Image:
    page = build_page()
    pen = ImageDraw.Draw(page)
    box = (560, 520, 900, 570)
    pen.rounded_rectangle(box, 6, fill=WHITE, outline=FIELD, width=2)
    return page


def compress(picture: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue()))


def measure_overlap(areas: list[FoundArea], box: tuple[int, int, int, int]) -> float:
    truth: Bits = np.zeros((SIZE[1], SIZE[0]), np.bool_)
    truth[box[1] : box[3], box[0] : box[2]] = True
    found = np.logical_or.reduce([np.zeros_like(truth), *(area.area for area in areas)])
    return float((found & truth).sum() / (found | truth).sum())


@pytest.mark.parametrize("dark", [False, True])
def test_bars_buttons_and_words_of_a_page_are_no_marks(dark: bool) -> None:
    for picture in (build_page(dark=dark), compress(build_page(dark=dark), 75)):
        assert find_by_colour(picture) == []


def test_a_red_field_of_a_page_is_not_sure_to_be_a_mark() -> None:
    (field,) = find_by_colour(build_form())
    assert field.weight < CLEAR


def test_a_red_box_is_found_beside_a_red_field() -> None:
    marked = build_form()
    ImageDraw.Draw(marked).rectangle((300, 90, 620, 250), outline=RED, width=5)
    assert measure_overlap(find_by_colour(marked)[:1], (300, 90, 621, 251)) > 0.98
    (box,) = find_by_original(build_form(), marked)
    assert measure_overlap([box], (300, 90, 621, 251)) > 0.98


@pytest.mark.parametrize("colour", [RED, (255, 59, 48), (0, 122, 255)])
def test_a_cross_over_words_is_one_mark(colour: tuple[int, int, int]) -> None:
    marked = build_page()
    for ends in ((200, 120, 380, 300), (200, 300, 380, 120)):
        ImageDraw.Draw(marked).line(ends, fill=colour, width=5)
    for areas in (find_by_original(build_page(), marked), find_by_colour(marked)):
        assert len(areas) == 1
        assert measure_overlap(areas, (200, 120, 380, 300)) > 0.95


@pytest.mark.parametrize("quality", [60, 100])
def test_an_underline_means_the_words_above_it_and_a_strike_those_it_crosses(quality: int) -> None:
    top = 40 + LINE_HEIGHT * 3
    for row, box in ((26, (60, top + 3, 300, top + 28)), (13, (60, top + 3, 300, top + 24))):
        marked = build_page()
        ImageDraw.Draw(marked).line((60, top + row, 300, top + row), fill=RED, width=4)
        marked = compress(marked, quality)
        (area,) = find_by_original(build_page(), marked)
        assert measure_overlap([area], box) > 0.8


def test_a_line_where_there_are_no_words_stays_a_line() -> None:
    marked = build_page()
    ImageDraw.Draw(marked).line((600, 500, 900, 500), fill=RED, width=4)
    (line,) = find_by_original(build_page(), marked)
    assert measure_overlap([line], (600, 498, 901, 502)) > 0.5


def test_words_beside_an_outline_and_an_arrow_to_it_are_no_marks() -> None:
    marked = build_page()
    pen = ImageDraw.Draw(marked)
    pen.rectangle((60, 80, 420, 200), outline=RED, width=5)
    pen.text((560, 420), "wrong number", fill=RED, font_size=40)
    pen.line((700, 400, 430, 210), fill=RED, width=5)
    for end in ((470, 212), (452, 250)):
        pen.line((430, 210, *end), fill=RED, width=5)
    for areas in (find_by_original(build_page(), marked), find_by_colour(marked)):
        assert measure_overlap(areas, (60, 80, 421, 201)) > 0.95


def test_what_is_painted_over_in_black_is_found_by_its_original() -> None:
    marked = build_page()
    ImageDraw.Draw(marked).rectangle((200, 120, 500, 260), fill=(0, 0, 0))
    (blot,) = find_by_original(build_page(), marked)
    assert measure_overlap([blot], (200, 120, 501, 261)) > 0.95
    assert blot.weight < CLEAR, "it may be a window: only words tell that it is meant"


def test_a_clear_picture_may_have_been_drawn_on_in_front_of_anything() -> None:
    logo = Image.new("RGBA", SIZE)
    ImageDraw.Draw(logo).ellipse((300, 150, 700, 550), fill=(80, 60, 200, 255))
    shown = Image.new("RGB", SIZE, (26, 29, 33))
    shown.paste(logo, mask=logo.getchannel("A"))
    ImageDraw.Draw(shown).rectangle((400, 250, 600, 450), outline=RED, width=6)
    (box,) = find_by_original(logo, shown)
    assert measure_overlap([box], (400, 250, 601, 451)) > 0.95


def highlight(page: Image.Image, opacity: float, *, multiplies: bool = False) -> Image.Image:
    """Return a page with a yellow stroke of a highlighter over words of its fourth line."""
    stroke = Image.new("L", SIZE)
    pen = ImageDraw.Draw(stroke)
    y = 40 + LINE_HEIGHT * 3 + 12
    pen.line([(150, y), (300, y + 1), (450, y - 1)], fill=255, width=30, joint="curve")
    for x, end in ((150, y), (450, y - 1)):
        pen.ellipse((x - 15, end - 15, x + 15, end + 15), fill=255)
    ink = Image.new("RGB", SIZE, (255, 240, 0))
    over = ImageChops.multiply(page, ink) if multiplies else ink
    return Image.composite(over, page, stroke.point([int(opacity * v) for v in range(256)]))


@pytest.mark.parametrize(("dark", "multiplies"), [(False, False), (False, True), (True, False)])
def test_a_highlighter_over_words_is_a_sure_mark(dark: bool, multiplies: bool) -> None:
    marked = highlight(build_page(dark=dark), 0.9 if multiplies else 0.45, multiplies=multiplies)
    (area,) = find_by_colour(compress(marked, 80))
    y = 40 + LINE_HEIGHT * 3 + 12
    assert area.weight >= CLEAR and measure_overlap([area], (135, y - 15, 466, y + 16)) > 0.9


def test_a_pages_own_background_behind_words_is_not_sure() -> None:
    page = Image.new("RGB", SIZE, WHITE)
    pen = ImageDraw.Draw(page)
    pen.rectangle((140, 130, 460, 162), fill=(255, 240, 120))
    pen.rounded_rectangle((140, 230, 460, 262), 16, fill=(150, 230, 170))
    for line in range(10):
        words = "the quick invoice total was approved before every customer could read it"
        pen.text((60, 40 + LINE_HEIGHT * line), words[line:], fill=INK, font_size=20)
    assert all(area.weight < CLEAR for area in find_by_colour(page))
