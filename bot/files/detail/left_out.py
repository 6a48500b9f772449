"""Leaves out the pictures of a question with which none of them could be read, and says so. Pure.

See `copies.py` for the decision.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.files import FileContext, Image, ParsedFile
from bot.domain.messages import Message, MessageList
from bot.domain.pages import format_ranges, list_pages
from bot.domain.pictures.in_files import get_inner_name, list_file_names, name_pages, name_picture
from bot.files.detail.copies import count_seen

_LEFT_OUT_MESSAGE = (
    "_I looked at {seen:,} of {total:,} pictures, as nothing could be read in more at once. Left"
    " out: {names}. Ask for them by name or page, and I look at those._"
)
_OTHERS = "{count:,} others"
_UNSEEN = "a picture"
_UNSEEN_PLURAL = "{count:,} pictures"
_UNSEEN_PAGE = "page {pages}"
_UNSEEN_PAGES = "pages {pages}"
_MAX_NAMED = 8


def leave_out_unseen(
    files: FileContext, max_tokens: int, named: Sequence[Image] = ()
) -> FileContext:
    """Return the files without the pictures that are too many, with a sentence about them.

    Those that the message names come first, then the others of the question's own, then those of
    the newest of the earlier files.
    """
    pictures = _sort_by_need(files, named)
    count = count_seen(pictures, max_tokens)
    ids = {id(one) for one in pictures[count:]}
    if not ids:
        return files
    by_file = dict[str, list[Image]]()
    for one in (*files.new_images, *files.earlier_images):
        if id(one) in ids:
            by_file.setdefault(one.file_id, []).append(one)
    parsed_files = {
        file_id: _mark(parsed_file, by_file.get(file_id, ()))
        for file_id, parsed_file in files.parsed_files.items()
    }
    names = _list_names(by_file, list_file_names(files))
    told = Message(
        _LEFT_OUT_MESSAGE,
        seen=count,
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


def _sort_by_need(files: FileContext, named: Sequence[Image]) -> list[Image]:
    """Return all pictures, those first that are wanted most; of one file in its order."""
    named_ids = {id(one) for one in named}
    earlier = list(files.earlier_images)
    newest_first = list(dict.fromkeys(one.file_id for one in reversed(earlier)))
    earlier.sort(key=lambda one: newest_first.index(one.file_id))
    pictures = [*files.new_images, *earlier]
    return sorted(pictures, key=lambda one: id(one) not in named_ids)


def _mark(parsed_file: ParsedFile, unseen: Sequence[Image]) -> ParsedFile:
    """Return a file with `left_out` saying which of its pictures are not seen."""
    if not unseen:
        return parsed_file
    numbers = [] if get_inner_name(unseen[0], parsed_file.name) else list_pages(unseen)
    if numbers:
        pages, count = format_ranges(numbers), len(numbers)
        return parsed_file.add_left_out(
            Message(_UNSEEN_PAGE, plural=_UNSEEN_PAGES, count=count, pages=pages)
        )
    return parsed_file.add_left_out(Message(_UNSEEN, plural=_UNSEEN_PLURAL, count=len(unseen)))


def _list_names(by_file: Mapping[str, Sequence[Image]], file_names: Mapping[str, str]) -> list[str]:
    """List what people call pictures, the pages of one file together."""
    names = list[str]()
    for file_id, unseen in by_file.items():
        name = file_names[file_id]
        for _, found in itertools.groupby(unseen, lambda one: (one.name, one.origin.sha256)):
            alike = list(found)
            if list_pages(alike):
                names.append(name_pages(alike, name))
            else:
                names += [name_picture(one, name) for one in alike]
    others = len(names) - _MAX_NAMED
    return [*names[:_MAX_NAMED], Message(_OTHERS, count=others)] if others > 1 else names
