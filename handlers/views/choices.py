"""What the form behind “More…” offers besides ready-made recipes, and what a choice means. Pure.

Recipes that people saved for themselves or the channel, and where Easel is quiet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.conversation import Thread
from bot.domain.messages import Message
from bot.domain.stores.recipes import RecipeBook, RecipePlace, list_recipe_places
from handlers.parsing.shortcuts import MessageChoice

DELETE_VALUE = "delete"
LEAVE_VALUE, MENTIONS_ONLY_VALUE, NO_MENTION_VALUE = "do:leave", "do:quiet", "do:loud"
_OWN_PREFIX, _CHANNEL_PREFIX = "own:", "channel:"
# What a person would have to write for the same.
_SENTENCES = {
    LEAVE_VALUE: "leave this thread",
    MENTIONS_ONLY_VALUE: "answer only when mentioned",
    NO_MENTION_VALUE: "answer without a mention",
}
OWN_MESSAGE = Message("Your own recipe")
CHANNEL_MESSAGE = Message("A recipe of this channel")
_LEAVE = Message("Leave this thread")
_LEAVE_ABOUT = Message("I answer in it again when somebody mentions me")
_MENTIONS_ONLY = Message("Answer only when mentioned")
_MENTIONS_ONLY_ABOUT = Message("In this whole channel, in threads too")
_NO_MENTION = Message("Answer without a mention")
_NO_MENTION_ABOUT = Message("In the threads of this channel that I take part in")


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry of the form: what it says, and what comes back if it is chosen."""

    title: str
    about: str
    value: str


def list_saved_offers(book: RecipeBook, choice: MessageChoice) -> list[Offer]:
    """Return the recipes that the person may run where they chose: their own, the channel's."""
    offers = list[Offer]()
    for place in list_recipe_places(choice.thread, choice.sender):
        prefix = _OWN_PREFIX if place.is_personal else _CHANNEL_PREFIX
        about = OWN_MESSAGE if place.is_personal else CHANNEL_MESSAGE
        offers += [Offer(name, about, f"{prefix}{name}") for name in book.list_names(place)]
    return offers


def list_quiet_offers(thread: Thread, *, is_for_mentions_only: bool) -> list[Offer]:
    """Return what a person can set about when Easel answers; nothing where it always does."""
    if thread.is_direct:
        return []
    if is_for_mentions_only:
        setting = Offer(_NO_MENTION, _NO_MENTION_ABOUT, NO_MENTION_VALUE)
    else:
        setting = Offer(_MENTIONS_ONLY, _MENTIONS_ONLY_ABOUT, MENTIONS_ONLY_VALUE)
    return [Offer(_LEAVE, _LEAVE_ABOUT, LEAVE_VALUE), setting]


def find_sentence(value: str) -> str:
    """Return the words that a chosen setting stands for, "" if it is none."""
    return _SENTENCES.get(value, "")


def find_saved(value: str, choice: MessageChoice) -> tuple[RecipePlace, str] | None:
    """Return the place and the name of a chosen saved recipe, None if it is no such choice.

    Whatever `value` says, it is a place of the person who chose.
    """
    places: Sequence[RecipePlace] = list_recipe_places(choice.thread, choice.sender)
    for place in places:
        prefix = _OWN_PREFIX if place.is_personal else _CHANNEL_PREFIX
        if value.startswith(prefix):
            return place, value.removeprefix(prefix)
    return None
