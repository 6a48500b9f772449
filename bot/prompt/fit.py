"""What goes into one request, and what would be left out of it. Pure.

A thread that is only longer than what is usually considered is cut silently; what does not fit the
model's window is said before anything is spent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.conversation import ThreadHistory
from bot.domain.files import Document, Excerpt, FileContext
from bot.domain.pages import format_ranges
from bot.domain.tokens import TokenCorrection, estimate_picture_tokens, estimate_tokens
from bot.prompt.document_pages import ExcerptCriteria, select_excerpt, select_first_pages
from bot.prompt.estimate import estimate_document_tokens
from bot.prompt.window import Window, fit_window

# The system prompt, and what the provider adds.
_OVERHEAD_TOKENS = 700
_PARTIAL_FILE_MESSAGE = (
    "{} has about {:,} tokens, more than I can read at once: I would read pages {} of {}."
)
_CONFIRM_MESSAGE = "Shall I go on with that? You can also send a shorter file."
_THREAD_TOO_LONG_MESSAGE = (
    "This thread is longer than I can read at once: I would leave out its oldest {:,} messages,"
    " about {:,} tokens. Shall I go on with the rest? You can also start a new thread with what"
    " matters."
)
_TOO_LARGE_MESSAGE = (
    "Together that is about {:,} tokens more than I can read at once. Shall I go on without the"
    " earlier messages? You can also ask with fewer files."
)


@dataclass(frozen=True, slots=True)
class FittedContext:
    """`left_out` tells a person what is; "" where all there is goes along."""

    file_context: FileContext
    window: Window
    overflow_message: str

    @property
    def excerpt_tokens(self) -> int:
        """What the pages take that stand in the question."""
        return sum(part.tokens for part in self.file_context.excerpts)


class ContextFitter:
    """Fills `room` tokens: the question and its files first, then the thread from its end.

    With `whole`, files of earlier go along whole, as if nothing cost anything.
    """

    def __init__(
        self,
        text: str,
        criteria: ExcerptCriteria,
        history: ThreadHistory,
        max_tokens: int,
        *,
        resend_all: bool,
    ) -> None:
        self._text = text
        self._criteria = criteria
        self._history = history
        self._correction = TokenCorrection(history.estimated_tokens, history.reported_tokens)
        self._remaining_tokens = max_tokens
        self._resend_all = resend_all
        self._messages: list[str] = []

    def fit(self, file_context: FileContext, max_turns: int) -> FittedContext:
        """Decide. At most the newest `most_turns` turns are considered."""
        pictures = (*file_context.earlier_images, *file_context.new_images)
        self._take(_OVERHEAD_TOKENS + estimate_tokens(self._text) + self._history.summary_tokens)
        self._take(
            sum(estimate_picture_tokens(picture.width, picture.height) for picture in pictures)
        )
        self._take(sum(turn.tokens for turn in self._history.retrieved))
        native = tuple(document for document in file_context.documents if document.data)
        self._take(sum(estimate_document_tokens(document) for document in native))
        own = [
            self._select_own_pages(document)
            for document in file_context.documents
            if not document.data
        ]
        before = [
            self._select_earlier_pages(document) for document in file_context.earlier_documents
        ]
        newest = self._history.turns[-max_turns:] if max_turns else ()
        window = fit_window(newest, max(0, self._remaining_tokens), self._correction)
        told = " ".join([*self._messages, _CONFIRM_MESSAGE]) if self._messages else ""
        if self._remaining_tokens < 0 and not told:
            told = _TOO_LARGE_MESSAGE.format(-self._remaining_tokens)
        elif window.omitted_count and not told:
            told = _THREAD_TOO_LONG_MESSAGE.format(window.omitted_count, window.omitted_tokens)
        missing = len(self._history.turns) - len(newest)
        return FittedContext(
            replace(file_context, documents=native, excerpts=(*before, *own)),
            replace(window, omitted_count=window.omitted_count + missing),
            told,
        )

    def _select_own_pages(self, document: Document) -> Excerpt:
        chosen = select_first_pages(document, max(0, self._remaining_tokens))
        if len(chosen.pages) < len(document.pages):
            tokens = estimate_document_tokens(document)
            read = format_ranges([number for number, _ in chosen.pages]) or "none"
            self._messages.append(
                _PARTIAL_FILE_MESSAGE.format(document.name, tokens, read, chosen.page_count)
            )
        self._take(chosen.tokens)
        return chosen

    def _select_earlier_pages(self, document: Document) -> Excerpt:
        room = max(0, self._remaining_tokens)
        if self._resend_all:
            chosen = select_first_pages(document, room)
        else:
            chosen = select_excerpt(self._criteria, document, room)
        self._take(chosen.tokens)
        return chosen

    def _take(self, tokens: int) -> None:
        self._remaining_tokens -= self._correction.apply(tokens) if tokens else 0
