"""Implements the tasks on files: they are read, shown, cut, changed and compared.

Runs inside a sandbox process, which loads it once it has said that it runs. See `tasks.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.files import ParsedFile
from bot.domain.pictures.operations import parse_operation, serialize_report
from bot.domain.safe_text import clean_name
from bot.domain.tokens import estimate_tokens
from bot.files.detail.plan import ViewPlan
from bot.files.editing import comparisons, edits, palettes
from bot.files.editing.opening import open_picture
from bot.files.kinds import FileType, detect_file_type
from bot.files.readers import conversion, dispatch, marks, pdfs, pictures, sheets
from bot.files.readers.detail import cutting, seeking
from bot.files.sandbox.packing import pack
from bot.files.sandbox.pipe import Header, Message


def read_file(header: Header, blobs: Sequence[bytes]) -> Message:
    """Read a whole file."""
    return {}, [pack(_add_tokens(dispatch.read_file(header["told_name"], blobs[0])))]


def render_pages(header: Header, blobs: Sequence[bytes]) -> Message:
    """Draw pages of a PDF, or of a picture that has several."""
    name, data = header["name"], blobs[0]
    is_picture = detect_file_type(name, data) is FileType.PICTURE
    render = pictures.render_pages if is_picture else pdfs.render_pages
    return {}, [pack(_add_tokens(render(name, data, header["numbers"])))]


def extract_pages(header: Header, blobs: Sequence[bytes]) -> Message:
    """Return pages of a PDF as a file of their own."""
    part = pdfs.extract_pages(header["name"], blobs[0], header["numbers"])
    parsed_file = ParsedFile(part.name, "PDF", (), part.pages, part.count)
    return {"numbers": list(part.page_numbers)}, [pack(_add_tokens(parsed_file)), part.data]


def _add_tokens(parsed_file: ParsedFile) -> ParsedFile:
    """Count the tokens here: a long file takes seconds, which the service must not spend."""
    return replace(parsed_file, tokens=tuple(estimate_tokens(page) for page in parsed_file.pages))


def shrink_picture(header: Header, blobs: Sequence[bytes]) -> Message:
    """Make a picture smaller."""
    small = pictures.prepare(header["name"], blobs[0], max_side=header["side"])
    return {}, [pack(ParsedFile(clean_name(header["name"]), "picture", (small,)))]


def find_pictures(header: Header, blobs: Sequence[bytes]) -> Message:
    """Find pictures in a file, by their digests."""
    found = seeking.find_pictures(header["name"], blobs[0], header["digests"], dispatch.read_file)
    return {}, list(found.values())


def cut_picture(header: Header, blobs: Sequence[bytes]) -> Message:
    """Cut a picture into parts at full size."""
    plan = ViewPlan(
        tuple(header["shares"]),
        header["row"],
        header["column"],
        header["parts"],
        header["tokens"],
        header["takes_original"],
    )
    name, number = header["name"], header["number"]
    if detect_file_type(name, blobs[0]) is FileType.PDF:
        page = pdfs.draw_page(name, blobs[0], number)
        return {}, [pack(cutting.cut_drawn(name, page, plan))]
    return {}, [pack(cutting.cut_picture(name, blobs[0], plan, number))]


def convert_picture(header: Header, blobs: Sequence[bytes]) -> Message:
    """Save a picture in another format or size."""
    return {}, [conversion.convert(header["name"], blobs[0], header["ending"], header["width"])]


def draw_sheet(header: Header, blobs: Sequence[bytes]) -> Message:
    """Draw pictures on one sheet."""
    draw = sheets.draw_side_by_side if header["beside"] else sheets.draw_contact_sheet
    return {}, [draw(list(zip(header["labels"], blobs, strict=True)))]


def edit_picture(header: Header, blobs: Sequence[bytes]) -> Message:
    """Change a picture."""
    operations, earlier = (
        [parse_operation(values) for values in header[key]] for key in ("operations", "earlier")
    )
    opened = open_picture(header["name"], blobs[0], page=header["page"])
    edited = edits.edit(header["name"], opened, operations, earlier)
    return serialize_report(edited.report) | {"extension": edited.extension}, [edited.data]


def find_palette(header: Header, blobs: Sequence[bytes]) -> Message:
    """Find the colours of a picture."""
    picture = open_picture(header["name"], blobs[0]).picture
    colours = palettes.find_palette(picture, header["count"])
    drawn = [palettes.draw_palette(colours)] if colours else []
    return {"colours": [[colour.hex, colour.share] for colour in colours]}, drawn


def compare_pictures(header: Header, blobs: Sequence[bytes]) -> Message:
    """Show where two pictures differ."""
    first, second = comparisons.open_both(header["name"], *blobs)
    if header["overlay"]:
        return {"share": 0}, [comparisons.draw_overlay(header["name"], first, second)]
    drawn, share = comparisons.draw_difference(header["name"], first, second)
    return {"share": share}, [drawn]


def find_marks(_header: Header, blobs: Sequence[bytes]) -> Message:
    """Find what was drawn on a picture."""
    box = marks.find_marks(blobs[0], blobs[1])
    return {"box": None if box is None else list(box)}, []
