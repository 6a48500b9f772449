"""Draws contact sheets, and pictures side by side. Asks no model, so it costs nothing.

Synchronous and heavy; runs in a sandbox process.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

from bot.domain.safe_text import truncate
from bot.files.picture_work import MAX_SHEET_PICTURES
from bot.files.readers.detail.encoding import COPY_FORMATS
from bot.files.readers.fonts import load_label_font

_BACKGROUND, _INK = (250, 250, 252), (40, 40, 50)
_GAP = 16
# Labels grow with the cell, so that they stay readable at any size in which a sheet is shown.
_SIDE_TO_LABEL_RATIO, _MIN_LABEL_PIXELS = 20, 20
_THUMBNAIL_SIDE, _LARGE_SIDE = 320, 900
# About as many letters as fit into the width of a cell.
_MAX_LABEL_CHARS = 27


def draw_contact_sheet(pictures: Sequence[tuple[str, bytes]]) -> bytes:
    """Draw the last `MAX_SHEET_PICTURES` pictures on a PNG: labelled thumbnails in rows."""
    shown = pictures[-MAX_SHEET_PICTURES:]
    columns = min(4, max(1, math.ceil(math.sqrt(len(shown)))))
    return _draw_sheet(shown, columns, _THUMBNAIL_SIDE)


def draw_side_by_side(pictures: Sequence[tuple[str, bytes]]) -> bytes:
    """Draw a PNG of a few large pictures next to each other, with their labels."""
    return _draw_sheet(pictures, len(pictures), _LARGE_SIDE)


def _draw_sheet(pictures: Sequence[tuple[str, bytes]], columns: int, side: int) -> bytes:
    cells = [(label, _load_thumbnail(data, side)) for label, data in pictures]
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    # A row is as high as its highest picture, so that wide pictures leave no gaps.
    heights = [max(picture.height for _, picture in row) for row in rows]
    label_height = max(_MIN_LABEL_PIXELS, side // _SIDE_TO_LABEL_RATIO)
    below = label_height * 17 // 10 + _GAP
    size = (columns * (side + _GAP) + _GAP, sum(height + below for height in heights) + _GAP)
    sheet = Image.new("RGB", size, _BACKGROUND)
    pen, top = ImageDraw.Draw(sheet), _GAP
    for row, height in zip(rows, heights, strict=True):
        for column, (label, picture) in enumerate(row):
            left = _GAP + column * (side + _GAP)
            position = (left + (side - picture.width) // 2, top + (height - picture.height) // 2)
            sheet.paste(_draw_checkerboard(picture.size), position)
            sheet.paste(picture, position, picture)
            label_position = (left, top + height + label_height // 3)
            text, font = truncate(label, _MAX_LABEL_CHARS), load_label_font(label_height)
            pen.text(label_position, text, fill=_INK, font=font)
        top += height + below
    out = io.BytesIO()
    sheet.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _load_thumbnail(data: bytes, side: int) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=COPY_FORMATS) as picture:
        small = picture.convert("RGBA")
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    return small


def _draw_checkerboard(size: tuple[int, int]) -> Image.Image:
    """Draw the background of a transparent picture."""
    tile = Image.new("RGB", (32, 32), (255, 255, 255))
    pen = ImageDraw.Draw(tile)
    pen.rectangle((0, 0, 15, 15), fill=(228, 228, 232))
    pen.rectangle((16, 16, 31, 31), fill=(228, 228, 232))
    board = Image.new("RGB", size)
    for left in range(0, size[0], 32):
        for top in range(0, size[1], 32):
            board.paste(tile, (left, top))
    return board
