"""Reads what a PDF page's text does not hold: form fields, comments, columns that lie close.

Works on an open page of pypdfium2, whose raw calls are those of PDFium's public headers.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from typing import Any

# Fields and comments of a file that are read.
MAX_ANNOTATIONS, _MAX_VALUE_CHARS, _MAX_OPTIONS = 5_000, 2_000, 300
# Pairs of characters of a file whose distance is looked at: each takes some microseconds.
MAX_PAIRS = 300_000
# The gap between two columns, as a part of the font's size. Letters of one number lie closer, and
# from a quarter on PDFium itself puts a blank there.
_MIN_GAP = 0.08
_PAIR = re.compile(r"(?<=\d)(?=\w)|(?<=[^\W\d])(?=\d)")
_POPUP, _LINK, _WIDGET, _FILE = 16, 2, 20, 17
_KINDS = {
    9: "highlight",
    10: "underline",
    11: "underline",
    12: "struck out",
    13: "stamp",
    17: "file",
}
_PASSWORD_FLAG = 1 << 13


def list_extras(pdf: Any, page: Any, max_annotations: int) -> tuple[str, int]:
    """Return the form fields and the comments of a page as lines; "" for none.

    Also returns how many annotations were looked at, at most `max_annotations`.
    """
    from pypdfium2 import raw

    fields, comments = list[str](), list[str]()
    form = pdf.formenv.raw if pdf.formenv is not None else None
    count = max(0, min(raw.FPDFPage_GetAnnotCount(page.raw), max_annotations))
    for index in range(count):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        try:
            kind = raw.FPDFAnnot_GetSubtype(annotation)
            if kind == _WIDGET and form is not None:
                fields += _describe_field(raw, form, annotation)
            elif kind not in (_WIDGET, _POPUP, _LINK):
                comments += _describe_comment(raw, annotation, kind)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    blocks = [("Form fields:", list(dict.fromkeys(fields))), ("Comments:", comments)]
    text = "\n".join("\n".join([title, *lines]) for title, lines in blocks if lines)
    return text, count


def _describe_field(raw: Any, form: Any, annotation: Any) -> Iterator[str]:
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    name = _read_field(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
    name = name or _read_field(raw.FPDFAnnot_GetFormFieldName, form, annotation)
    if kind in (raw.FPDF_FORMFIELD_PUSHBUTTON, raw.FPDF_FORMFIELD_UNKNOWN):
        return
    if kind == raw.FPDF_FORMFIELD_CHECKBOX:
        yield f"- [{'x' if raw.FPDFAnnot_IsChecked(form, annotation) else ' '}] {name}"
    elif kind == raw.FPDF_FORMFIELD_RADIOBUTTON:
        if raw.FPDFAnnot_IsChecked(form, annotation):
            chosen = _read_field(raw.FPDFAnnot_GetFormFieldExportValue, form, annotation)
            yield f"- {name}: {chosen or 'chosen'}"
    elif kind == raw.FPDF_FORMFIELD_SIGNATURE:
        yield f"- {name}: a signature"
    elif raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD_FLAG:
        yield f"- {name}: a password, not shown"
    else:
        value = _read_field(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
        if kind in (raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX):
            value = "; ".join(_list_chosen(raw, form, annotation)) or value
        yield f"- {name}: {value or '(empty)'}"


def _list_chosen(raw: Any, form: Any, annotation: Any) -> Iterator[str]:
    """Yield what is chosen in a list, by the words that people see."""
    count = min(raw.FPDFAnnot_GetOptionCount(form, annotation), _MAX_OPTIONS)
    for index in range(count):
        if raw.FPDFAnnot_IsOptionSelected(form, annotation, index):
            yield _read_wide(
                lambda buffer, size, index=index: raw.FPDFAnnot_GetOptionLabel(
                    form, annotation, index, buffer, size
                )
            )


def _describe_comment(raw: Any, annotation: Any, kind: int) -> Iterator[str]:
    text = _read_value(raw, annotation, b"Contents")
    if not text and kind != _FILE:
        return
    author = _read_value(raw, annotation, b"T")
    shape = f" ({_KINDS[kind]})" if kind in _KINDS else ""
    yield f"- {author or 'Comment'}{shape}: {text or 'a file, not opened'}"


def _read_field(call: Any, form: Any, annotation: Any) -> str:
    return _read_wide(lambda buffer, size: call(form, annotation, buffer, size))


def _read_value(raw: Any, annotation: Any, key: bytes) -> str:
    return _read_wide(
        lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, key, buffer, size)
    )


def _read_wide(call: Any) -> str:
    """Return text that PDFium writes as UTF-16 into a buffer, on one line."""
    size = min(int(call(None, 0)), 2 * _MAX_VALUE_CHARS + 2)
    if size <= 2:
        return ""
    from pypdfium2 import raw

    buffer = ctypes.create_string_buffer(size)
    call(ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return " ".join(buffer.raw[: size - 2].decode("utf-16-le", "replace").replace("\0", "").split())


def split_columns(text_page: Any, text: str, max_pairs: int) -> tuple[str, int]:
    """Put a blank between a number and what another column has close to it.

    Returns the text, and how many pairs of characters were looked at, at most `max_pairs`.
    """
    whole = text_page.get_text_range()
    if len(whole) != text_page.count_chars():
        # A character took two units, and places in the text are not known.
        return text, 0
    position, count, last = 0, 0, 0
    for match in _PAIR.finditer(whole):
        if count >= max_pairs:
            break
        count += 1
        at = match.start()
        if not _is_gap(text_page, at):
            continue
        start, end = _find_word(whole, at)
        start, last = max(start, last), at
        word = whole[start:end]
        found = text.find(word, position)
        if found >= 0:
            split = found + at - start
            text = f"{text[:split]} {text[split:]}"
            position = split + 1
    return text, count


def _find_word(text: str, at: int) -> tuple[int, int]:
    """Return where the word around a place starts and ends, 40 characters to each side at most."""
    start, end = at, at
    while start > max(0, at - 40) and not text[start - 1].isspace():
        start -= 1
    while end < min(len(text), at + 40) and not text[end].isspace():
        end += 1
    return start, end


def _is_gap(text_page: Any, at: int) -> bool:
    """Whether two neighbours were drawn one by one, and lie apart by more than letters do."""
    from pypdfium2 import raw

    before, after = (raw.FPDFText_GetTextObject(text_page.raw, index) for index in (at - 1, at))
    if not before or not after:
        return False
    if ctypes.cast(before, ctypes.c_void_p).value == ctypes.cast(after, ctypes.c_void_p).value:
        return False
    size = raw.FPDFText_GetFontSize(text_page.raw, at)
    left, right = (text_page.get_charbox(index, loose=True) for index in (at - 1, at))
    is_same_line = left[1] < right[3] and right[1] < left[3]
    return bool(is_same_line) and right[0] - left[2] > _MIN_GAP * max(size, 1)
