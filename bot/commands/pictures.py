"""What is done with a thread's pictures without asking a model: `history`, `compare v2 and v4`,
`as jpg at 1024 wide`. Drawn from working copies, converted from originals; nothing is spent.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import TellPerson
from bot.domain.files import FileRef, NewFile
from bot.domain.questions import Question
from bot.domain.stores import History
from bot.files.cache import WorkingCopies
from bot.files.preparer import Intake
from bot.files.readers.conversion import ENDINGS
from bot.files.readers.sheets import MOST_ON_SHEET
from bot.files.sandbox.sandbox import Decoders
from bot.request.flags import without_flags
from bot.request.picture_references import version_of

_HISTORY = re.compile(
    r"(?:show (?:me )?(?:the )?)?(?:picture )?(?:history|versions)(?: please)?\W*", re.IGNORECASE
)
_COMPARE = re.compile(
    r"compare\s+(v\d{1,4}(?:\s*(?:,|and|und|with|to|vs\.?|&)\s*v\d{1,4}){1,3})\W*", re.IGNORECASE
)
_DO = r"(?:please |can you )?(?:convert|save|give me|send|send me|export|download|make)?"
_WHICH = r"(?:\s?(?:it|this|that|the picture|v(?P<version>\d{1,4})))?"
_WIDE = r"(?:at |to )?(?P<width>[1-9]\d{1,3}) ?(?:px|pixels)?(?: wide)?"
_LONGEST = 120
_OTHER_FORM = re.compile(
    rf"{_DO}{_WHICH}\s?(?:as|to|in) (?:an? )?(?P<form>gif|tiff?|bmp|heic|avif|svg|psd|pdf|ico)"
    r"(?: please)?\W*",
    re.IGNORECASE,
)
_MANY = re.compile(
    r"compare\s+v\d{1,4}(?:\s?(?:,|and|und|with|to|vs\.?|&)\s?v\d{1,4}){4,20}\W*", re.IGNORECASE
)
_HUGE = re.compile(rf"{_DO}{_WHICH}.{{0,20}}\b\d{{5,9}} ?(?:px |pixels )?wide\W*", re.IGNORECASE)
_AS = re.compile(
    rf"{_DO}{_WHICH}\s?(?:as|to|in) (?:an? )?(?P<form>jpe?g|webp|png)(?: {_WIDE})?(?: please)?\W*",
    re.IGNORECASE,
)
_AT = re.compile(
    rf"{_DO}{_WHICH}\s?(?:at|to) (?P<width>[1-9]\d{{1,3}}) ?(?:px |pixels )?wide(?: please)?\W*",
    re.IGNORECASE,
)
_LATER = "9"  # after any ts

_NONE_YET = "I have made no pictures in this thread yet."
_NONE_TO_CONVERT = "There is no picture in this thread to convert."
_GONE = "I no longer have {}: it was deleted in Slack."
_HISTORY_SAID = "{} so far{}:"
_MADE_FROM = "- **v{}** {}{}{}{}"
_LONGEST_WORDS = 120


_CANNOT = (
    (_OTHER_FORM, "I make jpg, png and webp of a picture. Please ask for one of those."),
    (_MANY, "I compare up to four versions at a time. Please name fewer."),
    (_HUGE, "I make pictures up to 8,192 pixels large. Please ask for fewer."),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What to answer, and the picture that goes with it."""

    text: str
    file: NewFile


def is_picture_command(text: str) -> bool:
    said = text.strip()
    return len(said) <= _LONGEST and any(
        known.fullmatch(said) for known in (_HISTORY, _COMPARE, _AS, _AT, _OTHER_FORM, _MANY, _HUGE)
    )


