"""Reads the contents of a paragraph of Word: runs, fields, links, changes, comments, equations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.equations import format_equation
from bot.files.readers.ooxml.markdown import clean_text
from bot.files.readers.ooxml.word.document import WordDocument
from bot.files.readers.ooxml.word.drawings import read_drawing
from bot.files.readers.ooxml.word.fields import (
    Field,
    describe_field,
    find_address,
    split_instruction,
)
from bot.files.readers.ooxml.word.spans import Change, Spans, render
from bot.files.readers.ooxml.word.symbols import read_symbol
from bot.files.readers.ooxml.xml_trees import (
    choose_alternative,
    find,
    find_value,
    is_on,
    list_children,
)

_CHANGES = {
    "w:ins": "inserted",
    "w:del": "deleted",
    "w:moveFrom": "moved away",
    "w:moveTo": "moved here",
}
_MAX_FIELDS = 50
_MARKS = {"w:b": "bold", "w:i": "italic", "w:strike": "strike", "w:vanish": "hidden"}
_CHARACTERS = {"w:tab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-", "w:ptab": "\t"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: its paragraph's pieces, and the tracked change around it."""

    document: WordDocument
    spans: Spans
    change: Change | None = None
    marks: frozenset[str] = frozenset()

    def add(self, text: str) -> None:
        """Add a text, unless it belongs to the instruction of a field."""
        if text and self.document.take_text(text):
            self.spans.add(text, self.marks, self.change)

    def add_mark(self, text: str) -> None:
        """Add a mark for something that is no text of the document."""
        if text and not self.document.is_in_instruction:
            for one in self.document.fields:
                one.has_text = True
            self.spans.add(text, frozenset(), self.change)


def read_inlines(place: Place, element: Element) -> None:
    """Read the contents of a paragraph, or of a part of it."""
    for child in element:
        if not isinstance(child.tag, str):
            continue
        reader = _READERS.get(child.tag)
        if child.tag == "mc:AlternateContent":
            read_inlines(place, choose_alternative(child))
        elif reader is not None:
            reader(place, child)
        elif not child.tag.endswith("Pr"):
            read_inlines(place, child)


def get_author(element: Element) -> str:
    """Return who made a tracked change."""
    return " ".join(clean_text(element.get("w:author", "")).split())[:100]


def _read_change(place: Place, element: Element) -> None:
    change = Change(
        _CHANGES[str(element.tag)], get_author(element) if place.document.has_many_authors else ""
    )
    read_inlines(replace(place, change=change), element)


def _read_run(place: Place, run: Element) -> None:
    properties, document = find(run, "w:rPr"), place.document
    if properties is not None:
        place = replace(place, marks=_list_emphasis(properties))
        if find(properties, "w:rPrChange") is not None:
            document.extras.counts["formats"] += 1
    for child in run:
        tag = str(child.tag)
        if tag in ("w:t", "w:delText"):
            place.add(clean_text(child.text or ""))
        elif tag in _CHARACTERS:
            place.add(_CHARACTERS[tag])
        elif tag == "mc:AlternateContent":
            _read_run(place, choose_alternative(child))
        elif tag in _RUN_READERS:
            _RUN_READERS[tag](place, child)


def _list_emphasis(properties: Element) -> frozenset[str]:
    marks = {name for tag, name in _MARKS.items() if is_on(properties, tag)}
    height = find_value(properties, "w:vertAlign")
    if height in ("superscript", "subscript"):
        marks.add(height.removesuffix("script"))
    return frozenset(marks)


def _read_instruction(place: Place, element: Element) -> None:
    fields = place.document.fields
    if fields and not fields[-1].is_result:
        fields[-1].add_instruction(element.text or "")


def _read_field_mark(place: Place, mark: Element) -> None:
    """Follow a field from its beginning over its instruction and result to its end."""
    document, kind = place.document, mark.get("w:fldCharType")
    if kind == "begin":
        field = Field(form=find(mark, "w:ffData"), owner=id(place.spans))
        field.start = len(place.spans.items)
        document.fields.append(field)
        # No document that a person wrote has more fields within each other.
        del document.fields[:-_MAX_FIELDS]
    elif kind == "separate" and document.fields:
        document.fields[-1].is_result = True
        document.fields[-1].start = len(place.spans.items)
    elif kind == "end" and document.fields:
        end_field(place, document.fields.pop())


