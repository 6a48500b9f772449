"""Reads what is done to a picture without a model: `crop v2 to 16:9`, `v2 --rotate 90`. Pure.

A message is that or it is not: with anything more in it, it is a request to the model. See
`vocabulary` for the words, and `bot.commands.picture_edits` for what is done.
"""

from __future__ import annotations

import re

from bot.domain.pictures.operations import PictureEdit
from bot.request.own_words import normalize_letters
from bot.request.pictures.areas.parse import parse_grid
from bot.request.pictures.edit_flags import parse_edit_flags
from bot.request.pictures.vocabulary.parse import parse_words

_MAX_COMMAND_CHARS = 160
_PUNCTUATION = " .!?…。？！¡¿"
_NEW_LINE_PATTERN = re.compile(r"[.,;]?\s*\n\s*")
_POLITE_PATTERN = re.compile(
    r"^(?:(?:please|now|ok|can you|could you|would you|bitte|kannst du|s'il te plait"
    r"|stp|peux-tu|por favor|puedes)[ ,]+){1,2}|[ ,]+(?:please|bitte|s'il te plait|stp|por favor)$"
)
_VERSION_FIRST_PATTERN = re.compile(r"(?:v|version )(\d{1,4})[ :,]+(?=\S)")


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
    # “v1 and v2” begins with a version as well.
    edit = parse_grid(rest, version) or parse_words(words, None)
    return edit or (None if version is None else parse_words(rest, version))


def _split_version(words: str) -> tuple[int | None, str]:
    found = _VERSION_FIRST_PATTERN.match(words)
    return (int(found[1]), words[found.end() :]) if found else (None, words)
