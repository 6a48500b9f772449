"""Stores the recipes that people saved. Their names are in memory, too.

Each replica reads the names again when another one has changed some. What a recipe may be called
and hold is checked in `bot.commands.saved_recipes`.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select

from bot.domain.stores.recipes import (
    MAX_SAVED_RECIPES,
    RecipePlace,
    SavedRecipe,
    SaveResult,
    normalize_recipe_name,
)
from storage.engine.announcements import announce
from storage.engine.database import Database
from storage.engine.dialects import insert
from storage.engine.named_locks import lock
from storage.recipes.schema import saved_recipes as recipes

# Announced when recipes have changed.
RECIPES_TOPIC = "recipes"

_SELECT_NAMES = select(recipes.c.team, recipes.c.holder, recipes.c.key, recipes.c.name)
_IS_OF_PLACE = (recipes.c.team == bindparam("of_team")) & (
    recipes.c.holder == bindparam("of_holder")
)
_IS_MEANT = _IS_OF_PLACE & (recipes.c.key == bindparam("of_key"))
_SELECT = select(recipes.c.name, recipes.c.text, recipes.c.saved_by).where(_IS_MEANT)
_SELECT_KEY = select(recipes.c.key).where(_IS_MEANT)
_COUNT = select(func.count()).select_from(recipes).where(_IS_OF_PLACE)
_DELETE = delete(recipes).where(_IS_MEANT)
_UPSERT = insert(recipes)
_UPSERT = _UPSERT.on_conflict_do_update(
    index_elements=["team", "holder", "key"],
    set_={name: _UPSERT.excluded[name] for name in ("name", "text", "saved_by", "saved_at")},
)


class SqlRecipeBook:
    """Implements `bot.domain.stores.recipes.RecipeBook`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._names: dict[tuple[str, str], dict[str, str]] = {}
        self._loads = 0

    async def load(self) -> None:
        """Read all names. Call it before the first question, and when others have changed some."""
        self._loads += 1
        load = self._loads
        rows = await self._database.read(lambda c: c.execute(_SELECT_NAMES).all())
        names = defaultdict[tuple[str, str], dict[str, str]](dict)
        for row in rows:
            names[row.team, row.holder][row.key] = row.name
        if load == self._loads:  # else what is read now is already older
            self._names = dict(names)

    def list_names(self, place: RecipePlace) -> list[str]:
        return sorted(self._find_names(place).values(), key=str.casefold)

    def find_name(self, place: RecipePlace, name: str) -> str:
        return self._find_names(place).get(normalize_recipe_name(name), "")

    async def fetch(self, place: RecipePlace, name: str) -> SavedRecipe | None:
        key = _build_key(place, name)
        row = await self._database.read(lambda c: c.execute(_SELECT, key).first())
        return None if row is None else SavedRecipe(row.name, row.text, row.saved_by)

    async def save(self, place: RecipePlace, recipe: SavedRecipe) -> SaveResult:
        key = _build_key(place, recipe.name)
        row = {
            "team": place.team,
            "holder": place.holder,
            "key": key["of_key"],
            "name": recipe.name,
            "text": recipe.text,
            "saved_by": recipe.saved_by,
            "saved_at": self._clock(),
        }
        result = await self._database.write(lambda c: _save(c, key, row))
        if result is not SaveResult.NO_ROOM:
            self._loads += 1  # a load that has begun before this may not know it
            names = self._names.setdefault((place.team, place.holder), {})
            names[key["of_key"]] = recipe.name
        return result

    async def delete(self, place: RecipePlace, name: str) -> bool:
        key = _build_key(place, name)

        def write(connection: Connection) -> bool:
            is_deleted = connection.execute(_DELETE, key).rowcount > 0
            announce(connection, RECIPES_TOPIC)
            return is_deleted

        is_deleted = await self._database.write(write)
        self._loads += 1
        self._names.get((place.team, place.holder), {}).pop(key["of_key"], None)
        return is_deleted

    def _find_names(self, place: RecipePlace) -> Mapping[str, str]:
        return self._names.get((place.team, place.holder), {})


def _build_key(place: RecipePlace, name: str) -> dict[str, str]:
    key = normalize_recipe_name(name)
    return {"of_team": place.team, "of_holder": place.holder, "of_key": key}


def _save(connection: Connection, key: dict[str, str], row: dict[str, Any]) -> SaveResult:
    lock(connection, "recipes", row["team"], row["holder"])  # or two could take the last place
    is_known = connection.scalar(_SELECT_KEY, key) is not None
    if not is_known and (connection.scalar(_COUNT, key) or 0) >= MAX_SAVED_RECIPES:
        return SaveResult.NO_ROOM
    connection.execute(_UPSERT, row)
    announce(connection, RECIPES_TOPIC)
    return SaveResult.CHANGED if is_known else SaveResult.NEW
