"""Puts the pieces of a paragraph together, with emphasis and tracked changes. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from bot.files.readers.ooxml.markdown import format_link, mark_text

_MARKS = (
    ("bold", "**", "**"),
    ("italic", "*", "*"),
    ("strike", "~~", "~~"),
    ("super", "<sup>", "</sup>"),
    ("sub", "<sub>", "</sub>"),
    ("hidden", "[hidden: ", "]"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """A tracked change: “inserted”, “deleted” and so on, and by whom."""

    kind: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text with its emphasis, and the change that it is part of."""

    text: str
    marks: frozenset[str] = frozenset()
    change: Change | None = None


@dataclass
class Spans:
    """The pieces of one paragraph."""

    items: list[Span] = field(default_factory=list)

    def add(
        self, text: str, marks: frozenset[str] = frozenset(), change: Change | None = None
    ) -> None:
        """Add a piece of text."""
        if text:
            self.items.append(Span(text, marks, change))

    def make_link(self, start: int, url: str) -> None:
        """Turn the pieces from `start` on into one link."""
        pieces = self.items[start:]
        if not pieces:
            return
        changes = {piece.change for piece in pieces}
        if len(changes) == 1:
            text = render([Span(piece.text, piece.marks) for piece in pieces])
            self.items[start:] = [Span(format_link(text, url), change=pieces[0].change)]
        else:
            self.items[start:] = [Span(format_link(render(pieces), url))]


def render(spans: Iterable[Span], *, with_authors: bool = False) -> str:
    """Return the text of pieces; equal neighbours share their marks."""
    text = list[str]()
    for change, pieces in groupby(spans, key=lambda span: span.change):
        inner = "".join(
            _mark("".join(piece.text for piece in group), marks)
            for marks, group in groupby(pieces, key=lambda span: span.marks)
        )
        if change is None:
            text.append(inner)
        else:
            author = f" ({change.author})" if with_authors and change.author else ""
            text.append(
                mark_text(inner, f"[{change.kind} ", f"{author}]") if inner.strip() else inner
            )
    return "".join(text)


def _mark(text: str, marks: frozenset[str]) -> str:
    for name, start, end in _MARKS:
        if name in marks:
            text = mark_text(text, start, end)
    return text
