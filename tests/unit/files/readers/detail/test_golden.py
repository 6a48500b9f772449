"""Of each form of large picture, nearly all words are in what is sent, whole and at full size.

`python -m bench details` holds the whole golden set against it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.files import Image
from bot.domain.pictures.closeup import ViewOptions
from bot.files.detail.layout import MAX_PARTS, MAX_TOKENS
from bot.files.detail.plan import plan_views
from bot.files.readers.detail.cutting import cut_picture
from bot.files.readers.pictures import read_picture
from bot.prompt.estimate import sum_picture_tokens
from tests.support.golden_pictures import count_readable, list_golden_pictures
from tests.support.pages import Page, draw_dashboard, draw_table, draw_text, photograph
from tests.support.pictures import encode_picture

# Smaller than those of the set, to be drawn and cut fast.
DRAWINGS: dict[str, Callable[[], Page]] = {
    "tall": lambda: draw_text((900, 4200), 14),
    "dashboard": lambda: draw_dashboard((2880, 1620), 12),
    "table": lambda: draw_table((3000, 800), 14),
    "photo": lambda: photograph(draw_text((1900, 1500), 22), (2300, 1800)),
}


def show(data: bytes, *, takes_original: bool) -> tuple[list[Image], Image]:
    """Return what is sent of a new picture, and its copy of at most 2048 pixels."""
    (copy,) = read_picture("a", data).pictures
    plans = plan_views([copy], [], ViewOptions(takes_original=takes_original))
    return [
        part
        for plan in filter(None, plans.values())
        for part in cut_picture("a", data, plan).pictures
    ], copy


def test_the_golden_set_has_at_least_sixty_pictures() -> None:
    assert len({golden.name for golden in list_golden_pictures()}) >= 60


@pytest.mark.parametrize("form", DRAWINGS)
def test_nearly_all_words_are_seen_whole_and_at_full_size(form: str) -> None:
    page = DRAWINGS[form]()
    data = encode_picture(page.picture, "JPEG" if form == "photo" else "PNG", quality=90)
    sent, copy = show(data, takes_original=False)
    assert 2 < len(sent) <= MAX_PARTS + 1 and sum_picture_tokens(sent) <= MAX_TOKENS
    assert count_readable(page, sent) >= 0.98 * len(page.words)
    assert count_readable(page, [copy]) == 0
