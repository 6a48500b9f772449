"""The state of reading one message: what was found in it, and how much more of it is read. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.references import mark_literals
from handlers.parsing.fields import read_text

# Slack cuts a longer text itself.
MAX_TEXT_CHARS = 40_000
# Blocks, elements, cells, fields. Slack takes 50 blocks and a table of 2,000 cells.
MAX_PARTS = 12_000
MAX_DEPTH = 12
# Stand for Easel's name, for a token, and for the `<` of a reference until the text around them is
# complete. People's own texts never hold them: they are removed.
OWN_NAME_MARK, TOKEN_MARK, REFERENCE_MARK = "\x00", "\x01", "\x02"
_MARKS_PATTERN = re.compile(f"[{OWN_NAME_MARK}{TOKEN_MARK}{REFERENCE_MARK}\r]")


@dataclass(slots=True)
class ReadState:
    """What is found while a message is read.

    `channel` is where the message was posted, "" where that is not known. `mentioned` are the
    people whom its own words mention, by id, and `addresses_group` says whether they mention
    a group or a whole channel; quotes do not count.
    """

    bot_user_id: str = ""
    channel: str = ""
    chars_left: int = MAX_TEXT_CHARS
    parts_left: int = MAX_PARTS
    depth: int = 0
    left_out_chars: int = 0
    has_left_out_parts: bool = False
    is_quoting: bool = False
    mentioned: set[str] = field(default_factory=set)
    addresses_group: bool = False

    def take_text(self, value: object) -> str:
        """Return `value` if it is a text, as far as there is room for it."""
        if not isinstance(value, str) or not value:
            return ""
        text = read_text(value[: self.chars_left])
        self.chars_left -= len(text)
        self.left_out_chars += len(value) - len(text)
        return remove_marks(text)

    def take_part(self) -> bool:
        """Count one part; return False if no more are read."""
        if self.parts_left <= 0 or self.depth > MAX_DEPTH:
            self.has_left_out_parts = True
            return False
        self.parts_left -= 1
        return True

    def take_room(self, count: int) -> bool:
        """Count `count` parts, such as empty cells; return False if there is no room for them."""
        if self.parts_left < count:
            self.has_left_out_parts = True
            return False
        self.parts_left -= count
        return True

    def cut_text(self, text: str) -> str:
        """Return a text that was put together, cut to `MAX_TEXT_CHARS`.

        Indents, the marks of quotes and those of tables make it longer than what was taken.
        """
        self.left_out_chars += max(len(text) - MAX_TEXT_CHARS, 0)
        return text[:MAX_TEXT_CHARS]

    def take_parts(self, value: object) -> list[Mapping[str, Any]]:
        """Return the objects of a list, as far as there is room for them."""
        items = value if isinstance(value, list) else []
        taken = [item for item in items[: self.parts_left] if isinstance(item, Mapping)]
        if len(items) > self.parts_left or (taken and self.depth > MAX_DEPTH):
            self.has_left_out_parts = True
        self.parts_left -= len(items[: self.parts_left])
        return taken if self.depth <= MAX_DEPTH else []

    def note_person(self, user_id: str) -> str:
        """Return the reference to a person in stored text, and note that they are mentioned."""
        if not self.is_quoting:
            self.mentioned.add(user_id)
        is_easel = user_id == self.bot_user_id
        return OWN_NAME_MARK if is_easel else f"{REFERENCE_MARK}@{user_id}>"

    def note_group(self) -> None:
        """Note that a group or the whole channel is mentioned."""
        self.addresses_group = self.addresses_group or not self.is_quoting

    def format_omission(self) -> str:
        """Return a sentence about what is left out, "" if nothing is."""
        if self.left_out_chars:
            return f"(The rest of this message, {self.left_out_chars:,} characters, is left out.)"
        return "(The rest of this message is left out.)" if self.has_left_out_parts else ""


def remove_marks(text: str) -> str:
    """Return a text of somebody's without the marks of this reader."""
    return text if _MARKS_PATTERN.search(text) is None else _MARKS_PATTERN.sub("", text)


def complete_text(text: str) -> str:
    """Return a complete text with what the marks in it stand for.

    Easel's name is left out at its start. What somebody typed in the form of a reference stays
    literal: see `bot.domain.references`.
    """
    start = text.lstrip()
    if start.startswith(OWN_NAME_MARK):
        text = start[1:].lstrip(" \t\n:,")
    text = mark_literals(text).replace(REFERENCE_MARK, "<")
    return text.replace(OWN_NAME_MARK, "@Easel").strip()
