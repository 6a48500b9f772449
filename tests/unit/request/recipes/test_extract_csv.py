"""Data as a table and a CSV file."""

from __future__ import annotations

import pytest

from bot.domain.options import OutputFormat, RequestOptions
from bot.request.recipes import RECIPES, match_recipe
from bot.request.recipes.extract_csv import RECIPE
from bot.request.recipes.recipe import RecipeInput
from bot.structured_output.schemas import TABLE_SCHEMA, select_schema


@pytest.mark.parametrize(
    "text",
    [
        "extract the data as csv",
        "Extract as CSV",
        "extract this as a CSV file",
        "please extract the table from this picture as csv",
        "give me the numbers in this chart as csv",
        "turn this invoice into a csv",
        "convert this to CSV",
        "extract all data to csv",
        "Extrahiere die Daten als CSV",
        "Lies die Tabelle aus dem Bild als CSV aus",
        "Daten aus diesem Screenshot als CSV",
    ],
)
def test_these_ask_for_it(text: str) -> None:
    assert [recipe for recipe in RECIPES.values() if recipe.is_requested_by(text)] == [RECIPE]


@pytest.mark.parametrize(
    "text",
    [
        "give it to me as CSV",
        "csv",
        "extract the data as json",
        "extract the data",
        "write a csv parser",
        "extract the data as csv and sort it by date",
        "convert this csv to json",
        "Was ist CSV?",
    ],
)
def test_these_do_not(text: str) -> None:
    assert match_recipe(text) is not RECIPE


def test_it_asks_for_data_with_a_csv_file_and_no_guesses() -> None:
    assert RECIPE.options == RequestOptions(output_format=OutputFormat.CSV, text_only=True)
    assert select_schema(OutputFormat.CSV) is TABLE_SCHEMA
    assert RECIPE.required_input is RecipeInput.FILE_OR_TEXT
    assert "null" in RECIPE.prompt
    assert "Guess nothing" in RECIPE.prompt


def test_the_text_to_extract_from_may_stand_under_the_request() -> None:
    text = "Extract as CSV:\nAnn 3, Ben 4"
    assert match_recipe(text) is RECIPE
    assert RECIPE.extract_remainder(text) == "Ann 3, Ben 4"
