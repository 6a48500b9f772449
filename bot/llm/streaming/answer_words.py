"""The words of one answer, in paragraphs: between two messages, and around a picture. Pure."""

from __future__ import annotations

from bot.domain.llm import StreamEvent, TextDelta
from bot.llm.streaming.base64 import ExtractedBlobs
from bot.llm.streaming.payloads import PictureDecoder
from bot.llm.streaming.text_pictures import TextPictures


class AnswerWords:
    """Turns the words of an answer into events, with paragraphs between its parts.

    `has_text`: anything else than white space has come.
    """

    def __init__(self, decoder: PictureDecoder, blobs: ExtractedBlobs) -> None:
        self._text_pictures = TextPictures(decoder, blobs)
        self.has_text = False
        self._part = ""
        self._needs_paragraph = False
        self._last_chars = ""

    def feed(self, text: str, part: str = "") -> list[StreamEvent]:
        """Take the next words; `part` names the message that they belong to."""
        if not text:
            return []
        events: list[StreamEvent] = []
        if part != self._part and self.has_text:
            events += self._add_paragraph(text, is_message=True)
        elif self._needs_paragraph and self.has_text:
            events += self._add_paragraph(text, is_message=False)
        self._part, self._needs_paragraph = part, False
        return self._note([*events, *self._text_pictures.feed(text)])

    def mark_picture(self) -> None:
        """Note that a picture came: what follows is a paragraph of its own."""
        self._needs_paragraph = True

    def close(self) -> list[StreamEvent]:
        """Return the words that were held back."""
        return self._note([*self._text_pictures.close()])

    def _add_paragraph(self, text: str, *, is_message: bool) -> list[StreamEvent]:
        """Return the line breaks that are missing between what came and `text`.

        A picture may come within a sentence: then the words around it show their own spaces.
        """
        before = len(self._last_chars) - len(self._last_chars.rstrip("\n"))
        after = len(text) - len(text.lstrip("\n"))
        is_sentence = self._last_chars[-1:].isspace() or text[:1].isspace()
        if not is_message and is_sentence and not before + after:
            return []
        missing = 2 - before - after
        return [*self._text_pictures.feed("\n" * missing)] if missing > 0 else []

    def _note(self, events: list[StreamEvent]) -> list[StreamEvent]:
        for event in events:
            if isinstance(event, TextDelta):
                self.has_text = self.has_text or not event.text.isspace()
                self._last_chars = (self._last_chars + event.text)[-2:]
        self._needs_paragraph = bool(events) and not isinstance(events[-1], TextDelta)
        return events
