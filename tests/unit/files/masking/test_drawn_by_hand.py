"""Marks as hands draw them: at the picture's edge, crossed out, a brush that one sees through."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from bot.files.masking.bits import Bits
from bot.files.masking.brushes import find_brushes
from bot.files.masking.finder import (
    FoundArea,
    find_by_colour,
    find_by_original,
    load_pixels,
)

SIZE = (600, 450)
RED, PINK = (255, 0, 0), (255, 45, 149)


def build_scene() -> Image.Image:
    """Return soft forms in warm browns, as a wooden table or a cat's fur has them."""
    scene = Image.new("RGB", SIZE, (150, 110, 80))
    pen = ImageDraw.Draw(scene)
    for number in range(60):
        x, y = number * 97 % SIZE[0], number * 61 % SIZE[1]
        shade = number * 37 % 90
        pen.ellipse((x - 50, y - 30, x + 50, y + 30), fill=(90 + shade, 60 + shade, 40 + shade))
    return scene.filter(ImageFilter.GaussianBlur(6))


def measure_overlap(areas: list[FoundArea], truth: Bits) -> float:
    found = np.logical_or.reduce([np.zeros_like(truth), *(area.area for area in areas)])
    return float((found & truth).sum() / (found | truth).sum())


@pytest.mark.parametrize("centre", [(5, 200), (595, 200), (300, 445), (300, 3), (590, 440)])
def test_a_circle_that_leaves_the_picture_is_closed_by_its_edge(centre: tuple[int, int]) -> None:
    scene, x, y = build_scene(), *centre
    marked, inside = scene.copy(), Image.new("1", SIZE)
    box = (x - 90, y - 80, x + 90, y + 80)
    ImageDraw.Draw(marked).ellipse(box, outline=RED, width=5)
    ImageDraw.Draw(inside).ellipse(box, fill=1)
    for found in (find_by_original(scene, marked), find_by_colour(marked)):
        assert measure_overlap(found, np.asarray(inside)) > 0.9


def test_a_line_across_the_picture_does_not_mean_half_of_it() -> None:
    marked = build_scene()
    ImageDraw.Draw(marked).line((0, 100, 600, 110), fill=RED, width=5)
    (line,) = find_by_original(build_scene(), marked)
    assert line.area.mean() < 0.03


def test_a_cross_means_what_it_crosses_out() -> None:
    scene, inside = build_scene(), Image.new("1", SIZE)
    marked = scene.copy()
    for ends in ((200, 150, 330, 280), (200, 280, 330, 150)):
        ImageDraw.Draw(marked).line(ends, fill=RED, width=6)
    ImageDraw.Draw(inside).rectangle((200, 150, 330, 280), fill=1)
    (cross,) = find_by_original(scene, marked)
    assert measure_overlap([cross], np.asarray(inside)) > 0.85


def brush_over(scene: Image.Image, ink: tuple[int, int, int]) -> tuple[Image.Image, Bits]:
    stroke = Image.new("L", SIZE)
    points = [(200, 120), (400, 160), (220, 200), (410, 240), (230, 280)]
    ImageDraw.Draw(stroke).line(points, fill=255, width=48, joint="curve")
    half = stroke.point([value // 2 for value in range(256)])
    return Image.composite(Image.new("RGB", SIZE, ink), scene, half), np.asarray(stroke) > 127


@pytest.mark.parametrize("ink", [PINK, (0, 214, 107), (45, 125, 255), (255, 235, 0)])
def test_a_brush_that_one_sees_through_is_found_by_its_colour_alone(
    ink: tuple[int, int, int],
) -> None:
    marked, stroke = brush_over(build_scene(), ink)
    found = find_by_colour(marked)
    assert measure_overlap(found, stroke) > 0.85
    assert min(area.weight for area in found) > 1


def test_half_transparent_blue_on_red_is_no_grey_badge() -> None:
    scene = Image.blend(build_scene(), Image.new("RGB", SIZE, (255, 60, 40)), 0.7)
    marked, stroke = brush_over(scene, (45, 125, 255))
    assert measure_overlap(find_by_original(scene, marked), stroke) > 0.9


def test_the_brush_of_the_page_is_found_where_all_around_it_is_alike() -> None:
    marked, stroke = brush_over(Image.new("RGB", SIZE, (24, 24, 30)), PINK)
    assert measure_overlap(find_by_colour(marked), stroke) > 0.9


def test_things_of_a_colour_are_no_strokes() -> None:
    scene = build_scene()
    ImageDraw.Draw(scene).ellipse((200, 100, 400, 300), fill=(203, 78, 115))
    assert list(find_brushes(load_pixels(scene, SIZE))) == []
    assert all(area.weight < 1 for area in find_by_colour(scene))


def test_fur_and_wood_are_no_sure_marks() -> None:
    assert all(area.weight < 0.75 for area in find_by_colour(build_scene()))
