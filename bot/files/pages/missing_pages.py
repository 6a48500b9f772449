"""Says which pages that a message names no file has. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.files import FileContext
from bot.domain.messages import Message
from bot.domain.pages import format_ranges, select_existing_pages, select_pages
from bot.files.pages.scan_preparer import is_paged_picture

_NO_SUCH_PAGE_MESSAGE = "_{name} has no page {pages}: its last page is {total:,}._"
_NO_SUCH_PAGES_MESSAGE = "_{name} has no pages {pages}: its last page is {total:,}._"


def list_missing_page_messages(
    file_context: FileContext, page_numbers: Sequence[int]
) -> tuple[Message, ...]:
    """List a sentence for each file that has none of the named pages."""
    documents = [*file_context.documents, *file_context.earlier_documents]
    counts = {
        document.name: file_context.parsed_files[document.file_id].count
        for document in documents
        if document.has_page_numbers and document.file_id in file_context.parsed_files
    }
    shown_ids = {picture.file_id for picture in file_context.earlier_images}
    counts |= {
        parsed_file.name: parsed_file.count
        for file_id, parsed_file in file_context.parsed_files.items()
        if file_id in shown_ids and is_paged_picture(parsed_file)
    }
    if (
        not page_numbers
        or any(select_existing_pages(page_numbers, count) for count in counts.values())
        or select_pages(file_context.pictures, page_numbers)
    ):
        return ()
    return tuple(
        Message(
            _NO_SUCH_PAGE_MESSAGE,
            plural=_NO_SUCH_PAGES_MESSAGE,
            name=name,
            total=count,
            count=len(page_numbers),
            pages=format_ranges(page_numbers),
        )
        for name, count in counts.items()
        if count > 1
    )
