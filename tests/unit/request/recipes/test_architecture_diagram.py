"""A picture of an architecture."""

from __future__ import annotations

import pytest

from bot.domain.conversation import join_parts
from bot.domain.options import OutputFormat, RequestOptions
from bot.request.recipes import RECIPES, match_recipe
from bot.request.recipes.architecture_diagram import RECIPE
from bot.request.recipes.recipe import RecipeInput


@pytest.mark.parametrize(
    "text",
    [
        "draw an architecture diagram from this code",
        "Draw the architecture",
        "draw me the architecture of this repository",
        "sketch an architecture overview for this config",
        "please make an architecture diagram",
        "create the architecture diagram from these files",
        "turn this code into an architecture diagram",
        "Visualise the architecture",
        "Visualize the architecture behind this configuration",
        "Zeichne mir die Architektur",
        "Erstelle ein Architekturdiagramm aus diesem Code",
        "Kannst du bitte die Architektur zeichnen?",
    ],
)
def test_these_ask_for_it(text: str) -> None:
    assert [recipe for recipe in RECIPES.values() if recipe.is_requested_by(text)] == [RECIPE]


@pytest.mark.parametrize(
    "text",
    [
        "draw the architecture of the Eiffel tower",
        "draw this code",
        "explain the architecture",
        "draw an architect",
        "create an architecture",
        "draw a diagram",
        "turn this code into Rust",
    ],
)
def test_these_do_not(text: str) -> None:
    assert match_recipe(text) is not RECIPE


def test_it_draws_one_picture_wide_and_legible() -> None:
    options = RequestOptions(
        output_format=OutputFormat.TEXT, text_only=False, aspect="3:2", quality="high"
    )
    assert RECIPE.options == options
    assert RECIPE.draws
    assert RECIPE.required_input is RecipeInput.FILE_OR_TEXT
    assert "Invent no component" in RECIPE.prompt


def test_code_may_stand_under_the_request() -> None:
    text = "Draw an architecture diagram from this code:\n```\nservices:\n  web:\n```"
    assert match_recipe(text) is RECIPE
    assert RECIPE.has_text_input(text)
    assert join_parts(RECIPE.build_parts(text)).endswith(
        "[They also wrote:]\n```\nservices:\n  web:\n```"
    )
    assert not RECIPE.has_text_input("Draw an architecture diagram from this code")
