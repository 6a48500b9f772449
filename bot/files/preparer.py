"""Makes a question's files ready for the model: each read, and sent in the way that suits it.

Knows the order of the steps. What a file is, `bot.media` finds out; `working_copies.py` remembers
it; which pages are sent and in which form, `bot.asking` decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from bot.domain.conversation import Thread
from bot.domain.errors import EaselError
from bot.domain.files import Attachment, Document, FileRef, Material, Pointed, Reading, Unread
from bot.domain.llm import Prompt
from bot.domain.pages import in_words, there
from bot.domain.questions import Question
from bot.files.cache import WorkingCopies
from bot.files.pdf_plan import PdfPlan, Way, plan_pdf
from bot.files.sandbox.sandbox import Decoders
from bot.files.unreadable import unreadable
from bot.prompt.document_pages import pages_that_can_be_named

log = structlog.get_logger(__name__)

# The side of a picture, in pixels, after the provider called the request too large.
_SMALL_SIDE = 1024
# Of a scanned file that was sent before, so many pages are looked at again.
_PAGES_AGAIN = 4


@dataclass(frozen=True, slots=True)
class Look:
    """What the model can do with files, and which pages the message names."""

    reads_files: bool = True
    sees: bool = True
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Taken:
    """One file as it is sent."""

    file: str
    reading: Reading
    pictures: tuple[Attachment, ...] = ()
    document: Document | None = None


class Intake:
    """Reads what people send."""

    def __init__(self, copies: WorkingCopies, decoders: Decoders) -> None:
        self._copies = copies
        self._decoders = decoders

    async def read(self, question: Question, earlier: Sequence[FileRef], look: Look) -> Material:
        """Make ready the question's own files, and the pictures among `earlier`.

        A file that cannot be read becomes a sentence; the others are not held up by it.
        """
        if not question.files and not earlier:
            return Material()
        thread = question.thread
        own, recalled = await asyncio.gather(
            asyncio.gather(*(self._own(thread, ref, look) for ref in question.files)),
            asyncio.gather(*(self._earlier(thread, ref) for ref in earlier if look.sees)),
        )
        taken = [item for item in own if isinstance(item, _Taken)]
        again = [item for item in recalled if isinstance(item, _Taken)]
        return Material(
            sent=tuple(picture for item in taken for picture in item.pictures),
            remembered=tuple(picture for item in again for picture in item.pictures),
            documents=tuple(item.document for item in taken if item.document is not None),
            unread=tuple(item for item in (*own, *recalled) if isinstance(item, Unread)),
            readings={item.file: item.reading for item in (*again, *taken)},
        )

    async def look_up(
        self, thread: Thread, refs: Sequence[FileRef], look: Look, *, again: bool
    ) -> Material:
        """Files of text that were read before; where the question asks for them `again`, from Slack
        if need be, and scanned pages as pictures."""
        found = await asyncio.gather(
            *(self._looked_up(thread, ref, look, again=again) for ref in refs)
        )
        taken = [item for item in found if isinstance(item, _Taken)]
        return Material(
            remembered=tuple(picture for item in taken for picture in item.pictures),
            documents=tuple(item.document for item in taken if item.document is not None),
            unread=tuple(item for item in found if isinstance(item, Unread)),
            readings={item.file: item.reading for item in taken},
        )

    async def recall(self, thread: Thread, ref: FileRef) -> Attachment | None:
        """A picture of the thread from its working copy, or from Slack; None where it is gone."""
        found = await self._earlier(thread, ref)
        return found.pictures[0] if isinstance(found, _Taken) and found.pictures else None

    async def pointed(
        self, thread: Thread, sent: Sequence[Attachment], known: Sequence[FileRef]
    ) -> list[tuple[Pointed, Attachment]]:
        """Which of the pictures `sent` are one of `known` with marks drawn on it: the newest."""
        recalled = await asyncio.gather(*(self.recall(thread, ref) for ref in reversed(known)))
        bases = [base for base in recalled if base is not None]
        pairs = [(picture, base) for picture in sent for base in bases]
        boxes = await asyncio.gather(*(self._marks(base, picture) for picture, base in pairs))
        found = dict[str, tuple[Pointed, Attachment]]()
        for (picture, base), box in zip(pairs, boxes, strict=True):
            if box is not None:
                pointed = Pointed(picture.label, base.label, box)
                found.setdefault(picture.file, (pointed, base))
        return list(found.values())

    async def shrink(self, prompt: Prompt) -> Prompt:
        """The same question in a smaller request: smaller pictures, the newer half of the past."""
        half = prompt.past[(len(prompt.past) + 1) // 2 :]
        return replace(
            prompt,
            past=half,
            pictures=tuple([await self._smaller(picture) for picture in prompt.pictures]),
        )

    async def _smaller(self, picture: Attachment) -> Attachment:
        if max(picture.width, picture.height) <= _SMALL_SIDE:
            return picture
        small = await self._decoders.shrink(picture.name, picture.data, _SMALL_SIDE)
        return replace(small, name=picture.name, part=picture.part, file=picture.file)

    async def _marks(
        self, base: Attachment, marked: Attachment
    ) -> tuple[float, float, float, float] | None:
        try:
            return await self._decoders.marks(base.data, marked.data)
        except EaselError:
            return None

    async def _own(self, thread: Thread, ref: FileRef, look: Look) -> _Taken | Unread:
        try:
            reading, data = await self._copies.opened(thread, ref)
            if reading.kind == "PDF":
                return await self._pdf(ref, reading, data, look)
        except EaselError as error:
            return Unread(ref.id, ref.name, error.said)
        return _as_read(ref, reading, look)

    async def _pdf(self, ref: FileRef, reading: Reading, data: bytes | None, look: Look) -> _Taken:
        named = there(look.pages, reading.count)
        if look.pages and not named:
            missing = f"page {in_words(look.pages)}: it has {reading.count:,}"
            reading = replace(reading, left_out=missing)
        size = ref.size if data is None else len(data)
        plan = plan_pdf(reading, size, named, reads_files=look.reads_files, sees=look.sees)
        if plan.way is Way.TEXT and reading.scanned:
            raise unreadable(ref.name, "no text")
        if plan.way is Way.TEXT:
            return _as_read(ref, reading, Look(pages=plan.numbers))
        return await self._looked_at(ref, reading, data, plan)

    async def _looked_at(
        self, ref: FileRef, reading: Reading, data: bytes | None, plan: PdfPlan
    ) -> _Taken:
        """A PDF, or pages of it, as the model looks at them."""
        data = await self._copies.original(ref) if data is None else data
        shown = replace(reading, left_out=_not_shown(reading, plan.numbers))
        if plan.way is Way.WHOLE:
            whole = replace(_as_document(ref, reading), mimetype="application/pdf", data=data)
            return _Taken(ref.id, reading, document=whole)
        if plan.way is Way.PART:
            part = await self._decoders.cut_out(ref.name, data, plan.numbers)
            return _Taken(ref.id, shown, document=replace(part, name=reading.name, file=ref.id))
        seen = await self._decoders.render(ref.name, data, plan.numbers)
        pictures = (replace(one, name=reading.name, file=ref.id) for one in seen.pictures)
        return _Taken(ref.id, shown, tuple(pictures))

    async def _earlier(self, thread: Thread, ref: FileRef) -> _Taken | Unread:
        try:
            reading = await self._copies.reading(thread, ref)
        except EaselError as error:
            log.info("earlier_picture_gone", error=type(error).__name__)
            return Unread(ref.id, ref.name, error.said)
        return _Taken(ref.id, reading, reading.pictures)

    async def _looked_up(
        self, thread: Thread, ref: FileRef, look: Look, *, again: bool
    ) -> _Taken | Unread | None:
        """A file that was read before. From Slack only where the question needs it."""
        try:
            reading = await self._copies.kept(ref)
            if reading is None and not again:
                return None
            if reading is None:
                reading = await self._copies.reading(thread, ref)
            if reading.kind == "PDF" and reading.scanned:
                return await self._scanned_again(ref, reading, look, again=again)
        except EaselError as error:
            return Unread(ref.id, ref.name, error.said) if again else None
        return _Taken(ref.id, reading, document=_as_document(ref, reading))

    async def _scanned_again(
        self, ref: FileRef, reading: Reading, look: Look, *, again: bool
    ) -> _Taken:
        numbers = there(look.pages, reading.count) or tuple(range(1, _PAGES_AGAIN + 1))
        if not (again or look.pages) or not look.sees:
            return _Taken(ref.id, reading)
        return await self._looked_at(ref, reading, None, PdfPlan(Way.PICTURES, numbers))


def _as_read(ref: FileRef, reading: Reading, look: Look) -> _Taken:
    """A file as its reading: its pictures, and its pages, or those that are named.

    Raises `Unreadable` for a picture where the model sees none.
    """
    if reading.pictures and not reading.pages and not look.sees:
        raise unreadable(ref.name, "not seen")
    pictures = reading.pictures if look.sees else ()
    if not reading.pages:
        return _Taken(ref.id, reading, pictures)
    document = _as_document(ref, reading)
    named = there(look.pages, pages_that_can_be_named(document))
    if not named:
        return _Taken(ref.id, reading, pictures, document)
    chosen = replace(
        document,
        pages=tuple(reading.pages[number - 1] for number in named),
        tokens=tuple(reading.tokens[number - 1] for number in named if reading.tokens),
        numbers=named,
    )
    return _Taken(ref.id, replace(reading, left_out=_not_shown(reading, named)), pictures, chosen)


def _as_document(ref: FileRef, reading: Reading) -> Document:
    return Document(
        reading.name,
        "text/plain",
        reading.pages,
        count=max(reading.count, len(reading.pages)),
        file=ref.id,
        tokens=reading.tokens,
        countable=reading.count >= len(reading.pages),
    )


def _not_shown(reading: Reading, numbers: Sequence[int]) -> str:
    if not numbers or len(numbers) >= reading.count:
        return reading.left_out
    return f"all pages but {in_words(numbers)} of {reading.count:,}"
