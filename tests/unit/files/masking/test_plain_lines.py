"""Marks in black, white and grey are found; a picture's own lines are never taken for one."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from bot.files.masking.finder import FoundArea, find_by_colour
from tests.unit.files.masking.test_marks_on_pages import SIZE, build_page, compress

CLEAR = 0.75
BLACK, WHITE, GREY = (0, 0, 0), (255, 255, 255), (120, 120, 120)
Draw = Callable[[ImageDraw.ImageDraw], None]


def build_scene() -> Image.Image:
    """Return hard-edged things in muted colours, some of them black, white and grey."""
    scene, chance = Image.new("RGB", SIZE, (165, 125, 95)), np.random.default_rng(4)
    pen = ImageDraw.Draw(scene)
    for _ in range(90):
        x, y, side = (int(chance.integers(*ends)) for ends in ((0, 1000), (0, 700), (15, 110)))
        grey = int(chance.integers(0, 255))
        colour = tuple(int(np.clip(grey + chance.integers(-25, 25), 0, 255)) for _ in range(3))
        pen.ellipse((x - side, y - side // 2, x + side, y + side // 2), fill=colour)
    return scene.filter(ImageFilter.GaussianBlur(1.5))


def list_points(box: tuple[int, int, int, int], wobble: float = 0.04) -> list[tuple[float, float]]:
    """Return the points of an ellipse as a hand draws it."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    points = []
    for step in range(120):
        angle = 2 * math.pi * step / 120
        grown = 1 + wobble * (math.sin(2 * angle + 1) + math.sin(3 * angle))
        across, down = (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
        points.append((x + across * grown * math.cos(angle), y + down * grown * math.sin(angle)))
    return points


def circle(
    ground: Image.Image,
    box: tuple[int, int, int, int],
    ink: tuple[int, int, int],
    width: int = 6,
    wobble: float = 0.04,
) -> tuple[Image.Image, Image.Image]:
    """Return a picture with something circled on it, and what is."""
    marked, inside = ground.copy(), Image.new("1", ground.size)
    points = list_points(box, wobble)
    closed = [*points, points[0], points[1]]
    ImageDraw.Draw(marked).line(closed, fill=ink, width=width, joint="curve")
    pen = ImageDraw.Draw(inside)
    pen.polygon(points, fill=1)
    pen.line(closed, fill=1, width=width, joint="curve")
    return marked, inside


def measure_overlap(areas: list[FoundArea], inside: Image.Image) -> float:
    truth = np.asarray(inside)
    found = np.logical_or.reduce([np.zeros_like(truth), *(area.area for area in areas)])
    return float((found & truth).sum() / (found | truth).sum())


@pytest.mark.parametrize(("ink", "quality"), [(BLACK, 50), (WHITE, 80), (GREY, 80)])
def test_what_is_circled_on_a_scene_is_found(ink: tuple[int, int, int], quality: int) -> None:
    marked, inside = circle(build_scene(), (350, 200, 700, 520), ink, 8)
    (area,) = find_by_colour(compress(marked, quality))
    assert area.weight >= CLEAR and measure_overlap([area], inside) > 0.9


@pytest.mark.parametrize(("dark", "ink"), [(False, BLACK), (False, GREY), (True, WHITE)])
def test_what_is_circled_on_a_page_is_found_though_words_are_as_dark(
    dark: bool, ink: tuple[int, int, int]
) -> None:
    marked, inside = circle(build_page(dark=dark), (90, 60, 420, 190), ink)
    (area,) = find_by_colour(marked)
    assert area.weight >= CLEAR and measure_overlap([area], inside) > 0.95


def test_two_circles_in_black_are_two_areas() -> None:
    marked, one = circle(build_page(), (90, 60, 420, 190), BLACK)
    marked, other = circle(marked, (560, 200, 800, 330), BLACK)
    found = find_by_colour(marked)
    both = Image.fromarray(np.asarray(one) | np.asarray(other))
    assert len(found) == 2 and measure_overlap(found, both) > 0.95
    assert min(area.weight for area in found) >= CLEAR


def draw_table(pen: ImageDraw.ImageDraw) -> None:
    for row in range(6):
        pen.line((60, 400 + 50 * row, 940, 400 + 50 * row), fill=BLACK, width=3)
    for column in range(5):
        pen.line((60 + 220 * column, 400, 60 + 220 * column, 650), fill=BLACK, width=3)


def draw_comic(pen: ImageDraw.ImageDraw) -> None:
    for x in (60, 380, 700):
        pen.rectangle((x, 380, x + 280, 680), outline=BLACK, width=6, fill=(200, 220, 250))
        pen.ellipse((x + 80, 440, x + 220, 600), outline=BLACK, width=5, fill=(250, 215, 180))
        pen.ellipse((x + 20, 390, x + 200, 440), outline=BLACK, width=4, fill=WHITE)


def draw_glasses(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse((300, 300, 700, 690), fill=(240, 200, 165))
    for x in (360, 520):
        pen.ellipse((x, 400, x + 120, 500), outline=(15, 15, 15), width=9)
    pen.line((480, 450, 520, 450), fill=(15, 15, 15), width=9)


def draw_flow(pen: ImageDraw.ImageDraw) -> None:
    for row, y in enumerate((380, 480, 590)):
        draw = pen.ellipse if row != 1 else pen.rectangle
        draw((380, y, 620, y + 70), outline=BLACK, width=3)
    pen.line((500, 450, 500, 480), fill=BLACK, width=3)
    pen.line((500, 550, 500, 590), fill=BLACK, width=3)


def draw_letters(pen: ImageDraw.ImageDraw) -> None:
    pen.text((60, 400), "BOOK OF DOORS", fill=BLACK, font_size=110)


def draw_windows(pen: ImageDraw.ImageDraw) -> None:
    for x, y in ((80, 60), (420, 260)):
        pen.rectangle((x, y, x + 500, y + 380), outline=BLACK, width=3, fill=(236, 238, 240))
        pen.line((x, y + 34, x + 500, y + 34), fill=BLACK, width=3)


def draw_frame(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((4, 4, SIZE[0] - 5, SIZE[1] - 5), outline=BLACK, width=12)


@pytest.mark.parametrize(
    "draw", [draw_table, draw_comic, draw_glasses, draw_flow, draw_letters, draw_windows]
)
def test_a_pages_own_lines_are_never_taken_for_a_mark(draw: Draw) -> None:
    page = build_page()
    draw(ImageDraw.Draw(page))
    assert all(area.weight < CLEAR for area in find_by_colour(page))


def test_a_scenes_own_frame_and_glasses_are_never_taken_for_a_mark() -> None:
    scene = build_scene()
    draw_frame(ImageDraw.Draw(scene))
    draw_glasses(ImageDraw.Draw(scene))
    assert all(area.weight < CLEAR for area in find_by_colour(scene))


def test_a_circle_that_a_program_has_drawn_is_not_sure() -> None:
    marked, _ = circle(Image.new("RGB", SIZE, WHITE), (300, 200, 600, 500), BLACK, wobble=0)
    (area,) = find_by_colour(marked)
    assert area.weight < CLEAR


@pytest.mark.parametrize("box", [(100, 100, 700, 500), (201, 77, 640, 411), (90, 300, 910, 380)])
def test_a_thin_frame_that_fills_its_box_is_measured_and_none_by_a_hand(
    box: tuple[int, int, int, int],
) -> None:
    paper = Image.new("RGB", SIZE, WHITE)
    ImageDraw.Draw(paper).rectangle(box, outline=BLACK, width=2)
    assert all(one.weight < CLEAR for one in find_by_colour(paper))
