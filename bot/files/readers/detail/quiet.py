"""Finds where nothing is drawn in a picture: the rows and columns through which it can be cut, and
the lines of a table. Works on pixels; runs in a sandbox process.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageChops

# A step of fewer levels, of 255, between neighbours is noise.
_MIN_STEP = 24
# Fewer rows or columns are no table. What is less thick is a rule between them.
_MIN_ROWS, _MIN_COLUMNS, _MIN_THICKNESS = 8, 3, 5
# How much higher or lower than most a row may be, and the share of those that are uneven.
_MAX_UNEVENNESS, _MAX_UNEVEN_SHARE = 0.5, 0.25
# A narrower gap is one between words of the same column.
_MIN_COLUMN_GAP = 10
# The rows and columns that are shown with the one that is named, on each side: a heading may count
# as a row here that is none to people.
_ROW_NEIGHBOURS, _COLUMN_NEIGHBOURS = 8, 1


def find_quiet_rows(grey: Image.Image) -> list[bool]:
    """Return for each row whether nothing changes from it to the next one."""
    return _find_quiet(grey, down=1)


def find_quiet_columns(grey: Image.Image) -> list[bool]:
    """Return for each column whether nothing changes from it to the next one."""
    return _find_quiet(grey, across=1)


def find_row(quiet: Sequence[bool], number: int) -> tuple[int, int] | None:
    """Return where a row of a table and its neighbours start and end, given its quiet rows.

    `number` counts from 1, -1 is the last. None if there is no such row, or no table.
    """
    rows = _list_runs(quiet)
    if len(rows) < _MIN_ROWS:
        return None
    heights = sorted(end - start for start, end in rows)
    usual = heights[len(heights) // 2]
    uneven = sum(abs(height - usual) > _MAX_UNEVENNESS * usual for height in heights)
    if uneven > _MAX_UNEVEN_SHARE * len(rows):
        return None
    return _select_run(rows, number, _ROW_NEIGHBOURS)


def find_column(quiet: Sequence[bool], number: int) -> tuple[int, int] | None:
    """Return the same for a column, given the quiet columns."""
    columns = _list_runs(quiet, _MIN_COLUMN_GAP)
    return (
        _select_run(columns, number, _COLUMN_NEIGHBOURS) if len(columns) >= _MIN_COLUMNS else None
    )


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


def _list_runs(quiet: Sequence[bool], min_gap: int = 1) -> list[tuple[int, int]]:
    """List where something is drawn, without rules; with narrow gaps it goes on."""
    runs, start, end = list[tuple[int, int]](), -1, -1
    for position, is_quiet in enumerate((*quiet, *(True,) * min_gap)):
        if not is_quiet:
            start, end = (position if start < 0 else start), position + 1
        elif start >= 0 and position - end + 1 >= min_gap:
            if end - start >= _MIN_THICKNESS:
                runs.append((start, end))
            start = -1
    return runs


def _select_run(
    runs: Sequence[tuple[int, int]], number: int, neighbours: int
) -> tuple[int, int] | None:
    if not number or not -1 <= number <= len(runs):
        return None
    at = number - 1 if number > 0 else len(runs) - 1
    return runs[max(0, at - neighbours)][0], runs[min(len(runs) - 1, at + neighbours)][1]
