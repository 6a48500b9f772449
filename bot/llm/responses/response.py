"""Reads the stream of OpenAI's Responses API as `StreamEvent`s. Pure. See `request.py`.

Reading is tolerant: the stream holds more than its published schema, and may repeat at its end what
it sent before (platform.openai.com/docs, "Streaming events").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.billing.pricing import PICTURE_TOKENS, find_picture_tokens
from bot.domain.errors import EaselError
from bot.domain.llm import (
    DrawingsFailed,
    FinishReason,
    LogProbs,
    PartialImage,
    ReasoningDelta,
    ResponseFinished,
    StreamEvent,
    Usage,
)
from bot.domain.safe_text import truncate
from bot.llm import errors
from bot.llm.charges import is_stream_failure_free
from bot.llm.error_translation import find_error_status, translate_error
from bot.llm.streaming.answer_words import AnswerWords
from bot.llm.streaming.base64 import ExtractedBlobs
from bot.llm.streaming.payloads import (
    PictureDecoder,
    coerce_count,
    coerce_id,
    coerce_mapping,
    coerce_mappings,
    coerce_text,
    is_count,
    parse_payload,
    update_usage,
)

# Longer ones say no more to a person.
_MAX_PROMPT_CHARS = 1_000
_INCOMPLETE_REASONS = {
    "max_output_tokens": FinishReason.LENGTH,
    "content_filter": FinishReason.CONTENT_FILTER,
}


class ResponsesReader:
    """Implements `bot.llm.protocol.Reader`."""

    def __init__(
        self,
        blobs: ExtractedBlobs | None = None,
        picture_tokens: Mapping[str, int] = PICTURE_TOKENS,
    ) -> None:
        self._picture_tokens = picture_tokens
        self.generation_id = ""
        self.usage: Usage | None = None
        self.error: EaselError | None = None
        self.has_output = False
        self._error_status: int | None = None
        self._blobs = blobs or ExtractedBlobs("nothing")
        self._pictures = PictureDecoder(blobs)
        self._finish_reason: FinishReason | None = None
        self._words = AnswerWords(self._pictures, self._blobs)
        # The messages of which words came, by the ids of their items.
        self._message_ids: set[str] = set()
        # The estimated tokens of each drawn picture, by the id of its item.
        self._drawn_tokens: dict[str, int] = {}
        # The calls that drew, and those of which no picture came, by the ids of their items.
        self._drawn_ids: set[str] = set()
        self._failed_ids: set[str] = set()
        self._is_blocked = False

    def read(self, payload: bytes) -> list[StreamEvent]:
        if payload.strip() == b"[DONE]":
            return []
        return list(self._read_event(parse_payload(payload)))

    def close(self) -> list[StreamEvent]:
        if self.error is not None:
            self.error.is_unbilled = is_stream_failure_free(
                self._error_status, self.usage, has_output=self.has_output, is_insured=False
            )
            raise self.error
        last_words = self._words.close()
        unreadable = self._pictures.list_unreadable()
        if self._finish_reason is None:
            raise errors.AnswerInterrupted("the stream ended without response.completed")
        if self._is_blocked and not self._pictures:
            self._finish_reason = FinishReason.CONTENT_FILTER
        failed = self._list_failed_drawings()
        if not self._words.has_text and not self._pictures:
            errors.raise_empty(
                self._finish_reason.value,
                self._finish_reason,
                self.usage,
                has_unreadable=bool(unreadable),
                has_failed_drawing=bool(failed),
            )
        return [
            *last_words,
            *unreadable,
            *failed,
            ResponseFinished(self._finish_reason, self.usage),
        ]

    def _read_event(self, event: Mapping[str, Any]) -> Iterator[StreamEvent]:
        # A body instead of a stream is the response itself.
        is_response = event.get("object") == "response"
        response = event if is_response else coerce_mapping(event.get("response"))
        self.generation_id = self.generation_id or coerce_id(response.get("id"))
        if self.error is not None or is_response:
            self._read_usage(response)
            return
        for found in self._read_content(event):
            self.has_output = True
            yield found
        match coerce_text(event.get("type")).removeprefix("response."):
            case "completed" | "incomplete":
                yield from self._read_end(response)
            case "failed" | "error":
                self._read_failure(event, response)
            case _:
                pass

    def _read_content(self, event: Mapping[str, Any]) -> Iterator[StreamEvent]:
        kind = coerce_text(event.get("type"))
        match kind.removeprefix("response."):
            case "output_text.delta" | "refusal.delta":
                item_id = coerce_text(event.get("item_id"))
                self._message_ids.add(item_id)
                yield from self._words.feed(coerce_text(event.get("delta")), item_id)
                log_probs = coerce_mappings(event.get("logprobs"))
                yield from [LogProbs(tuple(log_probs))] if log_probs else []
            case "reasoning_summary_text.delta" | "reasoning_text.delta":
                reasoning = coerce_text(event.get("delta"))
                yield from [ReasoningDelta(self._blobs.restore(reasoning))] if reasoning else []
            case "image_generation_call.partial_image":
                found = self._pictures.decode(coerce_text(event.get("partial_image_b64")))
                yield from [PartialImage(*found)] if found else []
            case "output_item.done":
                yield from self._read_item(coerce_mapping(event.get("item")))
            case _:
                pass

    def _read_failure(self, event: Mapping[str, Any], response: Mapping[str, Any]) -> None:
        """Note the error of `response.failed` or `error`.

        The documentation shows `error` with its fields in the event; streams also nest them.
        """
        self._read_usage(response)
        error = coerce_mapping(response.get("error")) or coerce_mapping(event.get("error")) or event
        self.error, self._error_status = translate_error(error), find_error_status(error)

    def _read_item(self, item: Mapping[str, Any]) -> Iterator[StreamEvent]:
        if item.get("type") == "message":
            yield from self._read_message(item)
        if item.get("type") != "image_generation_call":
            return
        self._words.mark_picture()
        result, item_id = coerce_text(item.get("result")), coerce_text(item.get("id"))
        if item.get("status") == "failed" or item.get("error") or not result:
            code = coerce_mapping(item.get("error")).get("code")
            self._is_blocked = self._is_blocked or code == "moderation_blocked"
            self._failed_ids.add(item_id)
            return
        self._drawn_ids.add(item_id)
        for picture in self._pictures.decode_unseen(result):
            tokens = find_picture_tokens(self._picture_tokens, coerce_text(item.get("quality")))
            self._drawn_tokens[item_id or picture.sha256] = tokens
            yield replace(picture, revised_prompt=self._read_revised_prompt(item))

    def _read_revised_prompt(self, item: Mapping[str, Any]) -> str:
        words = coerce_text(item.get("revised_prompt"))
        # What has a word of thousands of letters, which was taken for a picture, describes nothing.
        return "" if self._blobs.has_placeholder(words) else clean_revised_prompt(words)

    def _list_failed_drawings(self) -> list[DrawingsFailed]:
        """Return what tells of the pictures that were begun and never came.

        The end of the stream may repeat a call without its picture. Where the safety check kept
        back all that was drawn, the end of the answer says so.
        """
        if self._finish_reason is FinishReason.CONTENT_FILTER:
            return []
        count = len(self._failed_ids - self._drawn_ids)
        return [DrawingsFailed(count)] if count else []

    def _read_message(self, item: Mapping[str, Any]) -> Iterator[StreamEvent]:
        """Read a whole message, unless its words came already."""
        item_id = coerce_text(item.get("id"))
        # Words without an id may be those of any message.
        if item_id in self._message_ids or "" in self._message_ids:
            return
        words = [
            coerce_text(part.get("text")) or coerce_text(part.get("refusal"))
            for part in coerce_mappings(item.get("content"))
        ]
        if any(words):
            self._message_ids.add(item_id)
        yield from self._words.feed("".join(words), item_id)

    def _read_end(self, response: Mapping[str, Any]) -> Iterator[StreamEvent]:
        reason = coerce_text(coerce_mapping(response.get("incomplete_details")).get("reason"))
        for item in coerce_mappings(response.get("output")):
            yield from self._read_item(item)
        if response.get("status") == "incomplete" or reason:
            self._finish_reason = _INCOMPLETE_REASONS.get(reason, FinishReason.LENGTH)
        else:
            self._finish_reason = FinishReason.STOP
        self._read_usage(response)

    def _read_usage(self, response: Mapping[str, Any]) -> None:
        if isinstance(response.get("usage"), Mapping):
            told = read_response_usage(response, sum(self._drawn_tokens.values()))
            self.usage = update_usage(self.usage, told)


def clean_revised_prompt(words: str) -> str:
    """Return what the provider says that it drew: one line, without control characters, bounded."""
    words = words[: 4 * _MAX_PROMPT_CHARS]
    printable = "".join(char if char.isprintable() else " " for char in words)
    return truncate(" ".join(printable.split()), _MAX_PROMPT_CHARS)


def read_response_usage(response: Mapping[str, Any], drawn_tokens: int) -> Usage:
    """Add up the tokens of the conversation's model and of the drawing model, without a cost.

    `usage` counts the former only. `tool_usage` counts the latter and may be missing; then
    `drawn_tokens` is the estimate for the pictures.
    """
    raw = coerce_mapping(response.get("usage"))
    tool = coerce_mapping(coerce_mapping(response.get("tool_usage")).get("image_gen"))
    tool_details = coerce_mapping(tool.get("input_tokens_details"))
    tool_input = coerce_count(tool.get("input_tokens"))
    tool_output = coerce_count(tool.get("output_tokens")) or drawn_tokens
    tool_images = min(coerce_count(tool_details.get("image_tokens")), tool_input)
    return Usage(
        prompt_tokens=coerce_count(raw.get("input_tokens")) + tool_input,
        completion_tokens=coerce_count(raw.get("output_tokens")) + tool_output,
        cached_tokens=coerce_count(
            coerce_mapping(raw.get("input_tokens_details")).get("cached_tokens")
        ),
        reasoning_tokens=coerce_count(
            coerce_mapping(raw.get("output_tokens_details")).get("reasoning_tokens")
        ),
        image_tokens=tool_output,
        drawing_text_tokens=tool_input - tool_images,
        drawing_image_tokens=tool_images,
        is_counted=is_count(raw.get("input_tokens")) and is_count(raw.get("output_tokens")),
    )
