"""Reads the text of shapes: paragraphs, lists, emphasis, links, equations, tables."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.equations import format_equation
from bot.files.readers.ooxml.markdown import (
    clean_text,
    escape_cell,
    format_link,
    format_table,
    mark_text,
)
from bot.files.readers.ooxml.package import Link
from bot.files.readers.ooxml.word.numbering import format_number
from bot.files.readers.ooxml.xml_trees import choose_alternative, find, list_children

_MAX_SPAN, _MAX_COLUMNS, _MAX_LEVEL = 100, 256, 9
_NUMBERS = {
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_IGNORED_FIELDS = ("slidenum",)


def read_text_body(body: Element | None, links: dict[str, Link], *, is_list: bool = False) -> str:
    """Return the paragraphs of a text body; with `is_list`, those without a mark are items, too."""
    lines, counts = list[str](), dict[int, int]()
    for paragraph in list_children(body, "a:p"):
        text = "".join(_read_runs(paragraph, links)).strip("\n")
        if not text.strip():
            continue
        properties = find(paragraph, "a:pPr")
        given = "0" if properties is None else properties.get("lvl", "0")
        level = min(int(given), _MAX_LEVEL) if given.isdecimal() and len(given) < 3 else 0
        label = _find_label(properties, level, counts, is_list=is_list or level > 0)
        lines.append(f"{'  ' * level if label else ''}{label}{text}")
    return "\n".join(lines)


def _find_label(
    properties: Element | None, level: int, counts: dict[int, int], *, is_list: bool
) -> str:
    """Return the mark of an item, such as “- ” or “b) ”; "" for a plain paragraph."""
    for deeper in [other for other in counts if other > level]:
        del counts[deeper]
    numbered = None if properties is None else find(properties, "a:buAutoNum")
    if numbered is not None:
        start = numbered.get("startAt", "1")
        first = int(start) if start.isdecimal() and len(start) < 6 else 1
        counts[level] = counts.get(level, first - 1) + 1
        kind = numbered.get("type", "arabicPeriod")
        prefix = next((one for one in _NUMBERS if kind.startswith(one)), "")
        end = ")" if "Paren" in kind else "."
        start_mark = "(" if "ParenBoth" in kind else ""
        return f"{start_mark}{format_number(counts[level], _NUMBERS.get(prefix, 'decimal'))}{end} "
    counts.pop(level, None)
    if properties is not None and find(properties, "a:buNone") is not None:
        return ""
    has_mark = properties is not None and any(
        find(properties, one) is not None for one in ("a:buChar", "a:buBlip")
    )
    return "- " if has_mark or is_list else ""


def _read_runs(paragraph: Element, links: dict[str, Link]) -> Iterator[str]:
    for child in paragraph:
        child = choose_alternative(child)  # noqa: PLW2901 - one of two forms of the same
        if child.tag == "a:br":
            yield "\n"
        elif child.tag == "a:r" or (
            child.tag == "a:fld" and child.get("type") not in _IGNORED_FIELDS
        ):
            yield _read_run(child, links)
        elif child.tag in ("m:oMath", "m:oMathPara"):
            yield clean_text(format_equation(child))
        elif child.tag in ("a14:m", "mc:Choice", "mc:Fallback"):
            yield from _read_runs(child, links)


def _read_run(run: Element, links: dict[str, Link]) -> str:
    found = find(run, "a:t")
    text = clean_text(found.text or "").replace("\v", "\n") if found is not None else ""
    properties = find(run, "a:rPr")
    if properties is None:
        return text
    raised = properties.get("baseline", "0")
    if raised.lstrip("-").isdecimal() and int(raised) != 0:
        tag = "sub" if raised.startswith("-") else "sup"
        text = mark_text(text, f"<{tag}>", f"</{tag}>")
    if properties.get("strike", "noStrike") != "noStrike":
        text = mark_text(text, "~~")
    if properties.get("b") in ("1", "true"):
        text = mark_text(text, "**")
    link = find(properties, "a:hlinkClick")
    target = links.get(link.get("r:id", "")) if link is not None else None
    return format_link(text, target.target) if target is not None and target.is_external else text


def read_table(table: Element, links: dict[str, Link]) -> str:
    """Return a table; of merged cells, the first has the text."""
    rows = list[list[str]]()
    for row in list_children(table, "a:tr"):
        cells = list_children(row, "a:tc")[:_MAX_COLUMNS]
        texts = (
            ""
            if cell.get("hMerge") or cell.get("vMerge")
            else read_text_body(find(cell, "a:txBody"), links)
            for cell in cells
        )
        rows.append([escape_cell(text) for text in texts])
    rows = [row for row in rows if any(row)]
    return "\n".join(format_table(rows, _MAX_COLUMNS))
