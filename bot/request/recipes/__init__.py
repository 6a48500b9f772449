"""Ready-made requests, one per file: each has its trigger sentences, a prompt and options.

Every module of this package except `recipe.py` is a recipe and defines `RECIPE`. Whether its
required input is there, and what is sent with it, is decided in `bot.answering.prepare`. A
message's menu holds those of `_MENU`; all others are in the form behind “More…”.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from bot.request.recipes.recipe import Recipe, list_sentences

_NON_RECIPE_MODULES = ("recipe",)
# The recipes in a message's menu, in the order of use. Slack takes ten shortcuts; “More…” and
# “Ask Easel…” are two of them.
_MENU = (
    "explain_picture",
    "read_text",
    "summarize_thread",
    "extract_csv",
    "what_failed",
    "architecture_diagram",
    "dependency_graph",
    "chart",
)
MAX_MENU_RECIPES = 8


def _load_recipes() -> dict[str, Recipe]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    recipes: list[Recipe] = [
        importlib.import_module(f"{__name__}.{name}").RECIPE
        for name in names
        if name not in _NON_RECIPE_MODULES
    ]
    return {recipe.name: recipe for recipe in recipes}


RECIPES: Mapping[str, Recipe] = MappingProxyType(_load_recipes())
MENU_RECIPES: tuple[Recipe, ...] = tuple(RECIPES[name] for name in _MENU)


def find_recipe(name: str) -> Recipe | None:
    """Return the recipe called `name`, which is also its shortcut's callback id."""
    return RECIPES.get(name)


def list_more_recipes(recipes: Mapping[str, Recipe] = RECIPES) -> tuple[Recipe, ...]:
    """Return what “More…” offers: what is not in the menu, by title.

    While the menu has room for all of `recipes`, these: behind “More…” they take words as well.
    """
    others = [recipe for recipe in recipes.values() if recipe not in MENU_RECIPES]
    return tuple(sorted(others, key=lambda recipe: recipe.title)) or MENU_RECIPES


def match_recipe(text: str) -> Recipe | None:
    """Return the recipe that a message asks for, or None. `text` has no flags in it."""
    sentences = list_sentences(text)
    return next((one for one in RECIPES.values() if one.is_requested_in(sentences)), None)
