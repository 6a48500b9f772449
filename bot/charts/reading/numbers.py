"""Reads the numbers of a column as people write them, exactly. Pure.

Which sign is the decimal one is decided by the whole column: see `columns.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_CURRENCY = (
    r"US\$|R\$|[€$£¥₹₽₩₺₴円元]|zł|Kč|kr\.?|Fr\.|CHF|EUR|USD|GBP|JPY|CNY|INR|SEK|NOK|DKK|PLN|CZK"
    r"|CAD|AUD|BRL|MXN"
)
_NUMBER = re.compile(
    rf"(?P<open>\()?\s?(?P<sign>[-+−–]?)\s?(?P<before>{_CURRENCY})?\s?(?P<inner>[-+−–]?)\s?"
    r"(?P<core>\d[\d.,'’ _]{0,60}|[.,]\d{1,40})(?P<exponent>[eE][-+]?\d{1,3})?"
    rf"\s?(?P<after>%|‰|{_CURRENCY}|[A-Za-zµ°²³/]{{1,5}})?\s?(?P<minus>[-−])?(?P<close>\))?"
)
_PLAIN = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d{1,2}(?:,\d{2})*,\d{3}")
_SPACED = re.compile(r"\d{1,3}(?:[ '’_]\d{3})+")
_GROUP_SIGNS = str.maketrans("", "", " '’_")
_MINUS = "-−–"
_MAX_EXPONENT, _MAX_PLAIN_CHARS = 300, 40


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number as it is written.

    `style` is the decimal sign that it shows, "" where it has none, "?," or "?." where its only
    sign could be a decimal one or part thousands.
    """

    core: str
    style: str
    unit: str
    is_negative: bool
    exponent: int


def read_written(cell: str) -> WrittenNumber | None:
    """Return what `cell` holds if that is one number, with its unit; None otherwise."""
    plain = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
    found = _NUMBER.fullmatch(plain.strip())
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    signs = [sign for sign in (found["sign"], found["inner"], found["minus"]) if sign]
    core = found["core"].rstrip()
    style, exponent = _find_style(core), int((found["exponent"] or "e0")[1:])
    if style == "!" or len(signs) > 1 or abs(exponent) > _MAX_EXPONENT:
        return None
    if found["before"] and found["after"] and found["after"] != "%":
        return None
    is_negative = bool(found["open"]) or any(sign in _MINUS for sign in signs)
    return WrittenNumber(
        core, style, found["before"] or found["after"] or "", is_negative, exponent
    )


def _find_style(core: str) -> str:
    """Return the decimal sign of the digits `core`, as in `WrittenNumber`; "!" for no number."""
    if core.isdigit():
        return ""
    bare = core.translate(_GROUP_SIGNS)
    if bare != core:
        whole, sign = core, ""
        for mark in ".,":
            if mark in core:
                whole, _, _ = core.partition(mark)
                sign = mark
        fits = _SPACED.fullmatch(whole.rstrip()) and bare.count(sign or ".") <= 1
        return (sign if fits else "!") if bare.count(".") + bare.count(",") <= 1 else "!"
    points, commas = core.count("."), core.count(",")
    if points and commas:
        last = "." if core.rfind(".") > core.rfind(",") else ","
        whole = core.rpartition(last)[0]
        return last if core.count(last) == 1 and _GROUPED.fullmatch(whole) else "!"
    sign = "." if points else ","
    if points + commas > 1:
        return ("," if points else ".") if _GROUPED.fullmatch(core) else "!"
    before, _, after = core.partition(sign)
    is_open = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
    return f"?{sign}" if is_open else sign


def parse_number(cell: str, decimal: str = ".") -> Decimal | None:
    """Return the exact number in `cell`; `decimal` decides where the cell itself does not."""
    if decimal == "." and _PLAIN.fullmatch(cell):
        return Decimal(cell)
    written = read_written(cell)
    if written is None:
        return None
    sign = written.style if written.style in (".", ",") else decimal
    group = "," if sign == "." else "."
    digits = written.core.translate(_GROUP_SIGNS).replace(group, "").replace(sign, ".")
    number = Decimal(digits).scaleb(written.exponent) if written.exponent else Decimal(digits)
    return -number if written.is_negative else number


def parse_plain_numbers(cells: Sequence[str], decimal: str) -> list[Decimal | None] | None:
    """Return the number in each cell, None in an empty one; None where a cell has other signs than
    digits, a minus and the decimal sign."""
    text = "".join(cells)
    # What is left of a text without the signs at its ends.
    if text.strip(f"0123456789-{decimal}") or max(map(len, cells), default=0) > _MAX_PLAIN_CHARS:
        return None
    plain = cells
    if decimal == "," and "," in text:
        plain = [cell.replace(",", ".") for cell in cells]
    try:
        return [Decimal(cell) if cell else None for cell in plain]
    except InvalidOperation:
        return None


def format_exactly(number: Decimal) -> str:
    """Return all digits of a number without zeros that say nothing."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
