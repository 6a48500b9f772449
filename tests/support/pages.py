"""Draws pages, tables, dashboards and photos of a known content, to test how they are seen."""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass
from typing import TypeAlias

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Box: TypeAlias = tuple[int, int, int, int]
Colour: TypeAlias = tuple[int, int, int]

_WORDS = (
    "invoice total amount server latency region request median budget quarter revenue account"
    " balance error warning deploy commit branch review status pending shipped address customer"
).split()
_BLACK, _WHITE = (20, 20, 20), (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Page:
    """A picture, and where each of its words is."""

    picture: Image.Image
    words: tuple[tuple[str, Box], ...]


def draw_text(
    size: tuple[int, int],
    text_size: int,
    *,
    seed: int = 1,
    ink: Colour = _BLACK,
    paper: Colour = _WHITE,
) -> Page:
    """Draw paragraphs over a whole page."""
    chance, font, width = random.Random(seed), _load_font(text_size), size[0]
    picture = Image.new("RGB", size, paper)
    draw, words = ImageDraw.Draw(picture), list[tuple[str, Box]]()
    top = text_size
    while top < size[1] - 2 * text_size:
        left = float(text_size)
        while True:
            word = chance.choice(_WORDS) if chance.random() < 0.8 else str(chance.randint(10, 9999))
            length = draw.textlength(word + " ", font=font)
            if left + length > width - text_size:
                break
            draw.text((left, top), word, fill=ink, font=font)
            words.append((word, _measure(draw, (left, top), word, font)))
            left += length
        top += round(text_size * (2.5 if chance.random() < 0.1 else 1.5))
    return Page(picture, tuple(words))


def draw_table(size: tuple[int, int], text_size: int, *, seed: int = 1) -> Page:
    """Draw a table with rules and shaded rows; each cell holds its row and column."""
    font = _load_font(text_size)
    picture = Image.new("RGB", size, _WHITE)
    draw, words = ImageDraw.Draw(picture), list[tuple[str, Box]]()
    row_height, column_width = round(text_size * 1.9), text_size * 9
    for row, top in enumerate(range(0, size[1] - row_height + 1, row_height), 1):
        if row % 2:
            draw.rectangle((0, top, size[0], top + row_height), fill=(243, 246, 250))
        draw.line((0, top, size[0], top), fill=(200, 200, 200))
        for column, left in enumerate(range(0, size[0] - column_width + 1, column_width), 1):
            word, at = f"r{row}c{column}x{seed}", (float(left + 5), top + round(text_size * 0.4))
            draw.text(at, word, fill=_BLACK, font=font)
            words.append((word, _measure(draw, at, word, font)))
    for left in range(0, size[0], column_width):
        draw.line((left, 0, left, size[1]), fill=(200, 200, 200))
    return Page(picture, tuple(words))


def draw_dashboard(size: tuple[int, int], text_size: int, *, seed: int = 1) -> Page:
    """Draw dark panels with a title, a curve and figures along its axes."""
    chance, font = random.Random(seed), _load_font(text_size)
    picture = Image.new("RGB", size, (17, 18, 23))
    draw, words = ImageDraw.Draw(picture), list[tuple[str, Box]]()
    wide, high = size[0] // 4, size[1] // 3
    for number in range(12):
        left, top = number % 4 * wide + 8, number // 4 * high + 8
        draw.rectangle((left, top, left + wide - 16, top + high - 16), fill=(30, 31, 38))
        curve = [(left + 60 + 8 * step, top + chance.randint(80, high - 80)) for step in range(40)]
        draw.line(curve, fill=(120, 200, 90), width=2)
        labels = [(chance.choice(_WORDS), (left + 12, top + 8))]
        labels += [
            (str(chance.randint(100, 9999)), (left + 8, top + 40 + step * (high - 100) // 8))
            for step in range(8)
        ]
        for word, at in labels:
            draw.text(at, word, fill=(210, 210, 220), font=font)
            words.append((word, _measure(draw, at, word, font)))
    return Page(picture, tuple(words))


def photograph(page: Page, size: tuple[int, int], *, noise: int = 8, angle: float = 0) -> Page:
    """Lay a page on a table and take a photo: light from one side, a little blur, noise.

    The words' places hold for a photo that is not taken at an `angle`.
    """
    left, top = (size[0] - page.picture.width) // 2, (size[1] - page.picture.height) // 2
    picture = Image.new("RGB", size, (90, 70, 50))
    picture.paste(page.picture, (left, top))
    if angle:
        picture = picture.rotate(angle, Image.Resampling.BICUBIC)
    light = (
        Image.linear_gradient("L").resize(size).point([170 + level // 3 for level in range(256)])
    )
    picture = ImageChops.multiply(picture, Image.merge("RGB", [light] * 3))
    moved = tuple(
        (word, (box[0] + left, box[1] + top, box[2] + left, box[3] + top))
        for word, box in page.words
    )
    return Page(_add_noise(picture.filter(ImageFilter.GaussianBlur(0.8)), noise), moved)


def draw_scenery(size: tuple[int, int], *, seed: int = 1) -> Image.Image:
    """Draw what looks like a photo of something without text: soft shapes, and noise."""
    chance = random.Random(seed)
    clouds = Image.radial_gradient("L").resize(size)
    bands = [
        clouds.point([round(level * share) for level in range(256)]) for share in (1, 0.9, 0.7)
    ]
    picture = Image.merge("RGB", bands)
    draw = ImageDraw.Draw(picture)
    for _ in range(14):
        left, top = chance.randint(0, size[0]), chance.randint(0, size[1])
        side = chance.randint(size[0] // 20, size[0] // 4)
        colour = (chance.randint(0, 255), chance.randint(0, 255), chance.randint(0, 255))
        draw.ellipse((left, top, left + side, top + side), fill=colour)
    return _add_noise(picture.filter(ImageFilter.GaussianBlur(1.5)), 10)


def _add_noise(picture: Image.Image, sigma: int) -> Image.Image:
    noise = Image.effect_noise(picture.size, sigma)
    bands = [ImageChops.add(band, noise, 1, -128) for band in picture.split()]
    return Image.merge("RGB", bands)


@functools.cache
def _load_font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _measure(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], word: str, font: ImageFont.FreeTypeFont
) -> Box:
    left, top, right, bottom = draw.textbbox(at, word, font=font)
    return int(left), int(top), int(right) + 1, int(bottom) + 1
