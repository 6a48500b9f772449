"""Tells code from words in Markdown that is read piece by piece. Pure."""

from __future__ import annotations

import re

# Code in a line is code only if it ends in that line, after at most as much.
_MAX_CODE_CHARS = 300
_MAX_CODE_STATES = 16
_NEVER_CODE = -1
_FENCE_PATTERN = re.compile(r"( {0,3})(`{3,}|~{3,})(.*)")
_CODE_TOKEN_PATTERN = re.compile(r"\n|\\+`*|`+|[|>]")


class CodeReader:
    """Reads Markdown piece by piece, and knows whether it is inside code. In doubt it is not.

    Which lines belong to one paragraph depends on lists, quotes and tables, which are not read
    here. So the code in a line is read once from each place where its paragraph may begin, and is
    code only if all readings agree.
    """

    def __init__(self) -> None:
        self._readings = {0}  # the length of the backticks that opened code; 0 outside of code
        self._slashes = self._ticks = 0  # at the end of what was read: there may be more of them
        self._line: list[str] = []
        self._head = ""  # the first characters of the line
        self._fence = self._fence_indent = ""

    def is_code(self, text: str, start: int, is_end: bool) -> bool | None:  # noqa: FBT001 - fast
        """Whether `text` from `start`, which follows what was read, is code.

        None if more text has to be known. `is_end`: there is no more.
        """
        self._end_backticks()
        if self._fence:
            return self._head.startswith(self._fence_indent)
        if min(self._readings) <= 0:
            return False
        rest = text[start : start + _MAX_CODE_CHARS]
        line = rest.partition("\n")[0]
        is_whole = is_end or len(line) < len(rest) or len(rest) == _MAX_CODE_CHARS
        is_cut = len(line) == _MAX_CODE_CHARS or not is_whole
        closings = {
            len(found[0])
            for found in re.finditer("`+", line)
            if not (is_cut and found.end() == len(line))  # there may be more of them
        }
        return True if self._readings <= closings else (False if is_whole else None)

    def feed(self, piece: str) -> None:
        """Read on."""
        at = self._read_more_backticks(piece) if self._slashes or self._ticks else 0
        for found in _CODE_TOKEN_PATTERN.finditer(piece, at):
            mark = found[0]
            if mark == "\n":
                self._add_to_line(piece[at : found.start()])
                at = found.end()
                self._end_line()
            elif self._fence:
                continue
            elif mark in "|>":
                self._readings.add(0)  # a cell or a tag may end here
            else:
                self._ticks = mark.count("`")
                self._slashes = len(mark) - self._ticks
                if found.end() < len(piece):
                    self._end_backticks()
        self._add_to_line(piece[at:])

    def _read_more_backticks(self, piece: str) -> int:
        """Read the backslashes and backticks that go on at the start of `piece`.

        Return where the rest of the line begins, of which nothing is left out.
        """
        rest = piece
        if not self._ticks:
            rest = rest.lstrip("\\")
            self._slashes += len(piece) - len(rest)
        ticks = len(rest) - len(rest.lstrip("`"))
        self._ticks += ticks
        at = len(piece) - len(rest) + ticks
        self._add_to_line(piece[:at])
        if at < len(piece):
            self._end_backticks()
        return at

    def _end_backticks(self) -> None:
        """Take in a run of backticks, of which a backslash takes away the first."""
        count, is_escaped = self._ticks, self._slashes % 2
        self._ticks = self._slashes = 0
        if not count or self._fence:
            return
        self._readings = {
            count - is_escaped if not opened else 0 if opened == count else opened
            for opened in self._readings
        }
        if len(self._readings) > _MAX_CODE_STATES:
            self._readings = {_NEVER_CODE}

    def _add_to_line(self, text: str) -> None:
        if text:
            self._line.append(text)
            self._head = (self._head + text[:4])[:4]

    def _end_line(self) -> None:
        self._end_backticks()
        line = "".join(self._line)
        self._line, self._head = [], ""
        found = _FENCE_PATTERN.match(line)
        is_blank = not line.strip()
        if found is not None and self._fence:
            if found[2].startswith(self._fence) and not found[3].strip():
                self._fence = ""
        elif found is not None and not (found[2][0] == "`" and "`" in found[3]):
            self._fence_indent, self._fence = found[1], found[2]
        elif not is_blank and not self._fence:
            self._readings.add(0)
            return
        self._readings = {0}
