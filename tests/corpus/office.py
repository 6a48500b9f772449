"""Excel and PowerPoint, as libraries write them, and what calls itself Office."""

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
    OLD_OFFICE,
    OTHER_DOCUMENT,
    PASSWORD,
    UNSUPPORTED,
    Case,
    Expect,
)
from tests.corpus.drawing import file_of, quarters
from tests.corpus.ole import ole
from tests.corpus.zips import again, by_hand, packed, room, zipped

_MOMENT = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def cases() -> Iterator[Case]:
    yield from _sheets()
    yield from _slides()
    yield from _hostile()
    yield from _old()


def _timeless(data: bytes) -> bytes:
    """Without the moment at which the library wrote it."""
    with zipfile.ZipFile(io.BytesIO(again(data))) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    core = "docProps/core.xml"
    files[core] = _MOMENT.sub(rb"\g<1>2024-02-29T12:00:00Z", files[core])
    return zipped(files)


def xlsx(fill: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    (fill or _prices)(book)
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _prices(book: openpyxl.Workbook) -> None:
    for row in (("Fruit", "Price"), ("Apfelmuß", 12.5), ("苹果", -3)):
        book.active.append(row)


def _typed(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.append(["when", datetime.date(2024, 2, 29)])
    sheet.append(["true", True])
    sheet.append(["error", "#DIV/0!"])
    sheet.append(["formula", "=1+1"])
    sheet.append(["injected", "=cmd|' /C calc'!A0"])
    sheet.append(["big", 12345678901234567890])


def _three_sheets(book: openpyxl.Workbook) -> None:
    book.active.title = "First"
    for name in ("Second", "Third"):
        book.create_sheet(name).append([f"cell of {name}"])
    book.active.append(["cell of First"])
    book["Third"].sheet_state = "hidden"


def _wide(book: openpyxl.Workbook) -> None:
    book.active.append([f"column {n}" for n in range(300)])


def _long(book: openpyxl.Workbook) -> None:
    for row in range(2_000):
        book.active.append([f"row {row}", row])


def _far(book: openpyxl.Workbook) -> None:
    book.active["A1"] = "near"
    book.active["XFD1048576"] = "far"


def _merged(book: openpyxl.Workbook) -> None:
    book.active["A1"] = "merged cells"
    book.active.merge_cells("A1:D4")


def _nothing(_book: openpyxl.Workbook) -> None:
    """An empty sheet."""


def _sheets() -> Iterator[Case]:
    fills: dict[str, tuple[Callable[[openpyxl.Workbook], None], tuple[str, ...]]] = {
        "prices": (_prices, ("Fruit", "Apfelmuß", "苹果", "12.5")),
        "typed": (_typed, ("when", "2024-02-29")),
        "three-sheets": (_three_sheets, ("cell of First", "cell of Second")),
        "wide": (_wide, ("column 0", "column 20")),
        "long": (_long, ("row 0", "row 500")),
        "merged": (_merged, ("merged cells",)),
    }
    for name, (fill, fragments) in fills.items():
        make = partial(xlsx, fill)
        yield Case(f"{name}.xlsx", make, Expect.right("Excel", fragments=fragments))
    empty = Expect.either(Expect.right("Excel"), EMPTY)
    yield Case("nothing.xlsx", partial(xlsx, _nothing), empty)
    far = Expect.either(Expect.right("Excel", fragments=("near",)), *COSTLY)
    yield Case("far.xlsx", partial(xlsx, _far), far)


def slides(count: int = 1, *, noted: bool = False, photo: bool = False) -> bytes:
    show = pptx.Presentation()
    for number in range(1, count + 1):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes[0].text_frame.text = f"Title {number}"
        slide.shapes[1].text_frame.text = "Grüße 你好"
        if noted:
            slide.notes_slide.notes_text_frame.text = f"say this {number}"
        if photo:
            slide.shapes.add_picture(io.BytesIO(file_of(quarters(), "PNG")), 0, 0)
    out = io.BytesIO()
    show.save(out)
    return _timeless(out.getvalue())


def _slides() -> Iterator[Case]:
    for count in (1, 5):
        fragments = ("Title 1", f"Title {count}", "Grüße 你好")
        expects = Expect.right("PowerPoint", count=count, fragments=fragments)
        yield Case(f"slides-{count}.pptx", partial(slides, count), expects)
    noted = Expect.right("PowerPoint", fragments=("Title 1", "say this 1"))
    yield Case("noted.pptx", partial(slides, 2, noted=True), noted)
    photo = Expect.right("PowerPoint", fragments=("Title 1",))
    yield Case("photo.pptx", partial(slides, 1, photo=True), photo)
    nothing = Expect.either(Expect.right("PowerPoint"), EMPTY)
    yield Case("no-slides.pptx", partial(slides, 0), nothing)


def _hostile() -> Iterator[Case]:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    for name, make, part in (
        ("xlsx", xlsx, "xl/worksheets/sheet1.xml"),
        ("pptx", slides, "ppt/slides/slide1.xml"),
    ):
        yield Case(
            f"entities.{name}", partial(_declaring, make, part, laughs), Expect.refused(ENTITIES)
        )
        yield Case(f"bomb.{name}", partial(_bombed, make, part), Expect.refused(*COSTLY))
        missing = Expect.refused(DAMAGED, EMPTY)
        yield Case(f"without-its-part.{name}", partial(_without, make, part), missing)


def _files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _declaring(make: Callable[[], bytes], part: str, declared: bytes) -> bytes:
    files = _files(make())
    start, end, rest = files[part].rpartition(b"?>")
    files[part] = start + end + declared + rest
    return zipped(files)


def _bombed(make: Callable[[], bytes], part: str) -> bytes:
    files = _files(make())
    big = room(part, 400, b" ", files.pop(part))
    return by_hand([*(packed(name, data) for name, data in files.items()), big])


def _without(make: Callable[[], bytes], part: str) -> bytes:
    files = _files(make())
    del files[part]
    return zipped(files)


def _old() -> Iterator[Case]:
    for name, streams in {
        "old.doc": ("WordDocument", "1Table"),
        "old.xls": ("Workbook",),
        "older.xls": ("Book",),
        "old.ppt": ("PowerPoint Document", "Current User"),
    }.items():
        yield Case(name, partial(ole, streams), Expect.refused(OLD_OFFICE))
    locked = ("EncryptionInfo", "EncryptedPackage")
    for name in ("locked.docx", "locked.xlsx", "locked.pptx"):
        yield Case(name, partial(ole, locked), Expect.refused(PASSWORD))
    mail = Expect.either(Expect.right(), DAMAGED, EMPTY, OLD_OFFICE, UNSUPPORTED)
    yield Case("mail.msg", partial(ole, ("__properties_version1.0", "__substg1.0_0037001F")), mail)
    other = Expect.refused(OLD_OFFICE, UNSUPPORTED, DAMAGED)
    yield Case("thumbs.db", partial(ole, ("Catalog",)), other)
    yield Case("empty.ole", partial(ole, ()), other)
    yield Case("mark-only.doc", lambda: ole(())[:8], other)
    open_text = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}
    book = {"mimetype": b"application/epub+zip", "a.xhtml": b"<html><p>chapter one</p></html>"}
    another = Expect.refused(OTHER_DOCUMENT)
    yield Case("open.odt", lambda: zipped(open_text, 0), another)
    yield Case("book.epub", lambda: zipped(book, 0), another)
