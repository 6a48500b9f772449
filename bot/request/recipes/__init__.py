"""Ready-made requests, one a file: each with its words, its prompt and the form of its answer.

A recipe is any module of this package that defines `RECIPE`; `recipe.py` says what that is. Whether
what it needs is there, and what is sent with it, is decided in `bot.asking`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from bot.request.recipes.recipe import Recipe

_NON_RECIPE_MODULES = ("recipe",)


def _load_recipes() -> dict[str, Recipe]:
    files = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found: list[Recipe] = [
        importlib.import_module(f"{__name__}.{name}").RECIPE
        for name in files
        if name not in _NON_RECIPE_MODULES
    ]
    return {recipe.name: recipe for recipe in found}


RECIPES: Mapping[str, Recipe] = MappingProxyType(_load_recipes())


def find_recipe(name: str) -> Recipe | None:
    """The recipe of that name, which is its shortcut's callback id."""
    return RECIPES.get(name)


def match_recipe(text: str) -> Recipe | None:
    """The recipe that a message without its flags asks for; None for an ordinary question."""
    return next((recipe for recipe in RECIPES.values() if recipe.is_requested_by(text)), None)
