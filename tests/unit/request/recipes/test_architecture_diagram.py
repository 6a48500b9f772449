"""A picture of an architecture."""

from __future__ import annotations

import pytest

from bot.domain.options import Form, Parameters
from bot.request.recipes import RECIPES, recipe_for
from bot.request.recipes.architecture_diagram import RECIPE
from bot.request.recipes.recipe import Needs


@pytest.mark.parametrize(
    "said",
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
def test_these_ask_for_it(said: str) -> None:
    assert [recipe for recipe in RECIPES.values() if recipe.matches(said)] == [RECIPE]


@pytest.mark.parametrize(
    "said",
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
def test_these_do_not(said: str) -> None:
    assert recipe_for(said) is not RECIPE


def test_it_draws_one_picture_wide_and_legible() -> None:
    wanted = Parameters(form=Form.TEXT, text_only=False, aspect="3:2", quality="high")
    assert RECIPE.parameters == wanted
    assert RECIPE.draws
    assert RECIPE.needs is Needs.FILE_OR_TEXT
    assert "Invent no component" in RECIPE.prompt


def test_code_may_stand_under_the_request() -> None:
    said = "Draw an architecture diagram from this code:\n```\nservices:\n  web:\n```"
    assert recipe_for(said) is RECIPE
    assert RECIPE.gives_text(said)
    assert RECIPE.asked(said).endswith("[They also wrote:]\n```\nservices:\n  web:\n```")
    assert not RECIPE.gives_text("Draw an architecture diagram from this code")
