"""The words about saved recipes."""

from __future__ import annotations

import pytest

from bot.request.commands import parse_command
from bot.request.parse import parse_request
from bot.request.saved_recipes import (
    DeleteRecipe,
    ListRecipes,
    RecipeCommand,
    RunUnknownRecipe,
    SaveRecipe,
    ShowRecipe,
    is_recipe_name,
    parse_recipe_command,
    read_recipe_names,
)
from tests.support.processor_time import hold_to


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("save this as recipe “release notes”", SaveRecipe("release notes")),
        ("Please save this as a recipe 'Release Notes'.", SaveRecipe("Release Notes")),
        ("save as recipe weekly", SaveRecipe("weekly")),
        ("@Easel keep that as my recipe weekly", SaveRecipe("weekly", is_personal=True)),
        ("save this as recipe weekly: list it --table", SaveRecipe("weekly", "list it --table")),
        ("save this as recipe weekly\nlist it\nthank", SaveRecipe("weekly", "list it\nthank")),
        ("Speichere das als Rezept „Übersicht“", SaveRecipe("Übersicht")),
        ("speicher es als mein Rezept Übersicht", SaveRecipe("Übersicht", is_personal=True)),
        ("enregistre ça comme ma recette « notes »", SaveRecipe("notes", is_personal=True)),
        ("guarda esto como receta \"notas\"", SaveRecipe("notas")),
        ("これをレシピ「週報」として保存してください", SaveRecipe("週報")),
        ("delete recipe weekly", DeleteRecipe("weekly")),
        ("Lösche das Rezept „Übersicht“!", DeleteRecipe("Übersicht")),
        ("supprime la recette notes", DeleteRecipe("notes")),
        ("borra la receta notas", DeleteRecipe("notas")),
        ("レシピ「週報」を削除してください", DeleteRecipe("週報")),
        ("show recipe weekly", ShowRecipe("weekly")),
        ("zeig mir das Rezept Übersicht", ShowRecipe("Übersicht")),
        ("recipes", ListRecipes()),
        ("show my recipes.", ListRecipes()),
        ("Rezepte", ListRecipes()),
        ("レシピ一覧", ListRecipes()),
        ("run recipe “no such one”", RunUnknownRecipe("no such one")),
    ],
)  # fmt: skip
def test_a_message_about_recipes(text: str, command: RecipeCommand) -> None:
    assert parse_recipe_command(text) == command
    assert parse_command(text.replace("@Easel ", "")) == command


@pytest.mark.parametrize(
    "text",
    [
        "",
        "recipe for pancakes",
        "save this as recipe",
        "what is a recipe?",
        "give me the recipe of that cake",
        "delete recipe weekly\nand then tell me a joke",
        "save this as recipe <!channel>",
        "save this as recipe `rm`",
        f"save this as recipe {'x' * 41}",
        "show recipes for dinner",
        "save the recipe as pdf",
    ],
)
def test_ordinary_messages_are_about_none(text: str) -> None:
    assert parse_recipe_command(text) is None


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("recipe release notes", ("release notes", "recipe release notes")),
        ("run recipe 'release notes'", ("release notes", "run recipe 'release notes'")),
        ("@Easel release notes.", ("release notes",)),
        ("Rezept: Übersicht", ("Übersicht", "Rezept: Übersicht")),
        ("recette notes", ("notes", "recette notes")),
        ("レシピ「週報」を実行して", ("週報", "レシピ「週報」を実行して")),
        ("", ()),
        ("x" * 500, ()),
    ],
)
def test_a_line_may_name_a_recipe(line: str, names: tuple[str, ...]) -> None:
    assert read_recipe_names(line) == names


def test_a_text_that_is_far_too_long_is_still_to_be_saved() -> None:
    command = parse_request("save this as recipe long\n" + "word " * 4_000).command
    assert isinstance(command, SaveRecipe) and len(command.text) > 2_000


@pytest.mark.parametrize("name", ["a", "Release notes 2.0", "Q&A", "週報", "x" * 40])
def test_a_name_has_letters_and_a_few_signs(name: str) -> None:
    assert is_recipe_name(name)


@pytest.mark.parametrize("name", ["", " a", "a ", "_a", "<a>", "a*b", "a`b", "a\nb", "x" * 41])
def test_a_name_has_nothing_that_slack_reads(name: str) -> None:
    assert not is_recipe_name(name)


def test_no_line_takes_long() -> None:
    with hold_to(5):
        for piece in ("recipe ", "save this as recipe ", "a ", "“", "' ", "my ", ":", "レシピ"):
            for text in (piece * 200_000, (piece * 300)[:160]):
                parse_recipe_command(text)
                read_recipe_names(text)
