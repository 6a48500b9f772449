"""Converts requests and answers of the played model from and to OpenAI's Responses API. Pure."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.playground.model.talk import PlayedAnswer

MODEL = "gpt-5.4"
_ENVELOPE: dict[str, Any] = {
    "object": "response",
    "created_at": 1_795_000_000,
    "model": MODEL,
    "error": None,
    "incomplete_details": None,
    "instructions": None,
    "metadata": {},
    "output": [],
    "parallel_tool_calls": True,
    "temperature": 1.0,
    "tool_choice": "auto",
    "tools": [],
    "top_p": 1.0,
}


def convert_to_chat(body: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a request to chat completions, so that one parser reads both."""
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": str(body.get("instructions") or "-")}
    ]
    for item in body.get("input") or []:
        parts = item.get("content", [])
        content = parts if isinstance(parts, str) else [_convert_part(part) for part in parts]
        messages.append({"role": item.get("role"), "content": content})
    text_format = (
        body.get("text", {}).get("format") if isinstance(body.get("text"), Mapping) else None
    )
    draws = bool(body.get("tools"))
    reasoning = body.get("reasoning")
    chat: dict[str, Any] = {
        "model": body.get("model"),
        "messages": messages,
        "modalities": ["image", "text"] if draws else ["text"],
        "session_id": body.get("prompt_cache_key"),
        "max_tokens": body.get("max_output_tokens"),
        "reasoning": {"effort": "low", "exclude": not (reasoning or {}).get("summary")}
        if isinstance(reasoning, Mapping)
        else None,
    }
    if isinstance(text_format, Mapping):
        chat["response_format"] = {"type": "json_schema", "json_schema": dict(text_format)}
    return chat


def _convert_part(part: Mapping[str, Any]) -> dict[str, Any]:
    if part.get("type") == "input_image":
        return {"type": "image_url", "image_url": {"url": part.get("image_url")}}
    return {"type": "text", "text": part.get("text") or ""}


def encode_stream(
    answer: PlayedAnswer, response_id: str, usage: Mapping[str, Any]
) -> Iterator[bytes]:
    """Yield the events of an answer in order.

    A picture comes three times: as a preview, in its finished item, and in the whole response.
    """
    numbers = iter(range(1_000_000))

    def encode_next(kind: str, **fields: Any) -> bytes:
        return encode_event(kind, number=next(numbers), **fields)

    started = {**_ENVELOPE, "id": response_id, "status": "in_progress"}
    yield encode_next("response.created", response=started)
    yield encode_next("response.in_progress", response=started)
    if answer.reasoning:
        yield encode_next("response.reasoning_summary_text.delta", item_id="rs_1", output_index=0,
                    summary_index=0, delta=answer.reasoning)  # fmt: skip
    text_fields = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    for word in re.findall(r"\S+\s*|\s+", answer.text):
        yield encode_next("response.output_text.delta", **text_fields, delta=word, logprobs=[])
    end = build_end(answer, response_id, usage)
    for number, item in enumerate(end["output"][1:], 1):
        item_id, body = item["id"], item["result"]
        picture_fields = {"item_id": item_id, "output_index": number}
        yield encode_next("response.image_generation_call.in_progress", **picture_fields)
        yield encode_next(
            "response.image_generation_call.partial_image",
            **picture_fields,
            partial_image_index=0,
            partial_image_b64=body,
        )
        yield encode_next("response.image_generation_call.completed", **picture_fields)
        yield encode_next("response.output_item.done", output_index=number, item=item)
    yield encode_next("response.completed", response=end)


def encode_event(kind: str, number: int = 0, **fields: Any) -> bytes:
    """Encode one event of the stream, which is the `number`th."""
    event = {"type": kind, "sequence_number": number, **fields}
    return f"event: {kind}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def build_end(answer: PlayedAnswer, response_id: str, usage: Mapping[str, Any]) -> dict[str, Any]:
    """Build the whole response with which a stream ends."""
    items: list[dict[str, Any]] = [_build_message(answer.text)]
    for number, data in enumerate(answer.pictures, 1):
        items.append({"type": "image_generation_call", "id": f"ig_{number}", "status": "completed",
                      "result": base64.b64encode(data).decode(), "quality": "medium",
                      "output_format": "png"})  # fmt: skip
    fields = _build_usage(answer, usage)
    return {**_ENVELOPE, "id": response_id, "status": "completed", "output": items, **fields}


def _build_message(text: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
    return {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
            "content": content}  # fmt: skip


def _build_usage(answer: PlayedAnswer, usage: Mapping[str, Any]) -> dict[str, Any]:
    """Build usage as OpenAI does: tokens of the main model, and separately of the drawing model."""
    details = usage["completion_tokens_details"]
    fields: dict[str, Any] = {
        "usage": {
            "input_tokens": usage["prompt_tokens"],
            "input_tokens_details": usage["prompt_tokens_details"],
            "output_tokens": usage["completion_tokens"] - details["image_tokens"],
            "output_tokens_details": {"reasoning_tokens": details["reasoning_tokens"]},
            "total_tokens": usage["total_tokens"] - details["image_tokens"],
        }
    }
    if answer.pictures:
        fields["tool_usage"] = {
            "image_gen": {
                "input_tokens": 50,
                "input_tokens_details": {"image_tokens": 0, "text_tokens": 50},
                "output_tokens": details["image_tokens"],
                "total_tokens": 50 + details["image_tokens"],
            }
        }
    return fields
