"""Grids of parts: each is seen pixel by pixel, and together they show everything."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest

from bot.domain.pictures.sight import Box
from bot.domain.tokens import estimate_picture_tokens, is_shown_in_full
from bot.files.detail.layout import (
    MAX_PARTS,
    MAX_TOKENS,
    Budget,
    compute_parts,
    estimate_overview_tokens,
    plan_grid,
    scale_overview,
)

SIZES = {
    "page": (1200, 8000),
    "dashboard": (3840, 2160),
    "A3 at 300 dpi": (3508, 4961),
    "A3 on its side": (4961, 3508),
    "phone": (1170, 2532),
    "strip": (30_000, 100),
    "column": (90, 40_000),
}


def build_budget(width: int, height: int) -> Budget:
    return Budget(MAX_PARTS, MAX_TOKENS - estimate_overview_tokens(width, height))


def sum_tokens(parts: Sequence[Box]) -> int:
    return sum(estimate_picture_tokens(part[2] - part[0], part[3] - part[1]) for part in parts)


def expect_whole(parts: Sequence[Box], width: int, height: int) -> None:
    """Neighbours overlap, and no part is made smaller by a model that looks at detail “high”."""
    assert all(is_shown_in_full(part[2] - part[0], part[3] - part[1]) for part in parts)
    columns = sorted({(part[0], part[2]) for part in parts})
    rows = sorted({(part[1], part[3]) for part in parts})
    assert len(columns) * len(rows) == len(parts)
    for spans, length in ((columns, width), (rows, height)):
        assert (spans[0][0], spans[-1][1]) == (0, length)
        assert all(one[1] - other[0] >= min(32, length // 3) for one, other in pairwise(spans))
    assert list(parts) == sorted(parts, key=lambda part: (part[1], part[0]))


@pytest.mark.parametrize(("width", "height"), SIZES.values(), ids=SIZES)
def test_what_people_send_is_shown_at_full_size_within_the_budget(width: int, height: int) -> None:
    grid = plan_grid(width, height, build_budget(width, height))
    assert grid is not None and (grid.scale, grid.width, grid.height) == (1.0, width, height)
    parts = compute_parts(grid)
    expect_whole(parts, width, height)
    assert len(parts) <= MAX_PARTS
    assert sum_tokens(parts) + estimate_overview_tokens(width, height) <= MAX_TOKENS


@pytest.mark.parametrize("size", [(10_000, 10_000), (1200, 60_000), (9_000, 7_000)])
def test_what_is_larger_is_shown_as_large_as_the_budget_allows(size: tuple[int, int]) -> None:
    grid = plan_grid(*size, build_budget(*size))
    assert grid is not None and grid.scale < 1
    parts = compute_parts(grid)
    expect_whole(parts, grid.width, grid.height)
    assert 0.75 * MAX_TOKENS < sum_tokens(parts) < MAX_TOKENS or len(parts) > MAX_PARTS - 4


def test_any_size_and_any_quiet_places_give_parts_that_show_everything() -> None:
    chance = random.Random(7)
    for _ in range(150):
        longest = chance.choice((300, 3_000, 12_000))
        width, height = chance.randint(1, longest), chance.randint(1, longest)
        budget = Budget(chance.randint(1, MAX_PARTS), chance.randint(1_000, MAX_TOKENS))
        grid = plan_grid(width, height, budget)
        if grid is None:
            continue
        assert grid.count <= budget.parts and grid.tokens <= budget.tokens
        share = chance.random()
        quiet = [chance.random() < share for _ in range(max(grid.width, grid.height))]
        expect_whole(compute_parts(grid, quiet, quiet), grid.width, grid.height)


def test_a_cut_goes_through_the_gap_between_two_lines() -> None:
    grid = plan_grid(1200, 8000, build_budget(1200, 8000))
    assert grid is not None
    # Lines of twenty pixels, with gaps of ten.
    quiet = [row % 30 >= 20 for row in range(8000)]
    parts = compute_parts(grid, quiet)
    expect_whole(parts, 1200, 8000)
    for upper, lower in pairwise(parts):
        middle = (upper[3] + lower[1]) // 2
        assert all(quiet[middle - 2 : middle + 2])


def test_without_room_nothing_is_planned() -> None:
    assert plan_grid(3000, 3000, Budget(0, 20_000)) is None
    assert plan_grid(3000, 3000, Budget(24, 0)) is None
    assert plan_grid(3000, 3000, Budget(24, -5)) is None


@pytest.mark.parametrize(("width", "height"), [*SIZES.values(), (100_000, 100), (1, 1)])
def test_an_overview_is_small_and_keeps_its_shape(width: int, height: int) -> None:
    wide, high = scale_overview(width, height)
    assert 1 <= wide <= 2048 and 1 <= high <= 2048 and wide * high <= 1_100_000
    assert estimate_overview_tokens(width, height) <= 1_400
    if min(wide, high) > 50:
        assert wide / high == pytest.approx(width / height, rel=0.03)
