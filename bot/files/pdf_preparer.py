"""Makes PDFs ready for the model: as a file, some of its pages, pictures of pages, or text.

See `pdf_plan.py` for the choice between these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.files import FileRef, ParsedFile
from bot.domain.messages import Message
from bot.domain.pages import format_ranges, select_existing_pages
from bot.files.cache import FileCache
from bot.files.pdf_plan import MAX_VIEWED_PAGES, PdfMode, PdfPlan, plan_pdf
from bot.files.prepared_file import (
    PreparedFile,
    ReadOptions,
    build_document,
    build_prepared_file,
    mark_left_out,
)
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import build_unreadable_error

# Pages of a scanned file sent earlier in the thread that are shown again, unless pages are named.
_MAX_EARLIER_SCANNED_PAGES = 4
_OTHER_PAGE = (
    "any page but {pages} of {total:,}, as I look at few pages of a scan at a time: ask for the"
    " other one, as in “read page {next}”"
)
_OTHER_PAGES = (
    "any page but {pages} of {total:,}, as I look at few pages of a scan at a time: ask for"
    " others, as in “read pages {next}”"
)


class PdfPreparer:
    """Prepares PDFs that were parsed before. Its methods raise `EaselError`."""

    def __init__(self, cache: FileCache, sandbox: Sandbox) -> None:
        self._cache = cache
        self._sandbox = sandbox

    async def prepare(
        self,
        ref: FileRef,
        parsed_file: ParsedFile,
        data: bytes | None,
        options: ReadOptions,
        owner: TaskOwner,
    ) -> PreparedFile:
        """Prepare a PDF that came with the question; `data` are its bytes if they are at hand."""
        named = select_existing_pages(options.page_numbers, parsed_file.count)
        if options.page_numbers and not named:
            missing = Message(
                "page {pages}: it has {count:,}",
                pages=format_ranges(options.page_numbers),
                count=parsed_file.count,
            )
            parsed_file = parsed_file.add_left_out(missing)
        size = ref.size if data is None else len(data)
        plan = plan_pdf(
            parsed_file, size, named, reads_files=options.reads_files, sees=options.sees
        )
        if plan.mode is PdfMode.TEXT and parsed_file.is_scanned:
            raise build_unreadable_error(ref.name, "no text")
        if plan.mode is PdfMode.TEXT:
            return build_prepared_file(
                ref, parsed_file, ReadOptions(page_numbers=plan.page_numbers)
            )
        if plan.mode is PdfMode.PICTURES:
            marked = _mark_unseen(parsed_file, plan.page_numbers, named)
            return await self._show_pages(ref, marked, data, plan.page_numbers, owner)
        return await self._apply_plan(ref, parsed_file, data, plan, owner)

    async def prepare_earlier_scan(
        self,
        ref: FileRef,
        parsed_file: ParsedFile,
        options: ReadOptions,
        owner: TaskOwner,
        *,
        shows: bool,
    ) -> PreparedFile:
        """Prepare a scanned PDF sent earlier in the thread: pictures of the named or first pages.

        It has no pictures if the model sees none, or without `shows`.
        """
        if not shows or not options.sees:
            return PreparedFile(ref.id, parsed_file)
        named = select_existing_pages(options.page_numbers, parsed_file.count)
        first = range(1, min(_MAX_EARLIER_SCANNED_PAGES, parsed_file.count) + 1)
        shown = named[:MAX_VIEWED_PAGES] or tuple(first)
        marked = _mark_unseen(parsed_file, shown, named)
        return await self._show_pages(ref, marked, None, shown, owner)

    async def _apply_plan(
        self,
        ref: FileRef,
        parsed_file: ParsedFile,
        data: bytes | None,
        plan: PdfPlan,
        owner: TaskOwner,
    ) -> PreparedFile:
        """Prepare a PDF, or pages of it, for a model that looks at them itself."""
        data = await self._cache.fetch_original(ref) if data is None else data
        if plan.mode is PdfMode.WHOLE:
            whole = replace(build_document(ref, parsed_file), mimetype="application/pdf", data=data)
            return PreparedFile(ref.id, parsed_file, document=whole)
        part = await self._sandbox.extract_pages(ref.name, data, plan.page_numbers, owner=owner)
        document = replace(part, name=parsed_file.name, file_id=ref.id)
        sent = mark_left_out(parsed_file, plan.page_numbers)
        return PreparedFile(ref.id, sent, document=document)

    async def _show_pages(
        self,
        ref: FileRef,
        parsed_file: ParsedFile,
        data: bytes | None,
        numbers: Sequence[int],
        owner: TaskOwner,
    ) -> PreparedFile:
        """Prepare pictures of pages."""
        data = await self._cache.fetch_original(ref) if data is None else data
        rendered = await self._sandbox.render_pages(ref.name, data, numbers, owner=owner)
        pictures = (
            replace(picture, name=parsed_file.name, file_id=ref.id) for picture in rendered.pictures
        )
        return PreparedFile(ref.id, parsed_file, tuple(pictures))


def _mark_unseen(parsed_file: ParsedFile, shown: Sequence[int], named: Sequence[int]) -> ParsedFile:
    """Return a scan with `left_out` saying which pages are seen, and how others are.

    That is told where fewer than the `named` ones are seen, or not all of it where none is named.
    """
    seen, wanted = set(shown), named or range(1, parsed_file.count + 1)
    unseen = [number for number in wanted if number not in seen][:MAX_VIEWED_PAGES]
    if not unseen:
        return mark_left_out(parsed_file, shown)
    others = Message(
        _OTHER_PAGE,
        plural=_OTHER_PAGES,
        count=len(unseen),
        pages=format_ranges(shown),
        total=parsed_file.count,
        next=format_ranges(unseen),
    )
    return parsed_file.add_left_out(others)
