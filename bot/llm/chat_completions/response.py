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
    TextDelta,
    Usage,
)
from bot.llm import errors
from bot.llm.charges import is_stream_failure_free
from bot.llm.error_translation import find_error_status, translate_error
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
)

_FINISH_REASONS = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "content_filter": FinishReason.CONTENT_FILTER,
}


class ChatCompletionsReader:
    """Implements `bot.llm.protocol.Reader`.

    `finish_reason` does not end the stream: the usage follows it.
    """

    def __init__(self, blobs: ExtractedBlobs | None = None, *, is_insured: bool = False) -> None:
        self.generation_id = ""
        self.usage: Usage | None = None
        self.error: EaselError | None = None
        self._error_status: int | None = None
        self._is_insured = is_insured
        self._finish_reason: str | None = None
        self._blobs = blobs or ExtractedBlobs("nothing")
        self._pictures = PictureDecoder(blobs)
        self._has_text = False
        self._has_reasoning = False

    def read(self, payload: bytes) -> list[StreamEvent]:
        if payload.strip() == b"[DONE]":
            return []
        return list(self._read_chunk(parse_payload(payload)))

    def close(self) -> list[StreamEvent]:
        is_empty = not self._has_text and not self._pictures
        if self.error is not None:
            self.error.is_unbilled = is_stream_failure_free(
                self._error_status,
                self.usage,
                has_output=not is_empty or self._has_reasoning,
                is_insured=self._is_insured,
            )
            raise self.error
        if self._finish_reason is None:
            raise errors.AnswerInterrupted("the stream ended without a finish reason")
        reason = _FINISH_REASONS.get(self._finish_reason, FinishReason.STOP)
        if is_empty:
            errors.raise_empty(self._finish_reason, reason, self.usage)
        return [ResponseFinished(reason, self.usage)]

    def _read_chunk(self, chunk: Mapping[str, Any]) -> Iterator[StreamEvent]:
        self.generation_id = self.generation_id or coerce_id(chunk.get("id"))
        if isinstance(chunk.get("usage"), Mapping):
            self.usage = read_usage(chunk["usage"])
        if self.error is not None:
            return
        choices = chunk.get("choices")
        first = coerce_mapping(choices[0]) if isinstance(choices, list) and choices else {}
        yield from self._read_choice(first)
        error = chunk.get("error") or first.get("error")
        if isinstance(error, Mapping):
            self.error, self._error_status = translate_error(error), find_error_status(error)
        elif error or self._finish_reason == "error":
            self.error = errors.AnswerInterrupted(
                "the stream ended with an error", user_message=errors.MODEL_UNAVAILABLE_MESSAGE
            )

    def _read_choice(self, choice: Mapping[str, Any]) -> Iterator[StreamEvent]:
        delta, message = coerce_mapping(choice.get("delta")), coerce_mapping(choice.get("message"))
        yield from self._read_content(delta)
        # Some streams repeat the whole message at the end: its text is known, a picture may be new.
        if message and not self._has_text:
            yield from self._read_content(message)
        for source in (delta, message):
            for image in coerce_mappings(source.get("images")):
                yield from self._pictures.decode_data_url(
                    coerce_text(coerce_mapping(image.get("image_url")).get("url"))
                )
        log_probs = coerce_mappings(coerce_mapping(choice.get("logprobs")).get("content"))
        if log_probs:
            yield LogProbs(tuple(log_probs))
        finish_reason = choice.get("finish_reason")
        if isinstance(finish_reason, str) and finish_reason:
            self._finish_reason = finish_reason

    def _read_content(self, source: Mapping[str, Any]) -> Iterator[StreamEvent]:
        reasoning = coerce_text(source.get("reasoning")) or _join_reasoning(
            source.get("reasoning_details")
        )
        if reasoning:
            self._has_reasoning = True
            yield ReasoningDelta(self._blobs.restore(reasoning))
        text = _join_content(source.get("content")) + coerce_text(source.get("refusal"))
        if text:
            self._has_text = self._has_text or not text.isspace()
            yield TextDelta(self._blobs.restore(text))


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


def _join_content(content: object) -> str:
    if isinstance(content, list):
        return "".join(coerce_text(coerce_mapping(part).get("text")) for part in content)
    return coerce_text(content)


def _join_reasoning(details: object) -> str:
    return "".join(
        coerce_text(item.get("summary")) or coerce_text(item.get("text"))
        for item in coerce_mappings(details)
    )
