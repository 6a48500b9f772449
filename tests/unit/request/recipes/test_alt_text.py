"""An alt text for a picture."""

from __future__ import annotations

import pytest

from bot.domain.options import OutputFormat, RequestOptions
from bot.request.recipes import RECIPES, match_recipe
from bot.request.recipes.alt_text import MAX_ALT_TEXT_CHARS, RECIPE
from bot.request.recipes.recipe import RecipeInput


@pytest.mark.parametrize(
    "text",
    [
        "write alt text",
        "Write an alt text for this picture",
        "alt text",
        "alt-text for this image, please",
        "give me some alt text",
        "suggest alternative text for the screenshot",
        "describe this picture for screen readers",
        "describe the photo for people who can't see it",
        "Schreib einen Alt-Text",
        "Alternativtext zu diesem Bild",
        "Schreibe mir bitte einen Alternativtext für dieses Bild",
        "Beschreibe das Bild für Blinde",
    ],
)
def test_these_ask_for_it(text: str) -> None:
    assert [recipe for recipe in RECIPES.values() if recipe.is_requested_by(text)] == [RECIPE]


@pytest.mark.parametrize(
    "text",
    [
        "write text",
        "what is alt text?",
        "alt text is missing on our site",
        "write alt text for all pictures on example.com",
        "describe this picture for my grandmother",
        "write an alt text generator",
    ],
)
def test_these_do_not(text: str) -> None:
    assert match_recipe(text) is not RECIPE


def test_it_is_one_short_sentence_and_then_a_longer_description() -> None:
    assert RECIPE.options == RequestOptions(output_format=OutputFormat.TEXT, text_only=True)
    assert RECIPE.required_input is RecipeInput.PICTURE
    assert MAX_ALT_TEXT_CHARS == 125
    assert "one sentence of at most 125 characters" in RECIPE.prompt
    assert RECIPE.prompt.index("first line") < RECIPE.prompt.index("longer description")
