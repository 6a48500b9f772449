"""Finds the words that a drawn block shows, for who cannot see its picture. Pure."""

from __future__ import annotations

import re

from bot.domain.safe_text import replace_invisible, truncate
from bot.markup.code_blocks import BlockKind, CodeBlock

_MAX_LABELS, _MAX_CHARS = 15, 400
_QUOTED = re.compile(r'"((?:[^"\\\n]|\\.){1,200})"')
_MERMAID_WORDS = re.compile(
    r'"([^"\n]{1,200})"|\|([^|"\n]{1,100})\||(?<![\[{(>])[\[{(>]{1,6}([^\[\](){}"\n|]{1,200})[\]})]'
    r"|:[ \t]*([^\n:;]{1,200})$"
    r"|\b(?:participant|actor|class|state|title|section)[ \t]+([^\n]{1,99})",
    re.MULTILINE,
)
_DOT_NAMES = re.compile(r"(?:^|[;{\s])(\w{1,60})\s*(?=->|--|\[|;|$)", re.MULTILINE)
_DOT_WORDS = ("graph", "digraph", "node", "edge", "subgraph", "strict")


def list_labels(block: CodeBlock) -> str:
    """Return the words that stand in the picture of `block`, as far as they are few."""
    if block.kind is BlockKind.FORMULA:
        return _shorten(block.code)
    found = [_clean(word) for word in _find_words(block)]
    labels = list(dict.fromkeys(word for word in found if word))
    return _shorten(", ".join(labels[:_MAX_LABELS]))


def _find_words(block: CodeBlock) -> list[str]:
    if block.kind is BlockKind.MERMAID:
        return [next(filter(None, groups), "") for groups in _MERMAID_WORDS.findall(block.code)]
    labels = re.findall(r'label\s*=\s*"((?:[^"\\]|\\.){1,200})"', block.code)
    names = [name for name in _DOT_NAMES.findall(block.code) if name not in _DOT_WORDS]
    return [*labels, *(names or _QUOTED.findall(block.code))]


def _clean(word: str) -> str:
    return " ".join(re.sub(r"<[^<>]{0,100}>|\\[nlrN]", " ", word).strip("\"'`/\\ ").split())


def _shorten(text: str) -> str:
    return truncate(" ".join(replace_invisible(text[: 4 * _MAX_CHARS]).split()), _MAX_CHARS)
