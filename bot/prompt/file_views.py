"""Describe what the model is shown of each file: as a record, and as a sentence. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.files import (
    Document,
    Excerpt,
    FileContext,
    FileRef,
    FileView,
    Image,
)
from bot.domain.messages import Message, MessageList
from bot.domain.pages import find_place, format_ranges
from bot.domain.pictures.areas import TINTED_PART, EditMask
from bot.domain.pictures.in_files import list_by_picture
from bot.prompt.estimate import estimate_document_tokens, sum_picture_tokens
from bot.prompt.page_views import format_pages
from bot.prompt.sights import format_sight

# Written as the kind of a file that could not be read; stored with its view.
_NOT_READ = "not read"

_NO_FILES_MESSAGE = Message("You have not shown me any files in this thread yet.")
_FILES_MESSAGE = Message("What I saw of this thread's files, when each was last needed:")
_VIEW_MESSAGE = "**{name}**: {facts}"
_PARTIAL_VIEW_MESSAGE = "**{name}**: {facts}; left out: {omission}"
_NOT_READ_MESSAGE = "**{name}**: not read"
_NOT_READ_REASON_MESSAGE = "**{name}**: {reason}"
_DELETED_MESSAGE = "**{name}**: deleted in Slack"
_MADE_BY_EASEL_MESSAGE = "**{name}**: made by me, and not looked at since"
_NOT_VIEWED_MESSAGE = "**{name}**: not looked at so far"
_PART_MESSAGE = (
    "of which one part was to change: from the left {left}–{right} %, from the top {top}–{bottom} %"
)
_PARTS_MESSAGE = "of which {count} parts were to change"
_KEPT_PART_MESSAGE = (
    "of which all was to change but one part: from the left {left}–{right} %, from the top"
    " {top}–{bottom} %"
)
_KEPT_PARTS_MESSAGE = "of which all was to change but {count} parts"
_NO_TOKENS_MESSAGE = Message("nothing of it sent")
_DRAWN_PAGE = "page {pages} as a picture"
_DRAWN_PAGES = "pages {pages} as pictures"
_PICTURED = "{count:,} of {total:,} pages, as pictures"


def build_file_views(file_context: FileContext, files: Sequence[FileRef]) -> tuple[FileView, ...]:
    """Return a view of each file that `file_context` sends or reports as unreadable.

    `files` are the message's own; each of them gets a view.
    """
    names = {ref.id: ref.name for ref in files}
    # An earlier file that was searched without a match was not shown: its last view still holds.
    shown_ids = {image.file_id for image in file_context.pictures}
    shown_ids |= {document.file_id for document in file_context.documents}
    shown_ids |= {excerpt.file_id for excerpt in file_context.excerpts if excerpt.pages}
    earlier_ids = [
        file_id
        for file_id in file_context.parsed_files
        if file_id in shown_ids and file_id not in names
    ]
    unreadable_ids = [unreadable.file_id for unreadable in file_context.unreadable]
    ids = dict.fromkeys([*earlier_ids, *names, *unreadable_ids])
    return tuple(_build_file_view(file_id, names, file_context) for file_id in ids if file_id)


def format_file_views(file_views: Sequence[FileView], files: Sequence[FileRef]) -> Message:
    """Return all views as one answer; `files` are those of the thread, oldest first."""
    views_by_id = {view.file_id: view for view in file_views}
    lines = [
        _format_file_view(views_by_id[ref.id]) if ref.id in views_by_id else _format_unviewed(ref)
        for ref in files
    ]
    ids = {ref.id for ref in files}
    lines += [_format_file_view(view) for view in file_views if view.file_id not in ids]
    if not lines:
        return _NO_FILES_MESSAGE
    items = [MessageList(["- ", line], "") for line in lines]
    return MessageList([_FILES_MESSAGE, "", *items])


def _build_file_view(file_id: str, names: dict[str, str], file_context: FileContext) -> FileView:
    parsed_file = file_context.parsed_files.get(file_id)
    if parsed_file is None:
        return _build_unread_view(file_id, names, file_context)
    pictures = [picture for picture in file_context.pictures if picture.file_id == file_id]
    document = next((item for item in file_context.documents if item.file_id == file_id), None)
    excerpt = next((item for item in file_context.excerpts if item.file_id == file_id), None)
    pages = format_pages(parsed_file, pictures, document, excerpt)
    if parsed_file.is_scanned and pictures:
        count = len(list_by_picture(pictures))
        pages = Message(_PICTURED, count=count, total=parsed_file.count)
    elif parsed_file.kind == "PDF":
        pages = _add_drawn_pages(pages, pictures)
    return FileView(
        file_id=file_id,
        name=parsed_file.name,
        kind=parsed_file.kind,
        pages=pages,
        pixels=_format_pictures(pictures, parsed_file.name, file_context),
        tokens=_estimate_view_tokens(pictures, document, excerpt),
        left_out=parsed_file.left_out,
    )


def _add_drawn_pages(pages: str, pictures: Sequence[Image]) -> str:
    """Return which pages are sent, and which of them were drawn to be looked at."""
    numbers = sorted({number for noun, number in map(find_place, pictures) if noun == "page"})
    if not numbers:
        return pages
    drawn = Message(
        _DRAWN_PAGE, plural=_DRAWN_PAGES, count=len(numbers), pages=format_ranges(numbers)
    )
    return MessageList([pages, drawn], ", ") if pages else drawn


def _build_unread_view(file_id: str, names: dict[str, str], file_context: FileContext) -> FileView:
    unreadable = next((item for item in file_context.unreadable if item.file_id == file_id), None)
    if unreadable is None:
        return FileView(file_id, names.get(file_id, "a file"), _NOT_READ)
    return FileView(file_id, unreadable.name, _NOT_READ, left_out=unreadable.user_message)


def _format_pictures(pictures: Sequence[Image], file_name: str, file_context: FileContext) -> str:
    """Return the size of a file's pictures, and which part of it was to change.

    A copy that was made to show the part is none of them.
    """
    own = [picture for picture in pictures if picture.part != TINTED_PART]
    sizes, mask = _format_picture_sizes(own, file_name), file_context.mask
    if not sizes or mask is None or not _has_part(pictures[0], mask, file_context):
        return sizes
    return MessageList([_add_unit(sizes), _format_part(mask)], ", ")


def _format_part(mask: EditMask) -> Message:
    if len(mask.boxes) > 1:
        count = len(mask.boxes)
        return Message(_KEPT_PARTS_MESSAGE if mask.is_inverted else _PARTS_MESSAGE, count=count)
    left, top, right, bottom = (round(100 * share) for share in mask.boxes[0])
    return Message(
        _KEPT_PART_MESSAGE if mask.is_inverted else _PART_MESSAGE,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
    )


def _has_part(picture: Image, mask: EditMask, file_context: FileContext) -> bool:
    """Whether it is the picture that changes, or the copy of it that a person drew on."""
    is_marked = any(one.annotated_name == picture.label for one in file_context.annotations)
    return picture.file_id == mask.file_id or is_marked


def _add_unit(sizes: str) -> str:
    # What tells the scale, too, is a phrase of its own.
    return sizes if "pixels" in sizes else Message("{size} pixels", size=sizes)


def _format_picture_sizes(pictures: Sequence[Image], file_name: str) -> str:
    """Return the size of a file's pictures; "" if none of them is sent."""
    if not pictures:
        return ""
    seen = format_sight(pictures, file_name)
    if seen is not None:
        return seen
    first = pictures[0]
    return Message(
        "{width}×{height}",
        plural="{count} pictures of about {width}×{height}",
        count=len(pictures),
        width=first.width,
        height=first.height,
    )


