"""The words of one clause by what they do, and the sides and numbers among them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.request.pictures.vocabulary.words import Token, Word

SIDES = ("left", "top", "right", "bottom")
# Words that name several sides.
_SEVERAL = {
    "all": SIDES, "both": ("left", "right"), "leftright": ("left", "right"),
    "topbottom": ("top", "bottom"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """The words of a clause by their kind, without those that only connect others."""

    values: Mapping[Word, Sequence[str]]
    versions: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    is_all: bool = False
    is_pair: bool = False
    names_picture: bool = False
    names_it: bool = False

    def get(self, word: Word) -> str:
        return next(iter(self.values.get(word, ())), "")

    def has(self, *words: Word) -> bool:
        return any(word in self.values for word in words)


def collect(tokens: Sequence[Token]) -> Clause | None:
    """Return the words of a clause by kind; None where one kind is said twice with two values."""
    values: dict[Word, list[str]] = {}
    for token in tokens:
        if token.word not in (Word.FILLER, Word.AND):
            values.setdefault(token.word, []).append(token.value)
    several = (Word.SIDE, Word.VERSION, Word.POSITION, Word.IT, Word.SCALE, Word.ALL, Word.MAKE)
    if any(len(set(said)) > 1 for word, said in values.items() if word not in several):
        return None
    positions = values.pop(Word.POSITION, [])
    it = values.pop(Word.IT, [])
    versions = values.pop(Word.VERSION, [])
    all_of_them = values.pop(Word.ALL, [])
    all_words = " ".join(all_of_them).split()
    return Clause(
        versions=tuple(int(one) for one in versions),
        positions=tuple(int(one) for one in positions),
        is_all=bool(all_of_them),
        is_pair="both" in all_words,
        names_picture="picture" in it or bool(positions) or "pictures" in all_words,
        names_it=any((it, positions, versions, all_of_them, "it" in values.get(Word.MAKE, ()))),
        values={word: tuple(said) for word, said in values.items()},
    )


def list_sides(clause: Clause) -> list[str]:
    """Return the sides that a clause names, each once."""
    named = [
        side for value in clause.values.get(Word.SIDE, ()) for side in _SEVERAL.get(value, (value,))
    ]
    return list(dict.fromkeys(named))


def read_number(text: str) -> float:
    """Return a number as people write it, with a comma or a point."""
    return float(text.replace(",", ".").replace(" ", "") or 0)


def read_count(text: str) -> str:
    """Return a number of whole things, in which “1.500” are thousands."""
    return re.sub(r"^([1-9]\d{0,2})[.,](\d{3})$", r"\1\2", text)
