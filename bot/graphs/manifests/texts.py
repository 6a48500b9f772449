"""Reads the text of manifests as lines, JSON or TOML; what breaks its rules is refused. Pure."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any, NoReturn

from bot.graphs.manifests import refusals

_MERGE_BEGIN = re.compile(r"^<{7}(?: |$)", re.MULTILINE)
_MERGE_END = re.compile(r"^>{7}(?: |$)", re.MULTILINE)
_TOML_LINE = re.compile(r"at line (\d+)")
# Dots in one key of TOML: tomllib takes time that grows with their square.
_MAX_DOTS = 200
_QUOTES_AND_SPACES = str.maketrans("", "", "\"' \t")


def clean_text(file: str, text: str) -> str:
    """Return the text with plain ends of lines and no mark of byte order.

    Raises `GraphError` where git's marks of an unfinished merge stand in it.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    begin = _MERGE_BEGIN.search(text)
    if begin and _MERGE_END.search(text, begin.end()):
        raise refusals.refuse_merge(file, _count_lines(text, begin.start()))
    return text


def split_lines(file: str, text: str) -> list[str]:
    """Return the lines; only ends of lines divide, and not the other separators of Unicode."""
    return clean_text(file, text).split("\n")


def read_json(file: str, text: str, format_name: str) -> dict[str, Any]:
    """Return the object that the whole text is. The last of equal keys holds, as for every tool.

    Raises `GraphError` for what is no JSON, for other values, and for an empty text.
    """
    text = clean_text(file, text)
    if not text.strip():
        raise refusals.refuse_empty(file)
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise refusals.refuse_line(file, format_name, error.lineno) from error
    except RecursionError as error:
        raise refusals.refuse_depth(file) from error
    except ValueError as error:
        raise refusals.refuse_number(file) from error
    if not isinstance(value, dict):
        raise refusals.refuse_line(file, format_name, 1)
    return value


def read_toml(file: str, text: str, format_name: str) -> dict[str, Any]:
    """Return the table that the text is; an empty text is an empty table.

    Raises `GraphError` for what is no TOML.
    """
    text = clean_text(file, text)
    if any(_has_deep_key(line) for line in text.split("\n")):
        raise refusals.refuse_depth(file)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_LINE.search(str(error))
        line = int(found[1]) if found else len(text.split("\n"))
        raise refusals.refuse_line(file, format_name, line) from error
    except RecursionError as error:
        raise refusals.refuse_depth(file) from error
    except ValueError as error:
        # A date that no calendar has, or a number of thousands of digits.
        raise refusals.refuse_line(file, format_name, None) from error


def _has_deep_key(line: str) -> bool:
    if line.count(".") <= _MAX_DOTS:
        return False
    parts = re.split(r"[=,{}\[\]#]", line.translate(_QUOTES_AND_SPACES))
    return any(part.count(".") > _MAX_DOTS for part in parts)


def _refuse_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is no JSON", "", 0)


def _count_lines(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
