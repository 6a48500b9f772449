"""The words of one clause by what they do, and the sides and numbers among them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

from bot.request.pictures.vocabulary.words import Token, Word

SIDES = ("left", "top", "right", "bottom")
# Words that name several sides.
_SEVERAL = {
    "all": SIDES, "both": ("left", "right"), "leftright": ("left", "right"),
    "topbottom": ("top", "bottom"),
}  # fmt: skip

# Kinds that may be said with several values.
_SEVERAL_VALUES = frozenset((
    Word.SIDE, Word.VERSION, Word.NAME, Word.POSITION, Word.IT, Word.SCALE, Word.ALL, Word.MAKE,
    Word.TO,
    Word.OFF, Word.CUT, Word.HAVE, Word.COMPRESS,
))  # fmt: skip
_ALL, _FILLER, _PICTURE = Token(Word.ALL, "any"), Token(Word.FILLER), Token(Word.IT, "picture")
_A, _THE = (Token(Word.FILLER, value) for value in ("a", "the"))
_ARTICLES = (_A, _THE)
_NAMES = frozenset((Word.IT, Word.VERSION, Word.NAME, Word.POSITION, Word.ALL))
_OTHER_NAMES = _NAMES - {Word.NAME}
_CALLED = frozenset((Word.VERSION, Word.NAME, Word.POSITION, Word.ALL))
# What a picture has, and what is between that and “all”.
_PARTS = frozenset((
    Word.METADATA, Word.RECORDED, Word.COLOURS, Word.COLOURING, Word.BORDER,
))  # fmt: skip
_BETWEEN_ALL = frozenset((Word.FILLER, Word.BLANK, Word.COLOUR, Word.MAIN))
# How a picture may be, between its article and “picture”.
_LOOKS = frozenset((
    Word.SIZE, Word.NAMED_SIZE, Word.SHAPE, Word.COLOUR, Word.GREY, Word.BLACK_AND_WHITE,
    Word.SMALLER, Word.LARGER, Word.PIXELS, Word.WIDTH, Word.HEIGHT,
    Word.FORMAT, Word.FLIP,
))  # fmt: skip
# What a person may be given.
_GIVEN = frozenset((Word.IT, Word.PALETTE, Word.COLOURS, Word.DIFFERENCE, Word.WHAT))
# Orders that are things with an article.
_DEEDS = frozenset((Word.CUT, Word.CROP, Word.FLIP, Word.ROTATE, Word.SCALE))


@dataclass(frozen=True, slots=True)
class Clause:
    """The words of a clause by their kind, without those that only connect others."""

    values: Mapping[Word, Sequence[str]]
    versions: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    page: int = 0
    is_all: bool = False
    is_pair: bool = False
    is_some: bool = False
    names_picture: bool = False
    names_it: bool = False
    is_direction: bool = True
    """Whether its sides say where to, and not of what."""

    def get(self, word: Word) -> str:
        return next(iter(self.values.get(word, ())), "")

    @property
    def names_one(self) -> bool:
        """Whether it is a picture by what it is called: “it” may be what a picture shows."""
        return self.names_picture or bool(self.versions or self.names or self.page)

    @property
    def may_keep(self) -> bool:
        """Whether “take” may be said of what stays."""
        is_take_alone = set(self.values.get(Word.CUT, ())) == {"take"}
        return is_take_alone and not self.has_value(Word.OFF, "away")

    def has(self, *words: Word) -> bool:
        return any(word in self.values for word in words)

    def has_value(self, word: Word, value: str) -> bool:
        return any(value in said.split() for said in self.values.get(word, ()))


def collect(tokens: Sequence[Token]) -> Clause | None:
    """Return the words of a clause by kind; None where one kind is said twice with two values, or
    where another picture than one of the thread is wished for.
    """
    values: dict[Word, list[str]] = {}
    for place, token in enumerate(tokens):
        word = token.word
        if word is Word.FILLER or word is Word.AND:
            continue
        if word is not Word.ALL or not _is_all_of_what(tokens, place):
            values.setdefault(word, []).append(token.value)
    if any(len(set(said)) > 1 for word, said in values.items() if word not in _SEVERAL_VALUES):
        return None
    is_place = Word.SIDE in values and any(map(_is_place, repeat(tokens), range(len(tokens))))
    clause = _name_picture(values, is_direction=not is_place)
    is_of_others = _is_other_picture(tokens, clause) or _is_of_thing_or_person(tokens)
    is_taken = clause.may_keep and not clause.has(Word.SIDE)
    # “Flip it and photo.jpg” is of two pictures.
    others = [one for one in tokens if one.word in _OTHER_NAMES]
    is_both = len(clause.names) == 2 and all(one.value == "both" for one in others)
    is_of_more = (bool(clause.names and others) and not is_both) or _is_page_apart(tokens)
    is_odd = is_of_others or is_taken or is_of_more
    return None if is_odd or _is_of_some(clause) else clause


def _name_picture(values: dict[Word, list[str]], *, is_direction: bool) -> Clause:
    positions = values.pop(Word.POSITION, [])
    it = values.pop(Word.IT, [])
    versions = values.pop(Word.VERSION, [])
    names = values.pop(Word.NAME, [])
    page = values.pop(Word.PAGE, ["0"])
    all_of_them = values.pop(Word.ALL, [])
    all_words = " ".join(all_of_them).split()
    made = " ".join(values.get(Word.MAKE, ())).split()
    return Clause(
        versions=tuple(int(one) for one in versions),
        positions=tuple(int(one) for one in positions),
        names=tuple(names),
        page=int(page[0]),
        is_all=bool(all_of_them),
        is_pair="both" in all_words,
        is_some="some" in all_words,
        names_picture=any(it) or bool(positions) or "pictures" in all_words,
        names_it=any((it, positions, versions, names, page != ["0"], all_of_them, "it" in made)),
        is_direction=is_direction,
        values={word: tuple(said) for word, said in values.items()},
    )


def _is_all_of_what(tokens: Sequence[Token], place: int) -> bool:
    """“All the metadata” is of one picture."""
    if tokens[place] != _ALL:
        return False
    rest = (one.word for one in tokens[place + 1 :] if one.word not in _BETWEEN_ALL)
    return next(rest, None) in _PARTS


def _is_page_apart(tokens: Sequence[Token]) -> bool:
    """“V3 and page 2”, “flip and page 2” are two, “page 2 of v3” is one."""
    parts: list[set[Word]] = [set()]
    for place, token in enumerate(tokens):
        if token.word is Word.AND:
            parts.append(set())
        elif token.word is not Word.FILLER and not _is_all_of_what(tokens, place):
            parts[-1].add(token.word)
    others = [part for part in parts if part and Word.PAGE not in part]
    is_later = bool(others) and next(filter(None, parts)) is others[0]
    has_page = any(Word.PAGE in part for part in parts)
    return has_page and (is_later or any(part & _CALLED for part in others))


def _is_place(tokens: Sequence[Token], place: int) -> bool:
    """“The left picture”, “on the left side”; “left” and “to the left” are directions."""
    if tokens[place].word is not Word.SIDE:
        return False
    before = list(tokens[:place])
    has_article = bool(before) and before[-1] in _ARTICLES
    if has_article:
        before.pop()
    if before and before[-1].word is Word.TO:
        return before[-1].value == "at"
    after = [one for one in tokens[place + 1 :] if one != _FILLER]
    is_of_picture = bool(after) and after[0] == _PICTURE
    return has_article or is_of_picture or tokens[place].value.endswith(" there")


def _is_other_picture(tokens: Sequence[Token], clause: Clause) -> bool:
    """“A 16:9 image” is none of the thread, unless one is named too: “a 16:9 image of it”."""
    is_new = clause.has_value(Word.MAKE, "new")
    if not (clause.names_picture or is_new):
        return False
    is_named = any(one.word in _NAMES and one != _PICTURE for one in tokens)
    if is_named or clause.has_value(Word.MAKE, "it"):
        return False
    articles = {
        _find_article(tokens[:place]) for place, one in enumerate(tokens) if one == _PICTURE
    }
    return _THE not in articles if is_new else _A in articles


def _find_article(before: Sequence[Token]) -> Token | None:
    """Return what is before a word, but for how that is."""
    return next((one for one in reversed(before) if one.word not in _LOOKS), None)


def _is_of_some(clause: Clause) -> bool:
    """“The first two” are not all, and “two pictures” are any, unless they are compared."""
    if clause.is_all and clause.positions:
        return True
    return clause.is_some and not clause.has(Word.OVERLAY, Word.DIFFERENCE)


def _is_of_thing_or_person(tokens: Sequence[Token]) -> bool:
    """“A mirror” is none to look into, and “turn me upside down” is said of a person."""
    for place, token in enumerate(tokens):
        if token.word is not Word.FILLER or token.value not in ("a", "me"):
            continue
        after = tokens[place + 1] if place + 1 < len(tokens) else _FILLER
        is_person = token.value == "me" and after not in _ARTICLES and after.word not in _GIVEN
        if is_person or (token.value == "a" and after.word in _DEEDS):
            return True
    return False


def list_sides(clause: Clause) -> list[str]:
    """Return the sides that a clause names, each once."""
    named = [
        side
        for value in clause.values.get(Word.SIDE, ())
        for side in _SEVERAL.get(value, (value.removesuffix(" there"),))
    ]
    return list(dict.fromkeys(named))


def read_number(text: str) -> float:
    """Return a number as people write it, with a comma or a point."""
    return float(text.replace(",", ".").replace(" ", "") or 0)


def read_count(text: str) -> str:
    """Return a number of whole things, in which “1.500” are thousands."""
    return re.sub(r"^([1-9]\d{0,2})[.,](\d{3})$", r"\1\2", text)
