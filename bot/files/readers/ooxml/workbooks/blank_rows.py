"""Passes over the blank rows of a workbook, so that what stands below a gap of any size is read.

Counts what that costs: one workbook may take no longer than others that wait would like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A step is what it takes to pass over a row that is not parsed, some tenths of a microsecond. A
# sheet has 1,048,576 rows at most.
_MAX_STEPS = 3_000_000
_STEPS_OF_A_PARSED_CELL = 30
_CELLS_OF_A_STEP = 8
_FREE_ROWS = 10_000
_PREFIX = re.compile(rb"<(\w{1,20}:)?sheetData[ >]")


@dataclass
class BlankRows:
    """What may still be passed over in one workbook; in each of its sheets some rows more."""

    steps_left: int = _MAX_STEPS
    is_used_up: bool = False
    _free_rows: int = _FREE_ROWS

    def begin_sheet(self) -> None:
        """Begin the next sheet of the workbook."""
        self.is_used_up, self._free_rows = False, _FREE_ROWS

    def leave_behind(self, rows: int = 1, *, cells: int = 0, parsed_cells: int = 0) -> bool:
        """Count blank rows; return whether they may be passed over, else the sheet ends here.

        `cells` and `parsed_cells` are how many cells were looked at to know that they are blank.
        """
        if self._free_rows >= rows:
            self._free_rows -= rows
            return True
        steps = rows + cells // _CELLS_OF_A_STEP + parsed_cells * _STEPS_OF_A_PARSED_CELL
        self.is_used_up = self.steps_left < steps
        self.steps_left = max(0, self.steps_left - steps)
        return not self.is_used_up


def iterate_filled(part: bytes, blank_rows: BlankRows | None) -> Iterator[bytes]:
    """Yield the pieces of a worksheet without its runs of rows that are formatted and no more.

    The last row of a run stays, and with it the numbers of those that follow. `blank_rows` of None
    sets no bound.
    """
    start, row, pattern = 0, b"", None
    # What looks like a row in a comment or in CDATA is none. Where no step is left, looking for
    # rows is not worth its time.
    if b"<!" not in part and (blank_rows is None or blank_rows.steps_left > 0):
        prefix = _PREFIX.search(part)
        row, pattern = _build_pattern(b"" if prefix is None else prefix[1] or b"")
    for run in pattern.finditer(part) if pattern is not None else ():
        yield part[start : run.start()]
        rows = part.count(row, *run.span())
        if blank_rows is not None and not blank_rows.leave_behind(rows):
            # Nothing is lost where nothing follows.
            blank_rows.is_used_up = part.find(row, run.end()) >= 0
            if blank_rows.is_used_up:
                return
        start = part.rfind(row, *run.span())
    yield part[start:]


def _build_pattern(prefix: bytes) -> tuple[bytes, re.Pattern[bytes]]:
    """Return how a row with a number begins, and what finds two and more blank ones in a row."""
    row, name = b'<%brow r="' % prefix, re.escape(prefix)
    cell = rb"<%bc [^<>]*(?:/>|></%bc>)\s*+" % (name, name)
    blank = rb"%b[^<>]*(?:/>|>\s*+(?:%b)*+</%brow>)\s*+" % (re.escape(row), cell, name)
    return row, re.compile(rb"(?:%b){2,}+" % blank)
