"""Cuts text into messages at good places. Pure. See `escaper.py` for what makes it harmless."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAX_MESSAGE_BYTES = 9_000  # Slack breaks off streamed messages from about 10,500 bytes

_MAX_FENCE_CHARS, _MAX_LANGUAGE_CHARS, _MAX_PREFIX_CHARS = 12, 20, 12
_MAX_CLOSING_BYTES = _MAX_PREFIX_CHARS + _MAX_FENCE_CHARS + 1  # a line break in front
# Where a text is cut, from the best place to the worst that still reads well.
_BREAK_MARKS = ("\n\n", "\n", ". ", " ")
# Quote marks, bullets and spaces in front of a line's own text.
_CONTAINER = r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*[ \t]*"
_OPENING_PATTERN = re.compile(rf"(?P<before>{_CONTAINER})(?P<mark>`{{3,}}|~{{3,}})(?P<info>[^\n]*)")
_ITEM_PATTERN = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_QUOTE_PATTERN = re.compile(r"(?: {0,3}>)+ ?")
_TAB_COLUMNS = 4
_MAX_CODE_INDENT = 3  # a fence further in is code of its own kind, except in a list


@dataclass(frozen=True, slots=True)
class MessagePart:
    """One message of a longer text. The joined bodies of all parts are the text, unchanged.

    Where a cut goes through a code block, `closing_fence` ends it in one part and `opening_fence`
    opens it again in the next.
    """

    body: str
    opening_fence: str = ""
    closing_fence: str = ""

    def __str__(self) -> str:
        return self.opening_fence + self.body + self.closing_fence


def split_text(
    text: str, *, opening_fence: str = "", max_bytes: int = MAX_MESSAGE_BYTES
) -> list[MessagePart]:
    """Cut `text` into parts of at most `max_bytes` UTF-8 bytes each, fences included.

    `opening_fence` is the line that the first part begins with, as `cut_first_part` returned it
    for an earlier cut.
    """
    parts: list[MessagePart] = []
    while count_bytes(opening_fence) + count_bytes(text) > max_bytes:
        part, opening_fence = cut_first_part(text, opening_fence=opening_fence, max_bytes=max_bytes)
        parts.append(part)
        text = text[len(part.body) :]
    if text:
        parts.append(MessagePart(text, opening_fence))
    return parts


def cut_first_part(
    text: str, *, opening_fence: str = "", min_chars: int = 0, max_bytes: int = MAX_MESSAGE_BYTES
) -> tuple[MessagePart, str]:
    """Cut the first part off `text`; return it and the opening fence that the next part needs.

    The first `min_chars` characters belong to it whatever their size: they are shown already.
    """
    room = max_bytes - count_bytes(opening_fence) - _MAX_CLOSING_BYTES
    end = max(min_chars, _find_cut(text, room, min_chars), 1)
    body = text[:end]
    reader = BlockReader()
    reader.feed((opening_fence + body).removesuffix("\n"))
    fence, next_line = reader.fence, text[end:].partition("\n")[0]
    if fence is None or (
        body.endswith("\n") and end < len(text) and not fence.has_inside(next_line)
    ):
        return MessagePart(body, opening_fence), ""
    closing, next_opening = fence.format_cut(body)
    return MessagePart(body, opening_fence, closing), next_opening


def count_bytes(text: str) -> int:
    """Return the number of UTF-8 bytes, by which Slack measures messages."""
    return len(text) if text.isascii() else len(text.encode("utf-8"))


def _find_cut(text: str, max_bytes: int, min_chars: int) -> int:
    """Return the number of characters of `text` that fit, up to a good place to cut."""
    if count_bytes(text) <= max_bytes:
        return len(text)
    end = len(text.encode("utf-8")[: max(max_bytes, 0)].decode("utf-8", "ignore"))
    min_end = max(min_chars, end // 2)
    for mark in _BREAK_MARKS:
        found = text.rfind(mark, min_end, end)
        if found >= 0:
            return found + len(mark)
    while end > min_end and _is_joined(text[end : end + 1], text[end - 1]):
        end -= 1
    return end


def _is_joined(after: str, before: str) -> bool:
    """Whether two neighbours are shown as one character: an accent, a joined emoji, a skin tone."""
    if not after:
        return False
    zero_width_joiner = "\u200d"
    return (
        unicodedata.combining(after) != 0
        or zero_width_joiner in (after, before)
        or after in "\ufe0e\ufe0f"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
    )


@dataclass(frozen=True, slots=True)
class Fence:
    """The beginning of a code block, `indent` columns into `quote_depth` quotes."""

    mark: str
    language: str
    quote_depth: int
    indent: int
    is_in_list: bool

    @property
    def prefix(self) -> str:
        """What stands before the fence: it ends the block only as far in as it began."""
        return f"{'> ' * self.quote_depth}{' ' * self.indent}"

    def has_inside(self, line: str) -> bool:
        """Whether `line` is still in the quote and the list item in which the block began."""
        if not self.quote_depth and not self.is_in_list:
            return True
        quote = _QUOTE_PATTERN.match(line)
        if self.quote_depth and (quote is None or quote.group().count(">") < self.quote_depth):
            return False
        rest = _strip_quote(line, self)
        if not self.is_in_list or not rest.strip():
            return True
        # An item's text begins two columns in, or three after a number.
        return len(rest) - len(rest.lstrip(" \t")) >= min(self.indent, 2)

    def strip_container(self, line: str) -> str:
        """Return a line of the code without the quote marks and the indent around it."""
        rest = _strip_quote(line, self)
        indent = len(rest) - len(rest.lstrip(" "))
        return rest[min(indent, self.indent) :]

    def format_cut(self, body: str) -> tuple[str, str]:
        """Return what ends the block after `body`, and what begins it again in another message.

        Both are bounded: long marks are cut and long languages left out, and a block that is too
        far in goes on as the text that it is.
        """
        is_whole_line = body.endswith("\n")
        is_near = self.indent <= _MAX_CODE_INDENT and (is_whole_line or not self.quote_depth)
        if len(self.prefix) > _MAX_PREFIX_CHARS:
            return "", ""
        line_break, mark = "" if is_whole_line else "\n", self.mark[:_MAX_FENCE_CHARS]
        language = self.language if len(self.language) <= _MAX_LANGUAGE_CHARS else ""
        closing = f"{line_break}{self.prefix}{mark}"
        return closing, f"{self.prefix}{mark}{language}\n" if is_near else ""


class BlockReader:
    """Reads Markdown piece by piece, each of whole lines. `fence` is that of the open code block.

    A block in a list or a quote ends where it does (CommonMark 0.31.2, "Fenced code blocks").
    """

    def __init__(self) -> None:
        self.fence: Fence | None = None
        self._is_in_list = self._is_list_quoted = self._is_paragraph_open = False

    def feed(self, lines: str) -> None:
        """Read more lines, separated by line breaks."""
        for line in lines.split("\n"):
            self._read_line(line)

    def _read_line(self, line: str) -> None:
        if self.fence is not None and self.fence.has_inside(line):
            is_end = self.fence.mark in line and _is_end(line, self.fence)
            self.fence = None if is_end else self.fence
            self._is_paragraph_open = False
            return
        # If one was open, the list item or the quote ended, and the block with it.
        has_mark = "```" in line or "~~~" in line
        self.fence = _find_fence(line, is_in_list=self._is_in_list) if has_mark else None
        if line.strip():
            is_quoted = line.lstrip(" ").startswith(">")
            is_further = line[0] in " \t>" and is_quoted == self._is_list_quoted
            # A line that only goes on with the item's paragraph need not stand as far in.
            is_item = _ITEM_PATTERN.match(line) is not None
            is_plain = self.fence is None and not is_item and not is_quoted and line[0] != "#"
            is_lazy = self._is_paragraph_open and is_plain
            self._is_in_list = is_item or (self._is_in_list and (is_further or is_lazy))
            self._is_list_quoted = is_quoted if not is_lazy else self._is_list_quoted
        self._is_paragraph_open = self.fence is None and bool(line.strip())


def build_closing(text: str) -> str:
    """Return what ends the code block that `text` leaves open, as a line of its own; "" if none."""
    if "```" not in text and "~~~" not in text:
        return ""
    reader = BlockReader()
    reader.feed(text)
    if reader.fence is None:
        return ""
    line_break = "" if text.endswith("\n") else "\n"
    return f"{line_break}{reader.fence.prefix}{reader.fence.mark}"


def join_note(text: str, note: str) -> str:
    """Return `text` with Easel's own `note` as a paragraph under it, outside of its code."""
    if not text.strip() or not note:
        return text or note
    return f"{text}{build_closing(text)}\n\n{note}"


def _find_fence(line: str, *, is_in_list: bool) -> Fence | None:
    """Return the code block that `line` begins, or None."""
    found = _OPENING_PATTERN.match(line)
    if found is None or (found["mark"][0] == "`" and "`" in found["info"]):
        return None
    quote = _QUOTE_PATTERN.match(found["before"])
    rest = found["before"][quote.end() :] if quote else found["before"]
    indent = len(re.sub(r"[^\t]", " ", rest).expandtabs(_TAB_COLUMNS))
    is_item = is_in_list or bool(rest.strip())
    if not is_item and indent > _MAX_CODE_INDENT:
        return None
    depth = quote.group().count(">") if quote else 0
    language = found["info"].strip()
    return Fence(found["mark"], language, depth, indent, is_item and indent > 0)


def _is_end(line: str, fence: Fence) -> bool:
    """Whether `line` is the fence that ends the block."""
    rest = _strip_quote(line, fence).strip()
    return len(rest) >= len(fence.mark) and set(rest) == {fence.mark[0]}


def _strip_quote(line: str, fence: Fence) -> str:
    quote = _QUOTE_PATTERN.match(line) if fence.quote_depth else None
    return line[quote.end() :] if quote else line
