"""Makes pages of scans ready for the model as pictures: of PDFs without text, and of TIFFs.

See `pdf_preparer.py` for the other ways in which a PDF is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.domain.files import FileRef, ParsedFile
from bot.domain.messages import Message
from bot.domain.pages import format_ranges, list_pages, select_existing_pages
from bot.files.cache import FileCache
from bot.files.pages.pdf_plan import MAX_VIEWED_PAGES
from bot.files.prepared_file import PreparedFile, ReadOptions, mark_left_out
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox

# Pages of a scan sent earlier in the thread that are shown again, unless pages are named.
_MAX_EARLIER_PAGES = 4
_OTHER_PAGE = (
    "any page but {pages} of {total:,}, as I look at few pages of a scan at a time: ask for the"
    " other one, as in “read page {next}”"
)
_OTHER_PAGES = (
    "any page but {pages} of {total:,}, as I look at few pages of a scan at a time: ask for"
    " others, as in “read pages {next}”"
)


def is_paged_picture(parsed_file: ParsedFile) -> bool:
    """Whether a file is a picture with several pages, as a TIFF may be."""
    return not parsed_file.pages and bool(list_pages(parsed_file.pictures))


class ScanPreparer:
    """Prepares pages of scans that were parsed before. Its methods raise `EaselError`."""

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
        *,
        is_earlier: bool,
    ) -> PreparedFile:
        """Prepare the named or the first pages; fewer of a file that `is_earlier` in the thread.

        `data` are its bytes if they are at hand.
        """
        named = select_existing_pages(options.page_numbers, parsed_file.count)
        is_short = is_earlier and not options.wants_whole_file
        most = _MAX_EARLIER_PAGES if is_short else MAX_VIEWED_PAGES
        first = list_pages(parsed_file.pictures) or range(1, parsed_file.count + 1)
        if not is_earlier:
            parsed_file = mark_missing_pages(parsed_file, options.page_numbers)
        shown = named[:MAX_VIEWED_PAGES] or first[:most]
        return await self.show(ref, parsed_file, data, shown, named, owner)

    async def show(
        self,
        ref: FileRef,
        parsed_file: ParsedFile,
        data: bytes | None,
        numbers: Sequence[int],
        named: Sequence[int],
        owner: TaskOwner,
    ) -> PreparedFile:
        """Prepare pictures of the pages `numbers`; `named` are those that the message names."""
        pictures = {one.origin.number: one for one in parsed_file.pictures}
        missing = [number for number in numbers if number not in pictures]
        if missing:
            data = await self._cache.fetch_original(ref) if data is None else data
            render = partial(self._sandbox.render_pages, ref.name, data, missing, owner=owner)
            key = build_pages_key(ref, missing)
            rendered = await self._cache.try_once(render, ref.name, key)
            for one in rendered.pictures:
                pictures[one.origin.number] = replace(one, name=parsed_file.name, file_id=ref.id)
        shown = [number for number in numbers if number in pictures]
        marked = _mark_unseen(parsed_file, shown, named)
        return PreparedFile(ref.id, marked, tuple(pictures[number] for number in shown))


def build_pages_key(ref: FileRef, numbers: Sequence[int]) -> str:
    """Return by which it is remembered that pages of a file took too long to draw."""
    return f"pages {format_ranges(numbers)} of {ref.id}"


def mark_missing_pages(parsed_file: ParsedFile, page_numbers: Sequence[int]) -> ParsedFile:
    """Return the file with `left_out` saying so where it has none of the named pages."""
    if not page_numbers or select_existing_pages(page_numbers, parsed_file.count):
        return parsed_file
    missing = Message(
        "page {pages}: it has {count:,}",
        pages=format_ranges(page_numbers),
        count=parsed_file.count,
    )
    return parsed_file.add_left_out(missing)


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
