"""Shortens long code in a growing answer: its first lines stay, a sentence names its file. Pure.

What is shown does not depend on how the text comes in pieces. See `names.py` for the files' names.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field

from bot.delivery.markdown import BlockReader, Fence
from bot.delivery.snippets.names import Surroundings, choose_code_name
from bot.domain.messages import Message, render
from bot.i18n.catalog import ENGLISH

# A block up to these lengths is shown whole.
MAX_SHOWN_LINES, MAX_SHOWN_CHARS = 60, 4_000
# Of a longer one these come first.
FIRST_LINES, FIRST_CHARS = 20, 1_200
# Further blocks of an answer are shown whole.
MAX_FILES = 5
# Code further inside of lists and quotes is shown whole, and what begins further down.
_MAX_PREFIX_CHARS, _MAX_OPENING_CHARS, _MAX_READ_CHARS = 12, 200, 200_000
_LINES_MESSAGE = "_The first {shown} of {count:,} lines. All of them are in `{file}` below._"
_CHARS_MESSAGE = "_The beginning. All {count:,} characters are in `{file}` below._"


@dataclass(frozen=True, slots=True)
class LongCode:
    """A block that is too long for a message. `code` is all of it, without fences.

    `number` counts the blocks of the answer, `info` is what follows its fence.
    """

    number: int
    name: str
    info: str
    code: str


@dataclass(slots=True)
class _Block:
    """A block that is being read. `held` is what is not shown of it yet."""

    fence: Fence
    where: Surroundings
    lines: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    char_count: int = 0
    room: int = FIRST_CHARS  # for what comes first
    is_cut_in_line: bool = False
    ends_line: bool = True  # what is shown

    def show(self, piece: str) -> str:
        """Return what may be shown of `piece`, which is of one line; hold back the rest."""
        is_first = len(self.lines) < FIRST_LINES
        shown = piece[: self.room] if is_first else ""
        rest = piece[len(shown) :]
        self.room -= len(shown)
        if rest:
            self.is_cut_in_line = self.is_cut_in_line or is_first
            self.held.append(rest)
            self.room = 0
        if shown:
            self.ends_line = shown.endswith("\n")
        return shown

    @property
    def is_long(self) -> bool:
        return len(self.lines) > MAX_SHOWN_LINES or self.char_count > MAX_SHOWN_CHARS

    def add_line(self, line: str) -> None:
        self.char_count += len(line)
        self.lines.append(self.fence.strip_container(line))

    def format_end(self, name: str, language: str) -> str:
        """Return what ends the shown part: the fence, and the sentence on the rest."""
        if self.is_cut_in_line:
            count = sum(map(len, self.lines))
            sentence = Message(_CHARS_MESSAGE, count=count, file=name)
        else:
            shown, count = min(len(self.lines), FIRST_LINES), len(self.lines)
            sentence = Message(_LINES_MESSAGE, shown=shown, count=count, file=name)
        prefix, line_break = self.fence.prefix, "" if self.ends_line else "\n"
        blank = f"{prefix.rstrip()}\n"
        closing = f"{line_break}{prefix}{self.fence.mark}\n"
        return f"{closing}{blank}{prefix}{render(sentence, language)}\n{blank}"


class CodeShortener:
    """Passes on an answer with its long code shortened.

    `names` are those of the files that the answer has: what has none is shown whole. `numbers` are
    those of the blocks that were shortened where the answer was shown, and are again, however long
    they are. `blocks` are those that were shortened; `own_chars` counts Easel's own characters.
    """

    def __init__(
        self,
        language: str = ENGLISH,
        *,
        names: Container[str] | None = None,
        numbers: Container[int] | None = None,
    ) -> None:
        self._language = language
        self._names = names
        self._numbers = numbers
        self._reader = BlockReader()
        self._line = list[str]()  # the pieces of a line that is not whole yet
        self._said = ""  # the last line of words
        self._read_chars = self._count = 0
        self._block: _Block | None = None
        self.blocks = list[LongCode]()
        self.own_chars = 0

    @property
    def is_shortening(self) -> bool:
        """Whether code was shortened, or is read that will be."""
        return bool(self.blocks) or (self._block is not None and self._block.is_long)

    def feed(self, text: str) -> str:
        """Take more of the answer; return what may be shown now."""
        return "".join(map(self._feed_piece, text.splitlines(keepends=True)))

    def finish(self) -> str:
        """End the answer; return what is still to be shown."""
        shown = self._end_line() if self._line else ""
        return shown + self._end_block()

    def _feed_piece(self, piece: str) -> str:
        """Take a part of a line, or all that is left of it."""
        self._line.append(piece)
        self._read_chars += len(piece)
        shown = piece if self._block is None else self._block.show(piece)
        return shown + self._end_line() if piece.endswith("\n") else shown

    def _end_line(self) -> str:
        line = "".join(self._line)
        self._line.clear()
        before = self._reader.fence
        self._reader.feed(line.removesuffix("\n"))
        after = self._reader.fence
        if after is not None and after is before:
            if self._block is not None:
                self._block.add_line(line)
            return ""
        shown = ""
        if self._block is not None and before is not None:
            # With a line that is outside, what was around the block ended, and the block with it.
            is_fence = before.has_inside(line.removesuffix("\n"))
            shown = self._end_block(outside="" if is_fence else line)
        if after is not None:
            self._begin_block(after, line)
        elif before is None and line.strip():
            self._said = line
        return shown

    def _begin_block(self, fence: Fence, opening_line: str) -> None:
        self._count += 1
        if self._can_shorten(fence, opening_line):
            self._block = _Block(fence, Surroundings(self._count, fence.language, self._said))
        self._said = ""

    def _can_shorten(self, fence: Fence, opening_line: str) -> bool:
        if self._numbers is not None:
            return self._count in self._numbers
        is_near = len(fence.prefix) <= _MAX_PREFIX_CHARS and len(opening_line) <= _MAX_OPENING_CHARS
        return is_near and len(self.blocks) < MAX_FILES and self._read_chars <= _MAX_READ_CHARS

    def _end_block(self, outside: str = "") -> str:
        """End the block that is open; return what is to be shown of it, then `outside`.

        The line `outside`, with which the block ended, is among what is held back.
        """
        block, self._block = self._block, None
        if block is None:
            return ""
        if not block.lines or not (self._numbers is not None or block.is_long):
            return "".join(block.held)
        name = choose_code_name(block.where, block.lines[0], [one.name for one in self.blocks])
        if self._names is not None and name not in self._names:
            return "".join(block.held)
        where = block.where
        self.blocks.append(LongCode(where.number, name, where.info, "".join(block.lines)))
        end = block.format_end(name, self._language)
        self.own_chars += len(end)
        return end + outside


def find_long_code(
    text: str, *, names: Container[str] | None = None, numbers: Container[int] | None = None
) -> list[LongCode]:
    """Return the code of `text` that is shortened where it is shown; see `CodeShortener`."""
    if "```" not in text and "~~~" not in text:
        return []
    shortener = CodeShortener(names=names, numbers=numbers)
    shortener.feed(text)
    shortener.finish()
    return shortener.blocks


def format_code(block: LongCode) -> str:
    """Return a block as it is shown whole: its name, then its code, which cannot end it."""
    mark = "`" * max(3, 1 + max(map(len, re.findall("`{3,}", block.code)), default=0))
    found = re.match(r"[\w+#.-]{1,20}", block.info, re.ASCII)
    end = "" if block.code.endswith("\n") else "\n"
    return f"`{block.name}`\n{mark}{found[0] if found else ''}\n{block.code}{end}{mark}\n"
