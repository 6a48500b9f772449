"""The lines of `go.mod` and `go.work`: a verb and words, or a block of them. Pure.

https://go.dev/ref/mod#go-mod-file-lexical
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.graphs.manifests import refusals
from bot.graphs.manifests.texts import split_lines

_WORD = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`|=>|[()]|[^\s()"`]+')
_INDIRECT = re.compile(r"\s*indirect\b")


@dataclass(frozen=True, slots=True)
class Directive:
    """One line, also one of a block: its verb, its words, its number, and its mark."""

    verb: str
    words: list[str]
    line: int
    is_indirect: bool


def read_directives(file: str, text: str, format_name: str) -> list[Directive]:
    """Return the directives in their order. Raises `GraphError` for blocks that do not close."""
    found: list[Directive] = []
    block, begin = "", 0
    for number, raw in enumerate(split_lines(file, text), 1):
        content, _, comment = raw.partition("//")
        words = [_unquote(word) for word in _WORD.findall(content)]
        if not words or words[1:] == ["(", ")"]:
            continue
        if block and words == [")"]:
            block = ""
        elif not block and words[1:] == ["("]:
            block, begin = words[0], number
        else:
            verb = block or words[0]
            if not verb[:1].isalpha():
                raise refusals.refuse_line(file, format_name, number)
            is_indirect = bool(_INDIRECT.match(comment))
            found.append(Directive(verb, words if block else words[1:], number, is_indirect))
    if block:
        raise refusals.refuse_line(file, format_name, begin)
    return found


def get_go_group(name: str) -> str:
    """Return host and owner of a module's path: “github.com/aws” of “github.com/aws/sdk/v2”."""
    parts = name.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0] if len(parts) > 1 else ""


def _unquote(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in '"`' else word
