"""What the model is shown of each file, as it is recorded and told. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.files import Document, Excerpt, FileContext, FileRef, FileView, Image, ParsedFile
from bot.domain.pages import format_ranges
from bot.domain.tokens import estimate_picture_tokens
from bot.prompt.estimate import estimate_document_tokens

_NO_FILES_MESSAGE = "You have not shown me any files in this thread yet."
_HEADING = "What I was shown of this thread's files, last time each was needed:"
_NOT_READ = "not read"
_DELETED, _MADE_BY_EASEL = "deleted in Slack", "made by me, and not looked at since"
_NOT_VIEWED = "not looked at so far"
# What people count of such files, in the place of pages.
_UNITS = {"Excel workbook": "sheet", "PowerPoint presentation": "slide", "ZIP archive": "file"}
_UNREADABLE_PREFIX_PATTERN = re.compile(r"^I could not (?:read|open) .{1,200}?: ")


def build_file_views(file_context: FileContext, files: Sequence[FileRef]) -> tuple[FileView, ...]:
    """What of `material`, which is sent, belongs to which file; `files` are the message's own."""
    unread = {item.file: item for item in file_context.unreadable}
    names = {ref.id: ref.name for ref in files}
    # A file of earlier that was only looked into was not shown: what was shown before still holds.
    shown = {picture.file for picture in (*file_context.earlier_images, *file_context.new_images)}
    shown |= {document.file for document in file_context.documents}
    shown |= {part.file for part in file_context.excerpts if part.pages}
    earlier = [file for file in file_context.parsed_files if file in shown and file not in names]
    ids = list(dict.fromkeys([*earlier, *names, *unread]))
    return tuple(_build_file_view(file, names, file_context) for file in ids if file)


def format_file_views(file_views: Sequence[FileView], files: Sequence[FileRef]) -> str:
    """All of it as an answer; `files` are those of the thread, oldest first."""
    known = {item.file: item for item in file_views}
    lines = [
        _format_file_view(known[ref.id] if ref.id in known else _build_unviewed(ref))
        for ref in files
    ]
    ids = {ref.id for ref in files}
    lines += [_format_file_view(item) for item in file_views if item.file not in ids]
    return (
        "\n".join([_HEADING, "", *(f"- {line}" for line in lines)]) if lines else _NO_FILES_MESSAGE
    )


def _build_unviewed(ref: FileRef) -> FileView:
    if ref.is_gone:
        return FileView(ref.id, ref.name, _DELETED)
    kind = _MADE_BY_EASEL if ref.version else _NOT_VIEWED
    return FileView(ref.id, ref.name, kind)


def _build_file_view(file_id: str, names: dict[str, str], file_context: FileContext) -> FileView:
    reading = file_context.parsed_files.get(file_id)
    if reading is None:
        unread = next((item for item in file_context.unreadable if item.file == file_id), None)
        name = unread.name if unread else names.get(file_id, "a file")
        return FileView(file_id, name, _NOT_READ, left_out=unread.user_message if unread else "")
    pictures = [
        item
        for item in (*file_context.earlier_images, *file_context.new_images)
        if item.file == file_id
    ]
    document = next((item for item in file_context.documents if item.file == file_id), None)
    part = next((item for item in file_context.excerpts if item.file == file_id), None)
    return FileView(
        file=file_id,
        name=reading.name,
        kind=reading.kind,
        pages=_format_pages(reading, document, part),
        pixels=_format_pixels(pictures),
        tokens=_estimate_view_tokens(pictures, document, part),
        left_out=reading.left_out,
    )


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
    pages, count = len(parsed_file.pages), max(parsed_file.count, len(parsed_file.pages))
    unit = _UNITS.get(parsed_file.kind, "page")
    units = parsed_file.count if parsed_file.kind in _UNITS else count
    if not numbers:
        return f"none of {units:,} {unit}s"
    if len(numbers) >= max(pages, 1) and pages >= parsed_file.count:
        return f"all {units:,} {unit}s" if units > 1 else f"1 {unit}"
    if parsed_file.kind in _UNITS:
        return f"some of {units:,} {unit}s"
    return f"page{'s' if len(numbers) > 1 else ''} {format_ranges(numbers)} of {count:,}"


def _format_pixels(pictures: Sequence[Image]) -> str:
    if not pictures:
        return ""
    first = pictures[0]
    size = f"{first.width}×{first.height}"
    return size if len(pictures) == 1 else f"{len(pictures)} pictures of about {size}"


def _estimate_view_tokens(
    pictures: Sequence[Image], document: Document | None, excerpt: Excerpt | None
) -> int:
    tokens = sum(estimate_picture_tokens(picture.width, picture.height) for picture in pictures)
    if document is not None:
        tokens += estimate_document_tokens(document)
    elif excerpt is not None:
        tokens += excerpt.tokens
    return tokens


def _format_file_view(file_view: FileView) -> str:
    if file_view.kind == _NOT_READ:
        why = _UNREADABLE_PREFIX_PATTERN.sub("", file_view.left_out)
        return (
            f"**{file_view.name}**: not read: {why}" if why else f"**{file_view.name}**: not read"
        )
    if file_view.kind in (_DELETED, _MADE_BY_EASEL, _NOT_VIEWED):
        return f"**{file_view.name}**: {file_view.kind}"
    facts = [
        file_view.kind,
        file_view.pages,
        f"{file_view.pixels} pixels" if file_view.pixels else "",
    ]
    facts.append(f"about {file_view.tokens:,} tokens" if file_view.tokens else "nothing of it sent")
    # That some pages were shown says already that others were not.
    said = file_view.left_out.startswith("all pages but")
    left = f"; left out: {file_view.left_out}" if file_view.left_out and not said else ""
    return f"**{file_view.name}**: {', '.join(fact for fact in facts if fact)}{left}"
