"""Escapes the model's text for Slack, so that it calls no one but the asker. Pure.

Slack resolves `<!channel>`, `<@U…>` and the like in standard Markdown too, streamed or not, in
code or not. So they are made harmless everywhere, in the joined stream and never chunk by chunk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.domain.references import MAX_REFERENCE_CHARS, REFERENCE_PATTERN, name_reference
from bot.domain.safe_text import INVISIBLE

# The model, which reads no ids, calls the person who asks by this.
ASKER_MENTION = "<@asker>"
_CONTROL_PATTERN = re.compile(rf"<(?={INVISIBLE}{{0,8}}[!@])")
_CONTROL_PREFIX_PATTERN = re.compile(rf"<{INVISIBLE}{{0,8}}")
_REFERENCE_PREFIX_PATTERN = re.compile(
    r"<(?:(?:@|\#|!subteam\^)(?:[A-Z][A-Z0-9]{0,30}(?:\|[^<>\n\r]{0,110})?)?)", re.ASCII
)
_GROUP_START = "<!subteam^"
# The words with which Slack calls all, as whole words: an address has a letter in front, and the
# name of a package goes on after a slash.
_BROADCAST_PATTERN = re.compile(
    r"@(?=(?:channel|here|everyone)(?!_?[A-Za-z0-9]|/[A-Za-z0-9]))", re.IGNORECASE
)
_BROADCAST_PREFIXES = frozenset(
    f"@{word}{end}"[:length]
    for word in ("channel", "here", "everyone")
    for end in "_/"
    for length in range(1, len(word) + 3)
)
_MAX_BROADCAST_CHARS = max(map(len, _BROADCAST_PREFIXES))
_START_PATTERN = re.compile(r"[<@]")
# Slack drops control characters, and dropping one could join two halves of a control sequence.
_DROPPED_CHARACTERS = dict.fromkeys([*range(9), *range(11, 32), 127])
# Code in a line is code only if it ends in that line, after at most as much.
_MAX_CODE_CHARS = 300
_MAX_CODE_STATES = 16
_NEVER_CODE = -1
_FENCE_PATTERN = re.compile(r"( {0,3})(`{3,}|~{3,})(.*)")
_CODE_TOKEN_PATTERN = re.compile(r"\n|\\+`*|`+|[|>]")


class SlackEscaper:
    """Escapes a stream of model text, so that it can mention no one but `asker`.

    References to others become plain words, by `set_labels`. The joined results of `feed` and
    `close` do not depend on how the stream is cut into chunks.
    """

    def __init__(self, asker: str) -> None:
        self._allowed_mention = f"<@{asker}>"
        self._labels: Mapping[str, str] = {}
        self._pending = ""  # what cannot be decided yet
        self._last_character = ""  # the one before it
        self._code = CodeReader()

    def set_labels(self, labels: Mapping[str, str]) -> None:
        """Name the people, channels and groups of these ids. Call it before the first `feed`."""
        self._labels = labels

    def feed(self, chunk: str) -> str:
        """Return what can be shown so far. Holds back what a mark or code may still need."""
        text = self._pending + chunk.translate(_DROPPED_CHARACTERS)
        return self._escape(text, is_end=False)

    def close(self) -> str:
        """Return what was held back."""
        return self._escape(self._pending, is_end=True)

    def _escape(self, text: str, *, is_end: bool) -> str:
        shown, at, start = list[str](), 0, 0
        self._pending = ""
        while found := _START_PATTERN.search(text, start):
            start = found.start()
            shown.append(text[at:start])
            self._code.feed(text[at:start])
            at = start
            judge = self._judge_angle if text[start] == "<" else self._judge_at
            decision = judge(text, start, is_end=is_end)
            if decision is None:
                self._pending = text[start:]
                break
            replacement, start = decision
            shown.append(replacement)
            self._code.feed(text[at:start])
            at = start
        else:
            shown.append(text[at:])
            self._code.feed(text[at:])
            at = len(text)
        self._last_character = text[at - 1] if at else self._last_character
        return "".join(shown)

    def _judge_angle(self, text: str, start: int, *, is_end: bool) -> tuple[str, int] | None:
        """Return what stands for the text from `<` on, and its end; None if that is unknown yet."""
        for mention in (self._allowed_mention, ASKER_MENTION):
            if text.startswith(mention, start):
                return self._allowed_mention, start + len(mention)
        if not is_end and self._can_continue(text[start : start + MAX_REFERENCE_CHARS + 1]):
            return None
        found = REFERENCE_PATTERN.match(text, start)
        if found is not None:
            is_code = False if found[2] in self._labels else self._code.is_code(text, start, is_end)
            if is_code is None:
                return None
            if not is_code:
                words = name_reference(found, self._labels)
                return _BROADCAST_PATTERN.sub("@\u200b", words), found.end()
        is_control = _CONTROL_PATTERN.match(text, start) is not None
        return "&lt;" if is_control else "<", start + 1

    def _can_continue(self, tail: str) -> bool:
        """Whether `tail`, which begins with `<`, may be the beginning of a control sequence."""
        mentions = (self._allowed_mention, ASKER_MENTION, _GROUP_START)
        return (
            any(mention.startswith(tail) for mention in mentions)
            or _CONTROL_PREFIX_PATTERN.fullmatch(tail) is not None
            or _REFERENCE_PREFIX_PATTERN.fullmatch(tail) is not None
        )

    def _judge_at(self, text: str, start: int, *, is_end: bool) -> tuple[str, int] | None:
        """Return what stands for an `@`, and its end; None if that is unknown yet."""
        before = text[start - 1] if start else self._last_character
        if before.isascii() and before.isalnum():
            return "@", start + 1
        tail = text[start : start + _MAX_BROADCAST_CHARS + 1].lower()
        if not is_end and tail in _BROADCAST_PREFIXES:
            return None
        if _BROADCAST_PATTERN.match(text, start) is None:
            return "@", start + 1
        is_code = self._code.is_code(text, start, is_end)
        return None if is_code is None else ("@" if is_code else "@\u200b", start + 1)


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

    def is_code(self, text: str, start: int, is_end: bool) -> bool | None:  # noqa: FBT001
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
