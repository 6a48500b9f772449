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
        "why did the build fail?",
        "Why is our pipeline red again?",
        "what broke the build",
        "Warum ist der Build fehlgeschlagen?",
        "wieso ist die Pipeline rot",
        "Pourquoi le build a échoué ?",
        "¿Por qué falló el build?",
        "ビルドはなぜ失敗したのですか？",
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
        "why did the project fail?",
        "why did the Roman empire fail",
        "what broke?",
        "how long did the build take?",
        "Was ist hier los?",
    ],
)
def test_these_do_not(text: str) -> None:
    assert match_recipe(text) is not RECIPE


def test_it_tells_what_where_why_and_what_to_try() -> None:
    assert RECIPE.options == RequestOptions(output_format=OutputFormat.TEXT, text_only=True)
    assert RECIPE.required_input is RecipeInput.FILE_OR_TEXT
    parts = ["`summary`", "`where`", "`error`", "`causes`", "`next_steps`", "`confidence`"]
    assert sorted(parts, key=RECIPE.prompt.index) == parts
    assert "Repeat no password" in RECIPE.prompt
