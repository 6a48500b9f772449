"""Recipes that people saved, on both engines."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.conversation import Person, Thread
from bot.domain.stores.recipes import (
    MAX_SAVED_RECIPES,
    RecipePlace,
    SavedRecipe,
    SaveResult,
    list_recipe_places,
)
from storage.engine.database import Database
from storage.recipes.store import SqlRecipeBook

CHANNEL = RecipePlace("T1", "C1", is_personal=False)
OWN = RecipePlace("T1", "U1", is_personal=True)


@pytest.fixture
def book(database: Database) -> SqlRecipeBook:
    return SqlRecipeBook(database)


async def save(
    book: SqlRecipeBook, name: str, text: str = "do it", *, place: RecipePlace = CHANNEL
) -> SaveResult:
    return await book.save(place, SavedRecipe(name, text, "U1"))


async def test_a_recipe_is_found_however_its_name_is_written_and_is_changed_by_its_name(
    book: SqlRecipeBook, database: Database
) -> None:
    assert await save(book, "Release Notes") is SaveResult.NEW
    assert book.find_name(CHANNEL, "release  NOTES") == "Release Notes"
    assert await save(book, "release notes", "do more") is SaveResult.CHANGED
    assert await book.fetch(CHANNEL, "RELEASE notes") == SavedRecipe(
        "release notes", "do more", "U1"
    )
    other = SqlRecipeBook(database)
    assert other.list_names(CHANNEL) == []
    await other.load()
    assert other.list_names(CHANNEL) == ["release notes"]


async def test_a_place_has_its_own_recipes(book: SqlRecipeBook) -> None:
    await save(book, "a")
    await save(book, "b", place=OWN)
    elsewhere = RecipePlace("T2", "C1", is_personal=False)
    assert (book.list_names(CHANNEL), book.list_names(OWN)) == (["a"], ["b"])
    assert book.find_name(elsewhere, "a") == "" and await book.fetch(elsewhere, "a") is None


async def test_a_deleted_recipe_is_gone_and_deleted_once(book: SqlRecipeBook) -> None:
    await save(book, "a")
    assert await book.delete(CHANNEL, "A") and not await book.delete(CHANNEL, "a")
    assert await book.fetch(CHANNEL, "a") is None and book.find_name(CHANNEL, "a") == ""


async def test_a_place_has_room_for_so_many_whoever_saves_at_once(book: SqlRecipeBook) -> None:
    results = await asyncio.gather(*(save(book, f"r{n}") for n in range(MAX_SAVED_RECIPES + 5)))
    assert results.count(SaveResult.NEW) == MAX_SAVED_RECIPES
    assert results.count(SaveResult.NO_ROOM) == 5
    assert await save(book, book.list_names(CHANNEL)[0]) is SaveResult.CHANGED
    assert await save(book, "mine", place=OWN) is SaveResult.NEW


def test_in_direct_messages_there_are_only_a_persons_own() -> None:
    person = Person("U1", "T1")
    assert list_recipe_places(Thread("T1", "D1", "1.0"), person) == (OWN,)
    assert list_recipe_places(Thread("T1", "C1", "1.0"), person) == (OWN, CHANNEL)
