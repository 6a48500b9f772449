"""Implements the tasks of a sandbox process, by name. Runs inside that process.

Each task takes the values of a header and blobs, and returns values and blobs. See `sandbox.py`
for the side of the service.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.files import ParsedFile
from bot.domain.safe_text import clean_name
from bot.domain.tokens import estimate_tokens
from bot.files.readers import conversion, dispatch, marks, pdfs, pictures, sheets
from bot.files.sandbox.packing import pack
from bot.files.sandbox.pipe import Header, Message


def _read(header: Header, blobs: Sequence[bytes]) -> Message:
    return {}, [pack(_add_tokens(dispatch.read_file(header["told_name"], blobs[0])))]


def _render(header: Header, blobs: Sequence[bytes]) -> Message:
    return {}, [pack(_add_tokens(pdfs.render_pages(header["name"], blobs[0], header["numbers"])))]


def _extract_pages(header: Header, blobs: Sequence[bytes]) -> Message:
    part = pdfs.extract_pages(header["name"], blobs[0], header["numbers"])
    parsed_file = ParsedFile(part.name, "PDF", (), part.pages, part.count)
    return {"numbers": list(part.page_numbers)}, [pack(_add_tokens(parsed_file)), part.data]


def _add_tokens(parsed_file: ParsedFile) -> ParsedFile:
    """Count the tokens here: a long file takes seconds, which the service must not spend."""
    return replace(parsed_file, tokens=tuple(estimate_tokens(page) for page in parsed_file.pages))


def _shrink(header: Header, blobs: Sequence[bytes]) -> Message:
    small = pictures.prepare(header["name"], blobs[0], max_side=header["side"])
    return {}, [pack(ParsedFile(clean_name(header["name"]), "picture", (small,)))]


def _convert(header: Header, blobs: Sequence[bytes]) -> Message:
    return {}, [conversion.convert(header["name"], blobs[0], header["ending"], header["width"])]


def _draw_sheet(header: Header, blobs: Sequence[bytes]) -> Message:
    draw = sheets.draw_side_by_side if header["beside"] else sheets.draw_contact_sheet
    return {}, [draw(list(zip(header["labels"], blobs, strict=True)))]


def _find_marks(_header: Header, blobs: Sequence[bytes]) -> Message:
    box = marks.find_marks(blobs[0], blobs[1])
    return {"box": None if box is None else list(box)}, []


TASKS: dict[str, Callable[[Header, Sequence[bytes]], Message]] = {
    "read": _read,
    "render": _render,
    "cut_out": _extract_pages,
    "shrink": _shrink,
    "convert": _convert,
    "sheet": _draw_sheet,
    "marks": _find_marks,
}
