"""A diagram as a table and as Mermaid."""

from __future__ import annotations

import pytest

from bot.domain.options import OutputFormat, RequestOptions
from bot.request.recipes import RECIPES, match_recipe
from bot.request.recipes.diagram_to_table import RECIPE
from bot.request.recipes.recipe import RecipeInput


@pytest.mark.parametrize(
    "text",
    [
        "turn this diagram into a dependency table",
        "Convert the architecture diagram to a table",
        "turn this picture into a dependency table",
        "turn this flowchart into Mermaid",
        "make a dependency table from this sketch",
        "dependency table of this diagram",
        "list the dependencies in this diagram",
        "extract all the dependencies from the diagram as a table",
        "Mach aus diesem Diagramm eine Tabelle",
        "Wandle dieses Architekturdiagramm in eine Abhängigkeitstabelle um",
        "Erstelle mir eine Abhängigkeitstabelle aus diesem Bild",
    ],
)
def test_these_ask_for_it(text: str) -> None:
    assert [recipe for recipe in RECIPES.values() if recipe.is_requested_by(text)] == [RECIPE]


@pytest.mark.parametrize(
    "text",
    [
        "turn this into a table",
        "turn this picture into a table",
        "turn this chart into a table",
        "list the dependencies in this requirements file",
        "turn this diagram into a poem",
        "draw a dependency table",
        "turn this diagram into a dependency table and mail it to Ben",
    ],
)
def test_these_do_not(text: str) -> None:
    assert match_recipe(text) is not RECIPE


def test_it_wants_data_of_what_is_drawn_and_nothing_else() -> None:
    assert RECIPE.options == RequestOptions(output_format=OutputFormat.TEXT, text_only=True)
    assert RECIPE.required_input is RecipeInput.FILE_OR_PICTURE
    assert "data that fits the schema" in RECIPE.prompt and "```" not in RECIPE.prompt
    assert "no node and no edge that is not there" in RECIPE.prompt