class PictureCommands:
    """Draws what a thread's pictures came to."""

    def __init__(
        self, history: History, intake: Intake, copies: WorkingCopies, decoders: Decoders
    ) -> None:
        self._history = history
        self._intake = intake
        self._copies = copies
        self._decoders = decoders

    async def obey(self, question: Question) -> Shown:
        """Do what the message says. Raises `TellPerson`."""
        said = question.text.strip()
        for pattern, sentence in _CANNOT:
            if pattern.fullmatch(said):
                raise TellPerson("not done here", said=sentence)
        past = await self._history.past(question.thread, before=_LATER, limit=0)
        converted = _AS.fullmatch(said) or _AT.fullmatch(said)
        if converted is not None:
            pictures = [ref for ref in (*past.files, *question.files) if ref.claims_picture]
            return await self._converted(converted.groupdict(), pictures)
        made = [ref for ref in past.files if ref.version]
        if not made:
            raise TellPerson("no pictures", said=_NONE_YET)
        wanted = _COMPARE.fullmatch(said)
        if wanted is None:
            return await self._sheet(question, made[-MOST_ON_SHEET:], _told(made))
        numbers = [int(number) for number in re.findall(r"v(\d+)", wanted[1], re.IGNORECASE)]
        chosen = [version_of(made, number) for number in dict.fromkeys(numbers)]
        return await self._compared(question, chosen)

    async def _converted(self, wish: dict[str, str | None], pictures: list[FileRef]) -> Shown:
        """The picture that is meant, in another format or width, from its original bytes."""
        if not pictures:
            raise TellPerson("no pictures", said=_NONE_TO_CONVERT)
        version, width = wish["version"], wish["width"]
        made = [ref for ref in pictures if ref.version]
        ref = version_of(made, int(version)) if version else pictures[-1]
        usual = ref.name.rpartition(".")[2].lower()
        ending = ENDINGS.get((wish.get("form") or usual).lower(), "png")
        data = await self._copies.original(ref)
        pixels = int(width) if width else None
        name, kind, out = await self._decoders.convert(ref.name, data, ending, pixels)
        size = f", {pixels} pixels wide" if pixels else ""
        return Shown(f"{ref.name} as {ending}{size}:", NewFile(name, kind, out))

    async def _sheet(self, question: Question, made: Sequence[FileRef], said: str) -> Shown:
        drawn = await self._drawn(question, made, beside=False)
        return Shown(said, NewFile("history.png", "image/png", drawn))

    async def _compared(self, question: Question, chosen: Sequence[FileRef]) -> Shown:
        drawn = await self._drawn(question, chosen, beside=True)
        names = [f"v{ref.version}" for ref in chosen]
        name = f"compare-{'-'.join(names)}.png"
        return Shown(f"{' and '.join(names)}, side by side:", NewFile(name, "image/png", drawn))

    async def _drawn(self, question: Question, refs: Sequence[FileRef], *, beside: bool) -> bytes:
        """All of `refs` on one picture. Side by side each has to be there, else what is there."""
        kept = await asyncio.gather(*(self._intake.recall(question.thread, ref) for ref in refs))
        found = list(zip(refs, kept, strict=True))
        gone = [ref for ref, attachment in found if attachment is None]
        if gone and (beside or len(gone) == len(found)):
            raise TellPerson("gone", said=_GONE.format(f"v{gone[0].version}"))
        labels = [f"v{ref.version}  {ref.name}" for ref, kept in found if kept]
        pictures = [kept.data for _, kept in found if kept]
        return await self._decoders.sheet(labels, pictures, beside=beside)


def _told(made: Sequence[FileRef]) -> str:
    """Every version with what it was made from."""
    count = f"{len(made)} pictures" if len(made) > 1 else "One picture"
    lines = [
        _MADE_FROM.format(
            ref.version,
            ref.name,
            f", from {ref.made_from}" if ref.made_from else "",
            f": “{_words(ref.asked)}”" if ref.asked else "",
            " (deleted)" if ref.is_gone else "",
        )
        for ref in made[-MOST_ON_SHEET:]
    ]
    more = f", the last {MOST_ON_SHEET} here" if len(made) > MOST_ON_SHEET else ""
    return "\n".join([_HISTORY_SAID.format(count, more), "", *lines])


def _words(asked: str) -> str:
    """The beginning of what was asked, on one line."""
    line = " ".join(without_flags(asked).split())
    return line if len(line) <= _LONGEST_WORDS else f"{line[:_LONGEST_WORDS]}…"
