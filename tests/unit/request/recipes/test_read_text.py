"""Reading the text of a picture."""

from __future__ import annotations

import pytest

from bot.domain.options import OutputFormat, RequestOptions
from bot.request.recipes import RECIPES, match_recipe
from bot.request.recipes.read_text import RECIPE
from bot.request.recipes.recipe import RecipeInput


@pytest.mark.parametrize(
    "text",
    [
        "read the text",
        "please read the text in this screenshot",
        "Read the text from the pdf",
        "ocr",
        "OCR this",
        "run OCR on this scan",
        "transcribe this",
        "Transcribe the document, please",
        "extract the text from this image",
        "copy all the text out of that picture",
        "What does the text in this picture say?",
        "what is the text in this image",
        "Lies den Text",
        "lies mir bitte den Text im Bild vor",
        "Text auslesen",
        "Kannst du den Text aus diesem Screenshot abtippen?",
        "Transkribiere das Bild",
    ],
)
def test_these_ask_for_it(text: str) -> None:
    assert [recipe for recipe in RECIPES.values() if recipe.is_requested_by(text)] == [RECIPE]


@pytest.mark.parametrize(
    "text",
    [
        "read this",
        "read the text aloud to the team tomorrow",
        "transcribe this meeting",
        "extract the text as csv",
        "ocr is broken",
        "what does the text mean?",
        "read the text and translate it",
        "Lies den Text und fasse ihn zusammen",
    ],
)
def test_these_do_not(text: str) -> None:
    assert match_recipe(text) is not RECIPE


def test_it_adds_nothing_keeps_the_layout_and_marks_what_cannot_be_read() -> None:
    assert RECIPE.options == RequestOptions(output_format=OutputFormat.TEXT, text_only=True)
    assert RECIPE.required_input is RecipeInput.FILE_OR_PICTURE
    for instruction in (
        "word for word",
        "add nothing",
        "layout",
        "code block",
        "[unreadable]",
        "[?]",
    ):
        assert instruction in RECIPE.prompt
    assert "Translate nothing" in RECIPE.prompt
