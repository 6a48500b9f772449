"""Drawings of shapes, the sky and a few more, each around one point in one colour. Pure Pillow."""

from __future__ import annotations

import math

from bot.playground.drawing.colours import RGB, mix
from bot.playground.drawing.pen import BLACK, BROWN, WHITE, Pen, darken, lighten


def draw_star(p: Pen, c: RGB) -> None:
    points = []
    for corner in range(10):
        radius = 0.5 if corner % 2 == 0 else 0.2
        angle = math.pi * corner / 5 - math.pi / 2
        points.append((radius * math.cos(angle), radius * math.sin(angle)))
    p.draw_polygon(points, fill=c)


def draw_sun(p: Pen, c: RGB) -> None:
    for ray in range(12):
        across, down = math.cos(math.pi * ray / 6), math.sin(math.pi * ray / 6)
        ends = (0.36 * across, 0.36 * down, 0.52 * across, 0.52 * down)
        p.draw_line(ends, fill=lighten(c, 0.2), width=0.045)
    p.draw_disc(0, 0, 0.3, c)
    p.draw_disc(-0.07, -0.07, 0.17, lighten(c))


def draw_moon(p: Pen, c: RGB) -> None:
    p.draw_disc(0, 0, 0.44, mix(c, (20, 24, 60), 0.72))
    p.draw_disc(0, 0, 0.36, c)
    for dx, dy, r in ((-0.12, -0.1, 0.07), (0.12, 0.02, 0.05), (-0.02, 0.16, 0.06)):
        p.draw_disc(dx, dy, r, darken(c, 0.15))


def draw_heart(p: Pen, c: RGB) -> None:
    points = []
    for step in range(60):
        t = 2 * math.pi * step / 60
        across = 16 * math.sin(t) ** 3
        up = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((across / 36, -up / 36))
    p.draw_polygon(points, fill=c)
    p.draw_disc(-0.2, -0.16, 0.08, lighten(c, 0.5))


def draw_circle(p: Pen, c: RGB) -> None:
    p.draw_disc(0, 0, 0.45, c)


def draw_square(p: Pen, c: RGB) -> None:
    p.draw_box((-0.42, -0.42, 0.42, 0.42), 0.03, fill=c)


def draw_triangle(p: Pen, c: RGB) -> None:
    p.draw_polygon([(0, -0.45), (-0.48, 0.4), (0.48, 0.4)], fill=c)


def draw_tree(p: Pen, c: RGB) -> None:
    p.draw_box((-0.06, 0.1, 0.06, 0.5), fill=BROWN)
    for dx, dy, r in ((-0.18, 0.02, 0.2), (0.18, 0.02, 0.2), (0, -0.2, 0.26), (0, 0.02, 0.22)):
        p.draw_disc(dx, dy, r, darken(c, 0.12))
    p.draw_disc(-0.06, -0.22, 0.16, lighten(c, 0.12))


def draw_flower(p: Pen, c: RGB) -> None:
    p.draw_line((0, 0, 0, 0.5), fill=(60, 140, 70), width=0.045)
    p.draw_ellipse((0, 0.22, 0.22, 0.34), fill=(76, 158, 84))
    for petal in range(6):
        angle = math.pi * petal / 3
        p.draw_disc(0.2 * math.cos(angle), 0.2 * math.sin(angle), 0.14, c)
    p.draw_disc(0, 0, 0.12, (250, 204, 70))


def draw_mountain(p: Pen, c: RGB) -> None:
    for peak, size, colour in ((-0.32, 0.75, darken(c, 0.2)), (0.12, 1.0, c)):
        top = 0.5 - size * 0.9
        foot = [(peak - 0.5 * size, 0.5), (peak + 0.5 * size, 0.5)]
        p.draw_polygon([(peak, top), *foot], fill=colour)
        side, low = 0.13 * size, top + 0.23 * size
        snow = [(peak, top), (peak - side, low), (peak, top + 0.17 * size), (peak + side, low)]
        p.draw_polygon(snow, fill=WHITE)


def draw_house(p: Pen, c: RGB) -> None:
    p.draw_box((-0.36, -0.08, 0.36, 0.5), fill=c)
    roof = [(-0.46, -0.06), (0, -0.46), (0.46, -0.06)]
    p.draw_polygon(roof, fill=darken(c, 0.45))
    p.draw_box((-0.08, 0.18, 0.1, 0.5), fill=BROWN)
    for left in (-0.28, 0.17):
        box = (left, 0.04, (left + 0.13), 0.18)
        p.draw_box(box, fill=(255, 232, 150))


def draw_boat(p: Pen, c: RGB) -> None:
    hull = [(-0.44, 0.16), (0.44, 0.16)]
    hull += [(0.28, 0.38), (-0.3, 0.38)]
    p.draw_line((0, -0.46, 0, 0.16), fill=BROWN, width=0.03)
    p.draw_polygon(
        [(0.03, -0.42), (0.03, 0.1), (0.36, 0.1)],
        fill=WHITE,
    )
    p.draw_polygon(
        [(-0.03, -0.34), (-0.03, 0.1), (-0.28, 0.1)],
        fill=lighten(c, 0.6),
    )
    p.draw_polygon(hull, fill=c)


def draw_car(p: Pen, c: RGB) -> None:
    p.draw_box((-0.28, -0.2, 0.22, 0.14), 0.1, fill=c)
    p.draw_box((-0.48, 0, 0.48, 0.26), 0.09, fill=c)
    for left in (-0.23, 0.0):
        p.draw_box(
            (left, -0.14, (left + 0.18), 0.02),
            0.03,
            fill=(200, 226, 240),
        )
    for dx in (-0.28, 0.28):
        p.draw_disc(dx, 0.28, 0.11, BLACK)
        p.draw_disc(dx, 0.28, 0.05, (180, 184, 190))


def draw_robot(p: Pen, c: RGB) -> None:
    p.draw_line((0, -0.5, 0, -0.36), fill=darken(c), width=0.03)
    p.draw_disc(0, -0.5, 0.04, (230, 70, 70))
    p.draw_box((-0.22, -0.38, 0.22, -0.04), 0.06, fill=c)
    for dx in (-0.1, 0.1):
        p.draw_disc(dx, -0.22, 0.06, WHITE)
        p.draw_disc(dx, -0.22, 0.03, BLACK)
    p.draw_box((-0.26, 0, 0.26, 0.34), 0.05, fill=darken(c, 0.15))
    for dx in (-0.36, 0.28):
        p.draw_box((dx, 0.02, (dx + 0.08), 0.28), 0.04, fill=c)
    for dx in (-0.18, 0.06):
        p.draw_box((dx, 0.34, (dx + 0.12), 0.48), fill=darken(c))
