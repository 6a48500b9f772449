"""Large pictures: their small text is seen, at once and when a later question needs it."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import pytest
from PIL import Image

from bot.domain.pictures.sight import Detail
from bot.domain.tokens import estimate_picture_tokens
from tests.support.easel import EaselEnvironment, list_pictures
from tests.support.files import get_last_text, read_request_text
from tests.support.pages import draw_dashboard, draw_scenery, draw_table, draw_text
from tests.support.pictures import encode_picture


def list_sizes(easel: EaselEnvironment) -> Sequence[tuple[int, int]]:
    """Return the sizes of the pictures in the last request, as their bytes tell."""
    sizes = []
    for url in list_pictures(easel.get_last_request()):
        with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as picture:
            sizes.append(picture.size)
    return sizes


def list_details(easel: EaselEnvironment) -> list[str]:
    content = easel.get_last_request()["messages"][-1]["content"]
    return [part["image_url"]["detail"] for part in content if part["type"] == "image_url"]


async def test_a_long_page_is_seen_in_parts_and_later_only_where_that_is_needed(
    easel: EaselEnvironment,
) -> None:
    page = encode_picture(draw_table((1200, 8000), 20).picture)
    root = await easel.ask("what is this about?", files=[("page.png", page)])
    overview, *parts = list_sizes(easel)
    assert overview == (307, 2048)
    assert len(parts) == 5 and {width for width, _ in parts} == {1200}
    assert sum(height for _, height in parts) > 8000
    assert "page.png, part 5 of 5, bottom: x 0-1,200 and y" in read_request_text(easel)
    assert "1200×8000 pixels, seen at 1:1 in 5 parts" in await get_last_text_of(easel, root)

    await easel.ask("thanks, what is this picture for?", thread_ts=root)
    assert list_sizes(easel) == [(307, 2048)]
    assert "is shown at 25 % of that" in read_request_text(easel)
    assert "1200×8000 pixels, seen at 25 %" in await get_last_text_of(easel, root)

    await easel.ask("what does row 40 say?", thread_ts=root)
    copy, strip = list_sizes(easel)
    assert copy == (307, 2048)
    assert strip[0] == 1200 and 38 < strip[1] < 800
    seen = await get_last_text_of(easel, root)
    assert f"1200×8000 pixels, of which a part of 1200×{strip[1]} was seen at 1:1" in seen


async def get_last_text_of(easel: EaselEnvironment, root: str) -> str:
    await easel.ask("what did you see?", thread_ts=root)
    return get_last_text(easel, root)


async def test_a_dashboard_is_seen_as_it_is_and_a_corner_of_it_without_a_new_upload(
    easel: EaselEnvironment,
) -> None:
    dashboard = encode_picture(draw_dashboard((3840, 2160), 14).picture)
    root = await easel.ask("which panels are there?", files=[("board.png", dashboard)])
    assert list_sizes(easel) == [(3840, 2160)] and list_details(easel) == ["original"]
    await easel.ask("Zoom into the top right", thread_ts=root)
    whole, corner = list_sizes(easel)
    assert whole == (2048, 1152)
    assert 1920 <= corner[0] <= 2200 and 1080 <= corner[1] <= 1250
    assert "board.png, part 1 of 1, top right" in read_request_text(easel)


@pytest.mark.parametrize("text", ["enlarge the top right", "右上を拡大して"])
async def test_a_part_that_is_to_be_seen_larger_is_looked_at(
    easel: EaselEnvironment, text: str
) -> None:
    dashboard = encode_picture(draw_dashboard((2600, 1500), 14).picture)
    root = await easel.ask("which panels are there?", files=[("board.png", dashboard)])
    await easel.ask(text, thread_ts=root)
    assert "board.png, part 1 of 1, top right" in read_request_text(easel)
    assert not [file for reply in easel.list_replies(root) for file in reply.files]


async def test_a_picture_that_is_changed_is_sent_once(easel: EaselEnvironment) -> None:
    page = encode_picture(draw_text((1200, 4000), 14).picture)
    await easel.ask("make it grey", files=[("page.png", page)])
    assert list_sizes(easel) == [(614, 2048)]


def count_tokens(easel: EaselEnvironment) -> int:
    sizes, details = list_sizes(easel), list_details(easel)
    return sum(
        estimate_picture_tokens(*size, Detail(detail))
        for size, detail in zip(sizes, details, strict=True)
    )


async def test_however_many_pictures_come_they_take_no_more_than_the_bound(
    easel: EaselEnvironment,
) -> None:
    page = encode_picture(draw_text((1200, 8000), 12).picture)
    photo = encode_picture(draw_scenery((2400, 1800)), "JPEG", quality=90)
    files = [("page.png", page), *((f"{number}.jpg", photo) for number in range(10))]
    root = await easel.ask("what are these?", files=files)
    assert count_tokens(easel) <= 25_000 and (1200, 1617) in list_sizes(easel)
    said = get_last_text(easel, root)
    assert "I saw 10 of them smaller" in said and "zoom into the top right of 0.jpg" in said

    await easel.ask("zoom into the top right of 0.jpg", thread_ts=root)
    copy, corner = list_sizes(easel)
    assert copy == (2048, 1536) and corner == (1320, 990)
