"""Builds what OpenRouter sends: chunks, completions, errors, the catalog entry. Pure."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

from bot.playground.model.talk import PlayedAnswer

MODEL = "openai/gpt-5.4-image-2"
PROCESSING_COMMENT = b": OPENROUTER PROCESSING\n\n"
DONE_EVENT = b"data: [DONE]\n\n"
# OpenAI has another name for the same model.
MODELS = (MODEL, "gpt-5.4")

ENTRY: dict[str, Any] = {
    "id": MODEL,
    "canonical_slug": f"{MODEL}-20260421",
    "name": "OpenAI: GPT-5.4 Image 2",
    "created": 1776797528,
    "context_length": 272000,
    "architecture": {
        "modality": "text+image+file->text+image",
        "input_modalities": ["image", "text", "file"],
        "output_modalities": ["image", "text"],
        "tokenizer": "GPT",
        "instruct_type": None,
    },
    "pricing": {
        "prompt": "0.000008",
        "completion": "0.000015",
        "input_cache_read": "0.000002",
    },
    "top_provider": {
        "context_length": 272000,
        "max_completion_tokens": 128000,
        "is_moderated": True,
    },
    "per_request_limits": None,
    "supported_parameters": [
        "frequency_penalty",
        "include_reasoning",
        "logit_bias",
        "logprobs",
        "max_tokens",
        "presence_penalty",
        "reasoning",
        "response_format",
        "seed",
        "stop",
        "structured_outputs",
        "top_logprobs",
    ],
    "expiration_date": None,
}
KEY: dict[str, Any] = {
    "label": "sk-or-v1-pla...yed",
    "limit": None,
    "limit_remaining": None,
    "usage": 0,
    "is_free_tier": False,
}


def encode_stream(
    answer: PlayedAnswer, generation_id: str, created: int, usage: dict[str, Any]
) -> Iterator[bytes]:
    """Yield the data events of an answer in order: reasoning, words, pictures, finish, usage."""
    if answer.reasoning:
        yield encode_event(
            build_chunk(generation_id, created, {"content": "", "reasoning": answer.reasoning})
        )
    for word in re.findall(r"\S+\s*|\s+", answer.text):
        yield encode_event(
            build_chunk(generation_id, created, {"role": "assistant", "content": word})
        )
    for number, picture in enumerate(answer.pictures):
        delta = {"role": "assistant", "content": "", "images": [build_image(picture, number)]}
        yield encode_event(build_chunk(generation_id, created, delta))
    yield encode_event(
        build_chunk(generation_id, created, {"role": "assistant", "content": ""}, finish="stop")
    )
    last = build_chunk(generation_id, created, {})
    yield encode_event({**last, "choices": [], "usage": usage})


def build_completion(
    answer: PlayedAnswer, generation_id: str, created: int, usage: dict[str, Any]
) -> dict[str, Any]:
    """Build the answer to a request without `stream`."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.text, "refusal": None}
    if answer.pictures:
        message["images"] = [
            build_image(data, number) for number, data in enumerate(answer.pictures)
        ]
    choice = {"index": 0, "logprobs": None, "finish_reason": "stop", "message": message}
    return {
        "id": generation_id,
        "object": "chat.completion",
        "created": created,
        "model": MODEL,
        "provider": "OpenAI",
        "choices": [choice],
        "usage": usage,
    }


def encode_event(value: object) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def build_chunk(
    generation_id: str, created: int, delta: dict[str, Any], *, finish: str | None = None
) -> dict[str, Any]:
    native = "completed" if finish else None
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "native_finish_reason": native}
    return {
        "id": generation_id,
        "provider": "OpenAI",
        "model": MODEL,
        "object": "chat.completion.chunk",
        "created": created,
        "choices": [{**choice, "logprobs": None}],
    }


def build_image(data: bytes, number: int) -> dict[str, Any]:
    url = "data:image/png;base64," + base64.b64encode(data).decode()
    return {"type": "image_url", "image_url": {"url": url}, "index": number}


def build_error(status: int, message: str, **metadata: object) -> dict[str, Any]:
    body: dict[str, Any] = {"code": status, "message": message}
    if metadata:
        body["metadata"] = metadata
    return {"error": body}
