"""How small copies are made where a question's pictures take too many tokens together."""

from __future__ import annotations

import pytest

from bot.domain.files import Image
from bot.domain.pictures.sight import PictureContent, Sight
from bot.domain.tokens import estimate_picture_tokens
from bot.files.detail.copies import (
    bound_picture_tokens,
    count_seen,
    find_side,
    plan_sides,
    share_out,
)
from bot.files.detail.layout import MAX_TOKENS

TEXT, PHOTO = PictureContent.TEXT, PictureContent.PHOTO


def build_image(size: tuple[int, int], content: PictureContent = PHOTO) -> Image:
    return Image("a.png", "image/png", b"", "", *size, sight=Sight(*size, content))


def count_tokens(copies: list[Image], sides: list[int | None]) -> list[int]:
    scales = [
        1 if side is None else side / max(one.width, one.height)
        for one, side in zip(copies, sides, strict=True)
    ]
    return [
        estimate_picture_tokens(round(one.width * scale), round(one.height * scale))
        for one, scale in zip(copies, scales, strict=True)
    ]


def test_each_gets_what_it_needs_or_as_much_as_the_others() -> None:
    assert share_out([100, 900, 50, 700], 1_000) == [100, 425, 50, 425]
    assert share_out([100, 200], 1_000) == [100, 200]
    assert share_out([100, 200], -5) == [0, 0]
    assert share_out([], 10) == []


@pytest.mark.parametrize("size", [(2048, 1536), (307, 2048), (2048, 20), (33, 33), (1, 1)])
@pytest.mark.parametrize("tokens", [3_000, 900, 100, 2])
def test_a_side_takes_no_more_tokens_than_it_may(size: tuple[int, int], tokens: int) -> None:
    side = find_side(*size, tokens)
    scale = side / max(size)
    small = [max(1, round(one * scale)) for one in size]
    assert 1 <= side <= 2048 and estimate_picture_tokens(small[0], small[1]) <= tokens


def test_what_fits_stays_as_it_is() -> None:
    assert plan_sides([build_image((2048, 1536))] * 8, MAX_TOKENS) == [None] * 8


@pytest.mark.parametrize("count", [9, 20, 100, 400])
def test_any_number_of_pictures_fits(count: int) -> None:
    copies = [build_image((2048, 1536), (TEXT, PHOTO)[number % 2]) for number in range(count)]
    sides = plan_sides(copies, MAX_TOKENS)
    tokens = count_tokens(copies, sides)
    assert sum(tokens) <= MAX_TOKENS
    assert min(tokens) >= min(900, 0.7 * MAX_TOKENS / count)


def test_photos_become_smaller_before_text_does() -> None:
    photos = [build_image((2048, 1536))] * 6
    texts = [build_image((1600, 1200), TEXT)] * 4
    sides = plan_sides([*photos, *texts], 18_000)
    assert sides[6:] == [None] * 4 and None not in sides[:6]


def test_small_pictures_stay_beside_large_ones() -> None:
    icons = [build_image((64, 64))] * 10
    sides = plan_sides([build_image((2048, 1536))] * 9 + icons, MAX_TOKENS)
    assert sides[9:] == [None] * 10 and len(set(sides[:9])) <= 2


def test_a_model_with_little_room_keeps_half_of_it() -> None:
    assert bound_picture_tokens(8_000) == 4_000
    assert bound_picture_tokens(1_000_000) == MAX_TOKENS


@pytest.mark.parametrize(
    ("count", "size", "content", "seen"),
    [
        (30, (1131, 1600), TEXT, 20),
        (30, (1131, 1600), PictureContent.UNKNOWN, 20),
        (30, (2048, 1536), PHOTO, 30),
        (100, (2048, 1536), PHOTO, 83),
        (30, (800, 600), TEXT, 30),
        (20, (946, 2048), TEXT, 20),
    ],
)
def test_as_many_are_seen_as_can_be_read(
    count: int, size: tuple[int, int], content: PictureContent, seen: int
) -> None:
    assert count_seen([build_image(size, content)] * count, MAX_TOKENS) == seen


def test_nothing_is_seen_behind_the_first_that_is_left_out() -> None:
    pages, icon = [build_image((1131, 1600), TEXT)] * 3, build_image((64, 64), TEXT)
    assert count_seen([*pages, icon], 2_600) == 2


@pytest.mark.parametrize("max_tokens", [0, 500, 1_024])
def test_one_picture_is_seen_however_little_room_there_is(max_tokens: int) -> None:
    pages = [build_image((900, 2048), TEXT)] * 3
    assert count_seen(pages, max_tokens) == 1
    assert count_seen(pages[:1], max_tokens) == 1
    assert count_seen([], max_tokens) == 0
