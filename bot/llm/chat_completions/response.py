"""Reads the stream of a chat completion as `StreamEvent`s. Pure. See `request.py` for the request.

Reading is tolerant, because the published schema of the stream lacks pictures
(openrouter.ai/docs, "Streaming").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from bot.domain.errors import EaselError
from bot.domain.llm import (
    FinishReason,
    LogProbs,
    ReasoningDelta,
    ResponseFinished,
    StreamEvent,
    Usage,
)
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
    coerce_usd,
    describe_odd_cost,
    is_count,
    parse_payload,
    update_usage,
)

_FINISH_REASONS = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "content_filter": FinishReason.CONTENT_FILTER,
    # What gateways pass on of other providers.
    "max_tokens": FinishReason.LENGTH,
    "model_length": FinishReason.LENGTH,
    "safety": FinishReason.CONTENT_FILTER,
    "image_safety": FinishReason.CONTENT_FILTER,
    "prohibited_content": FinishReason.CONTENT_FILTER,
    "refusal": FinishReason.CONTENT_FILTER,
}


class ChatCompletionsReader:
    """Implements `bot.llm.protocol.Reader`.

    `finish_reason` does not end the stream: the usage follows it.
    """

    def __init__(self, blobs: ExtractedBlobs | None = None, *, is_insured: bool = False) -> None:
        self.generation_id = ""
        self.usage: Usage | None = None
        self.error: EaselError | None = None
        self.has_output = False
        # What was used so far; it is all once the answer has ended.
        self._usage_so_far: Usage | None = None
        self._error_status: int | None = None
        self._is_insured = is_insured
        self._finish_reason: str | None = None
        self._blobs = blobs or ExtractedBlobs("nothing")
        self._pictures = PictureDecoder(blobs)
        self._words = AnswerWords(self._pictures, self._blobs)

    def read(self, payload: bytes) -> list[StreamEvent]:
        if payload.strip() == b"[DONE]":
            return []
        return list(self._read_chunk(parse_payload(payload)))

    def close(self) -> list[StreamEvent]:
        last_words = self._words.close()
        unreadable = self._pictures.list_unreadable()
        is_empty = not self._words.has_text and not self._pictures
        if self.error is not None:
            self.error.is_unbilled = is_stream_failure_free(
                self._error_status,
                self.usage,
                has_output=self.has_output,
                is_insured=self._is_insured,
            )
            raise self.error
        if self._finish_reason is None:
            raise errors.AnswerInterrupted("the stream ended without a finish reason")
        reason = _FINISH_REASONS.get(self._finish_reason.lower(), FinishReason.STOP)
        if is_empty:
            errors.raise_empty(
                self._finish_reason, reason, self.usage, has_unreadable=bool(unreadable)
            )
        return [*last_words, *unreadable, ResponseFinished(reason, self.usage)]

    def _read_chunk(self, chunk: Mapping[str, Any]) -> Iterator[StreamEvent]:
        self.generation_id = self.generation_id or coerce_id(chunk.get("id"))
        if self.error is None:
            first = _find_first_choice(chunk.get("choices"))
            yield from self._read_choice(first)
            self._read_error(chunk.get("error") or first.get("error"))
        self._note_usage(chunk)

    def _note_usage(self, chunk: Mapping[str, Any]) -> None:
        """Note what was used; some servers count in each chunk, and then it is not all yet."""
        if isinstance(chunk.get("usage"), dict):
            self._usage_so_far = update_usage(self._usage_so_far, read_usage(chunk["usage"]))
            # A whole message instead of a piece is an answer that is over.
            is_whole = "message" in _find_first_choice(chunk.get("choices"))
            if not chunk.get("choices") or is_whole or self.error is not None:
                self.usage = self._usage_so_far
        if self._finish_reason is not None:
            self.usage = self._usage_so_far

    def _read_error(self, error: object) -> None:
        if isinstance(error, dict):
            self._note_error(error)
        elif error or self._finish_reason == "error":
            self.error = errors.AnswerInterrupted(
                "the stream ended with an error", user_message=errors.MODEL_UNAVAILABLE_MESSAGE
            )

    def _note_error(self, error: Mapping[str, Any]) -> None:
        """Note an error, unless it only says that the answer has reached its longest length."""
        translated = translate_error(error)
        is_length = isinstance(translated, errors.ContextTooLong)
        if is_length and (self._finish_reason == "length" or self.has_output):
            self._finish_reason = "length"
        else:
            self.error, self._error_status = translated, find_error_status(error)

    def _read_choice(self, choice: Mapping[str, Any]) -> Iterator[StreamEvent]:
        delta, message = coerce_mapping(choice.get("delta")), coerce_mapping(choice.get("message"))
        # Also what cannot be read: hidden thoughts, and pictures that are none.
        parts = [*delta.items(), *message.items()]
        self.has_output = self.has_output or any(part for name, part in parts if name != "role")
        yield from self._read_content(delta)
        # Some streams repeat the whole message at the end: its text is known, a picture may be new.
        if message and not self._words.has_text:
            yield from self._read_content(message)
        for source in (delta, message):
            for image in coerce_mappings(source.get("images")):
                yield from self._read_picture(image)
        log_probs = coerce_mappings(coerce_mapping(choice.get("logprobs")).get("content"))
        if log_probs:
            yield LogProbs(tuple(log_probs))
        finish_reason = choice.get("finish_reason")
        if isinstance(finish_reason, str) and finish_reason:
            self._finish_reason = finish_reason

    def _read_picture(self, part: Mapping[str, Any]) -> Iterator[StreamEvent]:
        self._words.mark_picture()
        address = part.get("image_url")
        url = address if isinstance(address, str) else coerce_mapping(address).get("url")
        yield from self._pictures.decode_data_url(coerce_text(url))

    def _read_content(self, source: Mapping[str, Any]) -> Iterator[StreamEvent]:
        # OpenRouter has both of the latter; vLLM, LiteLLM, DeepSeek and others have the first.
        reasoning = (
            coerce_text(source.get("reasoning_content"))
            or coerce_text(source.get("reasoning"))
            or _join_reasoning(source.get("reasoning_details"))
            or _join_thinking(source.get("content"))
        )
        if reasoning:
            yield ReasoningDelta(self._blobs.restore(reasoning))
        text = _join_content(source.get("content")) + coerce_text(source.get("refusal"))
        yield from self._words.feed(text)
        for part in coerce_mappings(source.get("content")):
            if part.get("type") == "image_url":
                yield from self._read_picture(part)


def read_usage(raw: Mapping[str, Any]) -> Usage:
    """Read a `usage` object; every part of it may be missing, null or of another type.

    If the operator brings a key of the model's provider (`is_byok`), OpenRouter's `cost` is only
    its own fee, and the provider's price is added. Without that price the cost is not known.
    """
    prompt_details = coerce_mapping(raw.get("prompt_tokens_details"))
    completion_details = coerce_mapping(raw.get("completion_tokens_details"))
    cost = coerce_usd(raw.get("cost"))
    if raw.get("is_byok") is True:
        upstream = coerce_usd(
            coerce_mapping(raw.get("cost_details")).get("upstream_inference_cost")
        )
        cost = None if upstream is None else (cost or Decimal(0)) + upstream
    return Usage(
        prompt_tokens=coerce_count(raw.get("prompt_tokens")),
        completion_tokens=coerce_count(raw.get("completion_tokens")),
        cached_tokens=coerce_count(prompt_details.get("cached_tokens")),
        reasoning_tokens=coerce_count(completion_details.get("reasoning_tokens")),
        image_tokens=coerce_count(completion_details.get("image_tokens")),
        cost=cost,
        is_counted=is_count(raw.get("prompt_tokens")) and is_count(raw.get("completion_tokens")),
        odd_cost=describe_odd_cost(raw.get("cost")),
    )


def _find_first_choice(choices: object) -> Mapping[str, Any]:
    """Return the choice of the answer. One is asked for; what a gateway adds is another answer."""
    for choice in coerce_mappings(choices):
        if not choice.get("index"):
            return choice
    return {}


def _join_content(content: object) -> str:
    if isinstance(content, list):
        parts = coerce_mappings(content)
        return "".join(coerce_text(part.get("text")) for part in parts)
    return coerce_text(content)


def _join_thinking(content: object) -> str:
    """Mistral's models think in parts of the content."""
    if not isinstance(content, list):
        return ""
    thoughts = [
        part.get("thinking") for part in coerce_mappings(content) if part.get("type") == "thinking"
    ]
    return "".join(_join_content(thought) for thought in thoughts)


def _join_reasoning(details: object) -> str:
    if not isinstance(details, list):
        return ""
    return "".join(
        coerce_text(item.get("summary")) or coerce_text(item.get("text"))
        for item in coerce_mappings(details)
    )
