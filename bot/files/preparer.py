"""Makes the files of a question ready for the model. One that fails does not hold up the others.

See `cache.py` for fetching and reading, `prepared_file.py` and `pages/` for the form in
which a file is sent, and `bot.answering.select_files` for the choice of earlier files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import structlog

from bot.domain.conversation import Person, Thread
from bot.domain.errors import EaselError, StoreError
from bot.domain.files import FileContext, FileRef, Image, UnreadableFile
from bot.domain.llm import Prompt
from bot.domain.messages import Message
from bot.domain.pictures.closeup import NO_PICTURES, ViewOptions
from bot.domain.pictures.sight import Annotation
from bot.domain.questions import Question
from bot.files.cache import FileCache
from bot.files.detail.annotations import find_annotations
from bot.files.detail.copies import bound_picture_tokens
from bot.files.detail.fitting import fit_copies, shrink_copy
from bot.files.detail.named import select_frame, select_inner_pictures
from bot.files.detail.plan import should_show_detail
from bot.files.detail.preparer import DetailPreparer
from bot.files.file_messages import BEHIND_OTHERS_MESSAGE, list_file_messages
from bot.files.owners import build_owner, build_owner_finder, build_person_owner
from bot.files.pages.page_viewer import PageViewer
from bot.files.pages.pdf_preparer import PdfPreparer
from bot.files.pages.scan_preparer import ScanPreparer, is_paged_picture
from bot.files.prepared_file import PreparedFile, ReadOptions, build_document, build_prepared_file
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox

__all__ = ["FilePreparer", "ReadOptions"]

log = structlog.get_logger(__name__)

# The longer side of a picture, in pixels, after the provider called the request too large.
_SMALL_SIDE = 1024
# Larger files are fetched once more if they are looked at closely, instead of kept until then.
_MAX_KEPT_BYTES = 4 * 1024 * 1024


class FilePreparer:
    """Prepares files and pictures of a thread for a question."""

    def __init__(self, cache: FileCache, sandbox: Sandbox) -> None:
        self._cache = cache
        self._sandbox = sandbox
        self._scans = ScanPreparer(cache, sandbox)
        self._pdfs = PdfPreparer(cache, sandbox, self._scans)
        self._details = DetailPreparer(cache, sandbox)
        self._pages = PageViewer(cache, sandbox)

    async def prepare(
        self, question: Question, earlier: Sequence[FileRef], options: ReadOptions
    ) -> FileContext:
        """Prepare the question's own files, and the pictures `earlier` in the thread.

        A file that cannot be read becomes an `UnreadableFile`. Raises `UnreadableError` if the
        question comes with a picture and the model sees no pictures; `StoreError` where the
        database fails, which is no fault of the file: the question is put back.
        """
        if not question.files and not earlier:
            return FileContext()
        thread = question.thread
        owner = build_owner(question)
        own_results, earlier_results = await asyncio.gather(
            asyncio.gather(
                *(self._prepare_own(thread, ref, options, owner) for ref in question.files)
            ),
            asyncio.gather(
                *(
                    self._prepare_earlier_picture(
                        thread, ref, build_person_owner(question.asker), options
                    )
                    for ref in earlier
                    if options.sees
                )
            ),
        )
        results = (*own_results, *earlier_results)
        own_files = [item for item in own_results if isinstance(item, PreparedFile)]
        earlier_files = [item for item in earlier_results if isinstance(item, PreparedFile)]
        return FileContext(
            new_images=tuple(picture for item in own_files for picture in item.pictures),
            earlier_images=tuple(picture for item in earlier_files for picture in item.pictures),
            documents=tuple(item.document for item in own_files if item.document is not None),
            unreadable=tuple(item for item in results if isinstance(item, UnreadableFile)),
            parsed_files={item.file: item.parsed_file for item in (*earlier_files, *own_files)},
            notes=(
                *list_file_messages(item.parsed_file for item in own_files),
                *(note for item in own_files for note in item.notes),
            ),
            originals={item.file: item.original for item in own_files if item.original},
        )

    async def prepare_details(
        self,
        question: Question,
        file_context: FileContext,
        earlier: Sequence[FileRef],
        options: ViewOptions,
    ) -> FileContext:
        """Show pictures in parts at full size, of the question's own and of `earlier` files."""
        return await self._details.prepare(
            file_context, [*question.files, *earlier], options, build_owner_finder(question)
        )

    async def fit_masked(
        self, question: Question, files: FileContext, context_tokens: int
    ) -> FileContext:
        """Make pictures smaller next to one that has a mask, which stays as it is."""
        if files.mask is None:
            return files
        fitted, _ = await fit_copies(
            self._sandbox,
            files,
            bound_picture_tokens(context_tokens),
            build_owner_finder(question),
            {one.key for one in files.pictures if one.file_id == files.mask.file_id},
        )
        return fitted

    async def prepare_earlier(
        self, question: Question, refs: Sequence[FileRef], options: ReadOptions, *, requested: bool
    ) -> FileContext:
        """Prepare files with text that were sent earlier in the question's thread.

        If the question asks for them (`requested`), scanned pages become pictures. Those files, and
        the ones whose pages it looks at, are fetched from Slack when no working copy is left, and
        reported where they cannot be read.
        """
        results = await asyncio.gather(
            *(
                self._prepare_earlier_file(question, ref, options, requested=requested)
                for ref in refs
            )
        )
        files = [item for item in results if isinstance(item, PreparedFile)]
        return FileContext(
            earlier_images=tuple(picture for item in files for picture in item.pictures),
            documents=tuple(item.document for item in files if item.document is not None),
            unreadable=tuple(item for item in results if isinstance(item, UnreadableFile)),
            parsed_files={item.file: item.parsed_file for item in files},
            notes=tuple(note for item in files for note in item.notes),
        )

    def list_turn_messages(self, asker: Person) -> tuple[Message, ...]:
        """Return a sentence if the files of `asker` come behind those of others from now on."""
        has_fallen = self._sandbox.pool.uses.take_notice(build_person_owner(asker).person)
        return (BEHIND_OTHERS_MESSAGE,) if has_fallen else ()

    async def load_picture(self, thread: Thread, ref: FileRef, asker: Person) -> Image | None:
        """Return a picture from its working copy or from Slack; None if it is gone."""
        owner = build_person_owner(asker)
        found = await self._prepare_earlier_picture(thread, ref, owner, ReadOptions())
        return found.pictures[0] if isinstance(found, PreparedFile) and found.pictures else None

    async def find_annotations(
        self, question: Question, sent: Sequence[Image], candidates: Sequence[FileRef]
    ) -> list[tuple[Annotation, Image]]:
        """Find which of `sent` are one of `candidates`, the newest that fits, with marks on it."""
        loaded = await asyncio.gather(
            *(
                self.load_picture(question.thread, ref, question.asker)
                for ref in reversed(candidates)
            )
        )
        bases = [base for base in loaded if base is not None]
        owner = replace(build_person_owner(question.asker), batch=f"marks {uuid4()}")
        return await find_annotations(self._sandbox, sent, bases, owner)

    async def shrink_prompt(self, prompt: Prompt) -> Prompt:
        """Return a smaller prompt: smaller pictures, and only the newer half of the history."""
        newer_half = prompt.history[(len(prompt.history) + 1) // 2 :]
        return replace(
            prompt,
            history=newer_half,
            pictures=tuple([await self._shrink_picture(picture) for picture in prompt.pictures]),
        )

    async def _shrink_picture(self, picture: Image) -> Image:
        if max(picture.width, picture.height) <= _SMALL_SIDE:
            return picture
        return await shrink_copy(self._sandbox, picture, _SMALL_SIDE)

    async def _prepare_own(
        self, thread: Thread, ref: FileRef, options: ReadOptions, owner: TaskOwner
    ) -> PreparedFile | UnreadableFile:
        try:
            parsed_file, data = await self._cache.read_with_bytes(thread, ref, owner)
            if parsed_file.kind == "PDF":
                prepared = await self._pdfs.prepare(ref, parsed_file, data, options, owner)
                return await self._pages.add_views(prepared, ref, data, options, owner)
            if options.sees and is_paged_picture(parsed_file):
                prepared = await self._scans.prepare(
                    ref, parsed_file, data, options, owner, is_earlier=False
                )
            else:
                prepared = build_prepared_file(ref, parsed_file, options)
                prepared = await self._pages.add_views(prepared, ref, data, options, owner)
        except StoreError:
            raise
        except EaselError as error:
            return UnreadableFile(ref.id, ref.name, error.user_message)
        if (
            data is None
            or len(data) > _MAX_KEPT_BYTES
            or not any(map(should_show_detail, prepared.pictures))
        ):
            return prepared
        return replace(prepared, original=data)

    async def _prepare_earlier_picture(
        self, thread: Thread, ref: FileRef, owner: TaskOwner, options: ReadOptions
    ) -> PreparedFile | UnreadableFile:
        try:
            parsed_file = await self._cache.read(thread, ref, owner)
            if is_paged_picture(parsed_file):
                return await self._scans.prepare(
                    ref, parsed_file, None, options, owner, is_earlier=True
                )
        except StoreError:
            raise
        except EaselError as error:
            log.info("earlier_picture_gone", error=type(error).__name__)
            return UnreadableFile(ref.id, ref.name, error.user_message)
        frames = select_frame(parsed_file.pictures, options.pictures.number)
        return PreparedFile(ref.id, parsed_file, frames or parsed_file.pictures)

    async def _prepare_earlier_file(
        self, question: Question, ref: FileRef, options: ReadOptions, *, requested: bool
    ) -> PreparedFile | UnreadableFile | None:
        """Prepare a file sent earlier; None if the question does not ask for it and it is gone."""
        owner = build_person_owner(question.asker)
        is_looked_at = options.sees and ref.id in options.look.file_ids
        is_looked_at = is_looked_at and bool(options.look.is_sure or options.page_numbers)
        try:
            parsed_file = await self._cache.load(ref)
            if parsed_file is None and not (requested or is_looked_at):
                return None
            if parsed_file is None:
                parsed_file = await self._cache.read(question.thread, ref, owner)
            if parsed_file.kind == "PDF" and parsed_file.is_scanned:
                if not options.sees or not (requested or options.page_numbers):
                    return PreparedFile(ref.id, parsed_file)
                return await self._scans.prepare(
                    ref, parsed_file, None, options, owner, is_earlier=True
                )
        except StoreError:
            raise
        except EaselError as error:
            is_told = requested or is_looked_at
            return UnreadableFile(ref.id, ref.name, error.user_message) if is_told else None
        choice = options.pictures if options.sees else NO_PICTURES
        pictures = select_inner_pictures(ref.id, parsed_file, choice)
        read = PreparedFile(ref.id, parsed_file, pictures, build_document(ref, parsed_file))
        return await self._pages.add_views(read, ref, None, options, owner)
