"""Which pictures of a question are shown at full size, and with how much of its budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.domain.files import Image
from bot.domain.pictures.closeup import Closeup, ViewOptions
from bot.domain.pictures.sight import WHOLE, PictureContent, Sight
from bot.files.detail.layout import MAX_TOKENS
from bot.files.detail.plan import ViewPlan, plan_views

TEXT, GRAPHIC, PHOTO = PictureContent.TEXT, PictureContent.GRAPHIC, PictureContent.PHOTO
READ = Closeup(is_wanted=True)
CORNER = Closeup(shares=(0.5, 0.0, 1.0, 0.5))


def build_image(
    size: tuple[int, int], content: PictureContent = TEXT, *, file_id: str = "F1"
) -> Image:
    scale = min(1.0, 2048 / max(size))
    small = [max(1, round(side * scale)) for side in size]
    sight = Sight(*size, content)
    return Image("a.png", "image/png", b"", "", small[0], small[1], file_id=file_id, sight=sight)


def get(plans: Mapping[str, ViewPlan | None], file_id: str = "F1") -> ViewPlan:
    plan = plans[file_id]
    assert plan is not None
    return plan


def count_planned(plans: Mapping[str, ViewPlan | None]) -> int:
    return sum(plan is not None for plan in plans.values())


def build_options(**more: Any) -> ViewOptions:
    return ViewOptions(**more)


@pytest.mark.parametrize("content", [TEXT, GRAPHIC])
@pytest.mark.parametrize("size", [(1200, 8000), (3840, 2160), (1170, 2532), (2048, 1600)])
def test_text_and_drawings_that_would_be_made_smaller_are_shown_in_full(
    size: tuple[int, int], content: PictureContent
) -> None:
    plans = plan_views([build_image(size, content)], [], build_options())
    assert get(plans).shares == WHOLE


@pytest.mark.parametrize("size", [(4032, 3024), (12_000, 2500), (2048, 2048)])
def test_a_photo_is_shown_as_a_whole_unless_the_question_needs_its_details(
    size: tuple[int, int],
) -> None:
    photo = build_image(size, PHOTO)
    assert plan_views([photo], [], build_options()) == {}
    assert plan_views([photo], [], build_options(closeup=READ)).keys() == {"F1"}
    assert plan_views([photo], [], build_options(closeup=CORNER)).keys() == {"F1"}


@pytest.mark.parametrize("size", [(800, 600), (1920, 1080), (2048, 1216), (100, 2048)])
def test_what_the_model_sees_pixel_by_pixel_anyhow_needs_no_plan(size: tuple[int, int]) -> None:
    assert plan_views([build_image(size)], [], build_options(closeup=READ)) == {}


def test_a_picture_of_which_only_a_copy_is_known_stays_as_it_is() -> None:
    unknown = Image("a.png", "image/png", b"", "", 2048, 2048, file_id="F1")
    assert plan_views([unknown], [unknown], build_options(closeup=READ)) == {}


def test_an_earlier_picture_is_shown_in_full_only_where_the_question_needs_it() -> None:
    page = build_image((1200, 8000))
    assert plan_views([], [page], build_options()) == {}
    assert plan_views([], [page], build_options(closeup=READ)).keys() == {"F1"}
    shares = get(plan_views([], [page], build_options(closeup=CORNER))).shares
    assert shares == pytest.approx((0.45, 0.0, 1.0, 0.55))


def test_a_picture_that_is_changed_is_sent_once_unless_a_place_in_it_is_named() -> None:
    page = build_image((1200, 8000))
    assert plan_views([page], [], build_options(draws=True)) == {}
    assert plan_views([page], [], build_options(draws=True, closeup=READ)) == {}
    assert plan_views([page], [], build_options(draws=True, closeup=CORNER)) == {}


def test_several_pictures_share_the_budget_and_the_small_ones_come_first() -> None:
    sizes = [(3508, 4961), (1170, 2532), (1170, 2532), (3840, 2160)]
    pictures = [build_image(size, file_id=f"F{number}") for number, size in enumerate(sizes)]
    plans = plan_views(pictures, [], build_options())
    tokens = [get(plans, file_id).tokens for file_id in ("F1", "F2", "F3")]
    assert tokens == sorted(tokens, reverse=True) and tokens[0] == MAX_TOKENS
    many = [build_image((1170, 2532), file_id=f"F{number}") for number in range(20)]
    found = plan_views(many, [], build_options())
    # For the others nothing is left, which has to be said.
    assert len(found) == 20 and 4 <= count_planned(found) < 20


def test_what_a_provider_takes_as_it_is_costs_less_than_parts_of_it() -> None:
    pictures = [build_image((1170, 2532), file_id=f"F{number}") for number in range(20)]
    in_parts = plan_views(pictures, [], build_options())
    whole = plan_views(pictures, [], build_options(takes_original=True))
    assert count_planned(whole) > count_planned(in_parts)


def test_a_model_with_little_room_keeps_it_for_the_rest() -> None:
    page = build_image((1200, 8000))
    plan = get(plan_views([page], [], build_options(context_tokens=30_000)))
    assert plan.tokens == 6_000
    assert plan_views([page], [], build_options(context_tokens=2_000)) == {"F1": None}


def test_what_is_named_in_a_new_picture_is_shown_with_the_rest_where_that_fits() -> None:
    row = Closeup(row=40)
    for closeup in (CORNER, row):
        plan = get(plan_views([build_image((1200, 8000))], [], build_options(closeup=closeup)))
        assert (plan.shares, plan.row) == (WHOLE, 0)
        huge = build_image((9000, 9000))
        plan = get(plan_views([huge], [], build_options(closeup=closeup)))
        assert (plan.shares != WHOLE, plan.row) == (closeup is CORNER, closeup.row)
    photo = build_image((4032, 3024), PHOTO)
    assert get(plan_views([photo], [], build_options(closeup=CORNER))).shares != WHOLE
