"""Draws pages of an open PDF: at a size at which they are overlooked, or all is read on them.

Runs in a sandbox process. See `bot.files.readers.pdfs` for the files.
"""

from __future__ import annotations

import hashlib
import io
import math
from typing import Any

from PIL import Image as PilImage

from bot.domain.files import Image
from bot.domain.pictures.sight import Origin, Sight
from bot.files.readers.detail.content import find_content
from bot.files.readers.pictures import convert_to_rgb

# The longer side of a page that is overlooked, in pixels, at which common print stays readable.
_RENDERED_SIDE = 1_600
_QUALITY = 82
# A page is looked at closely at the resolution of its scan, or at one at which print is sharp.
_DOTS, _MAX_DOTS, _POINTS = 150.0, 300.0, 72.0
_MIN_SCAN_SHARE, _MIN_PICTURE_SHARE, _MIN_GAIN = 0.5, 0.05, 1.25
_MAX_DRAWN_SIDE, _MAX_DRAWN_PIXELS = 6_000.0, 30_000_000
# A line of its smallest print, from the top of an “É” to the bottom of a “g”, is as high as this in
# pixels: its letters are those of a screenshot with text of 12.
_LINE_HEIGHT = 16.0
# The letters of a page that are measured. A few that are smaller than all others are no print.
_MAX_MEASURED, _MIN_SMALL, _SMALL_SHARE = 4_000, 6, 0.01


def render_page(pdf: Any, name: str, number: int) -> Image:
    """Return a page, by its number from 1, as it is overlooked."""
    page = pdf[number - 1]
    try:
        picture, side = draw(page, _RENDERED_SIDE), find_full_side(page)
    finally:
        page.close()
    out = io.BytesIO()
    # Coloured lines and stamps stay sharp.
    picture.save(out, "JPEG", quality=_QUALITY, subsampling="4:4:4")
    data = out.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    width, height = picture.size
    scale = max(1.0, side / _RENDERED_SIDE)
    content = find_content(picture, convert_to_rgb)
    sight = Sight(round(width * scale), round(height * scale), content)
    part = f"page {number} of {len(pdf)}"
    return Image(
        name, "image/jpeg", data, digest, width, height, part, "", sight, Origin(number=number)
    )


def draw(page: Any, side: float) -> PilImage.Image:
    """Draw an open page with `side` pixels on its longer side."""
    longer_side = max(*page.get_size(), 1.0)
    bitmap = page.render(scale=side / longer_side, may_draw_forms=True)
    picture: PilImage.Image = bitmap.to_pil().convert("RGB")
    return picture


def find_full_side(page: Any) -> float:
    """Return the longer side, in pixels, at which all is seen that is on an open page."""
    width, height = (max(1.0, side) for side in page.get_size())
    dots = max(_find_picture_dots(page, width * height), _find_print_dots(page))
    most = math.sqrt(_MAX_DRAWN_PIXELS / (width * height))
    side = float(min(dots, most, _MAX_DRAWN_SIDE / max(width, height)) * max(width, height))
    return side if side >= _MIN_GAIN * _RENDERED_SIDE else _RENDERED_SIDE


def _find_picture_dots(page: Any, area: float) -> float:
    """Return how many pixels a point has in the pictures of a page: all of them in its scan."""
    from pypdfium2 import raw

    dots = _DOTS / _POINTS
    for one in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = one.get_bounds()
        across, down = right - left, top - bottom
        share = across * down / area
        if share < _MIN_PICTURE_SHARE:
            continue
        # A page may be turned, and the scan on it with it.
        found = max(one.get_px_size()) / max(across, down)
        most = math.inf if share >= _MIN_SCAN_SHARE else _MAX_DOTS / _POINTS
        dots = max(dots, min(found, most))
    return dots


def _find_print_dots(page: Any) -> float:
    """Return how many pixels a point needs for the smallest print of a page; 0 without any."""
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        step = max(1, count // _MAX_MEASURED)
        boxes = [text_page.get_charbox(one, loose=True) for one in range(0, count, step)]
    finally:
        text_page.close()
    # Of print that is turned a box is as wide as a line is high, and as high as a letter is wide.
    sides = (max(top - bottom, right - left) for left, bottom, right, top in boxes if top > bottom)
    heights = sorted(sides)
    if not heights:
        return 0.0
    small = max(_MIN_SMALL, round(_SMALL_SHARE * len(heights)))
    height: float = heights[min(small, len(heights) - 1)]
    return min(_MAX_DOTS / _POINTS, _LINE_HEIGHT / height)
