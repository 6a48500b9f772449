"""Forty drawings on small pictures, each with the area that it marks. Deterministic."""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

COLOURS = {
    "red": (230, 20, 30),
    "magenta": (255, 0, 200),
    "yellow": (255, 230, 0),
    "green": (0, 210, 60),
    "blue": (20, 60, 255),
    "orange": (255, 120, 0),
    "cyan": (0, 220, 240),
    "violet": (140, 20, 240),
}
KINDS = ("circle", "ellipse", "box", "freehand", "brush")
_QUALITIES = (60, 68, 75, 82, 90, 95)
_THICKNESSES = (2, 3, 5, 8, 12, 20)
_SIZES = ((400, 300), (300, 400), (480, 320), (340, 340))
_OVER = 4  # drawn that many times larger, for smooth edges


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture, the same with something drawn on it, and the mask of what that marks."""

    label: str
    kind: str
    base: bytes
    marked: bytes
    area: Image.Image


def build_drawing(number: int) -> Drawing:
    """Build one of any number of drawings; the first forty are those that are measured."""
    chance = random.Random(number)
    kind = KINDS[number % len(KINDS)]
    colour = list(COLOURS)[number % len(COLOURS)]
    size = _SIZES[number % len(_SIZES)]
    is_photo = number // 2 % 2 == 0
    picture = build_photo(size, chance) if is_photo else build_screenshot(size, chance)
    thickness = _THICKNESSES[number // 2 % len(_THICKNESSES)]
    gap = (0.0, 0.02, 0.05, 0.08)[number // 3 % 4]
    strokes, area = draw_mark(kind, size, thickness, gap, chance)
    opacity = chance.choice((0.4, 0.5, 0.6)) if kind == "brush" else 1.0
    ink = Image.new("RGB", size, COLOURS[colour])
    marked = Image.composite(ink, picture, strokes.point(lambda value: int(value * opacity)))
    quality = _QUALITIES[number % len(_QUALITIES)]
    ground = "photo" if is_photo else "screen"
    label = f"{kind} {colour} {thickness} px gap {gap:.0%} q{quality} {ground}"
    return Drawing(label, kind, encode_jpeg(picture, 92), encode_jpeg(marked, quality), area)


def draw_mark(
    kind: str, size: tuple[int, int], thickness: int, gap: float, chance: random.Random
) -> tuple[Image.Image, Image.Image]:
    """Return the strokes of a mark, and the area that it marks."""
    width, height = (side * _OVER for side in size)
    strokes, area = Image.new("L", (width, height)), Image.new("L", (width, height))
    pen, filled = ImageDraw.Draw(strokes), ImageDraw.Draw(area)
    thick = thickness * _OVER
    radius_x = chance.uniform(0.14, 0.26) * width
    radius_y = radius_x if kind == "circle" else chance.uniform(0.12, 0.28) * height
    if kind == "circle":
        radius_x = radius_y = min(radius_x, 0.3 * height)
    x = chance.uniform(radius_x + 0.08 * width, width - radius_x - 0.08 * width)
    y = chance.uniform(radius_y + 0.08 * height, height - radius_y - 0.08 * height)
    if kind == "brush":
        thick = max(thick, 14 * _OVER)
        points = [
            (x + radius_x * (step / 12 - 1), y + 0.5 * radius_y * math.sin(step / 4))
            for step in range(25)
        ]
        for draw in (pen, filled):
            _draw_line(draw, points, thick)
    else:
        points = list(_list_points(kind, x, y, radius_x, radius_y, chance))
        filled.polygon(points, fill=255)
        _draw_line(filled, [*points, points[0]], thick)
        _draw_line(pen, points[: math.ceil(len(points) * (1 - gap))] if gap else points, thick)
        if not gap:
            _draw_line(pen, [points[-1], points[0]], thick)
    smooth = Image.Resampling.BOX
    hard = area.resize(size, smooth).point(lambda value: 255 if value > 127 else 0)
    return strokes.resize(size, smooth), hard


def _list_points(
    kind: str, x: float, y: float, radius_x: float, radius_y: float, chance: random.Random
) -> list[tuple[float, float]]:
    count = 240
    wobble = [chance.uniform(-0.09, 0.09) for _ in range(3)] if kind == "freehand" else [0.0] * 3
    points = []
    for step in range(count):
        angle = 2 * math.pi * step / count + 0.7
        grown = 1 + sum(part * math.sin((order + 2) * angle) for order, part in enumerate(wobble))
        across, down = math.cos(angle), math.sin(angle)
        if kind == "box":
            largest = max(abs(across), abs(down))
            across, down = across / largest, down / largest
        points.append((x + radius_x * grown * across, y + radius_y * grown * down))
    return points


def _draw_line(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], thick: int) -> None:
    draw.line(points, fill=255, width=thick, joint="curve")
    half = thick / 2
    for x, y in (points[0], points[-1]):
        draw.ellipse((x - half, y - half, x + half, y + half), fill=255)


def build_photo(size: tuple[int, int], chance: random.Random) -> Image.Image:
    """Return soft forms in muted colours with a grain, as a photo has them."""
    width, height = size
    picture = Image.new("RGB", size)
    draw = ImageDraw.Draw(picture)
    for row in range(height):
        share = row / height
        draw.line((0, row, width, row), fill=(int(120 + 60 * share), int(140 + 20 * share), 150))
    for _ in range(26):
        grey = chance.randrange(50, 200)
        fill = tuple(max(0, min(255, grey + chance.randrange(-28, 28))) for _ in range(3))
        x, y = chance.randrange(width), chance.randrange(height)
        side = chance.randrange(20, width // 3)
        draw.ellipse((x - side, y - side // 2, x + side, y + side // 2), fill=fill)
    picture = picture.filter(ImageFilter.GaussianBlur(3))
    grain = Image.frombytes("L", size, chance.randbytes(width * height)).convert("RGB")
    return Image.blend(picture, grain.filter(ImageFilter.GaussianBlur(0.7)), 0.08)


def build_screenshot(size: tuple[int, int], chance: random.Random) -> Image.Image:
    """Return a page with lines of text, boxes and a blue button."""
    width, height = size
    picture = Image.new("RGB", size, (250, 250, 252))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width, 34), fill=(52, 58, 70))
    for row in range(52, height - 20, 16):
        end = chance.randrange(width // 3, width - 30)
        for x in range(24, end, 9):
            draw.text((x, row), chance.choice("abcdefghkmnorstuvwxyz"), fill=(40, 44, 52))
    draw.rectangle((width - 120, height - 46, width - 24, height - 20), fill=(72, 110, 168))
    draw.rectangle((20, height // 2, width - 20, height // 2 + 60), outline=(190, 195, 204))
    return picture


def encode_jpeg(picture: Image.Image, quality: int) -> bytes:
    """Return a picture as JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
