"""Reads what is done to a picture without a model: `crop v2 to 16:9`, `v2 --rotate 90`. Pure.

A message is that or it is not: with anything more in it, it is a request to the model. See
`edit_patterns.py` for the words, and `bot.commands.picture_edits` for what is done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.pictures.operations import (
    ComparePixels,
    EditPicture,
    Operation,
    OperationKind,
    PictureEdit,
    ShowPalette,
)
from bot.request.own_words import normalize_letters
from bot.request.pictures import edit_names, edit_patterns, view_patterns
from bot.request.pictures.areas.parse import parse_grid
from bot.request.pictures.edit_flags import parse_edit_flags
from bot.request.pictures.edit_values import build_resize, build_rotation, build_shaping

_MAX_COMMAND_CHARS = 160
_PUNCTUATION = " .!?…。？！¡¿"
_NEW_LINE_PATTERN = re.compile(r"[.,;]?\s*\n\s*")
_POLITE_PATTERN = re.compile(
    r"^(?:(?:please|now|ok|just|can you|could you|would you|bitte|kannst du|s'il te plait"
    r"|stp|peux-tu|por favor|puedes)[ ,]+){1,2}|[ ,]+(?:please|bitte|s'il te plait|stp|por favor)$"
)
_VERSION_FIRST_PATTERN = re.compile(r"(?:v|version )(\d{1,4})[ :,]+(?=\S)")
_AS_PATTERN = re.compile(r" (?:as|als|en|como) (?:an? |ein |un )?(jpe?g|png|webp)$")
_COMPILED = [
    (kind, re.compile(text))
    for kind, texts in edit_patterns.OPERATION_PATTERNS.items()
    for text in texts
]
_PALETTES = [re.compile(text) for text in view_patterns.PALETTE_PATTERNS]
_COMPARISONS = [(re.compile(text), False) for text in view_patterns.DIFFERENCE_PATTERNS] + [
    (re.compile(text), True) for text in view_patterns.OVERLAY_PATTERNS
]


@dataclass(frozen=True, slots=True)
class _Subject:
    """The picture that words name, as an `EditPicture` does."""

    version: int | None = None
    position: int | None = None


_UNNAMED = _Subject()


def parse_picture_edit(text: str) -> PictureEdit | None:
    """Return what a message does to a picture; None for other messages.

    Raises `ImpossibleEditError`.
    """
    if len(text) > _MAX_COMMAND_CHARS:
        return None
    whole = _NEW_LINE_PATTERN.sub("; ", normalize_letters(text).strip(_PUNCTUATION + "\n"))
    line = " ".join(whole.split())
    words = _POLITE_PATTERN.sub("", _POLITE_PATTERN.sub("", line))
    version, rest = _split_version(words)
    if re.match(r"--|—|–", rest):
        return parse_edit_flags(rest, version)
    return (
        _parse_comparison(words)
        or _parse_palette(rest, version)
        or parse_grid(rest, version)
        or _parse_clauses(rest, version)
    )


def _split_version(words: str) -> tuple[int | None, str]:
    found = _VERSION_FIRST_PATTERN.match(words)
    return (int(found[1]), words[found.end() :]) if found else (None, words)


def _parse_comparison(words: str) -> ComparePixels | None:
    for pattern, is_overlay in _COMPARISONS:
        found = pattern.fullmatch(words)
        if found:
            named = found.groupdict()
            first, second = named.get("first"), named.get("second")
            versions = (int(first), int(second)) if first and second else None
            one, other = named.get("first_position"), named.get("second_position")
            places = edit_names.POSITIONS
            positions = (places[one], places[other]) if one and other else None
            return ComparePixels(versions, is_overlay, positions)
    return None


def _parse_palette(words: str, version: int | None) -> ShowPalette | None:
    for pattern in _PALETTES:
        found = pattern.fullmatch(words)
        if found:
            subject = _read_subject(found.groupdict())
            count = int(found.groupdict().get("count") or edit_names.DEFAULT_COLOURS)
            count = max(1, min(count, edit_names.MAX_COLOURS))
            return ShowPalette(subject.version or version, count, subject.position)
    return None


def _parse_clauses(words: str, version: int | None) -> EditPicture | None:
    """Read clauses of which each is an operation; None if any is more than that."""
    converted = _AS_PATTERN.search(words)
    operations: list[Operation] = []
    subject = _Subject(version)
    body = words[: converted.start()] if converted else words
    whole = _parse_clause(body)
    clauses = [body] if whole else edit_names.CLAUSE_PATTERN.split(body)
    for clause in clauses[: edit_names.MAX_OPERATIONS + 1]:
        read = whole or _parse_clause(clause)
        if read is None or len(operations) >= edit_names.MAX_OPERATIONS:
            return None
        operation, named = read
        if named != _UNNAMED and subject not in (named, _UNNAMED):
            # Two pictures in one message: this makes one.
            return None
        subject = subject if named == _UNNAMED else named
        operations.append(operation)
    if converted:
        extension = converted[1].replace("jpeg", "jpg")
        operations.append(Operation(OperationKind.CONVERT, extension=extension))
    return EditPicture(tuple(operations), subject.version, subject.position)


def _parse_clause(clause: str) -> tuple[Operation, _Subject] | None:
    for kind, pattern in _COMPILED:
        found = pattern.fullmatch(clause)
        operation = found and _build_operation(kind, found.groupdict())
        if found and operation:
            return operation, _read_subject(found.groupdict())
    return None


def _read_subject(groups: Mapping[str, str | None]) -> _Subject:
    version, position = groups.get("version"), groups.get("position")
    return _Subject(
        int(version) if version else None,
        edit_names.POSITIONS[position] if position else None,
    )


def _build_operation(kind: OperationKind, groups: Mapping[str, str | None]) -> Operation | None:
    """Return the operation of a matched pattern; None for a shape that is no shape."""
    match kind:
        case OperationKind.ROTATE:
            turn = edit_names.TURNS.get(groups.get("turn") or "", 0)
            return build_rotation(groups.get("degrees") or "", turn)
        case OperationKind.FLIP:
            is_vertical = (groups.get("axis") or "") in edit_names.VERTICAL_WORDS
            return Operation(kind, is_vertical=is_vertical)
        case OperationKind.STRIP:
            return Operation(kind)
        case OperationKind.CONVERT:
            return Operation(kind, extension=(groups["extension"] or "").replace("jpeg", "jpg"))
        case OperationKind.RESIZE if not groups.get("shape"):
            return build_resize(groups)
        case _:
            return build_shaping(kind, groups["shape"] or "", groups.get("colour") or "")
