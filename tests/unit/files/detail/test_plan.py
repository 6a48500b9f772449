"""Which pictures of a question are shown at full size, and with how much of its budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.files import Image, PictureKey
from bot.domain.pictures.closeup import Closeup, ViewOptions
from bot.domain.pictures.sight import WHOLE, WHOLE_FILE, Origin, PictureContent, Sight
from bot.files.detail.layout import MAX_TOKENS
from bot.files.detail.plan import ViewPlan, plan_views

TEXT, GRAPHIC, PHOTO = PictureContent.TEXT, PictureContent.GRAPHIC, PictureContent.PHOTO
KEY = ("F1", WHOLE_FILE)
READ = Closeup(is_wanted=True)
CORNER = Closeup(shares=(0.5, 0.0, 1.0, 0.5))


def build_image(
    size: tuple[int, int], content: PictureContent = TEXT, *, file_id: str = "F1"
) -> Image:
    scale = min(1.0, 2048 / max(size))
    small = [max(1, round(side * scale)) for side in size]
    sight = Sight(*size, content)
    return Image("a.png", "image/png", b"", "", small[0], small[1], file_id=file_id, sight=sight)


def get(plans: Mapping[PictureKey, ViewPlan | None], file_id: str = "F1") -> ViewPlan:
    plan = plans[file_id, WHOLE_FILE]
    assert plan is not None
    return plan


def count_planned(plans: Mapping[PictureKey, ViewPlan | None]) -> int:
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
    assert plan_views([photo], [], build_options(closeup=READ)).keys() == {KEY}
    assert plan_views([photo], [], build_options(closeup=CORNER)).keys() == {KEY}


@pytest.mark.parametrize("size", [(800, 600), (1920, 1080), (2048, 1216), (100, 2048)])
def test_what_the_model_sees_pixel_by_pixel_anyhow_needs_no_plan(size: tuple[int, int]) -> None:
    assert plan_views([build_image(size)], [], build_options(closeup=READ)) == {}


def test_a_picture_of_which_only_a_copy_is_known_stays_as_it_is() -> None:
    unknown = Image("a.png", "image/png", b"", "", 2048, 2048, file_id="F1")
    assert plan_views([unknown], [unknown], build_options(closeup=READ)) == {}


def test_an_earlier_picture_is_shown_in_full_only_where_the_question_needs_it() -> None:
    page = build_image((1200, 8000))
    assert plan_views([], [page], build_options()) == {}
    assert plan_views([], [page], build_options(closeup=READ)).keys() == {KEY}
    shares = get(plan_views([], [page], build_options(closeup=CORNER))).shares
    assert shares == pytest.approx((0.45, 0.0, 1.0, 0.55))


def test_a_picture_that_is_changed_is_sent_once_unless_a_place_in_it_is_named() -> None:
    page = build_image((1200, 8000))
    assert plan_views([page], [], build_options(draws=True)) == {}
    assert plan_views([page], [], build_options(draws=True, closeup=READ)) == {}
    assert plan_views([page], [], build_options(draws=True, closeup=CORNER)) == {}


def test_several_pictures_share_the_budget_and_what_one_does_not_need_is_left_to_others() -> None:
    sizes = [(3508, 4961), (1170, 2532), (1170, 2532), (3840, 2160)]
    pictures = [build_image(size, file_id=f"F{number}") for number, size in enumerate(sizes)]
    plans = plan_views(pictures, [], build_options())
    tokens = [get(plans, file_id).tokens for file_id in ("F2", "F1", "F3", "F0")]
    assert tokens[0] == MAX_TOKENS // 4 and tokens == sorted(tokens)


def test_pictures_alike_are_seen_alike() -> None:
    many = [build_image((1170, 2532), file_id=f"F{number}") for number in range(20)]
    found = plan_views(many, [], build_options())
    # Their copies serve better than a few in full: none is left out, and that has to be said.
    assert len(found) == 20 and not count_planned(found)
    pages = [build_image((1200, 8000), file_id=f"F{number}") for number in range(5)]
    assert count_planned(plan_views(pages, [], build_options())) == 5
    few = many[:5]
    assert count_planned(plan_views(few, [], build_options())) == 5


def test_photos_beside_a_page_leave_it_what_it_needs() -> None:
    photos = [build_image((4032, 3024), PHOTO, file_id=f"P{number}") for number in range(9)]
    page = build_image((1200, 8000))
    assert get(plan_views([*photos, page], [], build_options())).tokens > 12_900
    # Screenshots that are seen in full as they are need what they need.
    others = [build_image((1600, 1200), file_id=f"S{number}") for number in range(9)]
    assert get(plan_views([page], [], build_options(), others)).tokens < 9_000


def test_the_copy_beside_a_named_part_is_counted() -> None:
    pages = [build_image((1170, 2532), file_id=f"F{number}") for number in range(6)]
    found = plan_views([], pages, build_options(closeup=CORNER))
    tokens = [plan.tokens for plan in found.values() if plan is not None]
    # The first one gets what all others leave, less its own copy.
    assert len(tokens) >= 4 and max(tokens) <= MAX_TOKENS - 6 * 2_304


def test_what_a_provider_takes_as_it_is_costs_less_than_parts_of_it() -> None:
    pictures = [build_image((1170, 2532), file_id=f"F{number}") for number in range(7)]
    in_parts = plan_views(pictures, [], build_options())
    whole = plan_views(pictures, [], build_options(takes_original=True))
    assert count_planned(whole) == 7 > count_planned(in_parts)


def test_a_model_with_little_room_keeps_it_for_the_rest() -> None:
    page = build_image((1200, 8000))
    plan = get(plan_views([page], [], build_options(context_tokens=30_000)))
    assert plan.tokens == 6_000
    assert plan_views([page], [], build_options(context_tokens=2_000)) == {KEY: None}


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


def test_pages_frames_and_packed_pictures_are_shown_in_full_as_others_are() -> None:
    page = replace(
        build_image((1240, 1754)), width=1131, height=1600, part="page 2 of 9", origin=Origin("", 2)
    )
    frame = replace(
        build_image((1000, 700)), width=768, height=538, part="frame 1 of 4", origin=Origin("", 1)
    )
    inner = replace(
        build_image((1200, 8000)), name="a.zip: b.png", file_id="F2", origin=Origin("0" * 64)
    )
    found = plan_views([page, frame, inner], [], build_options())
    assert [*found] == [frame.key, page.key, inner.key] and count_planned(found) == 3
    # What is not drawn smaller in its copy needs no more.
    assert plan_views([replace(frame, width=1000, height=700)], [], build_options()) == {}
    photos = [replace(one, sight=replace(one.sight, content=PHOTO)) for one in (page, frame)]
    assert plan_views(photos, [], build_options()) == {}


def test_a_page_that_is_seen_in_one_piece_needs_no_overview() -> None:
    pages = [
        replace(build_image((1240, 1754)), width=1131, height=1600, origin=Origin("", number))
        for number in range(1, 10)
    ]
    # Each takes 2,574 tokens in full, and nine of them are below the bound.
    assert count_planned(plan_views(pages, [], build_options())) == 9


def build_packed(count: int, size: tuple[int, int] = (3600, 2400)) -> list[Image]:
    return [
        replace(build_image(size), name=f"a.zip: {number}.png", origin=Origin(f"{number:064}"))
        for number in range(count)
    ]


@pytest.mark.parametrize("closeup", [CORNER, READ, Closeup(row=7)])
def test_what_the_message_names_is_looked_into_alone(closeup: Closeup) -> None:
    packed = build_packed(6)
    options, named = build_options(closeup=closeup), {packed[4].key}
    assert plan_views([], packed, options, named_keys=named).keys() == named
    found = plan_views(packed, [], options, named_keys=named)
    plan = found.pop(packed[4].key)
    # The five others keep what they need to be read.
    assert plan is not None and plan.tokens >= MAX_TOKENS - 5 * 1_250 - packed[4].tokens
    assert all(other is None or other.shares == WHOLE for other in found.values())
    photos = [replace(one, sight=replace(one.sight, content=PHOTO)) for one in packed]
    assert plan_views(photos, [], options, named_keys=named).keys() == named


def test_what_the_message_names_comes_first_where_it_looks_into_nothing() -> None:
    pages = [build_image((1200, 8000), file_id=f"F{number}") for number in range(8)]
    alike = plan_views(pages, [], build_options())
    found = plan_views(pages, [], build_options(), named_keys={pages[5].key})
    assert get(found, "F5").tokens > 2 * get(alike, "F5").tokens


def test_a_named_picture_takes_nothing_of_what_others_need_where_there_is_little() -> None:
    packed = build_packed(12, (1600, 2400))
    options = build_options(closeup=CORNER, context_tokens=20_000)
    found = plan_views(packed, [], options, named_keys={packed[0].key})
    assert set(found.values()) == {None}
