"""Selects the files that belong to a question: its own, and the earlier ones that it is about.

See `bot.files.preparer` for how each is read, `bot.prompt.fit` for what of them fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.answering.history.references import References, TakenFiles, find_taken, select_pictures
from bot.domain.conversation import ResolvedLinks, ThreadHistory
from bot.domain.errors import UserError
from bot.domain.files import FileContext, FileRef, Image, ParsedFile
from bot.domain.llm import JsonSchema
from bot.domain.model_info import ModelInfo
from bot.domain.options import RequestOptions
from bot.domain.ports import Threads
from bot.domain.questions import Question
from bot.files.owners import build_owner
from bot.files.pages.missing_pages import list_missing_page_messages
from bot.files.preparer import FilePreparer, ReadOptions
from bot.files.schema_checks import SchemaChecker
from bot.request.closeups.selection import (
    build_page_look,
    build_picture_choice,
    build_view_options,
    find_closeup,
    find_pages,
    select_picture_to_look_into,
    select_pictures_to_show_closely,
    select_scan,
)
from bot.request.file_references import select_text_files_to_include
from bot.request.parse import ParsedRequest

# Earlier pictures that an upload is compared with, to find marks drawn on it.
_MAX_ANNOTATION_BASES = 3


class FileSelector:
    """With `resend_all`, all pictures of a thread belong to each question."""

    def __init__(
        self,
        file_preparer: FilePreparer,
        threads: Threads,
        schema_checker: SchemaChecker,
        references: References,
        *,
        resend_all: bool,
    ) -> None:
        self._references = references
        self._file_preparer = file_preparer
        self._threads = threads
        self._schema_checker = schema_checker
        self._resend_all = resend_all

    async def extract_schema(
        self, question: Question, options: RequestOptions, files: FileContext
    ) -> tuple[JsonSchema | None, FileContext]:
        """Return the schema of the answer, and the files without the one that contains it.

        Raises `UserError` for a schema that cannot be used.
        """
        return await self._schema_checker.extract_schema(options, files, build_owner(question))

    async def select(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        model_info: ModelInfo,
    ) -> FileContext:
        """Read the files that belong to the question, and find marks drawn on its pictures."""
        if not question.is_from_menu:
            question = _add_late_files(question, history)
        # With a shortcut, the message's own files are in the history as well.
        own_ids = {ref.id for ref in question.files}
        # What is asked apart from the thread, or about one message of it, is not about its files.
        known = () if question.is_apart or question.is_from_menu else history.files
        earlier = replace(history, files=tuple(ref for ref in known if ref.id not in own_ids))
        links = await self._threads.resolve_links(question.thread, request.links)
        linked = [*history.carried_files, *_list_linked_files(links, earlier)]
        taken = await find_taken(self._references, question, earlier.files)
        pages = request.pages if question.files else find_pages(request, earlier)
        choice = build_picture_choice(request, pages, earlier)
        whole = request.files.wants_whole_file
        look = build_page_look(request, question.files, earlier.files, earlier.turns)
        options = ReadOptions(model_info.reads_files, model_info.sees, pages, whole, choice, look)
        together, closely = await self._read(question, request, earlier, linked, taken, options)
        missing_pages = list_missing_page_messages(together, request.pages)
        notes = (*links.notes, *together.notes, *missing_pages, *taken.notes)
        together = replace(
            together,
            linked_messages=links.quotes,
            notes=notes,
            reference_ids=taken.reference_ids,
        )
        together = await self._add_annotations(question, together, earlier)
        if together.pictures:
            view_options = build_view_options(request, model_info, choice)
            together = await self._file_preparer.prepare_details(
                question, together, closely, view_options
            )
        behind = self._file_preparer.list_turn_messages(question.asker)
        return replace(together, notes=(*together.notes, *behind))

    async def _read(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        linked: Sequence[FileRef],
        taken: TakenFiles,
        options: ReadOptions,
    ) -> tuple[FileContext, list[FileRef]]:
        """Read the question's own and earlier files; also return the earlier ones to look into."""
        pictures = self._select_earlier_pictures(question, request, history, linked, taken)
        named = [*taken.documents, *(ref for ref in linked if not ref.is_declared_picture)]
        texts, is_requested = _select_texts(request, history.files, named)
        scan = (
            []
            if pictures or question.files
            else select_scan(request, options.page_numbers, history)
        )
        # The pages of a scan are meant, not those of an older file.
        text_options = replace(options, page_numbers=()) if scan else options
        found = await self._file_preparer.prepare_earlier(
            question, texts, text_options, requested=is_requested and not scan
        )
        pictures = pictures or scan
        # A page that a file does not have, or that is asked for by number, is none of a picture.
        is_paged = bool(options.look.file_ids and (options.page_numbers or found.notes))
        is_open = not (pictures or found.earlier_images or question.files or is_paged)
        if is_open and request.closeup:
            pictures = select_picture_to_look_into(request, history)
        read = await self._file_preparer.prepare(question, pictures, options)
        closely = select_pictures_to_show_closely(request, question.files, pictures)
        closely += _list_looked_into(request, question, [*scan, *texts], found)
        return _merge_files(read, found), closely

    def _select_earlier_pictures(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        linked_files: Sequence[FileRef],
        taken: TakenFiles,
    ) -> list[FileRef]:
        """Select the earlier pictures that the question is about."""
        pictures = [ref for ref in history.files if ref.is_declared_picture]
        named = [ref for ref in linked_files if ref.is_declared_picture]
        if self._resend_all:
            return [*pictures, *history.carried_files]
        selected = (
            taken.join(named)
            if named
            else select_pictures(
                request, taken, history.turns, history.files, own_files=question.files
            )
        )
        if selected or question.files or request.recipe is None or request.recipe.draws:
            return selected
        # “Write alt text” alone is about the newest picture.
        return [ref for ref in pictures if not ref.is_gone][-1:]

    async def _add_annotations(
        self, question: Question, file_context: FileContext, history: ThreadHistory
    ) -> FileContext:
        """Find marks drawn on uploads, and add the pictures without the marks."""
        originals = [ref for ref in history.files if ref.is_declared_picture and not ref.is_gone]
        uploads = [image for image in file_context.new_images if not image.part]
        if not originals or not uploads:
            return file_context
        found = await self._file_preparer.find_annotations(
            question, uploads, originals[-_MAX_ANNOTATION_BASES:]
        )
        included = {image.file_id for image in file_context.earlier_images}
        clean = {image.file_id: image for _, image in found if image.file_id not in included}
        return replace(
            file_context,
            earlier_images=(*file_context.earlier_images, *clean.values()),
            annotations=tuple(annotation for annotation, _ in found),
            parsed_files={**file_context.parsed_files, **_build_parsed_files(clean.values())},
        )


