"""Leaves out the pictures of a question with which none of them could be read, and says so. Pure.

See `copies.py` for the decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.files import FileContext, Image, ParsedFile
from bot.domain.messages import Message, MessageList
from bot.domain.pages import format_ranges, list_pages
from bot.files.detail.copies import select_seen
from bot.files.detail.labels import name_picture

_LEFT_OUT_MESSAGE = (
    "_I looked at {seen:,} of {total:,} pictures, as nothing could be read in more at once. Left"
    " out: {names}. Ask for them by name or page, and I look at those._"
)
_PAGES_NAME = "pages {pages} of {name}"
_OTHERS = "{count:,} others"
_UNSEEN = "a picture"
_UNSEEN_PLURAL = "{count:,} pictures"
_UNSEEN_PAGE = "page {pages}"
_UNSEEN_PAGES = "pages {pages}"
_MAX_NAMED = 8


def leave_out_unseen(files: FileContext, max_tokens: int) -> FileContext:
    """Return the files without the pictures that are too many, with a sentence about them.

    The question's own come first, then the newest of the earlier ones.
    """
    pictures = [*files.new_images, *reversed(files.earlier_images)]
    seen = select_seen(pictures, max_tokens)
    unseen = [one for one, is_seen in zip(pictures, seen, strict=True) if not is_seen]
    if not unseen:
        return files
    ids, by_file = {id(one) for one in unseen}, dict[str, list[Image]]()
    for one in unseen:
        by_file.setdefault(one.file_id, []).append(one)
    parsed_files = {
        file_id: _mark(parsed_file, by_file.get(file_id, ()))
        for file_id, parsed_file in files.parsed_files.items()
    }
    names = _list_names(by_file, files.parsed_files)
    told = Message(
        _LEFT_OUT_MESSAGE,
        seen=len(pictures) - len(unseen),
        total=len(pictures),
        names=MessageList(names, ", "),
    )
    return replace(
        files,
        new_images=tuple(one for one in files.new_images if id(one) not in ids),
        earlier_images=tuple(one for one in files.earlier_images if id(one) not in ids),
        parsed_files=parsed_files,
        notes=(*files.notes, told),
    )


def _mark(parsed_file: ParsedFile, unseen: Sequence[Image]) -> ParsedFile:
    """Return a file with `left_out` saying which of its pictures are not seen."""
    numbers = list_pages(unseen)
    if not unseen:
        return parsed_file
    if numbers:
        pages, count = format_ranges(numbers), len(numbers)
        return parsed_file.add_left_out(
            Message(_UNSEEN_PAGE, plural=_UNSEEN_PAGES, count=count, pages=pages)
        )
    return parsed_file.add_left_out(Message(_UNSEEN, plural=_UNSEEN_PLURAL, count=len(unseen)))


def _list_names(
    by_file: Mapping[str, Sequence[Image]], parsed_files: Mapping[str, ParsedFile]
) -> list[str]:
    names = list[str]()
    for file_id, unseen in by_file.items():
        parsed_file, numbers = parsed_files.get(file_id), list_pages(unseen)
        name = unseen[0].name if parsed_file is None else parsed_file.name
        if len(numbers) > 1:
            names.append(Message(_PAGES_NAME, pages=format_ranges(numbers), name=name))
        else:
            names += [name_picture(one, name) for one in unseen]
    others = len(names) - _MAX_NAMED
    return [*names[:_MAX_NAMED], Message(_OTHERS, count=others)] if others > 1 else names
