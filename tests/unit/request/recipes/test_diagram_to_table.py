"""A diagram as a table and as Mermaid."""

from __future__ import annotations

import pytest

from bot.domain.options import Form, Parameters
from bot.request.recipes import RECIPES, recipe_for
from bot.request.recipes.diagram_to_table import RECIPE
from bot.request.recipes.recipe import Needs


@pytest.mark.parametrize(
    "said",
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
def test_these_ask_for_it(said: str) -> None:
    assert [recipe for recipe in RECIPES.values() if recipe.matches(said)] == [RECIPE]


@pytest.mark.parametrize(
    "said",
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
def test_these_do_not(said: str) -> None:
    assert recipe_for(said) is not RECIPE


def test_it_wants_both_the_table_and_mermaid() -> None:
    assert RECIPE.parameters == Parameters(form=Form.TEXT, text_only=True)
    assert RECIPE.needs is Needs.FILE_OR_PICTURE
    assert "From, To, Kind and Label" in RECIPE.prompt
    assert "```mermaid" in RECIPE.prompt
    assert RECIPE.prompt.index("Markdown table") < RECIPE.prompt.index("```mermaid")
