"""Builds one file as the model is sent it: its pictures, and all pages or the named ones. Pure.

See `pages/` for PDFs and scans, and `preparer.py` for all files of a question together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.domain.files import Document, FileRef, Image, ParsedFile
from bot.domain.messages import Message
from bot.domain.pages import format_ranges, select_existing_pages
from bot.domain.pictures.closeup import NO_LOOK, NO_PICTURES, PageLook, PictureChoice
from bot.files.unreadable import build_unreadable_error


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the model can do with files, and what the message wants to see of them.

    `pictures` tells which of the pictures within earlier files it is about, `look` of which files
    it wants to see the pages as they look.
    """

    reads_files: bool = True
    sees: bool = True
    page_numbers: tuple[int, ...] = ()
    wants_whole_file: bool = False
    pictures: PictureChoice = NO_PICTURES
    look: PageLook = NO_LOOK


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """One file as it is sent; `file` is its Slack id.

    `original` are the bytes of a picture that may be looked at more closely, where they are at
    hand. `notes` are for the person.
    """

    file: str
    parsed_file: ParsedFile
    pictures: tuple[Image, ...] = ()
    document: Document | None = None
    original: bytes = field(default=b"", repr=False)
    notes: tuple[Message, ...] = ()


def build_prepared_file(
    ref: FileRef, parsed_file: ParsedFile, options: ReadOptions
) -> PreparedFile:
    """Take the pictures of a file and its pages, or only the pages that the message names.

    Raises `UnreadableError` for a picture if the model sees no pictures.
    """
    if parsed_file.pictures and not parsed_file.pages and not options.sees:
        raise build_unreadable_error(ref.name, "not seen")
    pictures = parsed_file.pictures if options.sees else ()
    if unseen := len(parsed_file.pictures) - len(pictures):
        parsed_file = parsed_file.add_left_out(
            Message("a picture", plural="{count:,} pictures", count=unseen)
        )
    if not parsed_file.pages:
        return PreparedFile(ref.id, parsed_file, pictures)
    document = build_document(ref, parsed_file)
    named = select_existing_pages(options.page_numbers, document.nameable_pages)
    if not named:
        return PreparedFile(ref.id, parsed_file, pictures, document)
    named_pages = replace(
        document,
        pages=tuple(parsed_file.pages[number - 1] for number in named),
        tokens=tuple(parsed_file.tokens[number - 1] for number in named if parsed_file.tokens),
        page_numbers=named,
    )
    return PreparedFile(ref.id, mark_left_out(parsed_file, named), pictures, named_pages)


def build_document(ref: FileRef, parsed_file: ParsedFile) -> Document:
    """Return all pages of a file as text."""
    return Document(
        parsed_file.name,
        "text/plain",
        parsed_file.pages,
        count=max(parsed_file.count, len(parsed_file.pages)),
        file_id=ref.id,
        tokens=parsed_file.tokens,
        has_page_numbers=parsed_file.count >= len(parsed_file.pages),
    )


def mark_left_out(parsed_file: ParsedFile, page_numbers: Sequence[int]) -> ParsedFile:
    """Return the file with `left_out` saying, too, that only the pages `page_numbers` are sent."""
    if not page_numbers or len(page_numbers) >= parsed_file.count:
        return parsed_file
    others = Message(
        "all pages but {pages} of {count:,}",
        pages=format_ranges(page_numbers),
        count=parsed_file.count,
    )
    return parsed_file.add_left_out(others)
