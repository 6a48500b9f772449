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
from bot.domain.files import (
    Annotation,
    Document,
    FileContext,
    FileRef,
    Image,
    ParsedFile,
    UnreadableFile,
)
from bot.domain.llm import Prompt
from bot.domain.pages import existing_pages, format_ranges
from bot.domain.questions import Question
from bot.files.cache import FileCache
from bot.files.pdf_plan import PdfMode, PdfPlan, plan_pdf
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import build_unreadable_error
from bot.prompt.document_pages import count_nameable_pages

log = structlog.get_logger(__name__)

# The side of a picture, in pixels, after the provider called the request too large.
_SMALL_SIDE = 1024
# Of a scanned file that was sent before, so many pages are looked at again.
_MAX_EARLIER_SCANNED_PAGES = 4


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the model can do with files, and which pages the message names."""

    reads_files: bool = True
    sees: bool = True
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _PreparedFile:
    """One file as it is sent."""

    file: str
    parsed_file: ParsedFile
    pictures: tuple[Image, ...] = ()
    document: Document | None = None


class FilePreparer:
    """Reads what people send."""

    def __init__(self, cache: FileCache, sandbox: Sandbox) -> None:
        self._cache = cache
        self._sandbox = sandbox

    async def prepare(
        self, question: Question, earlier: Sequence[FileRef], options: ReadOptions
    ) -> FileContext:
        """Make ready the question's own files, and the pictures among `earlier`.

        A file that cannot be read becomes a sentence; the others are not held up by it.
        """
        if not question.files and not earlier:
            return FileContext()
        thread = question.thread
        own, recalled = await asyncio.gather(
            asyncio.gather(*(self._prepare_own(thread, ref, options) for ref in question.files)),
            asyncio.gather(
                *(self._prepare_earlier_picture(thread, ref) for ref in earlier if options.sees)
            ),
        )
        taken = [item for item in own if isinstance(item, _PreparedFile)]
        again = [item for item in recalled if isinstance(item, _PreparedFile)]
        return FileContext(
            new_images=tuple(picture for item in taken for picture in item.pictures),
            earlier_images=tuple(picture for item in again for picture in item.pictures),
            documents=tuple(item.document for item in taken if item.document is not None),
            unreadable=tuple(
                item for item in (*own, *recalled) if isinstance(item, UnreadableFile)
            ),
            parsed_files={item.file: item.parsed_file for item in (*again, *taken)},
        )

    async def prepare_earlier(
        self, thread: Thread, refs: Sequence[FileRef], options: ReadOptions, *, requested: bool
    ) -> FileContext:
        """Files of text that were read before; where the question asks for them `again`, from Slack
        if need be, and scanned pages as pictures."""
        found = await asyncio.gather(
            *(self._prepare_earlier_file(thread, ref, options, requested=requested) for ref in refs)
        )
        taken = [item for item in found if isinstance(item, _PreparedFile)]
        return FileContext(
            earlier_images=tuple(picture for item in taken for picture in item.pictures),
            documents=tuple(item.document for item in taken if item.document is not None),
            unreadable=tuple(item for item in found if isinstance(item, UnreadableFile)),
            parsed_files={item.file: item.parsed_file for item in taken},
        )

    async def load_picture(self, thread: Thread, ref: FileRef) -> Image | None:
        """A picture of the thread from its working copy, or from Slack; None where it is gone."""
        found = await self._prepare_earlier_picture(thread, ref)
        return found.pictures[0] if isinstance(found, _PreparedFile) and found.pictures else None

    async def find_annotations(
        self, thread: Thread, sent: Sequence[Image], candidates: Sequence[FileRef]
    ) -> list[tuple[Annotation, Image]]:
        """Which of the pictures `sent` are one of `known` with marks drawn on it: the newest."""
        recalled = await asyncio.gather(
            *(self.load_picture(thread, ref) for ref in reversed(candidates))
        )
        bases = [base for base in recalled if base is not None]
        pairs = [(picture, base) for picture in sent for base in bases]
        boxes = await asyncio.gather(*(self._find_marks(base, picture) for picture, base in pairs))
        found = dict[str, tuple[Annotation, Image]]()
        for (picture, base), box in zip(pairs, boxes, strict=True):
            if box is not None:
                pointed = Annotation(picture.label, base.label, box)
                found.setdefault(picture.file, (pointed, base))
        return list(found.values())

    async def shrink(self, prompt: Prompt) -> Prompt:
        """The same question in a smaller request: smaller pictures, the newer half of the past."""
        half = prompt.history[(len(prompt.history) + 1) // 2 :]
        return replace(
            prompt,
            history=half,
            pictures=tuple([await self._shrink_picture(picture) for picture in prompt.pictures]),
        )

    async def _shrink_picture(self, picture: Image) -> Image:
        if max(picture.width, picture.height) <= _SMALL_SIDE:
            return picture
        small = await self._sandbox.shrink(picture.name, picture.data, _SMALL_SIDE)
        return replace(small, name=picture.name, part=picture.part, file=picture.file)

    async def _find_marks(
        self, base: Image, marked: Image
    ) -> tuple[float, float, float, float] | None:
        try:
            return await self._sandbox.find_marks(base.data, marked.data)
        except EaselError:
            return None

    async def _prepare_own(
        self, thread: Thread, ref: FileRef, options: ReadOptions
    ) -> _PreparedFile | UnreadableFile:
        try:
            reading, data = await self._cache.read_with_bytes(thread, ref)
            if reading.kind == "PDF":
                return await self._prepare_pdf(ref, reading, data, options)
        except EaselError as error:
            return UnreadableFile(ref.id, ref.name, error.user_message)
        return _build_prepared_file(ref, reading, options)

    async def _prepare_pdf(
        self, ref: FileRef, parsed_file: ParsedFile, data: bytes | None, options: ReadOptions
    ) -> _PreparedFile:
        named = existing_pages(options.pages, parsed_file.count)
        if options.pages and not named:
            missing = f"page {format_ranges(options.pages)}: it has {parsed_file.count:,}"
            parsed_file = replace(parsed_file, left_out=missing)
        size = ref.size if data is None else len(data)
        plan = plan_pdf(
            parsed_file, size, named, reads_files=options.reads_files, sees=options.sees
        )
        if plan.mode is PdfMode.TEXT and parsed_file.scanned:
            raise build_unreadable_error(ref.name, "no text")
        if plan.mode is PdfMode.TEXT:
            return _build_prepared_file(ref, parsed_file, ReadOptions(pages=plan.page_numbers))
        return await self._apply_pdf_plan(ref, parsed_file, data, plan)

    async def _apply_pdf_plan(
        self, ref: FileRef, parsed_file: ParsedFile, data: bytes | None, plan: PdfPlan
    ) -> _PreparedFile:
        """A PDF, or pages of it, as the model looks at them."""
        data = await self._cache.fetch_original(ref) if data is None else data
        shown = replace(parsed_file, left_out=_format_left_out(parsed_file, plan.page_numbers))
        if plan.mode is PdfMode.WHOLE:
            whole = replace(
                _build_document(ref, parsed_file), mimetype="application/pdf", data=data
            )
            return _PreparedFile(ref.id, parsed_file, document=whole)
        if plan.mode is PdfMode.PART:
            part = await self._sandbox.extract_pages(ref.name, data, plan.page_numbers)
            return _PreparedFile(
                ref.id, shown, document=replace(part, name=parsed_file.name, file=ref.id)
            )
        seen = await self._sandbox.render(ref.name, data, plan.page_numbers)
        pictures = (replace(one, name=parsed_file.name, file=ref.id) for one in seen.pictures)
        return _PreparedFile(ref.id, shown, tuple(pictures))

    async def _prepare_earlier_picture(
        self, thread: Thread, ref: FileRef
    ) -> _PreparedFile | UnreadableFile:
        try:
            reading = await self._cache.read(thread, ref)
        except EaselError as error:
            log.info("earlier_picture_gone", error=type(error).__name__)
            return UnreadableFile(ref.id, ref.name, error.user_message)
        return _PreparedFile(ref.id, reading, reading.pictures)

    async def _prepare_earlier_file(
        self, thread: Thread, ref: FileRef, options: ReadOptions, *, requested: bool
    ) -> _PreparedFile | UnreadableFile | None:
        """A file that was read before. From Slack only where the question needs it."""
        try:
            reading = await self._cache.load(ref)
            if reading is None and not requested:
                return None
            if reading is None:
                reading = await self._cache.read(thread, ref)
            if reading.kind == "PDF" and reading.scanned:
                return await self._prepare_earlier_scan(ref, reading, options, requested=requested)
        except EaselError as error:
            return UnreadableFile(ref.id, ref.name, error.user_message) if requested else None
        return _PreparedFile(ref.id, reading, document=_build_document(ref, reading))

    async def _prepare_earlier_scan(
        self, ref: FileRef, parsed_file: ParsedFile, options: ReadOptions, *, requested: bool
    ) -> _PreparedFile:
        numbers = existing_pages(options.pages, parsed_file.count) or tuple(
            range(1, _MAX_EARLIER_SCANNED_PAGES + 1)
        )
        if not (requested or options.pages) or not options.sees:
            return _PreparedFile(ref.id, parsed_file)
        return await self._apply_pdf_plan(
            ref, parsed_file, None, PdfPlan(PdfMode.PICTURES, numbers)
        )


def _build_prepared_file(
    ref: FileRef, parsed_file: ParsedFile, options: ReadOptions
) -> _PreparedFile:
    """A file as its reading: its pictures, and its pages, or those that are named.

    Raises `Unreadable` for a picture where the model sees none.
    """
    if parsed_file.pictures and not parsed_file.pages and not options.sees:
        raise build_unreadable_error(ref.name, "not seen")
    pictures = parsed_file.pictures if options.sees else ()
    if not parsed_file.pages:
        return _PreparedFile(ref.id, parsed_file, pictures)
    document = _build_document(ref, parsed_file)
    named = existing_pages(options.pages, count_nameable_pages(document))
    if not named:
        return _PreparedFile(ref.id, parsed_file, pictures, document)
    chosen = replace(
        document,
        pages=tuple(parsed_file.pages[number - 1] for number in named),
        tokens=tuple(parsed_file.tokens[number - 1] for number in named if parsed_file.tokens),
        page_numbers=named,
    )
    return _PreparedFile(
        ref.id,
        replace(parsed_file, left_out=_format_left_out(parsed_file, named)),
        pictures,
        chosen,
    )


def _build_document(ref: FileRef, parsed_file: ParsedFile) -> Document:
    return Document(
        parsed_file.name,
        "text/plain",
        parsed_file.pages,
        count=max(parsed_file.count, len(parsed_file.pages)),
        file=ref.id,
        tokens=parsed_file.tokens,
        has_page_numbers=parsed_file.count >= len(parsed_file.pages),
    )


def _format_left_out(parsed_file: ParsedFile, numbers: Sequence[int]) -> str:
    if not numbers or len(numbers) >= parsed_file.count:
        return parsed_file.left_out
    return f"all pages but {format_ranges(numbers)} of {parsed_file.count:,}"
