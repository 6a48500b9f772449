"""The recipes that people saved: a request of their own, by name, for a channel or for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from bot.domain.conversation import Person, Thread

MAX_SAVED_RECIPES, MAX_RECIPE_CHARS, MAX_RECIPE_NAME_CHARS = 30, 2_000, 40


@dataclass(frozen=True, slots=True)
class RecipePlace:
    """Where a recipe belongs: `holder` is the id of a channel or, if it `is_personal`, a person."""

    team: str
    holder: str
    is_personal: bool


@dataclass(frozen=True, slots=True)
class SavedRecipe:
    """What somebody asks again and again. `text` is a whole message, flags included."""

    name: str
    text: str
    saved_by: str


class SaveResult(Enum):
    """What became of a recipe that was to be saved."""

    NEW = "new"
    CHANGED = "changed"
    NO_ROOM = "no room"


class RecipeBook(Protocol):
    """Recipes by place and name; upper and lower case are the same.

    `list_names` and `find_name` ask no database: every message is held against the names.
    """

    def list_names(self, place: RecipePlace) -> Sequence[str]:
        """Return the names of a place, sorted."""
        ...

    def find_name(self, place: RecipePlace, name: str) -> str:
        """Return the name as it was saved, "" if there is none."""
        ...

    async def fetch(self, place: RecipePlace, name: str) -> SavedRecipe | None:
        """Return a recipe, None if there is none of that name (any more)."""
        ...

    async def save(self, place: RecipePlace, recipe: SavedRecipe) -> SaveResult:
        """Save a recipe, in the place of one with its name; committed when this returns."""
        ...

    async def delete(self, place: RecipePlace, name: str) -> bool:
        """Delete a recipe; committed when this returns. Return False if there is none."""
        ...


def list_recipe_places(thread: Thread, person: Person) -> tuple[RecipePlace, ...]:
    """Return the places whose recipes `person` may run in `thread`, their own first."""
    own = RecipePlace(person.team, person.id, is_personal=True)
    if thread.is_direct:
        return (own,)
    return own, RecipePlace(thread.team, thread.channel, is_personal=False)


def normalize_recipe_name(name: str) -> str:
    """Return what is the same for all ways to write a name."""
    return " ".join(name.casefold().split())
