"""Finds the code block that a Markdown text ends in, to close it before other words follow. Pure.

See `markdown.py` for where a text is cut into messages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Quote marks, bullets and spaces in front of a line's own text.
_CONTAINER = r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*[ \t]*"
_FENCE_PATTERN = re.compile(rf"(?P<before>{_CONTAINER})(?P<mark>`{{3,}}|~{{3,}})(?P<info>[^\n]*)")
_ITEM_PATTERN = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_QUOTE_PATTERN = re.compile(r"(?: {0,3}>)+ ?")
_TAB_COLUMNS = 4
_MAX_CODE_INDENT = 3  # a fence further in is code of its own kind, except in a list


@dataclass(frozen=True, slots=True)
class _Fence:
    """The beginning of a code block, `indent` columns into `quote_depth` quotes."""

    mark: str
    quote_depth: int
    indent: int
    is_in_list: bool


def build_closing(text: str) -> str:
    """Return what ends the code block that `text` leaves open, as a line of its own; "" if none.

    A block in a list or a quote ends where it does (CommonMark 0.31.2, "Fenced code blocks"): its
    fence has to stand as far in as it began, or it would begin another one.
    """
    fence: _Fence | None = None
    is_in_list = False
    for line in text.split("\n") if "```" in text or "~~~" in text else ():
        if fence is not None:
            if _is_inside(line, fence):
                fence = None if _is_end(line, fence) else fence
                continue
            fence = None  # the list item or the quote ended, and the block with it
        fence = _find_fence(line, is_in_list=is_in_list)
        if line.strip():
            is_in_list = bool(_ITEM_PATTERN.match(line)) or (is_in_list and line[0] in " \t>")
    if fence is None:
        return ""
    line_break = "" if text.endswith("\n") else "\n"
    return f"{line_break}{'> ' * fence.quote_depth}{' ' * fence.indent}{fence.mark}"


def join_note(text: str, note: str) -> str:
    """Return `text` with Easel's own `note` as a paragraph under it, outside of its code."""
    if not text.strip() or not note:
        return text or note
    return f"{text}{build_closing(text)}\n\n{note}"


def _find_fence(line: str, *, is_in_list: bool) -> _Fence | None:
    """Return the code block that `line` begins, or None."""
    found = _FENCE_PATTERN.match(line)
    if found is None or (found["mark"][0] == "`" and "`" in found["info"]):
        return None
    quote = _QUOTE_PATTERN.match(found["before"])
    rest = found["before"][quote.end() :] if quote else found["before"]
    indent = len(re.sub(r"[^\t]", " ", rest).expandtabs(_TAB_COLUMNS))
    is_item = is_in_list or bool(rest.strip())
    if not is_item and indent > _MAX_CODE_INDENT:
        return None
    depth = quote.group().count(">") if quote else 0
    return _Fence(found["mark"], depth, indent, is_item and indent > 0)


def _is_inside(line: str, fence: _Fence) -> bool:
    """Whether `line` is still in the quote and the list item in which the block began."""
    quote = _QUOTE_PATTERN.match(line)
    if fence.quote_depth and (quote is None or quote.group().count(">") < fence.quote_depth):
        return False
    rest = _strip_quote(line, fence)
    if not fence.is_in_list or not rest.strip():
        return True
    # An item's text begins two columns in, or three after a number.
    return len(rest) - len(rest.lstrip(" \t")) >= min(fence.indent, 2)


def _is_end(line: str, fence: _Fence) -> bool:
    """Whether `line` is the fence that ends the block."""
    rest = _strip_quote(line, fence).strip()
    return len(rest) >= len(fence.mark) and set(rest) == {fence.mark[0]}


def _strip_quote(line: str, fence: _Fence) -> str:
    quote = _QUOTE_PATTERN.match(line) if fence.quote_depth else None
    return line[quote.end() :] if quote else line
