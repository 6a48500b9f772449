"""Drawings of the animals that need more than a few lines. Pure Pillow."""

from __future__ import annotations

import math

from bot.playground.drawing.colours import RGB
from bot.playground.drawing.pen import BLACK, WHITE, Pen, darken, lighten

_PINK = (240, 160, 170)


def _draw_face(p: Pen, y: float) -> None:
    for x in (-0.09, 0.09):
        p.draw_disc(x, y, 0.034, BLACK)
        p.draw_disc(x - 0.01, y - 0.012, 0.011, WHITE)


def _draw_ears(p: Pen, y: float, c: RGB) -> None:
    for side in (-1, 1):
        outer = [(side * 0.22, y - 0.02), (side * 0.2, y - 0.3), (side * 0.03, y - 0.15)]
        p.draw_polygon(outer, fill=c)
        inner = [(side * 0.19, y - 0.08), (side * 0.18, y - 0.24), (side * 0.08, y - 0.15)]
        p.draw_polygon(inner, fill=darken(c, 0.35))


def draw_fox(p: Pen, c: RGB) -> None:
    tail = (0.08, 0.0, 0.52, 0.46)
    p.draw_ellipse(tail, fill=darken(c, 0.12))
    p.draw_disc(0.44, 0.12, 0.1, WHITE)
    p.draw_disc(0, 0.24, 0.22, c, tall=1.15)
    p.draw_disc(0, 0.3, 0.12, WHITE, tall=1.2)
    _draw_ears(p, -0.12, c)
    p.draw_disc(0, -0.12, 0.23, c, tall=0.86)
    p.draw_polygon([(-0.2, -0.06), (0, 0.14), (0, -0.1)], fill=WHITE)
    p.draw_polygon([(0.2, -0.06), (0, 0.14), (0, -0.1)], fill=WHITE)
    p.draw_polygon([(-0.05, -0.2), (0.05, -0.2), (0, 0.1)], fill=c)
    _draw_face(p, -0.13)
    p.draw_disc(0, 0.1, 0.035, BLACK, tall=0.8)
    for dx in (-0.1, 0.1):
        p.draw_disc(dx, 0.48, 0.07, BLACK, tall=0.5)


def draw_cat(p: Pen, c: RGB) -> None:
    p.draw_arc(
        (0.05, 0.05, 0.48, 0.48),
        -80,
        130,
        fill=darken(c, 0.15),
        width=0.08,
    )
    p.draw_disc(0, 0.24, 0.22, c, tall=1.15)
    _draw_ears(p, -0.12, c)
    p.draw_disc(0, -0.12, 0.22, c, tall=0.9)
    _draw_face(p, -0.14)
    p.draw_disc(0, -0.05, 0.025, _PINK, tall=0.7)
    for side in (-1, 1):
        for tilt in (-0.04, 0.0, 0.04):
            line = (side * 0.07, -0.03, side * 0.3, (tilt - 0.03))
            p.draw_line(line, fill=lighten(c, 0.6), width=0.008)


def draw_dog(p: Pen, c: RGB) -> None:
    p.draw_line((0.18, 0.3, 0.4, 0.05), fill=c, width=0.07)
    p.draw_disc(0, 0.24, 0.22, c, tall=1.15)
    p.draw_disc(0, -0.12, 0.22, c, tall=0.92)
    for side in (-1, 1):
        p.draw_disc(side * 0.22, -0.06, 0.08, darken(c, 0.35), tall=2.0)
    p.draw_disc(0, -0.02, 0.11, lighten(c, 0.55), tall=0.8)
    _draw_face(p, -0.16)
    p.draw_disc(0, -0.06, 0.045, BLACK, tall=0.75)
    p.draw_disc(0, 0.08, 0.035, _PINK, tall=1.4)


def draw_bird(p: Pen, c: RGB) -> None:
    p.draw_polygon(
        [(-0.26, 0.06), (-0.5, -0.02), (-0.46, 0.18)],
        fill=darken(c, 0.2),
    )
    for dx in (-0.02, 0.08):
        p.draw_line(
            (dx, 0.24, dx, 0.44),
            fill=(222, 150, 50),
            width=0.02,
        )
    p.draw_disc(0, 0.08, 0.28, c, tall=0.72)
    p.draw_disc(0.2, -0.14, 0.15, c)
    p.draw_polygon(
        [(0.33, -0.18), (0.48, -0.12), (0.33, -0.07)],
        fill=(240, 170, 50),
    )
    p.draw_disc(0.23, -0.17, 0.03, BLACK)
    p.draw_chord((-0.2, -0.06, 0.14, 0.24), 10, 190, fill=darken(c, 0.25))


def draw_fish(p: Pen, c: RGB) -> None:
    p.draw_polygon(
        [(-0.22, 0), (-0.48, -0.2), (-0.48, 0.2)],
        fill=darken(c, 0.15),
    )
    p.draw_polygon(
        [(-0.08, -0.16), (0.12, -0.34), (0.16, -0.14)],
        fill=darken(c, 0.15),
    )
    p.draw_disc(0.04, 0, 0.32, c, tall=0.62)
    for dx in (-0.1, 0.03):
        p.draw_arc(
            ((dx - 0.1), -0.14, (dx + 0.06), 0.14),
            -70,
            70,
            fill=lighten(c, 0.5),
            width=0.02,
        )
    p.draw_disc(0.22, -0.05, 0.05, WHITE)
    p.draw_disc(0.23, -0.05, 0.026, BLACK)
    for number in range(3):
        angle = -math.pi / 3 - number * 0.25
        p.draw_disc(
            0.46 + number * 0.03,
            0.5 * math.sin(angle) * (number + 1) / 3,
            0.022,
            (210, 236, 250),
        )
