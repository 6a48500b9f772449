"""What is done with pictures of a thread without asking a model: `history`, `compare v2 and v4`.

Drawn from working copies; nothing is spent.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.errors import TellPerson
from bot.exchange import Attachment
from bot.intake import Intake
from bot.media.sheets import MOST_ON_SHEET, contact_sheet, side_by_side
from bot.stores import History
from bot.types import FileRef, NewFile, Question

_HISTORY = re.compile(
    r"(?:show (?:me )?(?:the )?)?(?:picture )?(?:history|versions)(?: please)?\W*", re.IGNORECASE
)
_COMPARE = re.compile(
    r"compare\s+(v\d{1,4}(?:\s*(?:,|and|und|with|to|vs\.?|&)\s*v\d{1,4}){1,3})\W*", re.IGNORECASE
)
_LATER = "9"  # after any ts

_NONE_YET = "I have made no pictures in this thread yet."
_UNKNOWN = "There is no {} in this thread: the pictures I made are {}."
_GONE = "I no longer have {}: it was deleted in Slack."
_HISTORY_SAID = "{} so far{}:"
_MADE_FROM = "- **v{}** {}{}"


@dataclass(frozen=True, slots=True)
class Shown:
    """What to answer, and the picture that goes with it."""

    text: str
    file: NewFile


def is_picture_command(text: str) -> bool:
    said = text.strip()
    return bool(_HISTORY.fullmatch(said) or _COMPARE.fullmatch(said))


class PictureCommands:
    """Draws what a thread's pictures came to."""

    def __init__(self, history: History, intake: Intake) -> None:
        self._history = history
        self._intake = intake

    async def obey(self, question: Question) -> Shown:
        """Do what the message says. Raises `TellPerson`."""
        past = await self._history.past(question.thread, before=_LATER, limit=0)
        made = [ref for ref in past.files if ref.version]
        if not made:
            raise TellPerson("no pictures", said=_NONE_YET)
        wanted = _COMPARE.fullmatch(question.text.strip())
        if wanted is None:
            return await self._sheet(question, made[-MOST_ON_SHEET:], _told(made))
        numbers = [int(number) for number in re.findall(r"v(\d+)", wanted[1], re.IGNORECASE)]
        chosen = [_version(made, number) for number in dict.fromkeys(numbers)]
        return await self._compared(question, chosen)

    async def _sheet(self, question: Question, made: Sequence[FileRef], said: str) -> Shown:
        drawn = await self._drawn(question, made, contact_sheet, must_all=False)
        return Shown(said, NewFile("history.png", "image/png", drawn))

    async def _compared(self, question: Question, chosen: Sequence[FileRef]) -> Shown:
        drawn = await self._drawn(question, chosen, side_by_side, must_all=True)
        names = [f"v{ref.version}" for ref in chosen]
        name = f"compare-{'-'.join(names)}.png"
        return Shown(f"{' and '.join(names)}, side by side:", NewFile(name, "image/png", drawn))

    async def _drawn(
        self,
        question: Question,
        refs: Sequence[FileRef],
        draw: Callable[[Sequence[tuple[str, Attachment]]], bytes],
        *,
        must_all: bool,
    ) -> bytes:
        found = [(ref, await self._intake.recall(question.thread, ref)) for ref in refs]
        gone = [ref for ref, attachment in found if attachment is None]
        if gone and (must_all or len(gone) == len(found)):
            raise TellPerson("gone", said=_GONE.format(f"v{gone[0].version}"))
        pictures = [(f"v{ref.version}  {ref.name}", kept) for ref, kept in found if kept]
        return await asyncio.to_thread(draw, pictures)


def _version(made: Sequence[FileRef], number: int) -> FileRef:
    for ref in made:
        if ref.version == number:
            return ref
    known = ", ".join(f"v{ref.version}" for ref in made[-12:])
    raise TellPerson("no such version", said=_UNKNOWN.format(f"v{number}", known))


def _told(made: Sequence[FileRef]) -> str:
    """Every version with what it was made from."""
    count = f"{len(made)} pictures" if len(made) > 1 else "One picture"
    lines = [
        _MADE_FROM.format(ref.version, ref.name, f", from {ref.made_from}" if ref.made_from else "")
        for ref in made[-MOST_ON_SHEET:]
    ]
    more = f", the last {MOST_ON_SHEET} here" if len(made) > MOST_ON_SHEET else ""
    return "\n".join([_HISTORY_SAID.format(count, more), "", *lines])
