"""Decide which turns and file pages go into one request. Pure.

A thread that is merely longer than the configured number of turns is cut silently. Whatever does
not fit the model's context is reported: before any money is spent, or under the answer where only
messages of a thread under way are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.conversation import Speaker, ThreadHistory
from bot.domain.files import Document, Excerpt, FileContext, Image
from bot.domain.messages import Message, MessageList
from bot.domain.pages import format_ranges, list_pages
from bot.domain.tokens import TokenCorrection, estimate_tokens
from bot.prompt.document_pages import ExcerptCriteria, select_excerpt, select_first_pages
from bot.prompt.estimate import estimate_document_tokens, sum_document_tokens, sum_picture_tokens
from bot.prompt.window import Window, fit_window

# The system prompt, and what the provider adds.
_OVERHEAD_TOKENS = 700
_PARTIAL_FILE_MESSAGE = (
    "{name} has about {tokens:,} tokens, more than I can read at once: I would read pages {pages}"
    " of {count:,}."
)
_NO_PAGES_MESSAGE = (
    "{name} has about {tokens:,} tokens, more than I can read at once: I would read none of it."
)
_CONFIRM_MESSAGE = Message("Shall I go on with that? You can also send a shorter file.")
_THREAD_TOO_LONG_MESSAGE = (
    "This thread is longer than I can read at once: I would leave out its oldest message, about"
    " {tokens:,} tokens. Shall I go on with the rest? You can also start a new thread with what"
    " matters."
)
_THREAD_FAR_TOO_LONG_MESSAGE = (
    "This thread is longer than I can read at once: I would leave out its oldest {count:,}"
    " messages, about {tokens:,} tokens. Shall I go on with the rest? You can also start a new"
    " thread with what matters."
)
_LEFT_OUT_MESSAGE = (
    "_This thread is longer than I can read at once: I left out its oldest message._"
)
_SEVERAL_LEFT_OUT_MESSAGE = (
    "_This thread is longer than I can read at once: I left out its oldest {count:,} messages._"
)
_TOO_LARGE_MESSAGE = (
    "Together that is about {tokens:,} tokens more than I can read at once. Shall I go on without"
    " the earlier messages? You can also ask with fewer files."
)


@dataclass(frozen=True, slots=True)
class FittedContext:
    """The turns and files that fit.

    `overflow_message` tells the person what would be left out; None if everything fits, or if it
    is only said under the answer, as `left_out_note`.
    """

    file_context: FileContext
    window: Window
    overflow_message: Message | None
    left_out_note: Message | None = None

    @property
    def excerpt_tokens(self) -> int:
        """The tokens of the file pages that are written into the question."""
        return sum(excerpt.tokens for excerpt in self.file_context.excerpts)


class ContextFitter:
    """Fills `max_tokens`: the question and its files first, then the thread from its newest turn.

    With `resend_all`, files sent earlier go along whole, regardless of cost. Use it once.
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
        self._partial_file_messages: list[Message] = []

    def fit(self, file_context: FileContext, max_turns: int) -> FittedContext:
        """Return what fits; only the newest `max_turns` turns are considered."""
        self._consume(_OVERHEAD_TOKENS + estimate_tokens(self._text) + self._history.summary_tokens)
        self._consume(sum(estimate_tokens(quote) for quote in file_context.linked_messages))
        self._consume(sum_picture_tokens(file_context.pictures))
        self._consume(sum(turn.tokens for turn in self._history.retrieved))
        native = tuple(document for document in file_context.documents if document.data)
        self._consume(sum_document_tokens(native))
        new_excerpts = [
            self._select_new_pages(document)
            for document in file_context.documents
            if not document.data
        ]
        earlier_excerpts = [
            self._select_earlier_pages(document, file_context.earlier_images)
            for document in file_context.earlier_documents
        ]
        newest = self._history.turns[-max_turns:] if max_turns else ()
        window = fit_window(newest, max(0, self._remaining_tokens), self._correction)
        unconsidered_count = len(self._history.turns) - len(newest)
        return FittedContext(
            replace(file_context, documents=native, excerpts=(*earlier_excerpts, *new_excerpts)),
            replace(window, omitted_count=window.omitted_count + unconsidered_count),
            self._format_overflow(window),
            self._format_left_out(window),
        )

    def _format_overflow(self, window: Window) -> Message | None:
        if self._partial_file_messages:
            return MessageList([*self._partial_file_messages, _CONFIRM_MESSAGE], " ")
        if self._remaining_tokens < 0:
            return Message(_TOO_LARGE_MESSAGE, tokens=-self._remaining_tokens)
        if window.omitted_count and not self._is_under_way:
            return Message(
                _THREAD_TOO_LONG_MESSAGE,
                plural=_THREAD_FAR_TOO_LONG_MESSAGE,
                count=window.omitted_count,
                tokens=window.omitted_tokens,
            )
        return None

    def _format_left_out(self, window: Window) -> Message | None:
        if not window.omitted_count or not self._is_under_way:
            return None
        return Message(
            _LEFT_OUT_MESSAGE, plural=_SEVERAL_LEFT_OUT_MESSAGE, count=window.omitted_count
        )

    @property
    def _is_under_way(self) -> bool:
        """Whether Easel has answered in the thread: its next summary takes in what does not fit.

        To ask before each answer until then would be a nuisance.
        """
        return not self._resend_all and any(
            turn.speaker is Speaker.EASEL for turn in self._history.turns
        )

    def _select_new_pages(self, document: Document) -> Excerpt:
        excerpt = select_first_pages(document, max(0, self._remaining_tokens))
        if len(excerpt.pages) < len(document.pages):
            self._partial_file_messages.append(
                Message(
                    _PARTIAL_FILE_MESSAGE if excerpt.pages else _NO_PAGES_MESSAGE,
                    name=document.name,
                    tokens=estimate_document_tokens(document),
                    pages=format_ranges([number for number, _ in excerpt.pages]),
                    count=excerpt.page_count,
                )
            )
        self._consume(excerpt.tokens)
        return excerpt

    def _select_earlier_pages(self, document: Document, pictures: Sequence[Image]) -> Excerpt:
        max_tokens = max(0, self._remaining_tokens)
        # A page that is looked at is read as well, whether or not this message names it. Pictures
        # of a file that is packed in this one have pages of their own.
        own = [
            one for one in pictures if (one.file_id, one.name) == (document.file_id, document.name)
        ]
        criteria = replace(self._criteria, seen_pages=tuple(list_pages(own)))
        if self._resend_all:
            excerpt = select_first_pages(document, max_tokens)
        else:
            excerpt = select_excerpt(criteria, document, max_tokens)
        self._consume(excerpt.tokens)
        return excerpt

    def _consume(self, tokens: int) -> None:
        self._remaining_tokens -= self._correction.apply(tokens) if tokens else 0
