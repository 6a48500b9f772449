"""The grid of a picture is the same for all copies of it, and its cells cover all of it."""

from __future__ import annotations

import pytest

from bot.domain.pictures.areas import Cell, Grid, list_cells_between, parse_cell, plan_grid


@pytest.mark.parametrize(
    ("size", "grid"),
    [
        ((1000, 1000), Grid(6, 6)), ((1600, 1200), Grid(6, 5)), ((1920, 1080), Grid(6, 3)),
        ((1080, 1920), Grid(5, 9)), ((3000, 2000), Grid(6, 4)), ((1200, 1600), Grid(5, 7)),
        ((1, 9_000), Grid(2, 12)), ((9_000, 1), Grid(6, 2)), ((0, 0), Grid(6, 6)),
    ],
)  # fmt: skip
def test_a_grid_has_about_six_columns_by_the_shape(size: tuple[int, int], grid: Grid) -> None:
    assert plan_grid(*size) == grid


@pytest.mark.parametrize("full", [(4_032, 3_024), (1_179, 2_556), (2_160, 3_840), (4_000, 2_999)])
def test_a_smaller_copy_has_the_same_grid(full: tuple[int, int]) -> None:
    for side in (2_048, 1_600, 1_024):
        scale = side / max(full)
        copy = round(full[0] * scale), round(full[1] * scale)
        assert plan_grid(*copy) == plan_grid(*full)


def test_cells_cover_the_picture_and_have_the_names_that_they_are_called_by() -> None:
    grid = plan_grid(1_600, 1_200)
    cells = list_cells_between(Cell(0, 0), grid.last_cell)
    assert len(cells) == 30 and grid.last_cell.name == "F5"
    assert all(parse_cell(cell.name) == cell == parse_cell(cell.name.lower()) for cell in cells)
    area = sum((right - left) * (bottom - top)
               for left, top, right, bottom in map(grid.get_shares, cells))  # fmt: skip
    assert area == pytest.approx(1)
    assert [parse_cell(name) for name in ("", "B0", "B13", "M1", "B3x", "33")] == [None] * 6
    assert not grid.has_cell(Cell(6, 0)) and not grid.has_cell(Cell(0, 5))