def _select_texts(
    request: ParsedRequest, files: Sequence[FileRef], named: Sequence[FileRef]
) -> tuple[Sequence[FileRef], bool]:
    """Return the earlier files with text that a message is about, and whether it asks for them."""
    called = request.select_named_files(files)
    texts = named or select_text_files_to_include(request.files, files, named_files=called)
    is_requested = (
        bool(named) or request.files.mentions_file or bool(request.select_named_files(texts))
    )
    return texts, is_requested


def _list_looked_into(
    request: ParsedRequest, question: Question, files: Sequence[FileRef], found: FileContext
) -> list[FileRef]:
    """List the earlier archives, mails, documents and scans in whose pictures a question looks."""
    if not find_closeup(request) or any(ref.is_declared_picture for ref in question.files):
        return []
    shown_ids = {picture.file_id for picture in found.earlier_images}
    return [ref for ref in files if ref.is_declared_picture or ref.id in shown_ids]


def _merge_files(read: FileContext, found: FileContext) -> FileContext:
    """Return the question's files together with earlier ones that were found for it."""
    return replace(
        read,
        earlier_images=(*found.earlier_images, *read.earlier_images),
        earlier_documents=found.documents,
        unreadable=(*read.unreadable, *found.unreadable),
        notes=(*read.notes, *found.notes),
        parsed_files={**found.parsed_files, **read.parsed_files},
    )


def _list_linked_files(links: ResolvedLinks, history: ThreadHistory) -> list[FileRef]:
    """List the files that a message links to, in this thread or in messages of this channel."""
    linked_ids = links.file_ids | {ref.id for ref in links.files}
    here = [ref for ref in history.files if ref.id in linked_ids]
    known_ids = {ref.id for ref in here}
    return [*here, *(ref for ref in links.files if ref.id not in known_ids)]


def _add_late_files(question: Question, history: ThreadHistory) -> Question:
    """Return the question with the files that came too late for the one before it."""
    own_ids = {ref.id for ref in question.files}
    late = [
        ref
        for ref in history.files
        if ref.id in history.late_file_ids and ref.id not in own_ids and not ref.is_gone
    ]
    return replace(question, files=(*question.files, *late)) if late else question


def check_input(
    question: Question, request: ParsedRequest, history: ThreadHistory, files: FileContext
) -> bool:
    """Return whether anything is left to ask, apart from unreadable files.

    Raises `UserError` if a recipe's input is missing, and no unreadable file explains it.
    """
    if request.recipe is None:
        has_input = bool(question.text or files.new_images or files.documents)
        return has_input or not files.unreadable
    # A recipe may work on earlier messages, but not if a file came with the question, or if it was
    # chosen for one message.
    has_history = bool(history.turns) and not question.files and not question.is_from_menu
    has_input = request.recipe.required_input.is_met_by(
        has_picture=bool(files.pictures),
        has_file=bool(files.documents or files.earlier_documents),
        has_text=request.recipe_has_text or has_history,
        has_thread=bool(history.turns),
    )
    if not has_input and not files.unreadable:
        raise UserError("nothing to work on", user_message=request.recipe.missing_input_message)
    return has_input


def _build_parsed_files(pictures: Iterable[Image]) -> dict[str, ParsedFile]:
    """Describe pictures that are added without being asked for, as parsed files."""
    return {one.file_id: ParsedFile(one.name, "picture", (one,)) for one in pictures}
