"""Draws formulas by matplotlib's mathtext, without TeX. Runs in a sandbox process."""

from __future__ import annotations

import io
from typing import NamedTuple

from PIL import Image

from bot.files.sandbox.computing.libraries import load_mathtext
from bot.markup.faults import UnknownMarkupError
from bot.markup.formulas import FormulaLine, split_formula

_FONT_SIZE, _MAX_DPI, _MIN_DPI = 18, 300, 70
_POINTS_PER_INCH = 72
_MAX_WIDTH, _LINE_GAP = 1_800, 18


class _Drawn(NamedTuple):
    picture: Image.Image
    above: int  # the base line
    below: int


def draw_formula(code: str) -> Image.Image:
    """Raises `BrokenMarkupError`, `UnknownMarkupError`."""
    lines = split_formula(code)
    try:
        dpi = _choose_dpi(lines)
        drawn = [(_draw(line.before, dpi), _draw(line.after, dpi)) for line in lines]
    except ValueError as error:
        # Words that mathtext does not know, of which LaTeX has many.
        raise UnknownMarkupError("not for mathtext") from error
    return _join_rows(drawn)


def _choose_dpi(lines: list[FormulaLine]) -> float:
    width = max(sum(map(_measure, (line.before, line.after))) for line in lines)
    dpi = min(_MAX_DPI, _MAX_WIDTH * _POINTS_PER_INCH / max(width, 1))
    if dpi < _MIN_DPI:
        raise UnknownMarkupError("too wide")
    return dpi


def _measure(text: str) -> float:
    if not text:
        return 0.0
    parser = load_mathtext().MathTextParser("path")
    return float(parser.parse(f"${text}$", dpi=_POINTS_PER_INCH, prop=_build_font()).width)


def _draw(text: str, dpi: float) -> _Drawn | None:
    if not text:
        return None
    out = io.BytesIO()
    depth = load_mathtext().math_to_image(
        f"${text}$", out, prop=_build_font(), dpi=dpi, format="png"
    )
    picture = Image.open(out).convert("RGB")
    below = round(float(depth) * dpi / _POINTS_PER_INCH)
    return _Drawn(picture, picture.height - below, below)


def _build_font() -> object:
    load_mathtext()
    from matplotlib.font_manager import FontProperties

    return FontProperties(size=_FONT_SIZE, math_fontfamily="dejavusans")


def _join_rows(rows: list[tuple[_Drawn | None, _Drawn | None]]) -> Image.Image:
    """Put rows below each other: their first parts end, and the others begin, at one line."""
    edge = max((row[0].picture.width for row in rows if row[0] and row[1]), default=0)
    widths, heights = [], []
    for row in rows:
        present = [part for part in row if part]
        heights.append(max(p.above for p in present) + max(p.below for p in present))
        first = edge if row[1] else 0
        widths.append(first + sum(p.picture.width for p in (present[-1:] if row[1] else present)))
    size = (max(widths), sum(heights) + _LINE_GAP * (len(rows) - 1))
    canvas, top = Image.new("RGB", size, (255, 255, 255)), 0
    for row, height in zip(rows, heights, strict=True):
        base = top + max(part.above for part in row if part)
        before, after = row
        if before:
            left = edge - before.picture.width if after else 0
            canvas.paste(before.picture, (left, base - before.above))
        if after:
            canvas.paste(after.picture, (edge, base - after.above))
        top += height + _LINE_GAP
    return canvas
