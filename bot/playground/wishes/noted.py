"""Reads a question's wish together with the notes that Easel added to it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.playground.wishes.part_words import erase_part
from bot.playground.wishes.reader import read_wish
from bot.playground.wishes.size_words import erase_size
from bot.playground.wishes.wish import Wish
from bot.playground.wishes.written import settle_form

# Of a copy that only shows where, and of a picture of which only a part is meant.
_PART_NOTES = ("marks drawn on it", "Only a part of")
_ASPECT_RATIO_PATTERN = re.compile(r"aspect ratio (\d+:\d+)")
_SIZE_PATTERN = re.compile(r"Wanted of pictures: [^\]]*\d+x\d+ pixels")
_WORD_PATTERN = re.compile(r"[^\W\d_]")
_BACKGROUND_PATTERN = re.compile(r"transparent background")


def is_about_part(notes: Sequence[str]) -> bool:
    """Whether only a part of the first picture is meant, which is the one to change."""
    return any(words in note for note in notes for words in _PART_NOTES)


def read_noted_wish(question: str, notes: Sequence[str]) -> Wish:
    """Return what `question` wishes, with the form, the size and the part that `notes` tell."""
    told = " ".join(notes)
    is_of_part = is_about_part(notes)
    question = erase_part(question) if is_of_part else question
    has_size = bool(_SIZE_PATTERN.search(told))
    question = erase_size(question) if has_size else question
    wish = read_wish(question)
    if has_size and not _WORD_PATTERN.search(question):
        wish.verbs.add("make")  # “as a LinkedIn banner”: what is there, in that size
        wish.refers = True
    if is_of_part and "remove" in wish.verbs and not wish.has_change:
        wish.filters.append("erase")
    if ratio := _ASPECT_RATIO_PATTERN.search(told):
        wish.form = ratio[1]
        settle_form(wish)
    wish.is_transparent = wish.is_transparent or bool(_BACKGROUND_PATTERN.search(told))
    return wish
