"""Reads the Markdown of a table's cell as the text that it shows: a cell's block is plain. Pure."""

from __future__ import annotations

import html
import re
import string

from bot.delivery.escaping.controls import ESCAPED_CONTROL_PATTERN
from handlers.parsing.content.mrkdwn import ENTITY_PATTERN

_PUNCTUATION = frozenset(string.punctuation)
# Marks the place of a part that is finished, such as code; no text of Slack's has it.
_PLACE = "\ue000"
_LINK_PATTERN = re.compile(
    r"!?\[(?P<label>[^\[\]\n]{0,500})\]\(<?(?P<url>[^\s()<>]*+(?:\([^\s()<>]*+\)[^\s()<>]*+)*)>?"
    r"(?:\s{1,4}[\"'][^\"'\n]{0,200}[\"'])?\)"
)
_ADDRESS_PATTERN = re.compile(r"<(?:(?P<url>(?:https?://|mailto:)[^\s<>|]{1,2000})|br ?/?)>", re.I)
_MARK_PATTERN = re.compile(rf"[\\`\[<&*_~{_PLACE}]")
_BACKTICKS_PATTERN = re.compile(r"`+")
# Between letters and digits, stars are sums and powers more often than stress: “2*3*4”.
_EMPHASIS_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![0-9A-Za-z*])\*\*\*(?=[^\s*])([^*]+)(?<=[^\s*])\*\*\*(?![0-9A-Za-z*])",
        r"(?<![0-9A-Za-z*])\*\*(?=[^\s*])((?:[^*]|\*(?!\*))+)(?<=\S)\*\*(?![0-9A-Za-z])",
        r"(?<![\w*])\*(?=[^\s*])([^*]+)(?<=[^\s*])\*(?![\w*])",
        r"(?<!\w)___(?=[^\s_])([^_]+)(?<=[^\s_])___(?!\w)",
        r"(?<!\w)__(?=[^\s_])((?:[^_]|_(?!_))+)(?<=\S)__(?!\w|\.\w)",
        r"(?<!\w)_(?=[^\s_])((?:[^_]|(?<=\w)_(?=\w))+)(?<=[^\s_])_(?!\w)",
        r"~~(?=[^\s~])((?:[^~]|~(?!~))+)(?<=\S)~~",
    )
)


def read_cell_text(markdown: str) -> str:
    """Return what a cell shows, on one line; a link is its label and its address."""
    if not _MARK_PATTERN.search(markdown):
        return " ".join(markdown.split())
    text, finished = _finish_parts(markdown.replace(_PLACE, " ").strip())
    for pattern in _EMPHASIS_PATTERNS:
        text = pattern.sub(r"\1", text)
    parts = iter(finished)
    shown = "".join(next(parts) if char == _PLACE else char for char in text)
    return " ".join(shown.split())


def _finish_parts(text: str) -> tuple[str, list[str]]:
    """Replace what is not read for emphasis by places; return the text and what goes there."""
    out, finished = list[str](), list[str]()
    missing_lengths: set[int] = set()  # of runs of backticks that nothing ends
    at = 0
    while at < len(text):
        part, end = _read_part(text, at, missing_lengths)
        if end == at:
            out.append(text[at])
            at += 1
            continue
        out.append(_PLACE)
        finished.append(part)
        at = end
    return "".join(out), finished


def _read_part(text: str, at: int, missing_lengths: set[int]) -> tuple[str, int]:
    """Read the part that begins at `at`; return what it shows and its end, `at` if there is none.

    Each kind of part begins with a character of its own.
    """
    match text[at]:
        case "\\" if text[at + 1 : at + 2] in _PUNCTUATION:
            return text[at + 1], at + 2
        case "`":
            return _read_code(text, at, missing_lengths)
        case "[" | "!" if link := _LINK_PATTERN.match(text, at):
            return _format_link(link), link.end()
        case "<" if found := _ADDRESS_PATTERN.match(text, at):
            return (found["url"] or " ").removeprefix("mailto:"), found.end()
        # A control sequence that was made harmless stays so.
        case "&" if not ESCAPED_CONTROL_PATTERN.match(text, at):
            entity = ENTITY_PATTERN.match(text, at)
            return ("", at) if entity is None else (html.unescape(entity[0]), entity.end())
        case _:
            pass
    return "", at


def _read_code(text: str, at: int, missing_lengths: set[int]) -> tuple[str, int]:
    """Read code between two runs of as many backticks; a run that none ends is text."""
    opening = _BACKTICKS_PATTERN.match(text, at)
    length = 0 if opening is None else len(opening[0])
    begin = at + length
    if length not in missing_lengths:
        for closing in _BACKTICKS_PATTERN.finditer(text, begin):
            if len(closing[0]) == length:
                code = text[begin : closing.start()]
                is_padded = code.startswith(" ") and code.endswith(" ") and bool(code.strip())
                return (code[1:-1] if is_padded else code), closing.end()
        missing_lengths.add(length)
    return "`" * length, begin


def _format_link(link: re.Match[str]) -> str:
    label, url = read_cell_text(link["label"]), link["url"]
    if link[0].startswith("!") or not url:
        return label or url
    return label if url in (label, f"mailto:{label}") else f"{label} ({url})".strip()
