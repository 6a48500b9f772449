"""Builds what OpenRouter sends: chunks, completions, errors, the catalog entry. Pure."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from bot.playground.model.talk import PlayedAnswer

MODEL = "openai/gpt-5.4-image-2"
PROCESSING_COMMENT = b": OPENROUTER PROCESSING\n\n"
DONE_EVENT = b"data: [DONE]\n\n"
MODELS = (MODEL, f"{MODEL}-20260421")

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
    "default_parameters": {
        "temperature": None,
        "top_p": None,
        "top_k": None,
        "frequency_penalty": None,
        "presence_penalty": None,
        "repetition_penalty": None,
    },
    "supported_voices": None,
    "knowledge_cutoff": None,
    "expiration_date": None,
    "links": {"details": f"/api/v1/models/{MODEL}-20260421/endpoints"},
}
KEY: dict[str, Any] = {
    "label": "sk-or-v1-pla...yed",
    "limit": None,
    "limit_remaining": None,
    "limit_reset": None,
    "include_byok_in_limit": False,
    "usage": 0,
    "usage_daily": 0,
    "usage_weekly": 0,
    "usage_monthly": 0,
    "byok_usage": 0,
    "byok_usage_daily": 0,
    "byok_usage_weekly": 0,
    "byok_usage_monthly": 0,
    "is_free_tier": False,
    "is_management_key": False,
    "is_provisioning_key": False,
    "creator_user_id": "user_played",
    "expires_at": None,
    "allowed_data_regions": ["global"],
    "budgets": [],
    "effective_budget": None,
    "free_model_daily_requests": {"limit": 1000, "remaining": 1000, "used": 0},
    "organization_id": None,
    "workspace_id": None,
    "rate_limit": {"interval": "1h", "note": "This field is deprecated.", "requests": 1000},
}


def encode_stream(
    answer: PlayedAnswer, generation_id: str, created: int, usage: dict[str, Any]
) -> Iterator[bytes]:
    """Yield the data events of an answer in order: reasoning, words, pictures, finish, usage."""
    if answer.reasoning:
        yield encode_event(
            build_chunk(generation_id, created, {"content": "", "reasoning": answer.reasoning})
        )
    for word in split_words(answer.text):
        delta: dict[str, Any] = {"role": "assistant", "content": word}
        logprobs = _build_logprobs([word], answer.top_logprobs)
        yield encode_event(build_chunk(generation_id, created, delta, logprobs=logprobs))
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
    logprobs = _build_logprobs(split_words(answer.text), answer.top_logprobs)
    choice = {"index": 0, "logprobs": logprobs, "finish_reason": "stop", "message": message}
    return {
        "id": generation_id,
        "object": "chat.completion",
        "created": created,
        "model": MODEL,
        "provider": "OpenAI",
        "system_fingerprint": None,
        "choices": [choice],
        "usage": usage,
    }


def build_catalog() -> dict[str, Any]:
    return {"data": [ENTRY], "links": {"next": None}, "total_count": 1}


def build_generation(generation_id: str, cost: Decimal) -> dict[str, Any]:
    """Build the record of a generation, with which its cost is looked up."""
    unknown = ("api_type", "app_id", "cache_discount", "cancelled", "data_region", "external_user",
               "finish_reason", "generation_time", "http_referer", "latency",
               "moderation_latency", "native_finish_reason", "native_tokens_cached",
               "native_tokens_completion", "native_tokens_completion_images",
               "native_tokens_prompt", "native_tokens_reasoning", "num_fetches",
               "num_input_audio_prompt", "num_media_completion", "num_media_prompt",
               "num_search_results", "preset_id", "provider_responses", "request_id", "router",
               "service_tier", "session_id", "tokens_completion", "tokens_prompt", "upstream_id",
               "upstream_inference_cost", "user_agent", "web_search_engine",
               "workspace_id")  # fmt: skip
    known = {
        "id": generation_id,
        "model": MODEL,
        "total_cost": float(cost),
        "usage": float(cost),
        "created_at": "2026-11-28T00:00:00.000000+00:00",
        "is_byok": False,
        "origin": "",
        "provider_name": "OpenAI",
        "streamed": True,
    }
    return dict.fromkeys(unknown) | known


def encode_event(value: object) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def build_chunk(
    generation_id: str,
    created: int,
    delta: dict[str, Any],
    *,
    finish: str | None = None,
    logprobs: dict[str, Any] | None = None,
) -> dict[str, Any]:
    native = "completed" if finish else None
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "native_finish_reason": native}
    return {
        "id": generation_id,
        "provider": "OpenAI",
        "model": MODEL,
        "object": "chat.completion.chunk",
        "created": created,
        "choices": [{**choice, "logprobs": logprobs}],
    }


def split_words(text: str) -> list[str]:
    """Return the words of a text, each with the space after it, as they are streamed."""
    return re.findall(r"\S+\s*|\s+", text)


def _build_logprobs(words: Sequence[str], count: int | None) -> dict[str, Any] | None:
    return None if count is None else {"content": list_logprobs(words, count), "refusal": None}


def list_logprobs(words: Sequence[str], count: int) -> list[dict[str, Any]]:
    """Return the log probability of each of `words`, with `count` alternatives."""

    def describe(token: str, rank: int) -> dict[str, Any]:
        return {"token": token, "logprob": -0.25 * (rank + 1), "bytes": list(token.encode())}

    return [
        {
            **describe(word, 0),
            "top_logprobs": [describe(word if n == 0 else f"other{n} ", n) for n in range(count)],
        }
        for word in words
    ]


def build_image(data: bytes, number: int) -> dict[str, Any]:
    url = "data:image/png;base64," + base64.b64encode(data).decode()
    return {"type": "image_url", "image_url": {"url": url}, "index": number}


def build_error(status: int, message: str, **metadata: object) -> dict[str, Any]:
    body: dict[str, Any] = {"code": status, "message": message}
    if metadata:
        body["metadata"] = metadata
    return {"error": body}
