"""Explaining a picture."""

from __future__ import annotations

import pytest

from bot.domain.options import OutputFormat, RequestOptions
from bot.request.recipes import RECIPES, match_recipe
from bot.request.recipes.explain_picture import RECIPE
from bot.request.recipes.recipe import RecipeInput


@pytest.mark.parametrize(
    "text",
    [
        "explain this picture",
        "Please explain this image to me.",
        "explain the screenshot in detail",
        "Describe this photo",
        "What does this picture show?",
        "tell me what this image shows",
        "Erkläre mir bitte dieses Bild",
        "Beschreib das Foto",
        "Was zeigt dieses Screenshot?",
        "Kannst du das Bild erklären?",
    ],
)
def test_these_ask_for_it(text: str) -> None:
    assert [recipe for recipe in RECIPES.values() if recipe.is_requested_by(text)] == [RECIPE]


@pytest.mark.parametrize(
    "text",
    [
        "explain this",
        "explain this code",
        "explain this picture to me like I am a pirate who never saw a ship",
        # An everyday question wants an everyday answer.
        "what’s in this picture?",
        "Was ist auf dem Bild zu sehen?",
        "explain the picture frame theory",
        "describe the photo shoot we had",
        "what does this picture cost?",
        "what is in this release?",
        "Erkläre mir das Problem",
    ],
)
def test_these_do_not(text: str) -> None:
    assert match_recipe(text) is not RECIPE


def test_it_answers_in_words_and_begins_with_the_whole() -> None:
    assert RECIPE.options == RequestOptions(output_format=OutputFormat.TEXT, text_only=True)
    assert RECIPE.required_input is RecipeInput.PICTURE
    assert "one sentence" in RECIPE.prompt
    assert "Name no person" in RECIPE.prompt
