"""Decides what a wish asks the played model to do: draw, change, or talk. Pure."""

from __future__ import annotations

import re
from enum import Enum, auto

from bot.playground.wishes.wish import Wish

_QUESTION_PATTERN = re.compile(
    r"^\W*(?:what|who|whose|why|how|when|where|which|is|are|was|were|does|did|do you|wer|wie|warum"
    r"|wieso|wo|wann|welche[rsn]?|wessen|qu[ei]|qu'|quoi|comment|pourquoi|où|combien|qué|quién"
    r"|cómo|por qué|dónde|cuánt\w+)\b",
    re.IGNORECASE,
)
_VARIATION_PATTERN = re.compile(
    r"\b(?:variations?|variante|variación)\b|バリエーション", re.IGNORECASE
)
_CHANGES = {"make", "add", "remove", "swap"}


class Act(Enum):
    """What to do about a message."""

    DRAW = auto()
    CHANGE = auto()
    VARY = auto()
    COMBINE = auto()
    SAY_THERE_IS_NONE = auto()
    LIST_ABILITIES = auto()
    TALK = auto()


def choose_act(question: str, wish: Wish, variation: int, *, has_picture: bool) -> Act:
    """Return what a question asks to be done, given whether the thread holds a picture."""
    if _QUESTION_PATTERN.search(question):
        wants_list = "draw" in wish.verbs and not wish.has_change and not has_picture
        return Act.LIST_ABILITIES if wants_list else Act.TALK
    if has_picture and (wish.wants_both or wish.wants_style) and not wish.things:
        return Act.COMBINE
    if has_picture and _should_change(wish):
        return Act.CHANGE
    if has_picture and _should_vary(question, wish, variation):
        return Act.VARY
    if variation or _should_draw(wish):
        return Act.DRAW
    refers = wish.refers or bool(wish.verbs & (_CHANGES - {"make"}) and not wish.unknown)
    is_about_nothing = bool(wish.verbs & _CHANGES) and refers and wish.has_change
    return Act.SAY_THERE_IS_NONE if is_about_nothing and not has_picture else Act.TALK


def _should_change(wish: Wish) -> bool:
    """Whether the picture that is there is meant, and not a new one."""
    names_new = any(not thing.is_wear for thing in wish.things) or wish.is_logo
    if {"draw", "create"} & wish.verbs and not wish.refers:
        # “Paint the sky purple” draws nothing new.
        return not names_new and not wish.unknown and bool(wish.colours or wish.filters)
    if wish.verbs & _CHANGES or (wish.refers and wish.has_change):
        return True
    return wish.has_change and not wish.unknown and not names_new


def _should_vary(question: str, wish: Wish, variation: int) -> bool:
    """Whether another one of the picture is meant, with nothing said of how it is to differ."""
    names_new = bool(wish.things) or wish.is_logo or wish.has_change
    return not names_new and bool(variation or _VARIATION_PATTERN.search(question))


def _should_draw(wish: Wish) -> bool:
    """Whether something is to be drawn: by a verb, or because nothing but a thing is named."""
    names_thing = bool(wish.things) or wish.is_logo
    if "draw" in wish.verbs:
        return True
    if {"create", "make"} & wish.verbs and names_thing and not wish.refers:
        return "create" in wish.verbs or wish.is_logo or not wish.unknown
    is_clear = not wish.unknown and not wish.verbs and (not wish.wants_words or bool(wish.words))
    return names_thing and is_clear
