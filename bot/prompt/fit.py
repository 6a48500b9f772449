"""What goes into one request, and what would be left out of it. Pure.

A thread that is only longer than what is usually considered is cut silently; what does not fit the
model's window is said before anything is spent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.conversation import Past
from bot.domain.files import Document, Material, Passages
from bot.domain.pages import in_words
from bot.domain.tokens import Correction, estimate, of_picture
from bot.prompt.document_pages import first_pages, passages
from bot.prompt.estimate import document_tokens
from bot.prompt.window import Window, fit

# The system prompt, and what the provider adds.
_AROUND = 700
_PART = "{} has about {:,} tokens, more than I can read at once: I would read pages {} of {}."
_CHOOSE = "Shall I go on with that? You can also send a shorter file."
_THREAD = (
    "This thread is longer than I can read at once: I would leave out its oldest {:,} messages,"
    " about {:,} tokens. Shall I go on with the rest? You can also start a new thread with what"
    " matters."
)
_TOO_MUCH = (
    "Together that is about {:,} tokens more than I can read at once. Shall I go on without the"
    " earlier messages? You can also ask with fewer files."
)


@dataclass(frozen=True, slots=True)
class Fitted:
    """`left_out` tells a person what is; "" where all there is goes along."""

    material: Material
    window: Window
    left_out: str

    @property
    def page_tokens(self) -> int:
        """What the pages take that stand in the question."""
        return sum(part.tokens for part in self.material.passages)


class Fitting:
    """Fills `room` tokens: the question and its files first, then the thread from its end.

    With `whole`, files of earlier go along whole, as if nothing cost anything.
    """

    def __init__(self, text: str, past: Past, room: int, *, whole: bool) -> None:
        self._text = text
        self._past = past
        self._known = Correction(past.estimated, past.reported)
        self._room = room
        self._whole = whole
        self._told: list[str] = []

    def fit(self, material: Material, most_turns: int) -> Fitted:
        """Decide. At most the newest `most_turns` turns are considered."""
        pictures = (*material.remembered, *material.sent)
        self._take(_AROUND + estimate(self._text) + self._past.summary_tokens)
        self._take(sum(of_picture(picture.width, picture.height) for picture in pictures))
        self._take(sum(turn.tokens for turn in self._past.recalled))
        native = tuple(document for document in material.documents if document.data)
        self._take(sum(document_tokens(document) for document in native))
        own = [self._own(document) for document in material.documents if not document.data]
        before = [self._earlier(document) for document in material.earlier]
        newest = self._past.turns[-most_turns:] if most_turns else ()
        window = fit(newest, max(0, self._room), self._known)
        told = " ".join([*self._told, _CHOOSE]) if self._told else ""
        if self._room < 0 and not told:
            told = _TOO_MUCH.format(-self._room)
        elif window.left_out and not told:
            told = _THREAD.format(window.left_out, window.lost)
        missing = len(self._past.turns) - len(newest)
        return Fitted(
            replace(material, documents=native, passages=(*before, *own)),
            replace(window, left_out=window.left_out + missing),
            told,
        )

    def _own(self, document: Document) -> Passages:
        chosen = first_pages(document, max(0, self._room))
        if len(chosen.pages) < len(document.pages):
            tokens = document_tokens(document)
            read = in_words([number for number, _ in chosen.pages]) or "none"
            self._told.append(_PART.format(document.name, tokens, read, chosen.count))
        self._take(chosen.tokens)
        return chosen

    def _earlier(self, document: Document) -> Passages:
        room = max(0, self._room)
        if self._whole:
            chosen = first_pages(document, room)
        else:
            chosen = passages(self._text, document, room)
        self._take(chosen.tokens)
        return chosen

    def _take(self, tokens: int) -> None:
        self._room -= self._known.apply(tokens) if tokens else 0
