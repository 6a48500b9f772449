"""What a message that refers back takes along: the picture or the answer that it means. Pure.

See `back_references.py` for which messages refer back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.files import FileRef
from bot.request.back_references import BackReference
from bot.request.commands import parse_command

# What is older than this was another matter.
MAX_AGE_SECONDS = 7 * 24 * 3600.0
_MAX_COMMAND_CHARS = 120
# The answer to these is never meant.
_COURTESY_PATTERN = re.compile(
    r"(?:(?:ok(?:ay)?|great|nice|cool|perfect|super|many|thank you|thanks|thx|ty|cheers|a lot"
    r"|so much|very much|hi|hello|hey|good morning|bye|hallo|guten morgen|danke|vielen dank|schön"
    r"|tschüss|merci|beaucoup|salut|bonjour|gracias|muchas|hola|ありがとう(?:ございます)?|こんにちは"
    r"|easel|you)[\s,.!。、！☺😀🙂👍🙏]*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a message takes along of an earlier conversation: a picture, or turns that end with an
    answer."""

    picture: FileRef | None = None
    turns: tuple[Turn, ...] = ()


def select_carried(reference: BackReference, history: ThreadHistory) -> Carried | None:
    """Return what a message means of a conversation before it; None if that holds nothing.

    `history` is that conversation's, to its end. An answer of Easel's own, to a command, is never
    meant.
    """
    pictures = [ref for ref in history.files if ref.is_declared_picture and not ref.is_gone]
    answer_at = _find_answer(history.turns)
    if pictures and (answer_at is None or not reference.is_about_text):
        return Carried(pictures[-1])
    if answer_at is None:
        return None
    return Carried(turns=history.turns[max(0, answer_at - 1) : answer_at + 1])


def is_meant(reference: BackReference, carried: Carried) -> bool:
    """Whether no older conversation can hold what a message means rather than this."""
    is_picture = carried.picture is not None
    return (
        not is_picture if reference.is_about_text else is_picture or not reference.is_about_picture
    )


def compute_oldest(ts: str) -> str:
    """Return the ts from which on a message at `ts` may mean what was said."""
    return f"{max(0.0, float(ts) - MAX_AGE_SECONDS):017.6f}"


def _find_answer(turns: Sequence[Turn]) -> int | None:
    """Return the place of the last answer that says something; None if there is none."""
    for place in reversed(range(len(turns))):
        turn = turns[place]
        if turn.speaker is Speaker.EASEL and turn.text and not _is_to_command(turns[:place]):
            return place
    return None


def _is_to_command(earlier: Sequence[Turn]) -> bool:
    asked = earlier[-1].text.strip() if earlier else ""
    if not asked or len(asked) > _MAX_COMMAND_CHARS:
        return False
    return parse_command(asked) is not None or _COURTESY_PATTERN.fullmatch(asked) is not None
