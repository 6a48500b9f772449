"""Tells what belongs to what: the colours of several things, swaps, what is worn. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.playground.wishes.vocabulary import Word
from bot.playground.wishes.wish import Wish


def is_one_of_several(known: Sequence[Word], index: int) -> bool:
    """Whether another colour follows for the same thing, as in “red and blue”."""
    kinds = [word.kind for word in known[index + 1 : index + 4]]
    return kinds[:2] == ["and", "colour"] or kinds == ["and", "number", "colour"]


def finish_swap(wish: Wish, swapped: Sequence[str], *, has_new: bool) -> None:
    """Tell what is put for what. `has_new`: one of the words names what shall be there."""
    if not swapped:
        return
    if len(swapped) == 1 and not has_new:
        # “Replace the moon with a unicorn”: what shall be there instead is not known.
        wish.things = [one for one in wish.things if one.word != swapped[0]]
        return
    old, new = ("", swapped[0]) if len(swapped) == 1 else swapped[:2]
    others = [thing.word for thing in wish.things if thing.word not in (old, new)]
    if len(swapped) == 1 and wish.things[0].word != new:
        old = wish.things[0].word
        others = []
    wish.swap = (old, new)
    wish.things = [thing for thing in wish.things if thing.word in (*others, new)]


def attach_worn(wish: Wish) -> None:
    """Put a hat that is put on something named onto that."""
    kept = []
    for thing in wish.things:
        hosts = [one for one in wish.things if one.word == thing.host]
        if thing.is_wear and thing.is_on_host and hosts:
            hosts[0].worn.append(thing)
        else:
            kept.append(thing)
    wish.things = kept
