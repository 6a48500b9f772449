"""Forty drawings by code: what is found is what they mark, with the original and without."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench.masks.drawings import build_drawing
from bench.masks.measure import measure_overlap
from bot.files.masking.bits import find_box, label
from bot.files.masking.finder import FoundArea, find_by_colour, find_by_original
from bot.files.masking.shapes import ARROW

LEAST = 0.9


@pytest.mark.parametrize("start", range(0, 40, 10))
def test_each_of_the_forty_drawings_is_found_by_nine_tenths(start: int) -> None:
    for number in range(start, start + 10):
        drawing = build_drawing(number)
        base, marked = (
            Image.open(io.BytesIO(data)).convert("RGB") for data in (drawing.base, drawing.marked)
        )
        by_original = measure_overlap(find_by_original(base, marked), drawing.area)
        by_colour = measure_overlap(find_by_colour(marked), drawing.area)
        assert min(by_original, by_colour) >= LEAST, (drawing.label, by_original, by_colour)


def build_canvas(size: tuple[int, int] = (800, 600)) -> Image.Image:
    return Image.new("RGB", size, (180, 190, 200))


def find_both(marked: Image.Image) -> list[list[FoundArea]]:
    return [find_by_colour(marked), find_by_original(build_canvas(marked.size), marked)]


def test_several_marks_are_several_areas_in_the_order_in_which_one_reads() -> None:
    marked = build_canvas()
    pen = ImageDraw.Draw(marked)
    pen.rectangle((400, 60, 700, 200), outline=(0, 200, 0), width=5)
    pen.ellipse((50, 50, 250, 250), outline=(255, 0, 0), width=5)
    pen.ellipse((300, 400, 450, 550), outline=(0, 0, 255), width=5)
    for found in find_both(marked):
        boxes = [find_box(area.area) for area in found]
        expected = [(50, 50, 251, 251), (400, 60, 701, 201), (300, 400, 451, 551)]
        assert np.abs(np.array(boxes) - np.array(expected)).max() <= 2


def test_an_arrow_means_what_is_around_its_tip_and_not_its_tail() -> None:
    marked = build_canvas()
    pen = ImageDraw.Draw(marked)
    pen.line((600, 100, 400, 300), fill=(0, 0, 230), width=6)
    pen.line((400, 300, 450, 290), fill=(0, 0, 230), width=6)
    pen.line((400, 300, 410, 250), fill=(0, 0, 230), width=6)
    for (area,) in find_both(marked):
        assert area.kind == ARROW and area.area[320, 380] and not area.area[120, 580]
        assert area.area.mean() < 0.06


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (400, 300), (255, 0, 0)),
        Image.new("RGB", (1, 900), (255, 0, 0)),
        Image.new("RGB", (4_000, 2), (0, 255, 0)),
        Image.new("RGB", (1, 1)),
        Image.new("CMYK", (200, 100)),
        Image.new("RGBA", (200, 100), (255, 0, 0, 0)),
        Image.frombytes("RGB", (256, 256), np.random.default_rng(1).bytes(256 * 256 * 3)),
    ],
    ids=["one colour", "one pixel wide", "two high", "one pixel", "CMYK", "clear", "noise"],
)
def test_pictures_without_marks_have_none(picture: Image.Image) -> None:
    assert find_by_colour(picture) == []
    assert find_by_original(picture, picture) == []


def test_words_and_badges_are_less_sure_to_be_marks() -> None:
    badge, words = build_canvas(), build_canvas()
    ImageDraw.Draw(badge).rectangle((700, 40, 730, 60), fill=(90, 90, 96))
    (found,) = find_by_original(build_canvas(), badge)
    assert found.weight < 0.5, "it counts only if the words speak of a mark"
    ImageDraw.Draw(words).text((100, 500), "a caption", fill=(20, 20, 20), font_size=40)
    letters = find_by_original(build_canvas(), words)
    assert letters and min(area.weight for area in letters) < 0.75


def test_pieces_are_those_that_touch_with_or_without_corners() -> None:
    bits = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 0, 0], [1, 1, 0, 0]], np.bool_)
    assert sorted(label(bits).sizes[1:]) == [2, 2, 2]
    assert sorted(label(bits, diagonal=False).sizes[1:]) == [1, 1, 2, 2]
    assert list(label(np.zeros((3, 3), np.bool_)).sizes) == [0]


@pytest.mark.parametrize("inner", [(300, 180, 420, 280), (300, 180, 560, 400)])
@pytest.mark.parametrize("ink", [(0, 122, 255), (0, 0, 0)])
def test_marks_of_two_pens_are_two_though_they_cross_or_lie_in_each_other(
    inner: tuple[int, int, int, int], ink: tuple[int, int, int]
) -> None:
    marked = build_canvas()
    pen = ImageDraw.Draw(marked)
    pen.ellipse((150, 80, 500, 350), outline=(255, 59, 48), width=7)
    pen.rectangle(inner, outline=ink, width=7)
    found = find_by_original(build_canvas(), marked)
    boxes = sorted(find_box(area.area) for area in found)
    expected = [(150, 80, 501, 351), (inner[0], inner[1], inner[2] + 1, inner[3] + 1)]
    assert np.abs(np.array(boxes) - np.array(expected)).max() <= 4
