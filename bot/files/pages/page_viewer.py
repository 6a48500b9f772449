"""Shows pages of PDFs that have text as they look, where a message wants to see that closely.

See `scan_preparer.py` for pages without text, and `bot.files.detail` for the part that is shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import structlog

from bot.domain.errors import EaselError, StoreError
from bot.domain.files import FileRef, Image, ParsedFile
from bot.domain.messages import Message
from bot.domain.pages import format_ranges, select_existing_pages
from bot.domain.pictures.closeup import PageLook
from bot.files.cache import FileCache
from bot.files.pages.scan_preparer import build_pages_key
from bot.files.prepared_file import PreparedFile, ReadOptions
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.observability.error_codes import get_error_code

log = structlog.get_logger(__name__)

# Pages of one file that are looked at closely with one question.
MAX_LOOKED_AT = 4
# What has pages that Easel cannot draw.
_NOT_DRAWN_KINDS = (
    "Word document",
    "PowerPoint presentation",
    "OpenDocument text",
    "OpenDocument presentation",
)
_NAME_A_PAGE_MESSAGE = (
    "_{name} has {count:,} pages. Name one, as in “zoom into the top right of page 2”, and I look"
    " at it closely._"
)
_FEW_PAGES_MESSAGE = (
    "_I look closely at few pages at a time. Of {name} these were {pages}: ask for others by their"
    " numbers, as in “zoom into page {next}”._"
)
_FAILED_MESSAGE = "_I could not draw the pages of {name} to look at them closely._"
_NOT_DRAWN_MESSAGE = (
    "_I cannot see how the pages of {name} look: I read its text, and see the pictures in it. Send"
    " it as a PDF, and I look at its pages closely._"
)


@dataclass(frozen=True, slots=True)
class PageChoice:
    """The pages of a file to be looked at closely, and what the person is told."""

    numbers: tuple[int, ...] = ()
    notes: tuple[Message, ...] = ()


def choose_pages(parsed_file: ParsedFile, named: Sequence[int], look: PageLook) -> PageChoice:
    """Choose pages of a file that the message is about; `named` are the numbers in it."""
    name, count = parsed_file.name, parsed_file.count
    if parsed_file.kind in _NOT_DRAWN_KINDS:
        is_told = look.is_zoom and (named or (look.is_sure and not parsed_file.pictures))
        return PageChoice(notes=(Message(_NOT_DRAWN_MESSAGE, name=name),) if is_told else ())
    if parsed_file.kind != "PDF" or parsed_file.is_scanned:
        return PageChoice()
    numbers = select_existing_pages(named, count)
    if len(numbers) > MAX_LOOKED_AT:
        # “A table of pages 1-30” is made of their text.
        return _choose_first_pages(name, numbers) if look.is_zoom else PageChoice()
    if numbers or named or not look.is_sure:
        return PageChoice(numbers)
    if count == 1:
        return PageChoice((1,))
    told = Message(_NAME_A_PAGE_MESSAGE, name=name, count=count)
    return PageChoice(notes=(told,) if look.is_zoom else ())


def _choose_first_pages(name: str, numbers: Sequence[int]) -> PageChoice:
    shown, others = numbers[:MAX_LOOKED_AT], numbers[MAX_LOOKED_AT:]
    pages = format_ranges(shown)
    told = Message(_FEW_PAGES_MESSAGE, name=name, pages=pages, next=others[0])
    return PageChoice(tuple(shown), (told,))


class PageViewer:
    """Adds pictures of pages to files that were prepared."""

    def __init__(self, cache: FileCache, sandbox: Sandbox) -> None:
        self._cache = cache
        self._sandbox = sandbox

    async def add_views(
        self,
        prepared: PreparedFile,
        ref: FileRef,
        data: bytes | None,
        options: ReadOptions,
        owner: TaskOwner,
    ) -> PreparedFile:
        """Return a file with the pages that the message wants to see, if it wants any.

        `data` are its bytes if they are at hand. Where it cannot be drawn, that is said. Raises
        `StoreError`.
        """
        if not options.sees or ref.id not in options.look.file_ids:
            return prepared
        choice = choose_pages(prepared.parsed_file, options.page_numbers, options.look)
        if not choice.numbers:
            return replace(prepared, notes=choice.notes)
        try:
            data = await self._cache.fetch_original(ref) if data is None else data
            draw = partial(self._sandbox.render_pages, ref.name, data, choice.numbers, owner=owner)
            drawn = await self._cache.try_once(draw, ref.name, build_pages_key(ref, choice.numbers))
        except StoreError:
            raise
        except EaselError as error:
            log.info("pages_not_drawn", code=get_error_code(error))
            return replace(prepared, notes=(Message(_FAILED_MESSAGE, name=ref.name),))
        views = tuple(
            replace(one, name=prepared.parsed_file.name, file_id=ref.id) for one in drawn.pictures
        )
        others = _select_others(prepared, choice.numbers, options)
        return replace(prepared, pictures=(*others, *views), notes=choice.notes)


def _select_others(
    prepared: PreparedFile, numbers: Sequence[int], options: ReadOptions
) -> tuple[Image, ...]:
    """Return the pictures in a file that are sent next to its pages `numbers`.

    Those are the ones that are meant by a number, or by a word for pictures, but for those on the
    pages, which are seen there. Who zooms into pictures on a page means no others.
    """
    if options.pictures.number or not options.pictures.is_called:
        return prepared.pictures if options.pictures.number else ()
    pages = prepared.parsed_file.pages
    shown = "".join(pages[number - 1] for number in numbers if number <= len(pages))
    placed = set(re.findall(r"\[(picture \d+)\b", shown))
    others = tuple(one for one in prepared.pictures if one.part not in placed)
    return () if options.look.is_zoom and len(others) < len(prepared.pictures) else others
