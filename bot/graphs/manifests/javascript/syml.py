"""Reads the text of `yarn.lock`, of yarn 1 and of later ones: keys, words, and two spaces. Pure.

The lock of yarn 1 looks like YAML and is none, and the later one is the part of YAML that yarn
itself writes. No library for Python reads the first.
"""

from __future__ import annotations

import json
import re
from typing import Any

from bot.graphs.manifests import refusals
from bot.graphs.manifests.texts import split_lines

Table = dict[str, Any]

_WORD = r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|[^\s:,"\'#][^\s:,]*'
_KEYS = re.compile(rf"(?:{_WORD})(?:\s*,\s*(?:{_WORD}))*\s*:\s*$")
_ITEM = re.compile(rf"({_WORD})\s*(?::\s+|\s+|:(?=\"))(\S.*)")
_ONE_WORD = re.compile(_WORD)
_MAX_DEPTH = 20


def read_syml(file: str, text: str) -> Table:
    """Return the tables. Keys of one table, as yarn 1 writes them, are one key with “, ” between.

    Raises `GraphError` for a line that yarn would not write.
    """
    root: Table = {}
    stack = [(-1, root)]
    for number, line in enumerate(_join_long_keys(split_lines(file, text)), 1):
        content = line.strip(" \t")
        if not content or content.startswith("#"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        while indent <= stack[-1][0]:
            stack.pop()
        if len(stack) > _MAX_DEPTH:
            raise refusals.refuse_depth(file)
        try:
            table = _take_line(stack[-1][1], content)
        except ValueError as error:
            raise refusals.refuse_line(file, "yarn.lock", number) from error
        if table is not None:
            stack.append((indent, table))
    return root


def _take_line(table: Table, content: str) -> Table | None:
    """Put one line into the table; return the table that it opens, if it does."""
    if _KEYS.fullmatch(content):
        key = ", ".join(_read_word(found[0]) for found in _ONE_WORD.finditer(content))
        inner: Table = {}
        table[key] = inner
        return inner
    item = _ITEM.fullmatch(content)
    if item is None:
        raise ValueError("neither a key nor a value")
    table[_read_word(item[1])] = _read_word(item[2])
    return None


def _read_word(word: str) -> str:
    if word.startswith('"'):
        value = json.loads(word)
        if not isinstance(value, str):
            raise ValueError("no text")
        return value
    return word[1:-1] if word.startswith("'") and word.endswith("'") else word


def _join_long_keys(lines: list[str]) -> list[str]:
    """Yarn writes a key of more than 1,024 letters as “? key” with “:” in the next line."""
    joined = list(lines)
    for index, line in enumerate(lines[:-1]):
        if line.startswith("? ") and lines[index + 1].strip() == ":":
            joined[index], joined[index + 1] = "", line[2:] + ":"
    return joined
