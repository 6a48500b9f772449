"""Chooses between a message's text and its blocks, which mostly say the same. Pure."""

from __future__ import annotations

import re
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


def is_repetition(attached: str, body: str) -> bool:
    """Whether an attachment says the same as lines of the message's body: apps repeat their text.

    Signs count as words do. A table or a quote is never a repetition: that its letters occur in the
    body means nothing.
    """
    lines = [line for line in map(_normalize_line, attached.splitlines()) if line]
    if not lines or attached.startswith(("|", ">")) or "\n|" in attached:
        return False
    body_lines = [line for line in map(_normalize_line, body.splitlines()) if line]
    if set(lines) <= set(body_lines):
        return True
    is_start = len(lines) == 1 and " " in lines[0] and body_lines[:1] != []
    return is_start and re.match(rf"{re.escape(lines[0])}\b", body_lines[0]) is not None


def _normalize_line(line: str) -> str:
    return " ".join(_FORMAT_PATTERN.sub("", line).split()).rstrip(" .…").casefold()


def extract_words(text: str) -> str:
    """Return the letters and digits of a text, by which two forms of one text are compared."""
    return _NOT_WORD_PATTERN.sub("", text.rstrip(" .…")).casefold()
