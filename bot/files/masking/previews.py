"""Draws a grid, numbered areas or a marked copy on a picture. Runs in a sandbox process."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from bot.domain.pictures.areas import Cell, Grid

MAX_SIDE = 1600
# Of the shorter side: a letter large enough for a phone, and a line.
_LETTER, _MIN_LETTER, _LINE = 0.045, 12, 0.004
_INK, _PAPER, _MARK = (255, 255, 255), (20, 20, 24), (255, 0, 200)


def draw_grid(picture: Image.Image, grid: Grid) -> Image.Image:
    """Return the picture with the lines and names of its grid."""
    canvas = _shrink(picture)
    draw = ImageDraw.Draw(canvas)
    width, height = canvas.size
    thick = max(1, round(_LINE * min(canvas.size)))
    for column in range(1, grid.columns):
        x = round(column * width / grid.columns)
        _draw_line(draw, (x, 0, x, height), thick)
    for row in range(1, grid.rows):
        y = round(row * height / grid.rows)
        _draw_line(draw, (0, y, width, y), thick)
    size = min(_compute_letter(canvas), 0.38 * width / grid.columns, 0.5 * height / grid.rows)
    for column in range(grid.columns):
        for row in range(grid.rows):
            place = column * width / grid.columns + thick, row * height / grid.rows + thick
            _draw_label(draw, place, Cell(column, row).name, max(6.0, size))
    return canvas


def draw_areas(picture: Image.Image, masks: Sequence[Image.Image]) -> Image.Image:
    """Return the picture with each area tinted and numbered from 1."""
    canvas = _tint(_shrink(picture), masks)
    draw = ImageDraw.Draw(canvas)
    size = 1.3 * _compute_letter(canvas)
    for number, mask in enumerate(masks, 1):
        box = mask.resize(canvas.size).point([255 if v > 127 else 0 for v in range(256)]).getbbox()
        if box is not None:
            _draw_label(draw, (box[0], max(0, box[1] - size / 2)), str(number), size)
    return canvas


def draw_marked_copy(picture: Image.Image, mask: Image.Image) -> Image.Image:
    """Return the picture with the area tinted, for a model that takes no mask."""
    return _tint(picture.convert("RGB"), [mask])


def _tint(picture: Image.Image, masks: Sequence[Image.Image]) -> Image.Image:
    for mask in masks:
        fitted = mask.resize(picture.size)
        ink = Image.new("RGB", picture.size, _MARK)
        picture = Image.composite(
            ink, picture, fitted.point([int(0.45 * value) for value in range(256)])
        )
    return picture


def _shrink(picture: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", picture.size, (255, 255, 255))
    canvas.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    canvas.thumbnail((MAX_SIDE, MAX_SIDE))
    return canvas


def _compute_letter(canvas: Image.Image) -> float:
    return max(_MIN_LETTER, _LETTER * min(canvas.size))


def _draw_line(draw: ImageDraw.ImageDraw, ends: tuple[int, int, int, int], thick: int) -> None:
    draw.line(ends, fill=_PAPER, width=3 * thick)
    draw.line(ends, fill=_INK, width=thick)


def _draw_label(
    draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: float
) -> None:
    font = ImageFont.load_default(size)
    _left, top, right, bottom = draw.textbbox(place, text, font=font)
    edge = max(2.0, size / 6)
    draw.rectangle(
        (place[0], place[1], right + 2 * edge, bottom - top + place[1] + 2 * edge), _PAPER
    )
    draw.text((place[0] + edge, place[1] + edge - (top - place[1])), text, fill=_INK, font=font)
