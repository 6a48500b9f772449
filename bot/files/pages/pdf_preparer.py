"""Makes PDFs ready for the model: as a file, some of its pages, pictures of pages, or text.

See `pdf_plan.py` for the choice between these.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.files import FileRef, ParsedFile
from bot.domain.pages import select_existing_pages
from bot.files.cache import FileCache
from bot.files.pages.pdf_plan import PdfMode, PdfPlan, plan_pdf
from bot.files.pages.scan_preparer import ScanPreparer, mark_missing_pages
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


class PdfPreparer:
    """Prepares PDFs that were parsed before. Its methods raise `EaselError`."""

    def __init__(self, cache: FileCache, sandbox: Sandbox, scans: ScanPreparer) -> None:
        self._cache = cache
        self._sandbox = sandbox
        self._scans = scans

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
        parsed_file = mark_missing_pages(parsed_file, options.page_numbers)
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
            return await self._scans.show(ref, parsed_file, data, plan.page_numbers, named, owner)
        return await self._apply_plan(ref, parsed_file, data, plan, owner)

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
