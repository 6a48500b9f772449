"""What is asked of a model that draws is what it offers, and what is missing is planned."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.pictures.drawing_models import (
    GPT_5_4_IMAGE_2,
    GPT_IMAGE_1_MINI,
    GPT_IMAGE_2,
    TOOL_MODELS,
)
from bot.domain.pictures.sizes import MAX_MADE_SIDE, PictureSize, is_possible_size, plan_fit


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ((2048, 1152), "2048x1152"),
        ((3840, 2160), "3840x2160"),
        ((1920, 1080), "1920x1088"),
        ((32, 32), "1024x1024"),
        ((1584, 396), "1776x592"),
        ((2480, 3508), "2416x3424"),
    ],
)
def test_a_model_of_any_size_is_asked_for_the_smallest_that_holds_what_is_wanted(
    wanted: tuple[int, int], asked: str
) -> None:
    assert str(GPT_IMAGE_2.choose_size(PictureSize(*wanted))) == asked


def test_others_are_asked_for_the_nearest_shape() -> None:
    wide, tall = PictureSize(1920, 1080), PictureSize(1080, 1920)
    assert str(GPT_IMAGE_1_MINI.choose_size(wide)) == "1536x1024"
    assert str(GPT_IMAGE_1_MINI.choose_size(tall)) == "1024x1536"
    assert GPT_5_4_IMAGE_2.choose_size(wide) is None
    assert GPT_5_4_IMAGE_2.choose_aspect(wide) == "16:9"
    assert GPT_5_4_IMAGE_2.choose_aspect(PictureSize(1584, 396)) == "21:9"
    assert GPT_IMAGE_2.choose_aspect(wide) == ""


@given(st.integers(16, 20_000), st.integers(16, 20_000))
def test_what_is_asked_is_always_within_the_bounds(width: int, height: int) -> None:
    assume(is_possible_size(width, height))
    for model in TOOL_MODELS.values():
        asked = model.choose_size(PictureSize(width, height))
        assert asked is not None
        if model.free_sizes is None:
            assert asked in model.fixed_sizes
            continue
        bounds = model.free_sizes
        assert asked.width % 16 == asked.height % 16 == 0
        assert bounds.min_pixels <= asked.pixels <= bounds.max_pixels
        assert max(asked.sides) <= min(bounds.max_side, bounds.max_ratio * min(asked.sides))


@given(
    st.integers(1, 8_000), st.integers(1, 8_000), st.integers(16, 20_000), st.integers(16, 20_000)
)
def test_a_plan_gives_the_wanted_size_or_twice_the_pixels(
    width: int, height: int, wanted_width: int, wanted_height: int
) -> None:
    assume(is_possible_size(wanted_width, wanted_height))
    wanted = PictureSize(wanted_width, wanted_height, 300)
    plan = plan_fit(width, height, wanted)
    base = plan.canvas or plan.crop or (width, height)
    assert plan.crop is None or (plan.crop[0] <= width and plan.crop[1] <= height)
    assert plan.canvas is None or (plan.canvas[0] >= width and plan.canvas[1] >= height)
    if plan.is_short:
        assert plan.size.width == 2 * base[0] or max(plan.size.sides) == MAX_MADE_SIDE
        assert plan.size.dpi <= 300 and max(plan.size.sides) <= MAX_MADE_SIDE
    else:
        assert plan.size == wanted


def test_a_crop_that_would_keep_too_little_becomes_margins() -> None:
    assert plan_fit(1000, 1000, PictureSize(1600, 900)).canvas is None
    plan = plan_fit(1000, 1000, PictureSize(1600, 300))
    assert plan.crop is None and plan.canvas == (5333, 1000)


def test_a_larger_picture_may_cost_more() -> None:
    usual, large = GPT_IMAGE_2.bound_tokens(None), GPT_IMAGE_2.bound_tokens(PictureSize(3840, 2160))
    assert usual == {"low": 196, "medium": 1_767, "high": 7_033}
    # fal's price of 0.401 US dollars for it at high quality, at 30 US dollars per million tokens.
    assert large["high"] >= 401_000 / 30 and large["low"] == 2 * usual["low"]
