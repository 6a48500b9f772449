"""Which files of a thread belong to a question: its own, those it is about, what was drawn on them.

What files are, `bot.files.preparer` finds out; what of them fits is decided in `fitting.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.conversation import ThreadHistory
from bot.domain.files import FileContext, FileRef, Image, ParsedFile
from bot.domain.messages import Message
from bot.domain.model_info import ModelInfo
from bot.domain.pages import existing_pages, format_ranges
from bot.domain.ports import Threads
from bot.domain.questions import Question
from bot.files.preparer import FilePreparer, ReadOptions
from bot.request.file_references import text_files_to_include
from bot.request.parse import ParsedRequest
from bot.request.picture_references import pictures_to_include

# Pictures that an upload is held against, to find what was drawn on it.
_MAX_ANNOTATION_BASES = 3
_NO_SUCH_PAGE_MESSAGE = "_{name} has {count:,} pages: there is no page {pages}._"


class FileSelector:
    """With `everything`, all pictures of a thread belong to each question."""

    def __init__(self, file_preparer: FilePreparer, threads: Threads, *, resend_all: bool) -> None:
        self._file_preparer = file_preparer
        self._threads = threads
        self._resend_all = resend_all

    async def select(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        model_info: ModelInfo,
    ) -> FileContext:
        """Everything of files that belongs to the question: its own, and those it is about."""
        look = ReadOptions(model_info.reads_files, model_info.sees, request.pages)
        # From a message's menu, what came with it is in the thread's past as well.
        own = {ref.id for ref in question.files}
        earlier = replace(history, files=tuple(ref for ref in history.files if ref.id not in own))
        linked = await self._find_linked_files(question, request, earlier)
        about = self._select_earlier_pictures(question, request, earlier, linked)
        named = [ref for ref in linked if not ref.is_declared_picture]
        called = request.select_named(earlier.files)
        texts = named or text_files_to_include(request.files, earlier.files, named_files=called)
        is_requested = (
            bool(named) or request.files.mentions_file or bool(request.select_named(texts))
        )
        read, found = await asyncio.gather(
            self._file_preparer.prepare(question, about, look),
            self._file_preparer.prepare_earlier(
                question.thread, texts, look, requested=is_requested
            ),
        )
        together = replace(
            read,
            earlier_images=(*found.earlier_images, *read.earlier_images),
            earlier_documents=found.documents,
            unreadable=(*read.unreadable, *found.unreadable),
            parsed_files={**found.parsed_files, **read.parsed_files},
        )
        together = replace(together, notes=_list_missing_page_messages(together, request.pages))
        return await self._add_annotations(question, together, earlier)

    async def _find_linked_files(
        self, question: Question, request: ParsedRequest, history: ThreadHistory
    ) -> list[FileRef]:
        """The files that a message links to: of this thread, or of a message in this channel."""
        ids, elsewhere = await self._threads.resolve_links(question.thread, request.links)
        here = [ref for ref in history.files if ref.id in ids]
        known = {ref.id for ref in here}
        return [*here, *(ref for ref in elsewhere if ref.id not in known)]

    def _select_earlier_pictures(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        linked_files: Sequence[FileRef],
    ) -> list[FileRef]:
        """The earlier pictures that the question is about."""
        pictures = [ref for ref in history.files if ref.is_declared_picture]
        if self._resend_all:
            return pictures
        named = [ref for ref in linked_files if ref.is_declared_picture]
        about = named or pictures_to_include(
            request.pictures,
            history.turns,
            history.files,
            own_files=question.files,
            named_files=request.select_named(history.files),
        )
        if about or question.files or request.recipe is None or request.recipe.draws:
            return about
        # “Write alt text” alone is about what was shown last.
        return [ref for ref in pictures if not ref.is_gone][-1:]

    async def _add_annotations(
        self, question: Question, file_context: FileContext, history: ThreadHistory
    ) -> FileContext:
        """Find what was drawn on uploads, and send the pictures without it beside them."""
        bases = [ref for ref in history.files if ref.is_declared_picture and not ref.is_gone]
        sent = [picture for picture in file_context.new_images if not picture.part]
        if not bases or not sent:
            return file_context
        found = await self._file_preparer.find_annotations(
            question.thread, sent, bases[-_MAX_ANNOTATION_BASES:]
        )
        already = {picture.file for picture in file_context.earlier_images}
        clean = dict[str, Image]()
        for _, base in found:
            if base.file not in already:
                clean[base.file] = base
        return replace(
            file_context,
            earlier_images=(*file_context.earlier_images, *clean.values()),
            annotations=tuple(pointed for pointed, _ in found),
            parsed_files={**file_context.parsed_files, **_build_parsed_files(clean.values())},
        )


def _build_parsed_files(pictures: Iterable[Image]) -> dict[str, ParsedFile]:
    """Pictures that go along without having been asked for, as files that were read."""
    return {one.file: ParsedFile(one.name, "picture", (one,)) for one in pictures}


def _list_missing_page_messages(
    file_context: FileContext, page_numbers: Sequence[int]
) -> tuple[Message, ...]:
    """Sentences about files none of whose pages are those that were named."""
    documents = [*file_context.documents, *file_context.earlier_documents]
    counts = {
        document.name: file_context.parsed_files[document.file].count
        for document in documents
        if document.has_page_numbers and document.file in file_context.parsed_files
    }
    if not page_numbers or any(existing_pages(page_numbers, count) for count in counts.values()):
        return ()
    return tuple(
        Message(_NO_SUCH_PAGE_MESSAGE, name=name, count=count, pages=format_ranges(page_numbers))
        for name, count in counts.items()
        if count > 1
    )
