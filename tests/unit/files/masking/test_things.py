"""What pictures have themselves that looks like a mark: it is asked about, and never taken."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench.masks.drawings import build_photo
from bot.files.masking.finder import find_by_colour

CLEAR = 0.75
RED, BLUE, WHITE, INK = (215, 25, 35), (40, 100, 220), (250, 250, 250), (40, 42, 48)
DrawnOn = tuple[Image.Image, ImageDraw.ImageDraw]


def open_page() -> DrawnOn:
    page = Image.new("RGB", (900, 700), WHITE)
    pen = ImageDraw.Draw(page)
    for row in range(20):
        pen.text((40, 30 + 33 * row), "a line of words about nothing at all", INK, font_size=18)
    return page, pen


def draw_sign() -> Image.Image:
    photo = build_photo((800, 600), random.Random(3))
    ImageDraw.Draw(photo).ellipse((300, 200, 460, 360), fill=WHITE, outline=RED, width=18)
    return photo


def draw_stamp() -> Image.Image:
    page, pen = open_page()
    pen.rounded_rectangle((400, 400, 800, 560), 16, outline=RED, width=8)
    pen.text((440, 440), "PAID", RED, font_size=80)
    return page


def draw_field() -> Image.Image:
    page, pen = open_page()
    pen.rounded_rectangle((440, 300, 860, 350), 8, fill=WHITE, outline=RED, width=3)
    return page


def draw_rosette() -> Image.Image:
    page, pen = open_page()
    steps = (0.01 * step for step in range(6_300))
    points = [
        (
            450 + 200 * math.cos(step) + 70 * math.cos(7.3 * step),
            350 + 200 * math.sin(step) - 70 * math.sin(7.3 * step),
        )
        for step in steps
    ]
    pen.line(points, fill=RED, width=2)
    return page


def draw_chart() -> Image.Image:
    chart = Image.new("RGB", (900, 600), WHITE)
    heights = random.Random(3)
    points = [(60 + 40 * step, 300 + heights.randrange(-150, 150)) for step in range(20)]
    ImageDraw.Draw(chart).line(points, fill=BLUE, width=4)
    return chart


def draw_word() -> Image.Image:
    page, pen = open_page()
    pen.text((300, 300), "IMPORTANT", RED, font_size=60)
    pen.line((300, 372, 640, 372), fill=RED, width=5)
    return page


def draw_heat_map() -> Image.Image:
    x, y = np.meshgrid(np.linspace(-3, 3, 900), np.linspace(-3, 3, 700))
    heat = 3 * np.exp(-(x**2 + y**2) / 3)
    layers = [np.clip(1.5 - np.abs(2 * heat / 1.5 - middle), 0, 1) for middle in (3, 2, 1)]
    return Image.fromarray((255 * np.dstack(layers)).astype(np.uint8))


@pytest.mark.parametrize(
    "draw",
    [draw_sign, draw_stamp, draw_field, draw_rosette, draw_chart, draw_word, draw_heat_map],
)
def test_a_thing_of_the_picture_is_not_taken_for_a_mark(draw: Callable[[], Image.Image]) -> None:
    assert all(area.weight < CLEAR for area in find_by_colour(draw()))


def test_a_dashed_outline_is_found_and_asked_about() -> None:
    page, pen = open_page()
    for start in range(0, 360, 12):
        pen.arc((200, 200, 700, 480), start, start + 7, fill=RED, width=5)
    (found,) = find_by_colour(page)
    assert found.weight < CLEAR
    assert float(found.area.sum()) == pytest.approx(math.pi / 4 * 500 * 280, rel=0.08)
