"""What a decoder's process can be asked for, by name. Runs there; the service has its other side.

Each task takes the values of a header and bytes, and gives values and bytes back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from bot.domain.files import Reading
from bot.domain.safe_text import clean_name
from bot.domain.tokens import estimate
from bot.files.readers import conversion, marks, pdfs, pictures, sheets
from bot.files.readers import dispatch as files
from bot.files.sandbox.packing import pack

Values: TypeAlias = dict[str, Any]
Given: TypeAlias = tuple[Values, list[bytes]]


def _read(told: Values, blobs: Sequence[bytes]) -> Given:
    return {}, [pack(_counted(files.read_file(told["name"], blobs[0])))]


def _render(told: Values, blobs: Sequence[bytes]) -> Given:
    return {}, [pack(_counted(pdfs.render_pages(told["name"], blobs[0], told["numbers"])))]


def _cut_out(told: Values, blobs: Sequence[bytes]) -> Given:
    part = pdfs.cut_out(told["name"], blobs[0], told["numbers"])
    read = Reading(part.name, "PDF", (), part.pages, part.count)
    return {"numbers": list(part.numbers)}, [pack(_counted(read)), part.data]


def _counted(reading: Reading) -> Reading:
    """With its tokens: a long file takes seconds to count, which the service must not spend."""
    return replace(reading, tokens=tuple(estimate(page) for page in reading.pages))


def _shrink(told: Values, blobs: Sequence[bytes]) -> Given:
    small = pictures.prepare(told["name"], blobs[0], max_side=told["side"])
    return {}, [pack(Reading(clean_name(told["name"]), "picture", (small,)))]


def _convert(told: Values, blobs: Sequence[bytes]) -> Given:
    return {}, [conversion.convert(told["name"], blobs[0], told["ending"], told["width"])]


def _sheet(told: Values, blobs: Sequence[bytes]) -> Given:
    draw = sheets.side_by_side if told["beside"] else sheets.contact_sheet
    return {}, [draw(list(zip(told["labels"], blobs, strict=True)))]


def _marks(_told: Values, blobs: Sequence[bytes]) -> Given:
    found = marks.find_marks(blobs[0], blobs[1])
    return {"box": None if found is None else list(found)}, []


TASKS: dict[str, Callable[[Values, Sequence[bytes]], Given]] = {
    "read": _read,
    "render": _render,
    "cut_out": _cut_out,
    "shrink": _shrink,
    "convert": _convert,
    "sheet": _sheet,
    "marks": _marks,
}
