"""Writes CSV of which no spreadsheet takes any part for a formula. Pure.

A spreadsheet takes a cell for one by its first sign, and looks for that past spaces and characters
that are not seen. Where it expects other separators than commas, a cell begins in the middle of one
of ours.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

_SIGNS = "=+-@\N{MINUS SIGN}"
# What separates cells or lines somewhere, also in its other widths.
_SEPARATOR = re.compile(r"([;\u037e\ufe14\ufe54\uff1b\t\n\r\v\f\x1c-\x1f\x85\u2028\u2029])")
# What needs no closer look, as nearly all does: one part that begins with a letter or a digit.
_PLAIN = re.compile(r"[0-9A-Za-z][ -:<-~]*")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_UNSEEN_CATEGORIES = ("Cc", "Cf", "Cn", "Co", "Me", "Mn", "Zl", "Zp", "Zs")
# Letters and a sign that are drawn as nothing, and quotes, which a reader of CSV removes.
_UNSEEN = '\u115f\u1160\u3164\uffa0\u2800"'


def format_csv_rows(headings: Sequence[str], rows: Iterable[Sequence[Any]], line_end: str) -> str:
    """Return a heading and rows as CSV, with every cell in quotes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow([_escape_formulas(heading) for heading in headings])
    writer.writerows([[_format_cell(value) for value in row] for row in rows])
    return out.getvalue()


def has_formula(text: str) -> bool:
    """Whether a spreadsheet would take any cell of this CSV for a formula; numbers are none.

    Raises `ValueError` for what is no CSV.
    """
    try:
        return any(
            _escape_formulas(cell) != cell.replace("\x00", "") and not _NUMBER.fullmatch(cell)
            for row in csv.reader(io.StringIO(text, newline=""))
            for cell in row
        )
    except csv.Error as error:
        raise ValueError("no CSV") from error


def _format_cell(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return _escape_formulas(value)
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return json.dumps(value)
    return _escape_formulas(json.dumps(value, ensure_ascii=False, default=str))


def _escape_formulas(text: str) -> str:
    """Put an apostrophe before each part that would be a formula, and before the whole then."""
    if _PLAIN.fullmatch(text):
        return text
    parts = _SEPARATOR.split(text.replace("\x00", ""))
    is_formula = [_is_formula(part) for part in parts[::2]]
    # Some take a cell that begins with a tab or a line break for what follows it.
    if not any(is_formula) and text[:1] not in ("\t", "\r"):
        return "".join(parts)
    pairs = zip(parts[::2], is_formula, strict=True)
    parts[::2] = [f"'{part}" if found else part for part, found in pairs]
    escaped = "".join(parts)
    return escaped if escaped.startswith("'") else f"'{escaped}"


def _is_formula(part: str) -> bool:
    for character in part:
        # Each on its own: together with what follows it a sign may become another one.
        seen = unicodedata.normalize("NFKC", character).lstrip(_UNSEEN)
        seen = "".join(c for c in seen if unicodedata.category(c) not in _UNSEEN_CATEGORIES)
        if seen:
            return seen[0] in _SIGNS
    return False
