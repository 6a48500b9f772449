"""The shapes OpenRouter sends: chunks, usage, errors, the catalogue entry. Pure."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

from bot.playground.model.talk import Said

MODEL = "openai/gpt-5.4-image-2"
COMMENT = b": OPENROUTER PROCESSING\n\n"
DONE = b"data: [DONE]\n\n"
PROMPT_PRICE, COMPLETION_PRICE, IMAGE_PRICE = 8e-6, 15e-6, 30e-6
IMAGE_TOKENS = 1290

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
    "supported_parameters": ["max_tokens", "reasoning", "response_format", "seed", "stop"],
    "expiration_date": None,
}
KEY: dict[str, Any] = {
    "label": "sk-or-v1-pla...yed",
    "limit": None,
    "limit_remaining": None,
    "usage": 0,
    "is_free_tier": False,
}


def stream(said: Said, generation: str, created: int, usage: dict[str, Any]) -> Iterator[bytes]:
    """The data events of an answer, in order: words, pictures, finish, usage."""
    for word in re.findall(r"\S+\s*|\s+", said.text):
        yield event(chunk(generation, created, {"role": "assistant", "content": word}))
    for number, picture in enumerate(said.pictures):
        delta = {"role": "assistant", "content": "", "images": [image(picture, number)]}
        yield event(chunk(generation, created, delta))
    yield event(chunk(generation, created, {"role": "assistant", "content": ""}, finish="stop"))
    last = chunk(generation, created, {})
    yield event({**last, "choices": [], "usage": usage})


def whole(said: Said, generation: str, created: int, usage: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request without `stream`."""
    message: dict[str, Any] = {"role": "assistant", "content": said.text, "refusal": None}
    if said.pictures:
        message["images"] = [image(data, number) for number, data in enumerate(said.pictures)]
    choice = {"index": 0, "logprobs": None, "finish_reason": "stop", "message": message}
    return {
        "id": generation,
        "object": "chat.completion",
        "created": created,
        "model": MODEL,
        "provider": "OpenAI",
        "choices": [choice],
        "usage": usage,
    }


def event(value: object) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def chunk(
    generation: str, created: int, delta: dict[str, Any], *, finish: str | None = None
) -> dict[str, Any]:
    native = "completed" if finish else None
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "native_finish_reason": native}
    return {
        "id": generation,
        "provider": "OpenAI",
        "model": MODEL,
        "object": "chat.completion.chunk",
        "created": created,
        "choices": [{**choice, "logprobs": None}],
    }


def image(data: bytes, number: int) -> dict[str, Any]:
    url = "data:image/png;base64," + base64.b64encode(data).decode()
    return {"type": "image_url", "image_url": {"url": url}, "index": number}


def usage_of(said: Said, prompt_characters: int, pictures_sent: int) -> dict[str, Any]:
    """Plausible tokens, and the cost at the model's prices."""
    prompt = prompt_characters // 4 + 1 + pictures_sent * 1229
    images = IMAGE_TOKENS * len(said.pictures)
    text = len(said.text) // 4 + 1
    cost = prompt * PROMPT_PRICE + text * COMPLETION_PRICE + images * IMAGE_PRICE
    return {
        "prompt_tokens": prompt,
        "completion_tokens": text + images,
        "total_tokens": prompt + text + images,
        "cost": round(cost, 9),
        "is_byok": False,
        "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "cost_details": {"upstream_inference_cost": round(cost, 9)},
        "completion_tokens_details": {"reasoning_tokens": 0, "image_tokens": images},
    }


def error(status: int, message: str, **metadata: object) -> dict[str, Any]:
    body: dict[str, Any] = {"code": status, "message": message}
    if metadata:
        body["metadata"] = metadata
    return {"error": body}
