"""What the parts of one Word document share while it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.extras import Extras
from bot.files.readers.ooxml.package import Link, Package
from bot.files.readers.ooxml.word.comments import Comment
from bot.files.readers.ooxml.word.fields import Field
from bot.files.readers.ooxml.word.numbering import Numbering
from bot.files.readers.ooxml.word.styles import Style

_MAX_QUOTE_CHARS = 120


@dataclass
class WordDocument:
    """A document that is being read; `path` is the part that is being read.

    `fields` are those that have begun and not ended. `notes` are footnotes and endnotes that the
    text refers to, in order. `read_blocks` reads what lies in a text box, a cell or a note.
    """

    package: Package
    path: str
    extras: Extras
    styles: dict[str, Style]
    numbering: Numbering
    read_blocks: Callable[[WordDocument, Element], str]
    comments: dict[str, Comment] = field(default_factory=dict)
    has_many_authors: bool = False
    fields: list[Field] = field(default_factory=list)
    notes: dict[tuple[str, str], int] = field(default_factory=dict)
    quotes: dict[str, str] = field(default_factory=dict)
    shown_comments: set[str] = field(default_factory=set)
    embedded_depth: int = 0
    table_depth: int = 0

    def find_link(self, link_id: str) -> Link | None:
        """Return what the part that is being read links to by an id."""
        return self.package.list_links(self.path).get(link_id)

    @property
    def is_in_instruction(self) -> bool:
        """Whether what is read now belongs to the instruction of a field."""
        return any(not one.is_result for one in self.fields)

    def take_text(self, text: str) -> bool:
        """Note a text for the comments on it; return whether it is shown."""
        if self.is_in_instruction:
            inner = next(one for one in reversed(self.fields) if not one.is_result)
            inner.add_instruction(text)
            return False
        for one in self.fields:
            one.has_text = one.has_text or bool(text.strip())
        for key, quote in self.quotes.items():
            if len(quote) <= _MAX_QUOTE_CHARS:
                self.quotes[key] = quote + text
        return True

    def count_note(self, kind: str, note_id: str) -> int:
        """Return the number of a footnote or endnote, which its place in the text decides."""
        return self.notes.setdefault((kind, note_id), len(self.notes) + 1)
