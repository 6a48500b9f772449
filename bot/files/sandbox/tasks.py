"""Implements the tasks of a sandbox process, by name. Runs inside that process.

Each task takes the values of a header and blobs, and returns values and blobs. See `sandbox.py`
for the side of the service.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.files import ParsedFile
from bot.domain.pictures.operations import parse_operation, serialize_report
from bot.domain.safe_text import clean_name
from bot.domain.stored_messages import serialize_message
from bot.domain.tokens import estimate_tokens
from bot.files.detail.plan import ViewPlan
from bot.files.editing import comparisons, edits, palettes
from bot.files.editing.opening import open_picture
from bot.files.readers import conversion, dispatch, marks, pdfs, pictures, sheets
from bot.files.readers.detail import cutting
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


def _cut_picture(header: Header, blobs: Sequence[bytes]) -> Message:
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
    return {}, [conversion.convert(header["name"], blobs[0], header["ending"], header["width"])]


def _draw_sheet(header: Header, blobs: Sequence[bytes]) -> Message:
    draw = sheets.draw_side_by_side if header["beside"] else sheets.draw_contact_sheet
    return {}, [draw(list(zip(header["labels"], blobs, strict=True)))]


def _edit(header: Header, blobs: Sequence[bytes]) -> Message:
    operations = [parse_operation(values) for values in header["operations"]]
    edited = edits.edit(header["name"], open_picture(header["name"], blobs[0]), operations)
    return serialize_report(edited.report) | {"extension": edited.extension}, [edited.data]


def _find_palette(header: Header, blobs: Sequence[bytes]) -> Message:
    picture = open_picture(header["name"], blobs[0]).picture
    colours = palettes.find_palette(picture, header["count"])
    drawn = [palettes.draw_palette(colours)] if colours else []
    return {"colours": [[colour.hex, colour.share] for colour in colours]}, drawn


def _compare(header: Header, blobs: Sequence[bytes]) -> Message:
    first, second = (comparisons.open_reduced(header["name"], one) for one in blobs)
    if header["overlay"]:
        return {"share": 0}, [comparisons.draw_overlay(header["name"], first, second)]
    drawn, share = comparisons.draw_difference(header["name"], first, second)
    return {"share": share}, [drawn]


def _find_marks(_header: Header, blobs: Sequence[bytes]) -> Message:
    box = marks.find_marks(blobs[0], blobs[1])
    return {"box": None if box is None else list(box)}, []


def _read_schema(_header: Header, blobs: Sequence[bytes]) -> Message:
    # Here, as only some decoders need its libraries.
    from bot.structured_output.checking import SchemaRefusedError, read_schema

    try:
        schema = read_schema(blobs[0].decode())
    except SchemaRefusedError as error:
        return {"refused": error.why, "place": error.place}, []
    return {}, [] if schema is None else [json.dumps(schema).encode()]


def _check_answer(header: Header, blobs: Sequence[bytes]) -> Message:
    """Hold an answer against a schema, unless that has been given up, and show it."""
    from bot.structured_output import checking
    from bot.structured_output.presentation import show_data

    try:
        value = checking.parse_answer(blobs[1].decode("utf-8", "replace"))
    except ValueError:
        return {"is_data": False}, []
    found: dict[str, object] = {"is_data": True, "misfits": [], "is_checked": header["checks"]}
    if header["checks"]:
        try:
            misfits = checking.list_misfits(json.loads(blobs[0]), value)
            found["misfits"] = [[misfit.place, misfit.wanted] for misfit in misfits]
        except Exception:  # noqa: BLE001 - a schema that cannot be checked raises anything
            found["is_checked"] = False
    shown = show_data(value, is_own_table=header["own_table"], is_wrapped=header["wrapped"])
    files = [shown.json_file, *([] if shown.csv_file is None else [shown.csv_file])]
    found["title"] = shown.title
    return found, [serialize_message(shown.text).encode("utf-8", "replace"), *files]


def _draw_graphs(header: Header, blobs: Sequence[bytes]) -> Message:
    # Here, as only some decoders need its libraries.
    from bot.files.sandbox.computing.dependency_graphs import draw_graphs

    return draw_graphs(header, blobs)


def _draw_markup(header: Header, blobs: Sequence[bytes]) -> Message:
    # Here, as only some decoders need its libraries.
    from bot.files.sandbox.computing.markup import draw_block

    return draw_block(header["kind"], blobs[0].decode("utf-8", "replace"))


def _draw_diagram(header: Header, blobs: Sequence[bytes]) -> Message:
    from bot.files.sandbox.computing.diagrams import draw_beside

    data, *pictures = blobs
    named = [(header["picture"], picture) for picture in pictures[:1]]
    return {}, [draw_beside(data, named, header["title"])]


def _look_at_tables(header: Header, blobs: Sequence[bytes]) -> Message:
    from bot.files.sandbox.computing import charts

    return charts.look_at_tables(header, blobs)


def _compute_chart(header: Header, blobs: Sequence[bytes]) -> Message:
    from bot.files.sandbox.computing import charts

    return charts.compute(header, blobs)


def _find_relevant_lines(header: Header, blobs: Sequence[bytes]) -> Message:
    from bot.files.sandbox.computing import failures

    return failures.find_relevant_lines(header, blobs)


def _quote_lines(header: Header, blobs: Sequence[bytes]) -> Message:
    from bot.files.sandbox.computing import failures

    return failures.quote_lines(header, blobs)


def _compute_masks(header: Header, blobs: Sequence[bytes]) -> Message:
    # Here, as only some decoders need its libraries.
    from bot.files.sandbox.computing import masks

    work = {
        "areas": masks.find_areas,
        "cells": masks.mask_cells,
        "tint": masks.tint_area,
        "grid": masks.draw_grid,
        "put back": masks.put_back,
    }
    return work[header["work"]](header, blobs)


TASKS: dict[str, Callable[[Header, Sequence[bytes]], Message]] = {
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
    "schema": _read_schema,
    "answer": _check_answer,
    "graphs": _draw_graphs,
    "markup": _draw_markup,
    "diagram": _draw_diagram,
    "tables": _look_at_tables,
    "chart": _compute_chart,
    "log": _find_relevant_lines,
    "log_lines": _quote_lines,
    "masks": _compute_masks,
}
