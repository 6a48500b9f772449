"""A crop keeps what stands out, and no head is cut off."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageDraw, ImageFilter

from bot.domain.pictures.sizes import compute_inner_shape
from bot.files.editing.saliency import choose_crop
from bot.files.readers.fonts import load_label_font


def draw_person(width: int, height: int, x: float, top: float, seed: int) -> Image.Image:
    """Draw somebody in front of lights out of focus; `top` is where the hair begins, a share."""
    rng = random.Random(seed)
    base = [rng.randint(60, 200) for _ in range(3)]
    picture = Image.new("RGB", (width, height), (base[0], base[1], base[2]))
    pen = ImageDraw.Draw(picture)
    for _ in range(60):
        left, up, size = rng.random() * width, rng.random() * height, rng.random() * height * 0.12
        colour = tuple(min(255, max(0, part + rng.randint(-45, 45))) for part in base)
        pen.ellipse((left - size, up - size, left + size, up + size), fill=colour)
    picture = picture.filter(ImageFilter.GaussianBlur(14))
    pen, head, middle, hair = ImageDraw.Draw(picture), height * 0.09, x * width, top * height
    coat = (rng.randint(20, 230), rng.randint(20, 230), rng.randint(20, 230))
    pen.rectangle((middle - 1.7 * head, hair + 2.3 * head, middle + 1.7 * head, height), fill=coat)
    pen.ellipse((middle - head, hair, middle + head, hair + 2 * head), fill=(50, 35, 25))
    pen.ellipse((middle - 0.8 * head, hair + 0.4 * head, middle + 0.8 * head, hair + 2.5 * head),
                fill=rng.choice([(224, 172, 140), (141, 85, 50), (255, 219, 190)]))  # fmt: skip
    return picture


@pytest.mark.parametrize("ratio", [1.0, 16 / 9, 4 / 5, 9 / 16])
@pytest.mark.parametrize(
    ("size", "x", "top"),
    [
        ((900, 600), 0.2, 0.1),
        ((900, 600), 0.8, 0.25),
        ((600, 900), 0.5, 0.06),
        ((600, 900), 0.4, 0.3),
        ((1200, 500), 0.85, 0.2),
        ((600, 1000), 0.5, 0.45),
    ],
)
def test_no_head_is_cut_off(size: tuple[int, int], x: float, top: float, ratio: float) -> None:
    width, height = size
    crop = compute_inner_shape(width, height, ratio)
    head = 0.09 * height
    for seed in range(3):
        left, up = choose_crop(draw_person(width, height, x, top, seed), crop)
        assert 0 <= left <= width - crop[0] and 0 <= up <= height - crop[1]
        assert up <= top * height + 0.3 * head, "the hair is there"
        assert up + crop[1] >= top * height + 2.4 * head, "and so is the chin"
        assert left <= x * width - 0.6 * head and left + crop[0] >= x * width + 0.6 * head


def test_a_thing_low_in_a_wide_sky_is_kept() -> None:
    picture = Image.new("RGB", (600, 1000), (150, 200, 240))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 700, 600, 1000), fill=(110, 170, 90))
    pen.ellipse((60, 120, 180, 160), fill=(250, 250, 255))
    pen.rectangle((200, 780, 420, 900), fill=(200, 30, 30))
    _, up = choose_crop(picture, (600, 338))
    assert up <= 780 and up + 338 >= 900


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (3, 2)])
def test_a_tiny_or_even_picture_is_cropped_in_the_middle(size: tuple[int, int]) -> None:
    crop = compute_inner_shape(*size, 1.0)
    left, up = choose_crop(Image.new("RGB", size, (90, 90, 90)), crop)
    assert abs(2 * left + crop[0] - size[0]) <= 1 and abs(2 * up + crop[1] - size[1]) <= 1


def draw_stripes() -> Image.Image:
    picture = Image.new("RGB", (960, 640), (235, 225, 205))
    pen = ImageDraw.Draw(picture)
    for x in range(0, 960, 40):
        pen.rectangle((x, 0, x + 18, 640), fill=(215, 205, 190))
    pen.rectangle((700, 300, 830, 460), fill=(30, 90, 110))
    return picture


def draw_leaves() -> Image.Image:
    rng, picture = random.Random(8), Image.new("RGB", (960, 640), (40, 90, 40))
    pen = ImageDraw.Draw(picture)
    for _ in range(1_500):
        x, y, size, green = rng.randrange(960), rng.randrange(640), rng.randrange(4, 14), 60
        green += rng.randrange(100)
        pen.ellipse((x - size, y - size, x + size, y + size), fill=(green // 3, green, green // 3))
    pen.ellipse((150, 190, 280, 280), fill=(220, 30, 30))
    return picture


def draw_night() -> Image.Image:
    picture = Image.new("RGB", (960, 640), (10, 12, 40))
    pen = ImageDraw.Draw(picture)
    pen.polygon(
        [(0, 640), (0, 520), (300, 420), (600, 560), (960, 480), (960, 640)], fill=(5, 5, 15)
    )
    pen.ellipse((760, 60, 880, 180), fill=(245, 240, 210))
    return picture


def draw_window() -> Image.Image:
    """Draw somebody in the dark next to a bright window."""
    picture = Image.new("RGB", (960, 640), (70, 60, 55))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((640, 60, 900, 400), fill=(250, 250, 235))
    pen.rectangle((115, 380, 385, 640), fill=(20, 25, 30))
    pen.ellipse((167, 190, 333, 355), fill=(50, 35, 25))
    pen.ellipse((186, 220, 314, 374), fill=(190, 140, 110))
    return picture


@pytest.mark.parametrize(
    ("picture", "box"),
    [
        (draw_stripes(), (700, 300, 830, 460)),
        (draw_leaves(), (150, 190, 280, 280)),
        (draw_night(), (760, 60, 880, 180)),
        (draw_window(), (186, 220, 314, 374)),
    ],
    ids=["cup before stripes", "bird among leaves", "moon over mountains", "face beside a window"],
)
@pytest.mark.parametrize("ratio", [1.0, 9 / 16, 16 / 9, 3.0])
def test_what_stands_out_is_kept_off_the_middle(
    picture: Image.Image, box: tuple[int, int, int, int], ratio: float
) -> None:
    crop = compute_inner_shape(*picture.size, ratio)
    left, up = choose_crop(picture, crop)
    assert left <= box[0] and left + crop[0] >= box[2]
    assert up <= box[1] and up + crop[1] >= box[3]


def test_a_line_of_text_at_the_end_is_kept() -> None:
    picture = Image.new("RGB", (640, 1120), (240, 225, 210))
    pen = ImageDraw.Draw(picture)
    pen.text((40, 1000), "Concert tonight", font=load_label_font(70), fill=(120, 20, 20))
    pen.ellipse((240, 450, 400, 610), fill=(200, 120, 40))
    _, up = choose_crop(picture, (640, 360))
    assert up + 360 >= 1090


@pytest.mark.parametrize("ratio", [16 / 9, 4.0])
def test_leaves_along_a_whole_side_are_no_subject_with_a_head(ratio: float) -> None:
    picture = Image.new("RGB", (800, 1200), (90, 140, 200))
    pen = ImageDraw.Draw(picture)
    for top in range(0, 1200, 40):
        pen.line((0, top + 200, 300, top), fill=(40, 120, 40), width=9)
    pen.ellipse((280, 700, 600, 1000), fill=(220, 40, 30))
    size = compute_inner_shape(800, 1200, ratio)
    _, top = choose_crop(picture, size)
    shown = min(1000, top + size[1]) - max(700, top)
    assert shown >= 0.9 * min(300, size[1])
