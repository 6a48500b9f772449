"""Says what is wrong with a flag that there is not. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

from bot.domain.messages import Message
from bot.request.pictures.edit_names import OPERATION_FLAGS

UNKNOWN_FLAG_MESSAGE = "I do not know `--{name}`."
_SIMILAR_FLAG_MESSAGE = "I do not know `--{name}`. Did you mean `--{similar}`?"
_OPERATION_FLAG_MESSAGE = (
    "`--{name}` is for a picture that is there already: send it by itself, or after the number of"
    " the picture, as in `v2 --{name}`."
)


def describe_unknown_flag(name: str, known: Collection[str]) -> Message:
    if name in OPERATION_FLAGS:
        return Message(_OPERATION_FLAG_MESSAGE, name=name)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    word = sanitize_word(name)[:40]
    if close:
        return Message(_SIMILAR_FLAG_MESSAGE, name=word, similar=close[0])
    return Message(UNKNOWN_FLAG_MESSAGE, name=word)


def sanitize_word(word: str) -> str:
    """Make a person's word safe for one of Easel's sentences."""
    return re.sub(r"[^\w:.,=+-]", "", word)
