"""Implements the tasks of a sandbox process, by name. Runs inside that process.

Each task takes the values of a header and blobs, and returns values and blobs. See `sandbox.py`
for the side of the service. What only some files need is loaded with the first that does: each
decoder would take that time at its start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TypeAlias

from bot.domain.files import ParsedFile
from bot.domain.safe_text import clean_name
from bot.domain.tokens import estimate_tokens
from bot.files.readers import dispatch, pdfs, pictures
from bot.files.sandbox.packing import pack
from bot.files.sandbox.pipe import Header, Message

Task: TypeAlias = Callable[[Header, Sequence[bytes]], Message]
COMPUTING = "bot.files.sandbox.computing"


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


def _cut_picture(header: Header, blobs: Sequence[bytes]) -> Message:
    from bot.files.detail.plan import ViewPlan
    from bot.files.readers.detail import cutting

    plan = ViewPlan(
        tuple(header["shares"]),
        header["row"],
        header["column"],
        header["parts"],
        header["tokens"],
        header["takes_original"],
    )
    return {}, [pack(cutting.cut_picture(header["name"], blobs[0], plan))]


def _convert(header: Header, blobs: Sequence[bytes]) -> Message:
    from bot.files.readers import conversion

    return {}, [conversion.convert(header["name"], blobs[0], header["ending"], header["width"])]


def _draw_sheet(header: Header, blobs: Sequence[bytes]) -> Message:
    from bot.files.readers import sheets

    draw = sheets.draw_side_by_side if header["beside"] else sheets.draw_contact_sheet
    return {}, [draw(list(zip(header["labels"], blobs, strict=True)))]


def _edit(header: Header, blobs: Sequence[bytes]) -> Message:
    from bot.domain.pictures.operations import parse_operation, serialize_report
    from bot.files.editing import edits
    from bot.files.editing.opening import open_picture

    operations = [parse_operation(values) for values in header["operations"]]
    edited = edits.edit(header["name"], open_picture(header["name"], blobs[0]), operations)
    return serialize_report(edited.report) | {"extension": edited.extension}, [edited.data]


def _find_palette(header: Header, blobs: Sequence[bytes]) -> Message:
    from bot.files.editing import palettes
    from bot.files.editing.opening import open_picture

    picture = open_picture(header["name"], blobs[0]).picture
    colours = palettes.find_palette(picture, header["count"])
    drawn = [palettes.draw_palette(colours)] if colours else []
    return {"colours": [[colour.hex, colour.share] for colour in colours]}, drawn


def _compare(header: Header, blobs: Sequence[bytes]) -> Message:
    from bot.files.editing import comparisons

    first, second = (comparisons.open_reduced(header["name"], one) for one in blobs)
    if header["overlay"]:
        return {"share": 0}, [comparisons.draw_overlay(header["name"], first, second)]
    drawn, share = comparisons.draw_difference(header["name"], first, second)
    return {"share": share}, [drawn]


def _find_marks(_header: Header, blobs: Sequence[bytes]) -> Message:
    from bot.files.readers import marks

    box = marks.find_marks(blobs[0], blobs[1])
    return {"box": None if box is None else list(box)}, []


# Tasks that only some decoders are given: what they need is loaded with the first of them.
LATER_TASKS = {
    "schema": ("answers", "read_schema"),
    "answer": ("answers", "check_answer"),
    "graphs": ("dependency_graphs", "draw_graphs"),
    "markup": ("markup", "draw_block"),
    "diagram": ("diagrams", "draw_beside"),
    "tables": ("charts", "look_at_tables"),
    "chart": ("charts", "compute"),
    "log": ("failures", "find_relevant_lines"),
    "log_lines": ("failures", "quote_lines"),
    "masks": ("masks", "compute_masks"),
}


def _load_later(module: str, function: str) -> Task:
    def run(header: Header, blobs: Sequence[bytes]) -> Message:
        task: Task = getattr(import_module(f"{COMPUTING}.{module}"), function)
        return task(header, blobs)

    return run


TASKS: dict[str, Task] = {
    "read": _read,
    "render": _render,
    "cut_out": _extract_pages,
    "shrink": _shrink,
    "cut": _cut_picture,
    "convert": _convert,
    "sheet": _draw_sheet,
    "edit": _edit,
    "palette": _find_palette,
    "compare": _compare,
    "marks": _find_marks,
    **{name: _load_later(*where) for name, where in LATER_TASKS.items()},
}
