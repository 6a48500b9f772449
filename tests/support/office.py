"""Builds Office files for tests, and checks how they are read."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from bot.domain.errors import UserError
from bot.domain.files import ParsedFile
from bot.files.readers.office import read_office
from tests.support.pictures import build_picture
from tests.support.processor_time import hold_to

WORD_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONSHIPS_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING_NAMESPACE_BASE = "http://schemas.openxmlformats.org/drawingml/2006"
MATH_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/math"
SPACES = (
    f'xmlns:w="{WORD_NAMESPACE}" xmlns:r="{RELATIONSHIPS_NAMESPACE}" xmlns:m="{MATH_NAMESPACE}"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def build_relationships(*links: str) -> str:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{"".join(links)}</Relationships>'


def build_relationship(number: int, kind: str, target: str, mode: str = "") -> str:
    return (
        f'<Relationship Id="r{number}" Type="{RELATIONSHIPS_NAMESPACE}/{kind}"'
        f' Target="{target}"{mode}/>'
    )


def pack_zip(parts: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, part in parts.items():
            # The date of a `ZipInfo` is fixed, so that the same parts make the same bytes.
            info = zipfile.ZipInfo(name)
            info.compress_type = compression
            archive.writestr(info, part)
    return out.getvalue()


def build_paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def build_docx(
    body: str = "", parts: dict[str, str | bytes] | None = None, links: str = ""
) -> bytes:
    root_element = f"<w:document {SPACES}><w:body>{body}</w:body></w:document>"
    document = f'<?xml version="1.0" encoding="UTF-8"?>{root_element}'
    return pack_zip(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "_rels/.rels": build_relationships(
                build_relationship(1, "officeDocument", "word/document.xml")
            ),
            "word/document.xml": document,
            "word/_rels/document.xml.rels": build_relationships(links),
            **(parts or {}),
        }
    )


def build_xlsx(sheets: dict[str, list[list[Any]]]) -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def build_pptx(*slides: tuple[str, str]) -> bytes:
    import pptx

    show, out = pptx.Presentation(), io.BytesIO()
    for title, body in slides:
        slide = show.slides.add_slide(show.slide_layouts[1])
        assert slide.shapes.title is not None
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
        slide.shapes.add_picture(io.BytesIO(build_picture("PNG", size=(8, 8))), 0, 0)
    show.save(out)
    return out.getvalue()


def join_pages(parsed_file: ParsedFile) -> str:
    return "".join(parsed_file.pages)


def expect_refusal(data: bytes, read: Any = read_office) -> str:
    """Check that reading fails within ten seconds; return the sentence for the person."""
    with hold_to(10), pytest.raises(UserError) as caught:
        read("letter.docx", data)
    assert "letter.docx" in caught.value.user_message
    return caught.value.user_message


def replace_part(data: bytes, path: str, part: bytes) -> bytes:
    """Replace or add one part of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return pack_zip({**parts, path: part})