def _estimate_view_tokens(
    pictures: Sequence[Image], document: Document | None, excerpt: Excerpt | None
) -> int:
    tokens = sum_picture_tokens(pictures)
    if document is not None:
        tokens += estimate_document_tokens(document)
    elif excerpt is not None:
        tokens += excerpt.tokens
    return tokens


def _format_file_view(file_view: FileView) -> Message:
    name = file_view.name
    if file_view.kind == _NOT_READ:
        reason = file_view.left_out
        if not reason:
            return Message(_NOT_READ_MESSAGE, name=name)
        return Message(_NOT_READ_REASON_MESSAGE, name=name, reason=reason)
    facts = MessageList(_list_facts(file_view), ", ")
    # The page numbers already show that other pages were left out.
    if not file_view.left_out or file_view.left_out.startswith("all pages but"):
        return Message(_VIEW_MESSAGE, name=name, facts=facts)
    return Message(_PARTIAL_VIEW_MESSAGE, name=name, facts=facts, omission=file_view.left_out)


def _list_facts(file_view: FileView) -> list[str]:
    facts = [file_view.kind]
    facts += [file_view.pages] if file_view.pages else []
    if file_view.pixels:
        facts.append(_add_unit(file_view.pixels))
    if not file_view.tokens:
        return [*facts, _NO_TOKENS_MESSAGE]
    return [
        *facts,
        Message("about {count:,} token", plural="about {count:,} tokens", count=file_view.tokens),
    ]


def _format_unviewed(ref: FileRef) -> Message:
    if ref.is_gone:
        return Message(_DELETED_MESSAGE, name=ref.name)
    return Message(_MADE_BY_EASEL_MESSAGE if ref.version else _NOT_VIEWED_MESSAGE, name=ref.name)
