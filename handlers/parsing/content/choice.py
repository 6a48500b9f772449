"""Chooses between a message's text and its blocks, which mostly say the same. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_NOT_WORD_PATTERN = re.compile(r"[\W_]+")

_FORMAT_PATTERN = re.compile(r"^\s{0,40}(?:#{1,6}|-)\s|[*_`~]")


@dataclass(frozen=True, slots=True)
class BlockTexts:
    """The texts of blocks, each with whether it is a body: more than a line, picture or button."""

    parts: tuple[tuple[str, bool], ...] = ()

    def join(self) -> str:
        """Return all of them, a paragraph each."""
        return "\n\n".join(text for text, _ in self.parts)


def choose_fuller(text: str, blocks: BlockTexts) -> str:
    """Return what people see: the blocks, unless the text says all that they say, and more.

    Pictures and buttons add to such a text.
    """
    block_text = blocks.join()
    if not text or not block_text or text == block_text:
        return text or block_text
    words = extract_words(text)
    if words in extract_words(block_text):
        return block_text
    body_words = extract_words("".join(part for part, is_body in blocks.parts if is_body))
    if body_words in words:
        extras = [part for part, is_body in blocks.parts if not is_body]
        added = [extra for extra in extras if extract_words(extra) not in words]
        return "\n\n".join([text, *added])
    # Clients show the blocks; the text is for notifications then.
    return block_text


def drop_repetitions(attached: Sequence[str], body: str) -> list[str]:
    """Return the attachments that do not say the same as lines of the message's body.

    Apps repeat their text. Signs count as words do. A table or a quote is never a repetition: that
    its letters occur in the body means nothing.
    """
    body_lines = _normalize_lines(body) if attached else []
    first_line, all_lines = "".join(body_lines[:1]), frozenset(body_lines)
    return [one for one in attached if not _is_repetition(one, first_line, all_lines)]


def _is_repetition(attached: str, first_line: str, all_lines: frozenset[str]) -> bool:
    lines = _normalize_lines(attached)
    if not lines or attached.startswith(("|", ">")) or "\n|" in attached:
        return False
    if all_lines.issuperset(lines):
        return True
    is_start = len(lines) == 1 and " " in lines[0]
    return is_start and re.match(rf"{re.escape(lines[0])}\b", first_line) is not None


def _normalize_lines(text: str) -> list[str]:
    """Return the lines of a text without their format; empty ones are absent."""
    plain = (" ".join(_FORMAT_PATTERN.sub("", line).split()) for line in text.splitlines())
    return [line for line in (one.rstrip(" .…").casefold() for one in plain) if line]


def extract_words(text: str) -> str:
    """Return the letters and digits of a text, by which two forms of one text are compared."""
    return _NOT_WORD_PATTERN.sub("", text.rstrip(" .…")).casefold()
