"""Reads the words about saved recipes: save, list, show, delete, run. Pure.

Whether there is a recipe of a name is decided in `bot.answering.saved_recipes`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.stores.recipes import MAX_RECIPE_NAME_CHARS

_MAX_LINE_CHARS = 160
# Letters, digits and a few signs: a name is shown, and is part of what people type.
_NAME = rf"(?P<name>[^\W_](?:[\w .,'’&+-]{{0,{MAX_RECIPE_NAME_CHARS - 2}}}[\w.’'+])?)"
_QUOTED = rf"[\"“”„«»‹›'‘’「『]\s?{_NAME}\s?[\"“”„«»‹›'‘’」』]"
_POLITE = r"(?:please |bitte |por favor |s['’]il te pla[iî]t |can you |kannst du )?"
_FULL_STOPS = " .!?。"
_SAVE = (
    rf"{_POLITE}(?:save|keep|store)(?: (?:this|that|it))? as (?:a |the |our |(?P<own>my ))?"
    r"recipe {name}",
    rf"{_POLITE}(?:speicher|speichere|sicher|sichere|merk|merke)(?: (?:das|dies|es))?"
    r"(?: bitte)? als (?P<own>mein |eigenes )?(?:unser |ein )?rezept {name}",
    rf"{_POLITE}(?:enregistre|sauvegarde|garde)(?: (?:ça|ca|ceci|cela))? comme (?:une |notre )?"
    r"(?P<own>ma )?recette {name}",
    rf"{_POLITE}(?:guarda|guárdalo|guardalo|graba)(?: (?:esto|eso))? como (?:una |nuestra )?"
    r"(?P<own>mi )?receta {name}",
    r"(?:これを?)?(?P<own>私の)?レシピ ?{name} ?として(?:保存|登録)(?:して)?(?:ください)?",
)
_DELETE = (
    rf"{_POLITE}(?:delete|remove|forget) (?:the |my |our )?recipe {{name}}",
    rf"{_POLITE}(?:lösche?|entferne?|vergiss) (?:das |mein |unser )?rezept {{name}}",
    rf"{_POLITE}(?:supprime|efface|oublie) (?:la |ma |notre )?recette {{name}}",
    rf"{_POLITE}(?:borra|elimina|olvida) (?:la |mi |nuestra )?receta {{name}}",
    r"レシピ ?{name} ?を(?:削除|消去)(?:して)?(?:ください)?",
)
_SHOW = (
    r"(?:show|what is|what’s|what's) (?:me )?(?:the |my |our )?recipe {name}",
    r"(?:zeig|zeige)(?: mir)? (?:das |mein |unser )?rezept {name}",
    r"(?:montre|affiche)(?:-moi)? (?:la |ma |notre )?recette {name}",
    r"(?:muestra|muéstrame|muestrame) (?:la |mi |nuestra )?receta {name}",
    r"レシピ ?{name} ?を(?:見せて|表示して)(?:ください)?",
)
_RUN = (
    rf"{_POLITE}(?:(?:run|use) )?(?:the |my |our )?recipe:? {{name}}",
    rf"{_POLITE}(?:(?:nimm|benutze|starte) )?(?:das |mein |unser )?rezept:? {{name}}",
    rf"{_POLITE}(?:(?:utilise|lance) )?(?:la |ma |notre )?recette ?:? {{name}}",
    rf"{_POLITE}(?:(?:usa|ejecuta) )?(?:la |mi |nuestra )?receta:? {{name}}",
    r"レシピ ?[:：]? ?{name}(?: ?を(?:使って|実行して)(?:ください)?)?",
)
_LIST_PATTERN = re.compile(
    r"(?:show |list )?(?:me )?(?:the |all |my |our )?(?:saved )?recipes"
    r"|rezepte|(?:zeige? )?(?:mir )?(?:alle |meine |unsere |die )(?:gespeicherten )?rezepte"
    r"|(?:mes |nos |les )?recettes"
    r"|(?:mis |nuestras |las )?recetas|レシピ(?:の)?一覧(?:を見せて)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SaveRecipe:
    """`save this as recipe “release notes”`. Without `text` the person's last request is meant."""

    name: str
    text: str = ""
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class DeleteRecipe:
    """`delete recipe “release notes”`"""

    name: str


@dataclass(frozen=True, slots=True)
class ShowRecipe:
    """`show recipe “release notes”`"""

    name: str


@dataclass(frozen=True, slots=True)
class ListRecipes:
    """`recipes`"""


@dataclass(frozen=True, slots=True)
class RunUnknownRecipe:
    """A recipe in quotation marks that there is not."""

    name: str


RecipeCommand: TypeAlias = SaveRecipe | DeleteRecipe | ShowRecipe | ListRecipes | RunUnknownRecipe


def _compile(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Return each pattern with a name in quotation marks, then with one that goes to the end."""
    return tuple(
        re.compile(f"{pattern.replace('{name}', name)}[{_FULL_STOPS}]{{0,3}}", re.IGNORECASE)
        for name in (_QUOTED, _NAME)
        for pattern in patterns
    )


_SAVE_PATTERNS = _compile(_SAVE)
_DELETE_PATTERNS = _compile(_DELETE)
_SHOW_PATTERNS = _compile(_SHOW)
_RUN_PATTERNS = _compile(_RUN)
_QUOTED_RUN_PATTERNS = _RUN_PATTERNS[: len(_RUN)]


def parse_recipe_command(text: str) -> RecipeCommand | None:
    """Return what a message wants done with saved recipes, None for any other message.

    Only the first line is looked at; what stands below it is the text to save.
    """
    first, _, below = text.strip().partition("\n")
    line = _clean(first)
    saved = _parse_save(line, below.strip())
    if saved is not None or below.strip() or not 0 < len(line) <= _MAX_LINE_CHARS:
        return saved
    if (deleted := _match(_DELETE_PATTERNS, line)) is not None:
        return DeleteRecipe(deleted["name"])
    if (shown := _match(_SHOW_PATTERNS, line)) is not None:
        return ShowRecipe(shown["name"])
    if _LIST_PATTERN.fullmatch(line.rstrip(_FULL_STOPS)):
        return ListRecipes()
    unknown = _match(_QUOTED_RUN_PATTERNS, line)
    return None if unknown is None else RunUnknownRecipe(unknown["name"])


def _parse_save(line: str, below: str) -> SaveRecipe | None:
    """Read the line that saves a recipe; its text is what stands behind a colon, and `below`."""
    head, _, beside = line.replace("：", ":").partition(":")
    if len(head) > _MAX_LINE_CHARS:
        return None
    found = _match(_SAVE_PATTERNS, head.strip())
    if found is None:
        return None
    text = "\n".join(part for part in (beside.strip(), below) if part)
    return SaveRecipe(found["name"], text, is_personal=bool(found["own"]))


def read_recipe_names(line: str) -> tuple[str, ...]:
    """Return the names of recipes that `line` may want run, the likeliest first."""
    cleaned = _clean(line)
    if not 0 < len(cleaned) <= _MAX_LINE_CHARS:
        return ()
    run = _match(_RUN_PATTERNS, cleaned)
    bare = cleaned.rstrip(f"{_FULL_STOPS}:")
    return (bare,) if run is None else tuple(dict.fromkeys((run["name"], bare)))


def is_recipe_name(name: str) -> bool:
    """Whether a recipe can be called that."""
    return re.fullmatch(_NAME, name) is not None


def _match(patterns: tuple[re.Pattern[str], ...], line: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.fullmatch(line))), None)


def _clean(line: str) -> str:
    return " ".join(line.replace("@Easel", " ").split())
