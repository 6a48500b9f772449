"""What a decoder's process can be asked for, by name. Runs there; the service has its other side.

Each task takes the values of a header and bytes, and gives values and bytes back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from bot.domain.files import ParsedFile
from bot.domain.safe_text import clean_name
from bot.domain.tokens import estimate_tokens
from bot.files.readers import conversion, marks, pdfs, pictures, sheets
from bot.files.readers import dispatch as files
from bot.files.sandbox.packing import pack

Header: TypeAlias = dict[str, Any]
TaskResult: TypeAlias = tuple[Header, list[bytes]]


def _read(header: Header, blobs: Sequence[bytes]) -> TaskResult:
    return {}, [pack(_add_tokens(files.read_file(header["name"], blobs[0])))]


def _render(header: Header, blobs: Sequence[bytes]) -> TaskResult:
    return {}, [pack(_add_tokens(pdfs.render_pages(header["name"], blobs[0], header["numbers"])))]


def _extract_pages(header: Header, blobs: Sequence[bytes]) -> TaskResult:
    part = pdfs.extract_pages(header["name"], blobs[0], header["numbers"])
    read = ParsedFile(part.name, "PDF", (), part.pages, part.count)
    return {"numbers": list(part.page_numbers)}, [pack(_add_tokens(read)), part.data]


def _add_tokens(parsed_file: ParsedFile) -> ParsedFile:
    """With its tokens: a long file takes seconds to count, which the service must not spend."""
    return replace(parsed_file, tokens=tuple(estimate_tokens(page) for page in parsed_file.pages))


def _shrink(header: Header, blobs: Sequence[bytes]) -> TaskResult:
    small = pictures.prepare(header["name"], blobs[0], max_side=header["side"])
    return {}, [pack(ParsedFile(clean_name(header["name"]), "picture", (small,)))]


def _convert(header: Header, blobs: Sequence[bytes]) -> TaskResult:
    return {}, [conversion.convert(header["name"], blobs[0], header["ending"], header["width"])]


def _draw_sheet(header: Header, blobs: Sequence[bytes]) -> TaskResult:
    draw = sheets.draw_side_by_side if header["beside"] else sheets.draw_contact_sheet
    return {}, [draw(list(zip(header["labels"], blobs, strict=True)))]


def _find_marks(_header: Header, blobs: Sequence[bytes]) -> TaskResult:
    found = marks.find_marks(blobs[0], blobs[1])
    return {"box": None if found is None else list(found)}, []


TASKS: dict[str, Callable[[Header, Sequence[bytes]], TaskResult]] = {
    "read": _read,
    "render": _render,
    "cut_out": _extract_pages,
    "shrink": _shrink,
    "convert": _convert,
    "sheet": _draw_sheet,
    "marks": _find_marks,
}
