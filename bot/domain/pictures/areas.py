"""Areas of a picture by which people say what to change: marks that they drew, cells of a grid.

Pure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.domain.pictures.marks import Pick
from bot.domain.pictures.sight import Shares

# Of a picture that is as wide as high. Phones show a line of a grid's labels of that many cells.
_COLUMNS = 6
_MIN_LINES, _MAX_LINES = 2, 12
# 4:3 and 9:16 are at the edge between two grids: a copy a pixel wider has the same one.
_ROUNDING = 0.05
_LETTERS = "ABCDEFGHIJKL"
_CELL_PATTERN = re.compile(r"([A-La-l])(\d{1,2})")
MAX_CELLS = 144


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid, from 0: `A1` is the one at the top left, `B1` to its right."""

    column: int
    row: int

    @property
    def name(self) -> str:
        return f"{_LETTERS[self.column]}{self.row + 1}"


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells about as wide as high over the whole of a picture: letters across, numbers down."""

    columns: int
    rows: int

    def has_cell(self, cell: Cell) -> bool:
        return cell.column < self.columns and cell.row < self.rows

    def get_shares(self, cell: Cell) -> Shares:
        """Return the part of the picture that a cell covers."""
        left, top = cell.column / self.columns, cell.row / self.rows
        return left, top, left + 1 / self.columns, top + 1 / self.rows

    @property
    def last_cell(self) -> Cell:
        return Cell(self.columns - 1, self.rows - 1)


def plan_grid(width: int, height: int) -> Grid:
    """Return the grid of a picture, always the same for one shape: six columns if it is square."""
    ratio = max(1, width) / max(1, height)
    columns = _bound(_COLUMNS * min(ratio, 1.0) ** 0.5 if ratio < 1 else _COLUMNS)
    return Grid(columns, _bound(columns / ratio))


def _bound(lines: float) -> int:
    return min(_MAX_LINES, max(_MIN_LINES, math.floor(lines + 0.5 + _ROUNDING)))


def parse_cell(name: str) -> Cell | None:
    """Return the cell that `B3` or `b3` names; None for no name of a cell."""
    found = _CELL_PATTERN.fullmatch(name)
    if found is None or not 1 <= int(found[2]) <= _MAX_LINES:
        return None
    return Cell(_LETTERS.index(found[1].upper()), int(found[2]) - 1)


def list_cells_between(first: Cell, last: Cell) -> tuple[Cell, ...]:
    """Return the cells of the rectangle with these two in its corners."""
    columns = sorted((first.column, last.column))
    rows = sorted((first.row, last.row))
    return tuple(
        Cell(column, row)
        for row in range(rows[0], rows[1] + 1)
        for column in range(columns[0], columns[1] + 1)
    )


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """How a message says which part of a picture it is about.

    `cells` are of a grid; `missing` is the name of one that no grid has, such as `Z9`. `numbers`
    are of areas that were shown, from 1, or all of them with `is_all`, or those that `picks` tell:
    “the left one”, “the red circle”. `is_bare`: they count only after the grid or the areas were
    shown, as the words alone may mean anything. `hints` are such words within a wish (“make the
    inside of the blue box green”), which count only where marks are found. `marks` is whether the
    words speak of marks that the person drew (“what I circled”), `is_plural` of several; `points`
    of a place that only a mark could tell (“this part”). `rest` is what else the message says.
    `is_kept`: what is named is what stays, and all else changes (“everything except B3”).
    `is_unclear`: the words speak of an exception (with `hints`, of marks), and do not say surely
    what changes. `is_others`: all areas are chosen but `numbers` or `picks`. `is_inside`: what
    changes is inside of what the looks tell (“the text in the red box”), so that a thing of the
    picture may be meant as well.
    """

    cells: tuple[Cell, ...] = ()
    numbers: tuple[int, ...] = ()
    picks: tuple[Pick, ...] = ()
    is_all: bool = False
    is_bare: bool = False
    marks: bool = False
    is_plural: bool = False
    points: bool = False
    rest: str = ""
    missing: str = ""
    is_kept: bool = False
    is_unclear: bool = False
    is_others: bool = False
    hints: tuple[Pick, ...] = ()
    is_inside: bool = False

    @property
    def looks(self) -> tuple[Pick, ...]:
        """How the words tell one mark from another, as a choice or on the way."""
        return self.picks or self.hints

    @property
    def chooses(self) -> bool:
        """Whether it names cells or areas."""
        return bool(self.cells or self.numbers or self.picks or self.is_all)


NO_CHOICE = AreaChoice()


@dataclass(frozen=True, slots=True)
class EditMask:
    """What of one picture is to be changed.

    `data` is a PNG as large as that picture, `width` x `height`: where it can be seen through, the
    picture changes. `file_id` is that of the picture's file, `sent` are the bytes that the model
    gets of it, and `boxes` tell where the areas are: of what stays if `is_inverted`. `full_size` is
    the width and height of the upright picture in the file, 0 where they are not known.
    """

    data: bytes = field(repr=False)
    width: int
    height: int
    file_id: str
    name: str
    sent: bytes = field(repr=False)
    boxes: tuple[Shares, ...] = ()
    full_size: tuple[int, int] = (0, 0)
    is_inverted: bool = False


# What a copy of a picture is called that only shows where.
TINTED_PART = "with the part to change in pink"


def format_places(boxes: Iterable[Shares]) -> str:
    """Say in words for the model where areas lie, in percent of the picture."""
    return "; ".join(
        f"{left:.0%}-{right:.0%} from the left and {top:.0%}-{bottom:.0%} from the top"
        for left, top, right, bottom in boxes
    )


def join_cells(cells: Sequence[Cell]) -> str:
    """Return the names of cells, for people."""
    return ", ".join(cell.name for cell in cells)
