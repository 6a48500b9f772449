"""The shapes of OpenAI's Responses API, as the played model speaks it. Pure."""

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
    """The same request in the words of chat completions, so that it is understood alike."""
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": str(body.get("instructions") or "-")}
    ]
    for item in body.get("input") or []:
        given = item.get("content", [])
        content = given if isinstance(given, str) else [_convert_part(part) for part in given]
        messages.append({"role": item.get("role"), "content": content})
    form = body.get("text", {}).get("format") if isinstance(body.get("text"), Mapping) else None
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
    if isinstance(form, Mapping):
        chat["response_format"] = {"type": "json_schema", "json_schema": dict(form)}
    return chat


def _convert_part(part: Mapping[str, Any]) -> dict[str, Any]:
    if part.get("type") == "input_image":
        return {"type": "image_url", "image_url": {"url": part.get("image_url")}}
    return {"type": "text", "text": part.get("text") or ""}


def encode_stream(
    answer: PlayedAnswer, response_id: str, usage: Mapping[str, Any]
) -> Iterator[bytes]:
    """The events of an answer, in order; the picture comes as a preview, whole, and again."""
    numbers = iter(range(1_000_000))

    def encode_event(kind: str, **more: Any) -> bytes:
        told = {"type": kind, "sequence_number": next(numbers), **more}
        return f"event: {kind}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n".encode()

    begun = {**_ENVELOPE, "id": response_id, "status": "in_progress"}
    yield encode_event("response.created", response=begun)
    yield encode_event("response.in_progress", response=begun)
    if answer.reasoning:
        yield encode_event("response.reasoning_summary_text.delta", item_id="rs_1", output_index=0,
                    summary_index=0, delta=answer.reasoning)  # fmt: skip
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    for word in re.findall(r"\S+\s*|\s+", answer.text):
        yield encode_event("response.output_text.delta", **place, delta=word, logprobs=[])
    items: list[dict[str, Any]] = [_build_message(answer.text)]
    for number, data in enumerate(answer.pictures, 1):
        item_id, body = f"ig_{number}", base64.b64encode(data).decode()
        at = {"item_id": item_id, "output_index": number}
        yield encode_event("response.image_generation_call.in_progress", **at)
        yield encode_event(
            "response.image_generation_call.partial_image",
            **at,
            partial_image_index=0,
            partial_image_b64=body,
        )
        yield encode_event("response.image_generation_call.completed", **at)
        items.append({"type": "image_generation_call", "id": item_id, "status": "completed",
                      "result": body, "quality": "medium", "output_format": "png"})  # fmt: skip
        yield encode_event("response.output_item.done", output_index=number, item=items[-1])
    done = {**begun, "status": "completed", "output": items, **_build_usage(answer, usage)}
    yield encode_event("response.completed", response=done)


def _build_message(text: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
    return {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
            "content": content}  # fmt: skip


def _build_usage(answer: PlayedAnswer, usage: Mapping[str, Any]) -> dict[str, Any]:
    """As OpenAI tells it: the leading model's tokens, and apart from them the drawing model's."""
    details = usage["completion_tokens_details"]
    told: dict[str, Any] = {
        "usage": {
            "input_tokens": usage["prompt_tokens"],
            "input_tokens_details": usage["prompt_tokens_details"],
            "output_tokens": usage["completion_tokens"] - details["image_tokens"],
            "output_tokens_details": {"reasoning_tokens": details["reasoning_tokens"]},
            "total_tokens": usage["total_tokens"] - details["image_tokens"],
        }
    }
    if answer.pictures:
        told["tool_usage"] = {
            "image_gen": {
                "input_tokens": 50,
                "input_tokens_details": {"image_tokens": 0, "text_tokens": 50},
                "output_tokens": details["image_tokens"],
                "total_tokens": 50 + details["image_tokens"],
            }
        }
    return told
