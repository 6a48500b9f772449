"""Bounds what is taken of one answer: in bytes as it comes, and of each kind of content. Pure.

Honest answers are far below: the longest has 128,000 tokens, and a picture a few megabytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.llm import (
    ImageOutput,
    LogProbs,
    PartialImage,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
)
from bot.llm import errors

_MB = 1024 * 1024
# A picture comes as a preview up to three times, then whole, and once more at the end.
MAX_STREAM_BYTES = 192 * _MB
MAX_TEXT_CHARS = 2_000_000
MAX_REASONING_CHARS = 8_000_000
MAX_ODDS_BYTES = 32 * _MB
MAX_PICTURE_BYTES, MAX_PICTURES = 96 * _MB, 10
MAX_PREVIEWS = 100


@dataclass(slots=True)
class AnswerLimits:
    """What may still come of one answer."""

    stream_bytes: int = MAX_STREAM_BYTES
    text_chars: int = MAX_TEXT_CHARS
    reasoning_chars: int = MAX_REASONING_CHARS
    odds_bytes: int = MAX_ODDS_BYTES
    picture_bytes: int = MAX_PICTURE_BYTES
    pictures: int = MAX_PICTURES
    previews: int = MAX_PREVIEWS
    is_exceeded: bool = False

    def count_bytes(self, count: int) -> None:
        """Note bytes of the stream, whatever they hold. Raises `AnswerTooLarge`."""
        self.stream_bytes -= count
        if self.stream_bytes < 0:
            raise errors.AnswerTooLarge("too many bytes")

    def admit(self, event: StreamEvent, payload_bytes: int) -> StreamEvent | None:
        """Return an event, or as much of it as may still come; None if that is nothing.

        Sets `is_exceeded` where there was more: nothing may follow. `payload_bytes` is the size of
        what told of the event.
        """
        match event:
            case TextDelta(text):
                taken = text[: self.text_chars]
                self.text_chars -= len(taken)
                return self._cut(event, taken, len(text))
            case ReasoningDelta(text):
                taken = text[: self.reasoning_chars]
                self.reasoning_chars -= len(taken)
                return self._cut(event, taken, len(text))
            case ImageOutput():
                self.pictures -= 1
                self.picture_bytes -= len(event.data)
                return self._check(event, min(self.pictures, self.picture_bytes))
            case PartialImage():
                self.previews -= 1
                return self._check(event, self.previews)
            case LogProbs():
                self.odds_bytes -= payload_bytes
                return self._check(event, self.odds_bytes)
            case _:
                return event

    def _cut(
        self, event: TextDelta | ReasoningDelta, taken: str, char_count: int
    ) -> StreamEvent | None:
        if len(taken) == char_count:
            return event
        self.is_exceeded = True
        return replace(event, text=taken) if taken else None

    def _check(self, event: StreamEvent, rest: int) -> StreamEvent | None:
        if rest >= 0:
            return event
        self.is_exceeded = True
        return None
