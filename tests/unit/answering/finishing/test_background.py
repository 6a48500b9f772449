"""A transparent background that was wanted and did not come is told, once."""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image

from bot.answering.finishing.background import list_background_notes
from bot.domain.llm import ImageOutput
from bot.domain.options import RequestOptions
from bot.llm.offers.openai_models import GPT_5_4 as MODEL

WANTED = RequestOptions(background="transparent")


def draw(mode: str, kind: str = "PNG") -> ImageOutput:
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, kind)
    return ImageOutput(out.getvalue(), f"image/{kind.lower()}", "")


def test_an_opaque_picture_is_told_and_a_transparent_one_not() -> None:
    info = MODEL
    assert len(list_background_notes(WANTED, [draw("RGB")], info)) == 1
    assert len(list_background_notes(WANTED, [draw("RGB", "JPEG")], info)) == 1
    assert not list_background_notes(WANTED, [draw("RGBA")], info)
    assert not list_background_notes(WANTED, [draw("RGB"), draw("RGBA")], info)
    assert not list_background_notes(WANTED, [], info)
    assert not list_background_notes(RequestOptions(), [draw("RGB")], info)


def test_a_wish_that_the_provider_refused_is_told_by_who_left_it_out() -> None:
    refused = replace(MODEL, refused=frozenset({("background", "transparent")}))
    assert not list_background_notes(WANTED, [draw("RGB")], refused)
