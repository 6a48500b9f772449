"""Reads what is done to a picture from its words, in any language and order of words. Pure.

A message is that only if each of its words is known (`reading.py`), and the kinds of its words make
sentences (`frames.py`); with anything more in it, it is a request to the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeAlias

from bot.domain.pictures.operations import (
    ComparePixels,
    EditPicture,
    Operation,
    OperationKind,
    PictureEdit,
    ShowPalette,
)
from bot.request.pictures.edit_names import MAX_OPERATIONS
from bot.request.pictures.edit_values import ImpossibleEditError
from bot.request.pictures.vocabulary.clauses import Clause, collect
from bot.request.pictures.vocabulary.english import ENGLISH
from bot.request.pictures.vocabulary.fitting import count_fitting, keep_fitting, select_frames
from bot.request.pictures.vocabulary.french import FRENCH
from bot.request.pictures.vocabulary.german import GERMAN
from bot.request.pictures.vocabulary.japanese import JAPANESE
from bot.request.pictures.vocabulary.reading import Reading, read_words
from bot.request.pictures.vocabulary.spanish import SPANISH
from bot.request.pictures.vocabulary.words import Token, Word

_LANGUAGES = (ENGLISH, GERMAN, FRENCH, SPANISH, JAPANESE)
# What a whole message may mean: more is no sentence, and takes too long.
_MAX_READINGS = 60
# What may be said of a file behind something else without “and”, and what stands before that.
_OF_FILES, _BEFORE_FORMAT = {Word.FORMAT, Word.DPI}, {Word.FOR, Word.TO, Word.WITH}


@dataclass(frozen=True, slots=True)
class _Found:
    meaning: Operation | ComparePixels | ShowPalette
    clause: Clause
    is_of_photo: bool


# What the rest of a sentence is: clauses, or an impossible one, or none.
_Rest: TypeAlias = list[_Found] | ImpossibleEditError | None
# The versions, positions and names of pictures.
_Named: TypeAlias = tuple[tuple[int, ...], tuple[int, ...], tuple[str, ...]]
_NOTHING: _Named = ((), (), ())


def parse_words(words: str, version: int | None) -> PictureEdit | None:
    """Return what simplified `words` do to a picture; None for other words.

    Raises `ImpossibleEditError`.
    """
    for language in _LANGUAGES:
        reading = read_words(words, language)
        found = reading and _read_clauses(reading)
        edit = found and _build_edit(found, version)
        if edit:
            return edit
    return None


def _read_clauses(reading: Reading) -> list[_Found] | None:
    """Read the longest clause that is one, and then the rest; None where any is more than that.

    Raises `ImpossibleEditError`.
    """
    # From the end, so that no rest is read twice.
    read: dict[int, _Rest] = {len(reading): []}
    budget = iter(range(_MAX_READINGS))
    for start in range(len(reading) - 1, -1, -1):
        if start == 0 or _is_break(reading, start):
            read[start] = _read_from(reading, start, read, budget)
    if isinstance(read[0], ImpossibleEditError):
        raise read[0]
    return read[0]


def _read_from(
    reading: Reading, start: int, read: Mapping[int, _Rest], budget: Iterator[int]
) -> _Rest:
    first = start + (1 if start and _is_and(reading[start]) else 0)
    for end in range(first + count_fitting(reading[first:]), first, -1):
        rest = read.get(end)
        if rest is None:
            continue
        try:
            found = _read_clause(reading[first:end], budget, is_first=not start)
        except ImpossibleEditError as error:
            # Told if these words are a clause by themselves: “, 10 px” may belong to others.
            return error
        if found is not None:
            return rest if isinstance(rest, ImpossibleEditError) else [found, *rest]
    # “, and then” are several.
    return read.get(first) if first < len(reading) and _is_and(reading[first]) else None


def _is_break(reading: Reading, place: int) -> bool:
    """Whether another clause begins: behind “and”, and with “as jpg” or “at 300 dpi”."""
    kinds = [{token.word for token in tokens} for tokens in reading[place : place + 2]]
    is_of_file = len(kinds) == 2 and kinds[0] & _BEFORE_FORMAT and kinds[1] & _OF_FILES
    return bool(Word.AND in kinds[0] or is_of_file)


def _is_and(tokens: Sequence[Token]) -> bool:
    return any(token.word is Word.AND for token in tokens)


def _read_clause(reading: Reading, budget: Iterator[int], *, is_first: bool) -> _Found | None:
    """Read a clause; what cannot be about anything but the picture goes first."""
    others: _Found | None = None
    # The budget is asked last: a clause without readings takes none.
    for tokens, _ in zip(product(*keep_fitting(reading)), budget, strict=False):
        clause = collect(tokens)
        if clause is None:
            continue
        for frame in select_frames(frozenset(clause.values)):
            if is_first and frame.follows:
                continue
            meaning = frame.build(clause)
            if meaning is None:
                continue
            found = _Found(meaning, clause, frame.is_of_photo)
            if not found.is_of_photo:
                return found
            others = others or found
    return others


def _build_edit(found: Sequence[_Found], version: int | None) -> PictureEdit | None:
    first = found[0]
    if not isinstance(first.meaning, Operation):
        return _name_picture(first.meaning, version) if len(found) == 1 else None
    operations = [one.meaning for one in found if isinstance(one.meaning, Operation)]
    if len(operations) != len(found) or len(found) > MAX_OPERATIONS:
        return None
    targets = _list_targets(found)
    named = {named for named, _ in targets} - {_NOTHING}
    if version is not None:
        named.add(((version,), (), ()))
    if len(targets) > 1 or len(named) > 1 or any(len(positions) > 1 for _, positions, _ in named):
        # Two pictures in one message: this makes one.
        return None
    page = max((page for _, page in targets), key=abs, default=0)
    if page and (version is not None or not found[0].clause.page):
        # “Flip it and page 2” are two as well.
        return None
    versions, positions, names = next(iter(named), _NOTHING)
    kinds = {operation.kind for operation in operations}
    # “Both a.png and b.png” are named.
    is_all = not names and any(one.clause.is_all for one in found)
    is_several = is_all or max(len(versions), len(names)) > 1
    if kinds == {OperationKind.CONVERT} and not (is_several or page or positions):
        return None
    is_named = bool(named or page) or any(one.clause.names_picture for one in found)
    return EditPicture(
        tuple(operations),
        versions[0] if len(versions) == 1 else None,
        next(iter(positions), None),
        names=names,
        page=page,
        versions=versions if len(versions) > 1 else (),
        is_all=is_all,
        is_pair=not names and any(one.clause.is_pair for one in found),
        is_of_photo=not is_named and any(one.is_of_photo for one in found),
    )


def _list_targets(found: Sequence[_Found]) -> set[tuple[_Named, int]]:
    """Return the pictures, and the pages of them, that are named: “flip v2, then page 3 as png” is
    of two, “flip page 2 of a.tiff, then page 2 as png” of one."""
    clauses = [one.clause for one in found]
    targets = {((one.versions, one.positions, one.names), one.page) for one in clauses}
    told = {page for named, page in targets if named != _NOTHING}
    return {one for one in targets if one[0] != _NOTHING or one[1] not in {0, *told}}


def _name_picture(
    meaning: ComparePixels | ShowPalette, version: int | None
) -> ComparePixels | ShowPalette | None:
    if version is None:
        return meaning
    return replace(meaning, version=version) if isinstance(meaning, ShowPalette) else None
