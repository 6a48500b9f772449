"""Fills the values into a sentence, as its language writes numbers, dates and lists. Pure.

English numbers and dates look as Python writes them (1,234.5; 3 May), other languages' as Babel
knows them (1.234,5; 3. Mai). The sign of a currency is part of the sentence.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from babel.core import Locale
from babel.dates import format_skeleton
from babel.lists import format_list

from bot.i18n.catalog import ENGLISH

_ENGLISH_DAY_FORMAT = "%-d %B"
# Thousands in groups, digits after the point, a percentage: no widths.
_FORMAT_PATTERN = re.compile(r",?(?:\.\d[f%])?")
_SPACED_PERCENT = "\N{NO-BREAK SPACE}%"


def fill(template: str, values: Mapping[str, object], language: str) -> str:
    """Return `template` with its placeholders filled.

    A date is the day and the month. A tuple is a list, “a, b, and c”. Raises `KeyError` where a
    placeholder has no value.
    """
    return _Filler(language).vformat(template, (), values)


class _Filler(string.Formatter):
    def __init__(self, language: str) -> None:
        self._language = language

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        """Take names only: a template may come from another process, see `deserialize_message`."""
        if not field_name.isidentifier():
            raise KeyError(field_name)
        return super().get_field(field_name, args, kwargs)

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, date):
            return _format_day(value, self._language)
        if isinstance(value, tuple):
            return format_list([str(item) for item in value], locale=self._language)
        if not _FORMAT_PATTERN.fullmatch(format_spec):
            raise ValueError(f"no format: {format_spec[:20]}")
        text: str = format(value, format_spec)
        is_number = isinstance(value, int | float | Decimal)
        if not is_number or not format_spec or self._language == ENGLISH:
            return text
        return _rewrite_number(text, self._language)


def _format_day(day: date, language: str) -> str:
    if language == ENGLISH:
        return f"{day:{_ENGLISH_DAY_FORMAT}}"
    return str(format_skeleton("MMMMd", day, locale=language))


def _rewrite_number(text: str, language: str) -> str:
    separators, has_spaced_percent = _read_number_symbols(language)
    localized = text.translate(separators)
    return localized.replace("%", _SPACED_PERCENT) if has_spaced_percent else localized


@cache
def _read_number_symbols(language: str) -> tuple[dict[int, str], bool]:
    """Return what the comma and the point become, and whether a space precedes the percent sign."""
    locale = Locale.parse(language)
    symbols = locale.number_symbols
    symbols = symbols.get("latn", symbols)
    separators = {ord(","): str(symbols["group"]), ord("."): str(symbols["decimal"])}
    return separators, locale.percent_formats[None].pattern != "#,##0%"
