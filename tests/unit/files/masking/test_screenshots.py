"""Marks on screenshots of a picture: scaled, cut off, in an app; they are found on the picture."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench.masks.drawings import build_photo, build_screenshot
from bot.files.masking.finder import find_by_original
from bot.files.masking.shots.finder import find_on_copy, find_on_screenshot
from tests.support.screenshots import compress, cut, show_in_bubble, show_in_viewer, show_in_window

SIZE = (800, 600)
CIRCLE = (250, 180, 520, 400)
RED = (230, 30, 40)
Shot = Callable[[Image.Image], Image.Image]


def build_picture(*, is_page: bool = False, number: int = 7) -> Image.Image:
    build = build_screenshot if is_page else build_photo
    return build(SIZE, random.Random(number))


def mark(picture: Image.Image, colour: tuple[int, int, int] = RED) -> Image.Image:
    marked = picture.copy()
    ImageDraw.Draw(marked).ellipse(CIRCLE, outline=colour, width=6)
    return marked


def measure_overlap(picture: Image.Image, shot: Image.Image) -> float:
    found = find_on_screenshot(picture, shot)
    truth = Image.new("L", SIZE)
    ImageDraw.Draw(truth).ellipse(CIRCLE, fill=255)
    drawn = np.asarray(truth) > 0
    areas = np.logical_or.reduce([np.zeros_like(drawn), *(area.area for area in found)])
    return float((areas & drawn).sum() / (areas | drawn).sum())


@pytest.mark.parametrize("show", [show_in_viewer, show_in_bubble, show_in_window, cut])
@pytest.mark.parametrize("is_page", [False, True])
def test_what_is_circled_on_a_screenshot_is_found_on_the_picture(show: Shot, is_page: bool) -> None:
    picture = build_picture(is_page=is_page)
    assert measure_overlap(picture, compress(show(mark(picture)))) >= 0.9


def test_black_and_white_pens_are_found_on_a_screenshot_too() -> None:
    picture = build_picture()
    for colour in ((0, 0, 0), (255, 255, 255)):
        assert measure_overlap(picture, compress(show_in_viewer(mark(picture, colour)))) >= 0.9


def test_a_transparent_picture_is_found_on_a_screenshot() -> None:
    picture = build_picture(is_page=True)
    clear = picture.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(SIZE).point(lambda value: min(255, 2 * value)))
    shown = Image.alpha_composite(Image.new("RGBA", SIZE, "white"), clear).convert("RGB")
    assert measure_overlap(clear, compress(show_in_window(mark(shown)))) >= 0.9


def build_table(number: int) -> Image.Image:
    """Return a table; those of other numbers have other figures in the same rules and words."""
    table, chance = Image.new("RGB", SIZE, "white"), random.Random(number)
    pen = ImageDraw.Draw(table)
    for row in range(15):
        pen.line((0, 40 * row, 800, 40 * row), fill=(150, 150, 150))
        pen.text((10, 40 * row + 8), f"Item {row} in all", fill="black", font_size=18)
        for column in range(1, 5):
            place = (160 * column, 40 * row, 160 * column, 40 * row + 40)
            pen.line(place, fill=(150, 150, 150))
            figure = str(chance.randint(1_000, 99_999))
            pen.text((place[0] + 40, place[1] + 8), figure, fill="black", font_size=18)
    return table


def build_bars(number: int) -> Image.Image:
    """Return a chart; those of other numbers have other values on the same axes."""
    chart, chance = Image.new("RGB", SIZE, "white"), random.Random(number)
    pen = ImageDraw.Draw(chart)
    for row in range(9):
        pen.text((10, 40 + 60 * row), str(900 - 100 * row), fill="black", font_size=18)
        pen.line((70, 50 + 60 * row, 790, 50 + 60 * row), fill=(190, 190, 190))
    for column in range(10):
        top = chance.randint(100, 450)
        pen.rectangle((90 + 70 * column, top, 130 + 70 * column, 530), fill=(70, 110, 200))
    return chart


@pytest.mark.parametrize("build", [build_table, build_bars])
def test_a_table_with_other_figures_is_another_picture(
    build: Callable[[int], Image.Image],
) -> None:
    picture, other = build(1), mark(build(2))
    assert find_on_copy(picture, other) == []
    assert find_on_screenshot(picture, show_in_window(other)) == []
    (found,) = find_on_copy(picture, compress(mark(picture)))
    assert np.abs(np.array(found.box) - CIRCLE).max() <= 5


def test_what_an_app_says_over_a_picture_is_no_mark() -> None:
    picture = build_picture()
    told = show_in_viewer(picture)
    pen = ImageDraw.Draw(told)
    pen.rounded_rectangle((250, 900, 530, 960), 24, fill=(60, 60, 60))
    pen.text((290, 914), "Saved to Photos", fill=(255, 255, 255), font_size=26)
    assert find_on_screenshot(picture, told) == []


def test_one_other_word_on_a_form_makes_it_another() -> None:
    picture = build_table(1)
    other = picture.copy()
    pen = ImageDraw.Draw(other)
    pen.rectangle((161, 441, 318, 479), fill="white")
    pen.text((200, 448), "to be paid by hand", fill="black", font_size=18)
    assert find_on_copy(picture, mark(other)) == []


def test_marks_of_several_colours_on_what_may_be_another_picture_prove_nothing() -> None:
    picture = build_picture()
    marked = mark(picture)
    ImageDraw.Draw(marked).ellipse((560, 300, 700, 420), outline=(30, 60, 230), width=6)
    assert find_on_copy(picture, marked) == []
    assert len(find_by_original(picture, marked)) == 2


@pytest.mark.parametrize("show", [show_in_viewer, cut])
def test_a_screenshot_of_another_picture_of_the_kind_has_no_marks_of_this_one(show: Shot) -> None:
    for is_page in (False, True):
        other = build_picture(is_page=is_page, number=8)
        assert find_on_screenshot(build_picture(is_page=is_page), show(mark(other))) == []


def test_a_picture_without_edges_and_a_tiny_one_are_on_no_screenshot() -> None:
    shot = show_in_viewer(mark(build_picture()))
    for size in (SIZE, (1, 1), (1, 3000), (3000, 1)):
        assert find_on_screenshot(Image.new("RGB", size, "white"), shot) == []
        assert find_on_screenshot(build_picture(), Image.new("RGB", size, "white")) == []


def test_bars_over_a_picture_are_nothing_drawn_on_it() -> None:
    picture = build_picture()
    shown = mark(picture)
    pen = ImageDraw.Draw(shown, "RGBA")
    for bar in ((0, 0, 800, 50), (0, 550, 800, 600)):
        pen.rectangle(bar, fill=(0, 0, 0, 200))
        pen.text((bar[0] + 20, bar[1] + 15), "Back     Edit", fill=(255, 255, 255), font_size=22)
    (found,) = find_by_original(picture, shown)
    left, top, right, bottom = found.box
    assert np.abs(np.array((left, top, right, bottom)) - CIRCLE).max() <= 5


@pytest.mark.parametrize(
    "box", [(20, 20, 780, 580), (120, 100, 630, 400), (20, 20, 780, 120), (0, 0, 799, 130)]
)
def test_a_wide_mark_near_an_edge_is_no_bar(box: tuple[int, int, int, int]) -> None:
    picture = build_picture()
    marked = picture.copy()
    ImageDraw.Draw(marked).rectangle(box, outline=RED, width=6)
    (found,) = find_by_original(picture, marked)
    assert found.kind == "outline" and np.abs(np.array(found.box) - box).max() <= 3


def test_a_heading_that_was_painted_over_is_a_mark_next_to_another() -> None:
    picture = build_picture()
    marked = mark(picture)
    ImageDraw.Draw(marked).rectangle((0, 0, 800, 70), fill=RED)
    assert len(find_by_original(picture, marked)) == 2
