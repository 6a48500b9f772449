"""Describe what the model is shown of each file: as a record, and as a sentence. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.files import Document, Excerpt, FileContext, FileRef, FileView, Image, ParsedFile
from bot.domain.pages import format_ranges
from bot.prompt.estimate import estimate_document_tokens, sum_picture_tokens

_NO_FILES_MESSAGE = "You have not shown me any files in this thread yet."
_HEADING = "What I was shown of this thread's files, last time each was needed:"
_NOT_READ = "not read"
_DELETED, _MADE_BY_EASEL = "deleted in Slack", "made by me, and not looked at since"
_NOT_VIEWED = "not looked at so far"
# What people count in files of these kinds, instead of pages.
_UNITS = {"Excel workbook": "sheet", "PowerPoint presentation": "slide", "ZIP archive": "file"}
_UNREADABLE_PREFIX_PATTERN = re.compile(r"^I could not (?:read|open) .{1,200}?: ")


def build_file_views(file_context: FileContext, files: Sequence[FileRef]) -> tuple[FileView, ...]:
    """Return a view of each file that `file_context` sends or reports as unreadable.

    `files` are the message's own; each of them gets a view.
    """
    names = {ref.id: ref.name for ref in files}
    # An earlier file that was searched without a match was not shown: its last view still holds.
    shown_ids = {image.file for image in (*file_context.earlier_images, *file_context.new_images)}
    shown_ids |= {document.file for document in file_context.documents}
    shown_ids |= {excerpt.file for excerpt in file_context.excerpts if excerpt.pages}
    earlier_ids = [
        file_id
        for file_id in file_context.parsed_files
        if file_id in shown_ids and file_id not in names
    ]
    unreadable_ids = [file.file for file in file_context.unreadable]
    ids = dict.fromkeys([*earlier_ids, *names, *unreadable_ids])
    return tuple(_build_file_view(file_id, names, file_context) for file_id in ids if file_id)


def format_file_views(file_views: Sequence[FileView], files: Sequence[FileRef]) -> str:
    """Return all views as one answer; `files` are those of the thread, oldest first."""
    views_by_id = {view.file: view for view in file_views}
    lines = [
        _format_file_view(views_by_id[ref.id] if ref.id in views_by_id else _build_unviewed(ref))
        for ref in files
    ]
    ids = {ref.id for ref in files}
    lines += [_format_file_view(view) for view in file_views if view.file not in ids]
    return (
        "\n".join([_HEADING, "", *(f"- {line}" for line in lines)]) if lines else _NO_FILES_MESSAGE
    )


def _build_unviewed(ref: FileRef) -> FileView:
    if ref.is_gone:
        return FileView(ref.id, ref.name, _DELETED)
    kind = _MADE_BY_EASEL if ref.version else _NOT_VIEWED
    return FileView(ref.id, ref.name, kind)


def _build_file_view(file_id: str, names: dict[str, str], file_context: FileContext) -> FileView:
    parsed_file = file_context.parsed_files.get(file_id)
    if parsed_file is None:
        return _build_unread_view(file_id, names, file_context)
    pictures = [
        picture
        for picture in (*file_context.earlier_images, *file_context.new_images)
        if picture.file == file_id
    ]
    document = next((item for item in file_context.documents if item.file == file_id), None)
    excerpt = next((item for item in file_context.excerpts if item.file == file_id), None)
    return FileView(
        file=file_id,
        name=parsed_file.name,
        kind=parsed_file.kind,
        pages=_format_pages(parsed_file, document, excerpt),
        pixels=_format_pixels(pictures),
        tokens=_estimate_view_tokens(pictures, document, excerpt),
        left_out=parsed_file.left_out,
    )


def _build_unread_view(file_id: str, names: dict[str, str], file_context: FileContext) -> FileView:
    unreadable = next((item for item in file_context.unreadable if item.file == file_id), None)
    if unreadable is None:
        return FileView(file_id, names.get(file_id, "a file"), _NOT_READ)
    return FileView(file_id, unreadable.name, _NOT_READ, left_out=unreadable.user_message)


def _format_pages(
    parsed_file: ParsedFile, document: Document | None, excerpt: Excerpt | None
) -> str:
    if not parsed_file.pages and not document:
        return ""
    numbers: Sequence[int] = ()
    if document is not None:
        numbers = [number for number, _ in document.numbered_pages]
    elif excerpt is not None:
        numbers = [number for number, _ in excerpt.pages]
    read_count = len(parsed_file.pages)
    page_count = max(parsed_file.count, read_count)
    unit = _UNITS.get(parsed_file.kind, "page")
    unit_count = parsed_file.count if parsed_file.kind in _UNITS else page_count
    if not numbers:
        return f"none of {unit_count:,} {unit}s"
    if len(numbers) >= max(read_count, 1) and read_count >= parsed_file.count:
        return f"all {unit_count:,} {unit}s" if unit_count > 1 else f"1 {unit}"
    if parsed_file.kind in _UNITS:
        return f"some of {unit_count:,} {unit}s"
    return f"page{'s' if len(numbers) > 1 else ''} {format_ranges(numbers)} of {page_count:,}"


def _format_pixels(pictures: Sequence[Image]) -> str:
    if not pictures:
        return ""
    first = pictures[0]
    size = f"{first.width}×{first.height}"
    return size if len(pictures) == 1 else f"{len(pictures)} pictures of about {size}"


def _estimate_view_tokens(
    pictures: Sequence[Image], document: Document | None, excerpt: Excerpt | None
) -> int:
    tokens = sum_picture_tokens(pictures)
    if document is not None:
        tokens += estimate_document_tokens(document)
    elif excerpt is not None:
        tokens += excerpt.tokens
    return tokens


def _format_file_view(file_view: FileView) -> str:
    if file_view.kind == _NOT_READ:
        reason = _UNREADABLE_PREFIX_PATTERN.sub("", file_view.left_out)
        return f"**{file_view.name}**: not read{f': {reason}' if reason else ''}"
    if file_view.kind in (_DELETED, _MADE_BY_EASEL, _NOT_VIEWED):
        return f"**{file_view.name}**: {file_view.kind}"
    facts = [
        file_view.kind,
        file_view.pages,
        f"{file_view.pixels} pixels" if file_view.pixels else "",
    ]
    facts.append(f"about {file_view.tokens:,} tokens" if file_view.tokens else "nothing of it sent")
    # The page numbers already show that other pages were left out.
    is_redundant = file_view.left_out.startswith("all pages but")
    omission = "" if is_redundant or not file_view.left_out else f"; left out: {file_view.left_out}"
    return f"**{file_view.name}**: {', '.join(fact for fact in facts if fact)}{omission}"
