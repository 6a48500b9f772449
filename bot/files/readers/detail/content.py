"""Tells by its pixels whether a picture is a photo, shows text, or is drawn in flat areas.

Synchronous; runs in a sandbox process. It looks at small windows, spread evenly over the picture
at its full scale: what that costs does not grow with the picture.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import math
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from bot.domain.pictures.sight import PictureContent
from bot.files.readers.detail.paper import make_opaque

# Narrow, so that the lines of a page photographed at an angle stay apart in them.
_WINDOW_WIDTH, _WINDOW_HEIGHT, _MAX_WINDOWS = 64, 128, 60
# Where in its place of the grid a window lies, by its row and by its column.
_SHIFTS = (0.4, 0.6, 0.5)
# What is drawn has areas of one colour, and most of its steps are high: neighbours differ by more
# than a compressed file adds, and then by much. Photos come to a fifth.
_MIN_EQUAL_SHARE, _LOW_STEP, _HIGH_STEP, _MIN_HIGH_SHARE = 0.5, 4, 32, 0.3
# Edges are seen after a light blur, which takes the noise of a photo away; a step counts as one
# from this share of all contrast on.
_MIN_STEP, _MIN_STEP_SHARE = 14, 0.12
# Less contrast, or fewer edges, is nothing to see; text has more.
_MIN_CONTRAST, _MIN_TEXT_CONTRAST, _MAX_BLANK_EDGES = 24, 40, 0.003
# Most of what is around text has one colour, within this many levels of 255.
_BACKGROUND_LEVELS, _MIN_BACKGROUND = 32, 0.4
# The edges of letters: their shares of the pixels, across and down; their share in the rows of a
# line; and how much of that is left in the gaps between lines.
_MIN_ACROSS, _MIN_DOWN, _MIN_IN_LINES, _MAX_IN_GAPS = 0.012, 0.008, 0.16, 0.2
_LINE_QUANTILE, _GAP_QUANTILE = 0.95, 0.15
# Of the windows in which there is anything. Photos of many things come to a quarter.
_MIN_TEXT_SHARE, _MIN_TEXT_WINDOWS = 0.3, 2
# Few photos are this much taller than wide, and most web pages and chats are: with photos in them.
_TALL_RATIO, _MIN_TEXT_SHARE_IF_TALL = 2.5, 0.1


@dataclass(frozen=True, slots=True)
class _Window:
    """`equal_share` of its pixels equal the next one; the steps are counted that are not."""

    equal_share: float
    low_steps: int
    high_steps: int
    is_blank: bool
    is_text: bool


def find_content(
    picture: Image.Image, convert_to_rgb: Callable[[Image.Image], Image.Image]
) -> PictureContent:
    """Return what a loaded picture of any mode shows."""
    windows = [
        _measure(_convert_to_grey(picture.crop(box), convert_to_rgb))
        for box in _list_windows(*picture.size)
    ]
    busy_count = sum(not window.is_blank for window in windows)
    text_count = sum(window.is_text for window in windows)
    is_tall = picture.height >= _TALL_RATIO * picture.width
    min_share = _MIN_TEXT_SHARE_IF_TALL if is_tall else _MIN_TEXT_SHARE
    if text_count >= max(min(_MIN_TEXT_WINDOWS, len(windows)), min_share * busy_count):
        return PictureContent.TEXT
    return PictureContent.GRAPHIC if _is_drawn(windows) else PictureContent.PHOTO


def _convert_to_grey(
    window: Image.Image, convert_to_rgb: Callable[[Image.Image], Image.Image]
) -> Image.Image:
    colours = make_opaque(window, convert_to_rgb)
    grey = colours.convert("L")
    if colours.mode == "L" or _measure_range(grey) >= _MIN_TEXT_CONTRAST:
        return grey
    # Blue on black, and red on black, differ little in lightness.
    return max((grey, *colours.split()), key=_measure_range)


def _measure_range(grey: Image.Image) -> int:
    least, most = grey.getextrema()
    return int(most) - int(least)  # type: ignore[arg-type] # of one band


def _is_drawn(windows: Sequence[_Window]) -> bool:
    equal_shares = sorted(window.equal_share for window in windows)
    if equal_shares[len(equal_shares) // 2] < _MIN_EQUAL_SHARE:
        return False
    low = sum(window.low_steps for window in windows)
    high = sum(window.high_steps for window in windows)
    return high >= _MIN_HIGH_SHARE * low


def _list_windows(width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield windows that lie about as far apart across as down, each row shifted a little: what
    comes again and again on a page is not always between them."""
    most_across, most_down = max(1, width // _WINDOW_WIDTH), max(1, height // _WINDOW_HEIGHT)
    across = max(1, min(most_across, round(math.sqrt(_MAX_WINDOWS * width / height))))
    down = max(1, min(most_down, _MAX_WINDOWS // across))
    across = max(1, min(most_across, _MAX_WINDOWS // down))
    wide, high = min(width, _WINDOW_WIDTH), min(height, _WINDOW_HEIGHT)
    for row in range(down):
        shift = _SHIFTS[row % len(_SHIFTS)]
        for column in range(across):
            left = int((width - wide) * (column + shift) / across)
            top = int((height - high) * (row + _SHIFTS[column % len(_SHIFTS)]) / down)
            yield left, top, left + wide, top + high


def _measure(window: Image.Image) -> _Window:
    width, height = window.size
    if width < 2 or height < 2:
        return _Window(1.0, 0, 0, is_blank=True, is_text=False)
    steps = _find_steps(window, 1, 0).histogram()
    drawn = steps[0] / sum(steps), sum(steps[_LOW_STEP:]), sum(steps[_HIGH_STEP:])
    soft = window.filter(ImageFilter.BoxBlur(1))
    totals = [0, *itertools.accumulate(soft.histogram())]
    contrast = _find_level(totals, 0.99) - _find_level(totals, 0.01)
    if contrast < _MIN_CONTRAST:
        return _Window(*drawn, is_blank=True, is_text=False)
    edges, across, down = _find_edges(soft, max(_MIN_STEP, int(contrast * _MIN_STEP_SHARE)))
    if max(across, down) < _MAX_BLANK_EDGES:
        return _Window(*drawn, is_blank=True, is_text=False)
    is_text = (
        contrast >= _MIN_TEXT_CONTRAST
        and (across >= _MIN_ACROSS and down >= _MIN_DOWN)
        and _has_lines(edges)
        and _measure_background(totals) >= _MIN_BACKGROUND
    )
    return _Window(*drawn, is_blank=False, is_text=is_text)


def _find_edges(soft: Image.Image, min_step: int) -> tuple[Image.Image, float, float]:
    """Return the edges across, and the shares of the pixels that are edges, across and down."""
    area = soft.width * soft.height
    edges = _find_steps(soft, 1, 0).point(_list_marks(min_step))
    down = sum(_find_steps(soft, 0, 1).histogram()[min_step:])
    return edges, edges.histogram()[255] / area, down / area


@functools.lru_cache(maxsize=256)
def _list_marks(min_step: int) -> tuple[int, ...]:
    """Return a table that marks the steps that are edges."""
    return tuple(255 * (value >= min_step) for value in range(256))


def _has_lines(edges: Image.Image) -> bool:
    """Whether there are rows full of edges, and rows with few of them between."""
    height = edges.height
    rows = sorted(edges.resize((1, height), Image.Resampling.BOX).tobytes())
    in_lines, in_gaps = (rows[int(share * height)] for share in (_LINE_QUANTILE, _GAP_QUANTILE))
    return in_lines >= 255 * _MIN_IN_LINES and in_gaps <= _MAX_IN_GAPS * in_lines


def _measure_background(totals: Sequence[int]) -> float:
    """Return the share of the pixels that have the most common colour, or nearly so."""
    ends = totals[_BACKGROUND_LEVELS:]
    most: int = max(map(operator.sub, ends, totals))
    return most / totals[-1]


def _find_steps(window: Image.Image, across: int, down: int) -> Image.Image:
    """Return how much each pixel differs from its neighbour to the right or below."""
    width, height = window.size
    return ImageChops.difference(
        window.crop((across, down, width, height)),
        window.crop((0, 0, width - across, height - down)),
    )


def _find_level(totals: Sequence[int], share: float) -> int:
    """Return the level up to which a share of the pixels is; `totals` are those below each."""
    return max(0, bisect.bisect_left(totals, share * totals[-1]) - 1)
