"""Finds blocks of code in an answer that can be drawn: fences as CommonMark knows them. Pure.

A block that is not closed is none: the answer was cut off there. See commonmark.org, 0.31.2, 4.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.markup.display_formulas import find_display_formulas

MAX_CODE_CHARS = 20_000


class BlockKind(StrEnum):
    """What a block is written in."""

    MERMAID = "mermaid"
    DOT = "dot"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Code that can be drawn. `language` is the word after the fence, "" for a formula's signs."""

    kind: BlockKind
    code: str
    language: str = ""


_LANGUAGES = {
    "mermaid": BlockKind.MERMAID,
    "mmd": BlockKind.MERMAID,
    "dot": BlockKind.DOT,
    "graphviz": BlockKind.DOT,
    "gv": BlockKind.DOT,
    "latex": BlockKind.FORMULA,
    "tex": BlockKind.FORMULA,
    "math": BlockKind.FORMULA,
    "katex": BlockKind.FORMULA,
}
_QUOTE_MARK = re.compile(r"^(?: {0,3}>[ ]?)+")
_FENCE = re.compile(r"(?P<indent> *)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\n]*)")
_LIST_MARK = re.compile(r"( *)(?:[-*+]|\d{1,9}[.)])( {1,4}|\t)(?=\S)")


@dataclass(frozen=True, slots=True)
class _Fenced:
    start: int
    end: int
    info: str
    code: str
    is_closed: bool


def find_code_blocks(text: str) -> list[CodeBlock]:
    """Return the blocks of `text` that can be drawn, in their order."""
    found, plain, at = list[tuple[int, CodeBlock]](), list[tuple[int, str]](), 0
    for fenced in _find_fences(text):
        plain.append((at, text[at : fenced.start]))
        at = fenced.end
        block = _build_block(fenced)
        if block is not None:
            found.append((fenced.start, block))
    plain.append((at, text[at:]))
    for start, part in plain:
        for offset, code in find_display_formulas(part):
            if len(code) <= MAX_CODE_CHARS:
                found.append((start + offset, CodeBlock(BlockKind.FORMULA, code)))
    return [block for _, block in sorted(found, key=lambda entry: entry[0])]


def _build_block(fenced: _Fenced) -> CodeBlock | None:
    words = re.split(r"[\s{,:]", fenced.info.strip().lstrip("{."), maxsplit=1)
    language = words[0].strip("}").lower()
    kind = _LANGUAGES.get(language)
    is_fit = fenced.is_closed and fenced.code.strip() and len(fenced.code) <= MAX_CODE_CHARS
    return CodeBlock(kind, fenced.code, language) if kind is not None and is_fit else None


def _find_fences(text: str) -> Iterator[_Fenced]:
    lines = text.splitlines(keepends=True)
    at, number, list_indent = 0, 0, 0
    while number < len(lines):
        line = _strip_quote(lines[number].expandtabs(4)).rstrip("\r\n")
        marked = _LIST_MARK.match(line)
        indent = len(line) - len(line.lstrip(" "))
        if marked is not None and indent < list_indent + 4:
            list_indent = marked.end()
            line = " " * list_indent + line[list_indent:]
        elif line.strip() and indent < list_indent:
            list_indent = 0 if indent < 2 else indent
        opening = _FENCE.fullmatch(line)
        if opening is None or not _can_open(opening, list_indent):
            at, number = at + len(lines[number]), number + 1
            continue
        quoted = _QUOTE_MARK.match(lines[number]) is not None
        inner = list(_list_inner(lines, number + 1, opening["fence"], is_quoted=quoted))
        closing = number + 1 + len(inner)
        last = min(closing + 1, len(lines))
        end = at + sum(map(len, lines[number:last]))
        code = "".join(_strip_indent(one, len(opening["indent"])) for one in inner)
        yield _Fenced(at, end, opening["info"], code, closing < len(lines))
        at, number = end, last


def _can_open(opening: re.Match[str], list_indent: int) -> bool:
    # Further in, it is code that shows a fence; a fence of backticks has none in its info.
    is_fence = len(opening["indent"]) < list_indent + 4
    return is_fence and not (opening["fence"][0] == "`" and "`" in opening["info"])


def _list_inner(lines: list[str], start: int, fence: str, *, is_quoted: bool) -> Iterator[str]:
    """Yield the lines from `start` up to the one that closes `fence`."""
    for number in range(start, len(lines)):
        line = _strip_quote(lines[number]) if is_quoted else lines[number]
        mark = line.rstrip("\r\n").rstrip(" \t").lstrip(" ")
        if len(mark) >= len(fence) and mark == fence[0] * len(mark):
            return
        yield line


def _strip_quote(line: str) -> str:
    return _QUOTE_MARK.sub("", line)


def _strip_indent(line: str, width: int) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return line[min(indent, width) :]
