"""Excel and PowerPoint, as libraries write them, and other files that look like Office."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial

import openpyxl
import pptx

from tests.corpus.case import (
    COSTLY,
    DAMAGED,
    EMPTY,
    ENTITIES,
    NO_WORDS,
    OLD_OFFICE,
    OTHER_DOCUMENT,
    PASSWORD,
    UNSUPPORTED,
    Case,
    Expectation,
)
from tests.corpus.drawing import draw_quarters
from tests.corpus.ole import build_ole
from tests.corpus.zips import build_entry, build_filler_entry, build_raw_zip, build_zip, rebuild_zip
from tests.support.pictures import encode_picture

_TIMESTAMP_PATTERN = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def list_cases() -> Iterator[Case]:
    yield from _list_sheets()
    yield from _list_slides()
    yield from _list_hostile()
    yield from _list_old()


def _remove_timestamps(data: bytes) -> bytes:
    """Remove the time at which the library wrote the file."""
    with zipfile.ZipFile(io.BytesIO(rebuild_zip(data))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    core = "docProps/core.xml"
    files[core] = _TIMESTAMP_PATTERN.sub(rb"\g<1>2024-02-29T12:00:00Z", files[core])
    return build_zip(files)


def build_xlsx(fill: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    (fill or _fill_prices)(book)
    out = io.BytesIO()
    book.save(out)
    return _remove_timestamps(out.getvalue())


def _fill_prices(book: openpyxl.Workbook) -> None:
    for row in (("Fruit", "Price"), ("Apfelmuß", 12.5), ("苹果", -3)):
        book.active.append(row)


def _fill_types(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.append(["when", datetime.date(2024, 2, 29)])
    sheet.append(["true", True])
    sheet.append(["error", "#DIV/0!"])
    sheet.append(["formula", "=1+1"])
    sheet.append(["injected", "=cmd|' /C calc'!A0"])
    sheet.append(["big", 12345678901234567890])


def _fill_three_sheets(book: openpyxl.Workbook) -> None:
    book.active.title = "First"
    for name in ("Second", "Third"):
        book.create_sheet(name).append([f"cell of {name}"])
    book.active.append(["cell of First"])
    book["Third"].sheet_state = "hidden"


def _fill_wide(book: openpyxl.Workbook) -> None:
    book.active.append([f"column {n}" for n in range(300)])


def _fill_long(book: openpyxl.Workbook) -> None:
    for row in range(2_000):
        book.active.append([f"row {row}", row])


def _fill_far(book: openpyxl.Workbook) -> None:
    book.active["A1"] = "near"
    book.active["XFD1048576"] = "far"


def _fill_merged(book: openpyxl.Workbook) -> None:
    book.active["A1"] = "merged cells"
    book.active.merge_cells("A1:D4")


def _fill_nothing(_book: openpyxl.Workbook) -> None:
    """Leave the sheet empty."""


def _list_sheets() -> Iterator[Case]:
    fills: dict[str, tuple[Callable[[openpyxl.Workbook], None], tuple[str, ...]]] = {
        "prices": (_fill_prices, ("Fruit", "Apfelmuß", "苹果", "12.5")),
        "typed": (_fill_types, ("when", "2024-02-29")),
        "three-sheets": (_fill_three_sheets, ("cell of First", "cell of Second")),
        "wide": (_fill_wide, ("column 0", "column 20")),
        "long": (_fill_long, ("row 0", "row 500")),
        "merged": (_fill_merged, ("merged cells",)),
    }
    for name, (fill, fragments) in fills.items():
        make = partial(build_xlsx, fill)
        yield Case(f"{name}.xlsx", make, Expectation.expect_file("Excel", fragments=fragments))
    empty = Expectation.expect_either(Expectation.expect_file("Excel"), EMPTY, NO_WORDS)
    yield Case("nothing.xlsx", partial(build_xlsx, _fill_nothing), empty)
    far = Expectation.expect_either(Expectation.expect_file("Excel", fragments=("near",)), *COSTLY)
    yield Case("far.xlsx", partial(build_xlsx, _fill_far), far)


def build_slides(count: int = 1, *, with_notes: bool = False, with_photo: bool = False) -> bytes:
    show = pptx.Presentation()
    for number in range(1, count + 1):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes[0].text_frame.text = f"Title {number}"
        slide.shapes[1].text_frame.text = "Grüße 你好"
        if with_notes:
            slide.notes_slide.notes_text_frame.text = f"say this {number}"
        if with_photo:
            slide.shapes.add_picture(io.BytesIO(encode_picture(draw_quarters(), "PNG")), 0, 0)
    out = io.BytesIO()
    show.save(out)
    return _remove_timestamps(out.getvalue())


def _list_slides() -> Iterator[Case]:
    for count in (1, 5):
        fragments = ("Title 1", f"Title {count}", "Grüße 你好")
        expects = Expectation.expect_file("PowerPoint", count=count, fragments=fragments)
        yield Case(f"slides-{count}.pptx", partial(build_slides, count), expects)
    noted = Expectation.expect_file("PowerPoint", fragments=("Title 1", "say this 1"))
    yield Case("noted.pptx", partial(build_slides, 2, with_notes=True), noted)
    photo = Expectation.expect_file("PowerPoint", fragments=("Title 1",))
    yield Case("photo.pptx", partial(build_slides, 1, with_photo=True), photo)
    nothing = Expectation.expect_either(Expectation.expect_file("PowerPoint"), EMPTY, NO_WORDS)
    yield Case("no-slides.pptx", partial(build_slides, 0), nothing)


def _list_hostile() -> Iterator[Case]:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    for name, make, part in (
        ("xlsx", build_xlsx, "xl/worksheets/sheet1.xml"),
        ("pptx", build_slides, "ppt/slides/slide1.xml"),
    ):
        yield Case(
            f"entities.{name}",
            partial(_declare_entities, make, part, laughs),
            Expectation.expect_refusal(ENTITIES),
        )
        yield Case(
            f"bomb.{name}", partial(_build_bomb, make, part), Expectation.expect_refusal(*COSTLY)
        )
        missing = Expectation.expect_refusal(DAMAGED, EMPTY, NO_WORDS)
        yield Case(f"without-its-part.{name}", partial(_remove_part, make, part), missing)


def _unpack_files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _declare_entities(make: Callable[[], bytes], part: str, declared: bytes) -> bytes:
    files = _unpack_files(make())
    start, end, rest = files[part].rpartition(b"?>")
    files[part] = start + end + declared + rest
    return build_zip(files)


def _build_bomb(make: Callable[[], bytes], part: str) -> bytes:
    files = _unpack_files(make())
    big = build_filler_entry(part, 400, b" ", files.pop(part))
    return build_raw_zip([*(build_entry(name, data) for name, data in files.items()), big])


def _remove_part(make: Callable[[], bytes], part: str) -> bytes:
    files = _unpack_files(make())
    del files[part]
    return build_zip(files)


def _list_old() -> Iterator[Case]:
    for name, stream in {"filler.xls": "Workbook", "older-filler.xls": "Book"}.items():
        yield Case(name, partial(build_ole, (stream,)), Expectation.expect_refusal(DAMAGED))
    for name, streams in {
        "old.doc": ("WordDocument", "1Table"),
        "old.ppt": ("PowerPoint Document", "Current User"),
    }.items():
        yield Case(name, partial(build_ole, streams), Expectation.expect_refusal(OLD_OFFICE))
    locked = ("EncryptionInfo", "EncryptedPackage")
    for name in ("locked.docx", "locked.xlsx", "locked.pptx"):
        yield Case(name, partial(build_ole, locked), Expectation.expect_refusal(PASSWORD))
    mail = Expectation.expect_either(
        Expectation.expect_file(), DAMAGED, EMPTY, NO_WORDS, OLD_OFFICE, UNSUPPORTED
    )
    yield Case(
        "mail.msg", partial(build_ole, ("__properties_version1.0", "__substg1.0_0037001F")), mail
    )
    other = Expectation.expect_refusal(OLD_OFFICE, UNSUPPORTED, DAMAGED)
    yield Case("thumbs.db", partial(build_ole, ("Catalog",)), other)
    yield Case("empty.ole", partial(build_ole, ()), other)
    yield Case("mark-only.doc", lambda: build_ole(())[:8], other)
    open_text = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}
    drawing = {"mimetype": b"application/vnd.oasis.opendocument.graphics", "content.xml": b"<a/>"}
    book = {"mimetype": b"application/epub+zip", "a.xhtml": b"<html><p>chapter one</p></html>"}
    yield Case("open.odt", lambda: build_zip(open_text, 0), Expectation.expect_refusal(EMPTY))
    another = Expectation.expect_refusal(OTHER_DOCUMENT)
    yield Case("open.odg", lambda: build_zip(drawing, 0), another)
    yield Case("book.epub", lambda: build_zip(book, 0), Expectation.expect_refusal(DAMAGED))
