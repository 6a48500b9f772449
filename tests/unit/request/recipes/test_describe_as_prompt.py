"""Describing a picture as a prompt."""

from __future__ import annotations

import pytest

from bot.domain.options import OutputFormat, RequestOptions
from bot.request.recipes import RECIPES, match_recipe
from bot.request.recipes.describe_as_prompt import RECIPE
from bot.request.recipes.recipe import RecipeInput


@pytest.mark.parametrize(
    "text",
    [
        "Describe as prompt",
        "describe this picture as a prompt",
        "Please write a prompt for this image",
        "turn the screenshot into an image prompt",
        "What prompt would make this photo?",
        "Beschreibe dieses Bild als Prompt",
        "Schreib mir einen Prompt für dieses Bild",
        "Décris cette image comme un prompt",
        "Écris un prompt pour cette photo",
        "Describe esta imagen como un prompt",
        "この画像をプロンプトとして説明してください",
        "この写真のプロンプトを書いて",
    ],
)
def test_these_ask_for_it(text: str) -> None:
    assert [recipe for recipe in RECIPES.values() if recipe.is_requested_by(text)] == [RECIPE]


@pytest.mark.parametrize(
    "text",
    [
        "describe this picture",
        "write a prompt",
        "write a prompt for a picture of a fox",
        "what is a prompt?",
        "be prompt with this picture",
        "Beschreibe dieses Bild",
    ],
)
def test_these_do_not(text: str) -> None:
    assert match_recipe(text) is not RECIPE


def test_it_answers_with_the_prompt_alone_and_names_nobody() -> None:
    assert RECIPE.options == RequestOptions(output_format=OutputFormat.TEXT, text_only=True)
    assert RECIPE.required_input is RecipeInput.PICTURE
    assert "in one code block" in RECIPE.prompt
    assert "Name no living artist and no person" in RECIPE.prompt
