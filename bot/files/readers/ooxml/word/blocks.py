"""Reads the blocks of a Word document: paragraphs, tables, content controls, embedded documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.markdown import escape_cell, format_table, join_blocks
from bot.files.readers.ooxml.word.document import WordDocument
from bot.files.readers.ooxml.word.embedded import read_embedded
from bot.files.readers.ooxml.word.runs import Place, end_field, list_marks, read_inlines
from bot.files.readers.ooxml.word.spans import Span, Spans, render
from bot.files.readers.ooxml.word.styles import find_style
from bot.files.readers.ooxml.xml_trees import choose_alternative, find, find_value

_MAX_COLUMNS, _MAX_SPAN = 256, 100
_MARK_CHANGES = {"ins": "[inserted paragraph break]", "del": "[deleted paragraph break]"}
_ROW_CHANGES = {"w:ins": "[inserted row] ", "w:del": "[deleted row] "}


def read_blocks(document: WordDocument, element: Element) -> str:
    """Return all blocks of an element as Markdown."""
    return join_blocks(iterate_blocks(document, element))


def iterate_blocks(document: WordDocument, element: Element) -> Iterator[str]:
    """Yield the blocks of an element one by one, empty ones included."""
    loose = Spans()
    for child in element:
        reader = _READERS.get(str(child.tag))
        if reader is not None:
            yield reader(document, child)
        elif child.tag in ("w:sdt", "w:customXml", "w:smartTag", "mc:AlternateContent"):
            inner = find(child, "w:sdtContent") if child.tag == "w:sdt" else None
            yield from iterate_blocks(
                document, choose_alternative(child) if inner is None else inner
            )
        elif child.tag in _CONTAINERS:
            yield from iterate_blocks(document, child)
        elif child.tag in _LOOSE:
            # Marks may also stand between paragraphs.
            read_inlines(Place(document, loose), _build_outer(child))
    if loose.items:
        yield render(loose.items, with_authors=document.has_many_authors)


def _build_outer(element: Element) -> Element:
    outer = Element("w:p")
    outer.append(element)
    return outer


def _read_paragraph(document: WordDocument, paragraph: Element) -> str:
    properties, spans = find(paragraph, "w:pPr"), Spans()
    style = find_style(document.styles, find_value(properties, "w:pStyle"))
    read_inlines(Place(document, spans), paragraph)
    _end_broken_fields(document, spans)
    level = style.level
    outline = find_value(properties, "w:outlineLvl")
    if not level and outline.isdigit() and int(outline[:3]) < 9:
        level = int(outline[:3]) + 1
    items = [Span(one.text, one.marks - {"bold"}, one.change) for one in spans.items]
    text = render(items if level else spans.items, with_authors=document.has_many_authors)
    ends = [_MARK_CHANGES[str(mark.tag)[2:]] for mark in list_marks(paragraph) if text.strip()]
    text = "".join([text.strip("\n"), *ends])
    if properties is not None and find(properties, "w:pPrChange") is not None:
        document.extras.counts["formats"] += 1
    label = _count_paragraph(document, properties, style.number_id, style.number_level)
    if not text.strip():
        return ""
    if level:
        return f"{'#' * min(level, 6)} {label.strip().removeprefix('-')} ".replace("  ", " ") + (
            " ".join(text.split())
        )
    return f"{label}{text.lstrip()}" if label else text


def _count_paragraph(
    document: WordDocument, properties: Element | None, style_number: str, style_level: str
) -> str:
    """Return the label of a numbered paragraph; "" for others."""
    number_id = find_value(properties, "w:numPr/w:numId") or style_number
    level = find_value(properties, "w:numPr/w:ilvl") or style_level or "0"
    return document.numbering.count(number_id, level) if number_id not in ("", "0") else ""


def _end_broken_fields(document: WordDocument, spans: Spans) -> None:
    """End fields whose instruction does not end with its paragraph: the file is damaged."""
    while document.is_in_instruction:
        end_field(Place(document, spans), document.fields.pop())


def _read_table(document: WordDocument, table: Element) -> str:
    document.table_depth += 1
    rows = [_read_row(document, row) for row in _iterate_inner(table, "w:tr")]
    document.table_depth -= 1
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]  # a frame around text
    if document.table_depth:
        return "\n".join(" / ".join(filter(None, map(str.strip, row))) for row in rows)
    escaped = [[escape_cell(cell) for cell in row] for row in rows]
    return "\n".join(format_table(escaped, _MAX_COLUMNS))


def _read_row(document: WordDocument, row: Element) -> list[str]:
    properties = find(row, "w:trPr")
    cells = [""] * _parse_span(find_value(properties, "w:gridBefore", "0"))
    for cell in _iterate_inner(row, "w:tc"):
        cell_properties = find(cell, "w:tcPr")
        text = read_blocks(document, cell)
        merge = None if cell_properties is None else find(cell_properties, "w:vMerge")
        is_continued = merge is not None and merge.get("w:val", "continue") == "continue"
        cells.append("" if is_continued and not text.strip() else text)
        cells += [""] * (_parse_span(find_value(cell_properties, "w:gridSpan", "1")) - 1)
        if len(cells) > _MAX_COLUMNS:
            break
    change = next((one for tag, one in _ROW_CHANGES.items() if _has(properties, tag)), "")
    if change and cells:
        cells[0] = f"{change}{cells[0]}"
    return cells[:_MAX_COLUMNS]


def _has(properties: Element | None, tag: str) -> bool:
    return properties is not None and find(properties, tag) is not None


def _parse_span(text: str) -> int:
    return min(int(text[:4]), _MAX_SPAN) if text.isdecimal() else 0


def _iterate_inner(element: Element, tag: str) -> Iterator[Element]:
    """Yield rows or cells, also those in content controls and the like."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in ("w:sdt", "w:sdtContent", "w:customXml", *_CONTAINERS):
            yield from _iterate_inner(child, tag)


def _read_chunk(document: WordDocument, element: Element) -> str:
    return read_embedded(document, element.get("r:id", ""))


_READERS: dict[str, Callable[[WordDocument, Element], str]] = {
    "w:p": _read_paragraph,
    "w:tbl": _read_table,
    "w:altChunk": _read_chunk,
}
_CONTAINERS = ("w:sdtContent", "w:ins", "w:del", "w:moveTo", "w:moveFrom")
_LOOSE = ("w:r", "w:commentRangeStart", "m:oMathPara", "m:oMath", "w:fldSimple", "w:hyperlink")
