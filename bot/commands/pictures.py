"""What is done with a thread's pictures without asking a model: `history`, `compare v2 and v4`,
`as jpg at 1024 wide`. Drawn from working copies, converted from originals; nothing is spent.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import UserError
from bot.domain.files import FileRef, GeneratedFile
from bot.domain.questions import Question
from bot.domain.safe_text import truncate
from bot.domain.stores import ConversationStore
from bot.files.cache import FileCache
from bot.files.preparer import FilePreparer
from bot.files.readers.conversion import EXTENSIONS
from bot.files.readers.sheets import MAX_SHEET_PICTURES
from bot.files.sandbox.sandbox import Sandbox
from bot.request.flags import strip_flags
from bot.request.picture_references import find_version

_HISTORY_PATTERN = re.compile(
    r"(?:show (?:me )?(?:the )?)?(?:picture )?(?:history|versions)(?: please)?\W*", re.IGNORECASE
)
_COMPARE_PATTERN = re.compile(
    r"compare\s+(v\d{1,4}(?:\s*(?:,|and|und|with|to|vs\.?|&)\s*v\d{1,4}){1,3})\W*", re.IGNORECASE
)
_VERB_FRAGMENT = r"(?:please |can you )?(?:convert|save|give me|send|send me|export|download|make)?"
_PICTURE_FRAGMENT = r"(?:\s?(?:it|this|that|the picture|v(?P<version>\d{1,4})))?"
_WIDTH_FRAGMENT = r"(?:at |to )?(?P<width>[1-9]\d{1,3}) ?(?:px|pixels)?(?: wide)?"
_MAX_COMMAND_CHARS = 120
_UNSUPPORTED_FORMAT_PATTERN = re.compile(
    rf"{_VERB_FRAGMENT}{_PICTURE_FRAGMENT}\s?(?:as|to|in) (?:an?"
    r" )?(?P<form>gif|tiff?|bmp|heic|avif|svg|psd|pdf|ico)"
    r"(?: please)?\W*",
    re.IGNORECASE,
)
_TOO_MANY_VERSIONS_PATTERN = re.compile(
    r"compare\s+v\d{1,4}(?:\s?(?:,|and|und|with|to|vs\.?|&)\s?v\d{1,4}){4,20}\W*", re.IGNORECASE
)
_TOO_WIDE_PATTERN = re.compile(
    rf"{_VERB_FRAGMENT}{_PICTURE_FRAGMENT}.{{0,20}}\b\d{{5,9}} ?(?:px |pixels )?wide\W*",
    re.IGNORECASE,
)
_CONVERT_PATTERN = re.compile(
    rf"{_VERB_FRAGMENT}{_PICTURE_FRAGMENT}\s?(?:as|to|in) (?:an? )?(?P<form>jpe?g|webp|png)(?:"
    rf" {_WIDTH_FRAGMENT})?(?: please)?\W*",
    re.IGNORECASE,
)
_RESIZE_PATTERN = re.compile(
    rf"{_VERB_FRAGMENT}{_PICTURE_FRAGMENT}\s?(?:at|to) (?P<width>[1-9]\d{{1,3}}) ?(?:px |pixels"
    r" )?wide(?: please)?\W*",
    re.IGNORECASE,
)
_MAX_TS = "9"  # after any ts

_NO_PICTURES_MESSAGE = "I have made no pictures in this thread yet."
_NOTHING_TO_CONVERT_MESSAGE = "There is no picture in this thread to convert."
_DELETED_MESSAGE = "I no longer have {}: it was deleted in Slack."
_HISTORY_HEADING = "{} so far{}:"
_VERSION_LINE = "- **v{}** {}{}{}{}"
_MAX_REQUEST_CHARS = 120


_UNSUPPORTED_REQUESTS = (
    (
        _UNSUPPORTED_FORMAT_PATTERN,
        "I make jpg, png and webp of a picture. Please ask for one of those.",
    ),
    (_TOO_MANY_VERSIONS_PATTERN, "I compare up to four versions at a time. Please name fewer."),
    (_TOO_WIDE_PATTERN, "I make pictures up to 8,192 pixels large. Please ask for fewer."),
)


@dataclass(frozen=True, slots=True)
class PictureResult:
    """What to answer, and the picture that goes with it."""

    text: str
    file: GeneratedFile


def is_picture_command(text: str) -> bool:
    said = text.strip()
    return len(said) <= _MAX_COMMAND_CHARS and any(
        known.fullmatch(said)
        for known in (
            _HISTORY_PATTERN,
            _COMPARE_PATTERN,
            _CONVERT_PATTERN,
            _RESIZE_PATTERN,
            _UNSUPPORTED_FORMAT_PATTERN,
            _TOO_MANY_VERSIONS_PATTERN,
            _TOO_WIDE_PATTERN,
        )
    )


class PictureCommands:
    """Draws what a thread's pictures came to."""

    def __init__(
        self,
        conversations: ConversationStore,
        file_preparer: FilePreparer,
        file_cache: FileCache,
        sandbox: Sandbox,
    ) -> None:
        self._conversations = conversations
        self._file_preparer = file_preparer
        self._file_cache = file_cache
        self._sandbox = sandbox

    async def run(self, question: Question) -> PictureResult:
        """Do what the message says. Raises `TellPerson`."""
        said = question.text.strip()
        for pattern, sentence in _UNSUPPORTED_REQUESTS:
            if pattern.fullmatch(said):
                raise UserError("not done here", user_message=sentence)
        past = await self._conversations.load(question.thread, before=_MAX_TS, limit=0)
        converted = _CONVERT_PATTERN.fullmatch(said) or _RESIZE_PATTERN.fullmatch(said)
        if converted is not None:
            pictures = [ref for ref in (*past.files, *question.files) if ref.is_declared_picture]
            return await self._convert(converted.groupdict(), pictures)
        made = [ref for ref in past.files if ref.version]
        if not made:
            raise UserError("no pictures", user_message=_NO_PICTURES_MESSAGE)
        wanted = _COMPARE_PATTERN.fullmatch(said)
        if wanted is None:
            return await self._draw_history(
                question, made[-MAX_SHEET_PICTURES:], _format_history(made)
            )
        numbers = [int(number) for number in re.findall(r"v(\d+)", wanted[1], re.IGNORECASE)]
        chosen = [find_version(made, number) for number in dict.fromkeys(numbers)]
        return await self._draw_comparison(question, chosen)

    async def _convert(
        self, groups: dict[str, str | None], pictures: list[FileRef]
    ) -> PictureResult:
        """The picture that is meant, in another format or width, from its original bytes."""
        if not pictures:
            raise UserError("no pictures", user_message=_NOTHING_TO_CONVERT_MESSAGE)
        version, width = groups["version"], groups["width"]
        made = [ref for ref in pictures if ref.version]
        ref = find_version(made, int(version)) if version else pictures[-1]
        usual = ref.name.rpartition(".")[2].lower()
        ending = EXTENSIONS.get((groups.get("form") or usual).lower(), "png")
        data = await self._file_cache.fetch_original(ref)
        pixels = int(width) if width else None
        name, kind, out = await self._sandbox.convert(ref.name, data, ending, pixels)
        size = f", {pixels} pixels wide" if pixels else ""
        return PictureResult(f"{ref.name} as {ending}{size}:", GeneratedFile(name, kind, out))

    async def _draw_history(
        self, question: Question, versions: Sequence[FileRef], text: str
    ) -> PictureResult:
        drawn = await self._draw_sheet(question, versions, side_by_side=False)
        return PictureResult(text, GeneratedFile("history.png", "image/png", drawn))

    async def _draw_comparison(
        self, question: Question, versions: Sequence[FileRef]
    ) -> PictureResult:
        drawn = await self._draw_sheet(question, versions, side_by_side=True)
        names = [f"v{ref.version}" for ref in versions]
        name = f"compare-{'-'.join(names)}.png"
        return PictureResult(
            f"{' and '.join(names)}, side by side:", GeneratedFile(name, "image/png", drawn)
        )

    async def _draw_sheet(
        self, question: Question, versions: Sequence[FileRef], *, side_by_side: bool
    ) -> bytes:
        """All of `refs` on one picture. Side by side each has to be there, else what is there."""
        kept = await asyncio.gather(
            *(self._file_preparer.load_picture(question.thread, ref) for ref in versions)
        )
        found = list(zip(versions, kept, strict=True))
        gone = [ref for ref, attachment in found if attachment is None]
        if gone and (side_by_side or len(gone) == len(found)):
            raise UserError("gone", user_message=_DELETED_MESSAGE.format(f"v{gone[0].version}"))
        labels = [f"v{ref.version}  {ref.name}" for ref, kept in found if kept]
        pictures = [kept.data for _, kept in found if kept]
        return await self._sandbox.draw_sheet(labels, pictures, side_by_side=side_by_side)


def _format_history(versions: Sequence[FileRef]) -> str:
    """Every version with what it was made from."""
    count = f"{len(versions)} pictures" if len(versions) > 1 else "One picture"
    lines = [
        _VERSION_LINE.format(
            ref.version,
            ref.name,
            f", from {ref.made_from}" if ref.made_from else "",
            f": “{_truncate_request(ref.request_text)}”" if ref.request_text else "",
            " (deleted)" if ref.is_gone else "",
        )
        for ref in versions[-MAX_SHEET_PICTURES:]
    ]
    more = f", the last {MAX_SHEET_PICTURES} here" if len(versions) > MAX_SHEET_PICTURES else ""
    return "\n".join([_HISTORY_HEADING.format(count, more), "", *lines])


def _truncate_request(text: str) -> str:
    """The beginning of what was asked, on one line."""
    line = " ".join(strip_flags(text).split())
    return truncate(line, _MAX_REQUEST_CHARS)
