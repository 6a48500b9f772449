"""Finds where nothing is drawn in a picture: the rows and columns through which it can be cut, and
the lines of a table. Works on pixels; runs in a sandbox process.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageChops

# A step of fewer levels, of 255, between neighbours is noise.
_MIN_STEP = 24
# Fewer lines are no table. What is less high is a rule between them. And how much higher or lower
# than most a line may be.
_MIN_LINES, _MIN_LINE_HEIGHT, _MAX_UNEVENNESS = 8, 5, 0.5


def find_quiet_rows(grey: Image.Image) -> list[bool]:
    """Return for each row whether nothing changes from it to the next one."""
    return _find_quiet(grey, down=1)


def find_quiet_columns(grey: Image.Image) -> list[bool]:
    """Return for each column whether nothing changes from it to the next one."""
    return _find_quiet(grey, across=1)


def find_line(quiet: Sequence[bool], number: int) -> tuple[int, int] | None:
    """Return where line `number` of a table starts and ends, counted from 1, -1 for the last.

    None if it has fewer lines, or uneven ones.
    """
    lines = _list_lines(quiet)
    if len(lines) < _MIN_LINES or not -1 <= number <= len(lines) or not number:
        return None
    heights = sorted(end - start for start, end in lines)
    usual = heights[len(heights) // 2]
    uneven = sum(abs(end - start - usual) > _MAX_UNEVENNESS * usual for start, end in lines)
    if uneven > len(lines) // 4:
        return None
    return lines[number - 1 if number > 0 else -1]


def _find_quiet(grey: Image.Image, across: int = 0, down: int = 0) -> list[bool]:
    width, height = grey.size
    if width <= across or height <= down:
        return []
    steps = ImageChops.difference(
        grey.crop((across, down, width, height)), grey.crop((0, 0, width - across, height - down))
    )
    columns, rows = steps.point(
        [255 * (value >= _MIN_STEP) for value in range(256)]
    ).getprojection()
    found = rows if down else columns
    return [not value for value in found] + [True]


def _list_lines(quiet: Sequence[bool]) -> list[tuple[int, int]]:
    """List the runs of rows that are not quiet, without rules."""
    lines, start = list[tuple[int, int]](), None
    for position, is_quiet in enumerate((*quiet, True)):
        if not is_quiet and start is None:
            start = position
        elif is_quiet and start is not None:
            if position - start >= _MIN_LINE_HEIGHT:
                lines.append((start, position))
            start = None
    return lines