def end_field(place: Place, field: Field) -> None:
    """Put what stands for a field without a result, or turn its result into a link."""
    words = field.words
    is_form = field.form is not None and find(field.form, "w:checkBox") is not None
    if not field.has_text or is_form:
        place.add(describe_field(words, field.form))
    elif (url := find_address(words)) and field.owner == id(place.spans):
        place.spans.make_link(field.start, url)


def _read_simple_field(place: Place, element: Element) -> None:
    words = split_instruction(element.get("w:instr", ""))
    start = len(place.spans.items)
    inner = Spans()
    read_inlines(replace(place, spans=inner), element)
    if not any(one.text.strip() for one in inner.items):
        place.add(describe_field(words, find(element, "w:ffData")))
        return
    place.spans.items += inner.items
    if url := find_address(words):
        place.spans.make_link(start, url)


def _read_hyperlink(place: Place, element: Element) -> None:
    start = len(place.spans.items)
    read_inlines(place, element)
    link = place.document.find_link(element.get("r:id", ""))
    if link is not None and link.is_external and not place.document.is_in_instruction:
        place.spans.make_link(start, link.target)


def _read_ruby(place: Place, element: Element) -> None:
    """Put the reading of characters behind them, in parentheses."""
    texts = list[str]()
    for name in ("w:rubyBase", "w:rt"):
        inner = Spans()
        part = find(element, name)
        if part is not None:
            read_inlines(Place(place.document, inner), part)
        texts.append(render(inner.items))
    base, reading = texts
    if not place.document.is_in_instruction:
        text = f"{base}({reading})" if reading.strip() else base
        place.spans.add(text, place.marks, place.change)


def _read_equation(place: Place, element: Element) -> None:
    text = clean_text(format_equation(element))
    place.add_mark(f"\n{text}\n" if "\n" in text else text)


def _read_comment_start(place: Place, element: Element) -> None:
    comment_id = element.get("w:id", "")
    if comment_id in place.document.comments:
        place.document.quotes[comment_id] = ""


def _read_comment(place: Place, element: Element) -> None:
    document, comment_id = place.document, element.get("w:id", "")
    quote = document.quotes.pop(comment_id, "")
    comment = document.comments.get(comment_id)
    if comment is None or comment_id in document.shown_comments:
        return
    document.shown_comments.add(comment_id)
    if not comment.is_reply:
        place.spans.add(comment.describe(quote))


def _read_note(place: Place, element: Element) -> None:
    kind = str(element.tag).removesuffix("Reference")
    number = place.document.count_note(kind, element.get("w:id", ""))
    place.add_mark(f"[^{number}]")


def _read_symbol_run(place: Place, element: Element) -> None:
    place.add(read_symbol(element.get("w:font", ""), element.get("w:char", "")))


def _read_drawing(place: Place, element: Element) -> None:
    if not place.document.is_in_instruction:
        place.add_mark(read_drawing(place.document, element))


def _read_control(place: Place, element: Element) -> None:
    content = find(element, "w:sdtContent")
    if content is not None:
        read_inlines(place, content)


def _leave_out(_place: Place, _element: Element) -> None:
    """Leave out what shows nothing."""


_READERS: dict[str, Callable[[Place, Element], None]] = {
    "w:r": _read_run,
    "m:oMath": _read_equation,
    "m:oMathPara": _read_equation,
    "w:fldSimple": _read_simple_field,
    "w:hyperlink": _read_hyperlink,
    "w:commentRangeStart": _read_comment_start,
    "w:sdt": _read_control,
    "w:pPr": _leave_out,
    **dict.fromkeys(_CHANGES, _read_change),
}
_RUN_READERS: dict[str, Callable[[Place, Element], None]] = {
    "w:instrText": _read_instruction,
    "w:delInstrText": _read_instruction,
    "w:fldChar": _read_field_mark,
    "w:ruby": _read_ruby,
    "w:commentReference": _read_comment,
    "w:footnoteReference": _read_note,
    "w:endnoteReference": _read_note,
    "w:sym": _read_symbol_run,
    "w:drawing": _read_drawing,
    "w:pict": _read_drawing,
    "w:object": _read_drawing,
    "m:oMath": _read_equation,
}


def list_marks(paragraph: Element) -> list[Element]:
    """Return the tracked changes of the paragraph's own mark: its end was inserted or deleted."""
    properties = find(paragraph, "w:pPr/w:rPr")
    return [one for tag in ("w:ins", "w:del") for one in list_children(properties, tag)]
