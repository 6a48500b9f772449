"""Reads what has no word of its own: quoted text, names, angles, proportions. Pure."""

from __future__ import annotations

import re

from bot.playground.wishes.vocabulary import find_quote
from bot.playground.wishes.wish import Wish

# Addresses, references, versions, names of files, whom a French order is about, times and
# proportions.
NO_WORDS_PATTERN = re.compile(
    r"https?://\S+|<[^<>\s]{1,300}>|\bv\d{1,4}\b|[\w-]+\.(?:png|jpe?g|webp|gif|heic|pdf|svg)\b"
    r"|:[\w+-]+:|(?<=\w)-(?:le|la|les|moi)\b|--[\w-]+|\d+ ?[:x×] ?\d+"
    r"|-?\d+\s*(?:°|deg\w*|grad\b|px\b|pixels?\b)",
    re.IGNORECASE,
)
_DEGREES_PATTERN = re.compile(r"(?<!\d)(-?\d{1,4})\s*(?:°|deg|grad|度)", re.IGNORECASE)
_LEFT_PATTERN = re.compile(r"\bleft|counter|anti-?clock|\blinks|gegen den uhr|gauche|izquierda|左")
_ASPECT_PATTERN = re.compile(r"(?<![\d:])\d{1,2} ?: ?\d{1,2}(?![\d:])")
_WORDS_PATTERN = re.compile(
    r"\b(?:caption|words?|text|title|write|saying|says?|slogan|text|schrift\w*|titel|schreibe?"
    r"|légende|leyenda)\b\s*(?:it\s*)?(?:[:=]\s*|(?<=saying)\s+|(?<=says)\s+|(?<=say)\s+)(.{1,60})",
    re.IGNORECASE,
)
NAME_PATTERN = re.compile(
    r"\b(?i:called|named|namens|genannt|heißt|(?:with the |mit dem )name[n]?|appelé|llamad[oa])\s+"
    r"([^\s,.;:!?]+(?:\s+[A-ZÄÖÜ][^\s,.;:!?]*){0,3})"
)
_TURN_PATTERN = re.compile(
    r"\bturn (?:it|this|that|him|her)\b\s*(?:$|[.!,]|by\b|to the\b|left|right|around|clock|-?\d)",
    re.IGNORECASE,
)


def finish_filters(wish: Wish, text: str) -> None:
    """Add the angles; a picture that is to be grey is not painted in that colour."""
    if _TURN_PATTERN.search(text):
        wish.filters.append("rotate")
    if wish.colours.get("all") == "grey" and not wish.things:
        wish.filters.append("grey")
        del wish.colours["all"]
    if "rotate 180" in wish.filters and "rotate" in wish.filters:
        wish.filters.remove("rotate")
    wish.filters = [_turn(name, text) for name in dict.fromkeys(wish.filters)]
    settle_form(wish)


def _turn(name: str, text: str) -> str:
    """Add the angle to a rotation: to the right, in degrees."""
    if name != "rotate":
        return name
    degrees = _DEGREES_PATTERN.search(text)
    angle = int(degrees[1]) % 360 if degrees else 90
    return f"rotate {-angle if _LEFT_PATTERN.search(text.lower()) else angle}"


def read_text(wish: Wish, text: str) -> None:
    """Find the words that shall stand in the picture, and its form."""
    quote, named, written = find_quote(text), NAME_PATTERN.search(text), None
    if wish.wants_words:
        written = _WORDS_PATTERN.search(text)
    wish.words = quote or (named[1] if named else "") or (written[1] if written else "")
    wish.words = re.sub(r"[^\S\n]+", " ", wish.words.strip(" .\"'“”»«"))
    if wish.words:
        inside = {word.strip(" .\"'“”»«").lower() for word in wish.words.split()}
        wish.unknown = tuple(word for word in wish.unknown if word.lower() not in inside)
    aspect = _ASPECT_PATTERN.search(text)
    wish.form = aspect[0].replace(" ", "") if aspect else wish.form


def settle_form(wish: Wish) -> None:
    """Take back the crop to a square where another form is named."""
    wish.filters = [name for name in wish.filters if name != "crop" or not wish.form]
