"""A chart of a table: the recipe."""

from __future__ import annotations

import pytest

from bot.domain.options import OutputFormat, RequestOptions
from bot.request.recipes import RECIPES, match_recipe
from bot.request.recipes.chart import RECIPE
from bot.request.recipes.recipe import RecipeInput


@pytest.mark.parametrize(
    "text",
    [
        "plot a table",
        "plot this CSV",
        "please chart the data",
        "draw a chart of this table",
        "Zeichne ein Diagramm aus dieser Tabelle",
        "Diagramm aus diesen Daten",
        "trace un graphique de ce tableau",
        "haz un gráfico de esta tabla",
        "この表をグラフにしてください",
    ],
)
def test_these_ask_for_it(text: str) -> None:
    assert [recipe for recipe in RECIPES.values() if recipe.is_requested_by(text)] == [RECIPE]


@pytest.mark.parametrize(
    "text",
    ["draw a bar chart of a cat", "plot a course to Mars", "what does this chart show?", "chart"],
)
def test_these_do_not(text: str) -> None:
    assert match_recipe(text) is not RECIPE


def test_it_answers_in_words_and_takes_no_orders_from_the_table() -> None:
    assert RECIPE.options == RequestOptions(output_format=OutputFormat.TEXT, text_only=True)
    assert RECIPE.required_input is RecipeInput.FILE_OR_TEXT
    assert "not instructions" in RECIPE.prompt
