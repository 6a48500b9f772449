"""What failed, from a screenshot or a log."""

from __future__ import annotations

import pytest

from bot.domain.options import OutputFormat, RequestOptions
from bot.request.recipes import RECIPES, match_recipe
from bot.request.recipes.recipe import RecipeInput
from bot.request.recipes.what_failed import RECIPE


@pytest.mark.parametrize(
    "text",
    [
        "what failed in this screenshot?",
        "What failed here?",
        "what's broken in this picture",
        "what went wrong in this log?",
        "What is wrong in the screenshot",
        "explain the error message in this screenshot",
        "what is the error in the build log",
        "Was ist hier fehlgeschlagen?",
        "Was ist in diesem Screenshot schiefgegangen?",
        "Welcher Fehler ist auf dem Bild zu sehen?",
        "Erkläre mir den Fehler im Screenshot",
    ],
)
def test_these_ask_for_it(text: str) -> None:
    assert [recipe for recipe in RECIPES.values() if recipe.is_requested_by(text)] == [RECIPE]


@pytest.mark.parametrize(
    "text",
    [
        "what failed?",
        "what went wrong yesterday?",
        "what is wrong here",
        "what failed in this screenshot and in the one before?",
        "explain the error",
        "Was ist hier los?",
    ],
)
def test_these_do_not(text: str) -> None:
    assert match_recipe(text) is not RECIPE


def test_it_tells_what_where_why_and_what_to_try() -> None:
    assert RECIPE.options == RequestOptions(output_format=OutputFormat.TEXT, text_only=True)
    assert RECIPE.required_input is RecipeInput.FILE_OR_TEXT
    parts = ["**What failed:**", "**Where:**", "**Why:**", "**What to try:**"]
    assert sorted(parts, key=RECIPE.prompt.index) == parts
    assert "Repeat no password" in RECIPE.prompt
