"""Two pictures over each other: what differs is marked, or both are seen."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.files.editing.comparisons import (
    MAX_SIDE,
    draw_difference,
    draw_overlay,
    open_reduced,
)
from bot.files.unreadable import UnreadableError
from tests.support.picture_edits import (
    draw,
)
from tests.support.pictures import encode_picture


def test_a_difference_marks_what_changed_and_an_overlay_shows_both() -> None:
    before, after = draw(100, 100), Image.new("RGB", (200, 200), (230, 230, 240))
    data, share = draw_difference("v1 and v2", before, after)
    assert 0.24 < share < 0.26
    with Image.open(io.BytesIO(data)) as marked:
        assert marked.size == (100, 100)
        red, green, _ = marked.convert("RGB").getpixel((10, 10))  # type: ignore[misc] # RGB
        assert red > green + 60
        # What is equal stays grey, and black lighter than that it could hide a mark.
        assert len(set(marked.convert("RGB").getpixel((90, 90)))) == 1  # type: ignore[arg-type] # RGB
    assert draw_difference("v1 and v1", before, before.copy())[1] == 0
    black = Image.new("RGB", (8, 8))
    with Image.open(io.BytesIO(draw_difference("b and b", black, black)[0])) as pale:
        assert pale.convert("RGB").getpixel((4, 4)) == (90, 90, 90)
    with Image.open(io.BytesIO(draw_overlay("v1 and v2", before, after))) as both:
        assert both.getpixel((10, 10)) == (242, 115, 120)
    with pytest.raises(UnreadableError) as refused:
        draw_overlay("v1 and v2", before, draw(100, 50))
    assert "their shapes differ" in str(refused.value.user_message)


@pytest.mark.parametrize("alpha", [255, 128])
def test_a_difference_of_screenshots_with_alpha_is_that_of_what_is_seen(alpha: int) -> None:
    before = Image.new("RGBA", (4000, 3000), (40, 90, 200, alpha))
    after = before.copy()
    after.paste((250, 90, 20, alpha), (0, 0, 2000, 3000))
    one, other = (open_reduced("a", encode_picture(picture)) for picture in (before, after))
    assert max(one.size) <= MAX_SIDE
    assert draw_difference("a", one, other)[1] == pytest.approx(0.5, abs=0.01)
