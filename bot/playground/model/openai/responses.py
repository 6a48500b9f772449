"""Reads requests of OpenAI's Responses API, and refuses them as OpenAI does. Pure.

See `responses_stream.py` for the answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground.model import wire
from bot.playground.model.openai.drawing_tool import (
    check_drawing_tool,
    find_played_quality,
    find_played_size,
)
from bot.playground.model.openai.fields import RESPONSES_SHAPE, check_known_fields
from bot.playground.model.openai.masks import read_mask
from bot.playground.model.openai.refusals import build_refusal
from bot.playground.model.request import is_of_type

MODEL = "gpt-5.4"
MODELS = (MODEL, "gpt-5.4-2026-03-05")
_PARAMETERS = {
    "background", "conversation", "include", "input", "instructions", "max_output_tokens",
    "max_tool_calls", "metadata", "model", "parallel_tool_calls", "previous_response_id", "prompt",
    "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "reasoning",
    "safety_identifier", "service_tier", "store", "stream", "stream_options", "text",
    "tool_choice", "tools", "top_logprobs", "truncation", "user",
}  # fmt: skip
# Known, but not taken by a model that thinks.
_UNSUPPORTED_PARAMETERS = {"temperature", "top_p"}
_TOOL_PARAMETERS = {
    "type", "model", "quality", "size", "output_format", "output_compression", "background",
    "input_fidelity", "input_image_mask", "moderation", "partial_images", "action",
}  # fmt: skip
EFFORTS = ("none", "low", "medium", "high", "xhigh")
_MIN_OUTPUT_TOKENS = 16
_LOGPROBS_FIELD = "message.output_text.logprobs"
_TYPES: dict[str, tuple[type, ...]] = {
    "model": (str,),
    "input": (str, list),
    "stream": (bool, type(None)),
    "max_output_tokens": (int, type(None)),
    "instructions": (str, type(None)),
    "tools": (list,),
}
UNAUTHORIZED = {
    "error": {
        "message": "Incorrect API key provided. You can find your API key at"
        " https://platform.openai.com/account/api-keys.",
        "type": "invalid_request_error",
        "param": None,
        "code": "invalid_api_key",
    }
}


def convert_to_chat(body: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a request to chat completions, so that one parser reads both.

    Raises `RequestError` for what OpenAI refuses.
    """
    _check(body)
    messages = _convert_messages(body)
    text, reasoning = body.get("text"), body.get("reasoning")
    text_format = text.get("format") if isinstance(text, Mapping) else None
    chat: dict[str, Any] = {
        "model": wire.MODEL,  # the other provider's name for the same played model
        "messages": messages,
        "modalities": ["image", "text"] if body.get("tools") else ["text"],
        "session_id": body.get("prompt_cache_key"),
        "max_tokens": body.get("max_output_tokens"),
        "stream": body.get("stream"),
        "reasoning": {"effort": "low", "exclude": not reasoning.get("summary")}
        if isinstance(reasoning, Mapping)
        else None,
        "played_size": find_played_size(body.get("tools") or []),
        "image_config": {"quality": find_played_quality(body.get("tools") or [])},
        "played_mask": read_mask(body.get("tools") or [], messages),
        "logprobs": _LOGPROBS_FIELD in (body.get("include") or []),
        "top_logprobs": body.get("top_logprobs"),
    }
    if isinstance(text_format, Mapping):
        chat["response_format"] = {"type": "json_schema", "json_schema": dict(text_format)}
    return chat


def _check(body: Mapping[str, Any]) -> None:
    for name in sorted(set(body) - _PARAMETERS):
        if name in _UNSUPPORTED_PARAMETERS:
            message = f"Unsupported parameter: '{name}' is not supported with this model."
            raise build_refusal(message, "unsupported_parameter", name)
        raise build_refusal(f"Unknown parameter: '{name}'.", "unknown_parameter", name)
    check_fields(body, ("model", "input"), _TYPES)
    check_known_fields(body, RESPONSES_SHAPE)
    _check_values(body)
    check_cache_retention(body)


def check_fields(
    body: Mapping[str, Any],
    required: Sequence[str],
    types_by_name: Mapping[str, tuple[type, ...]],
) -> None:
    """Raise `RequestError` for a field that is missing or of another type, or an unknown model."""
    for name in required:
        if body.get(name) is None:
            message = f"Missing required parameter: '{name}'."
            raise build_refusal(message, "missing_required_parameter", name)
    for name, types in types_by_name.items():
        if name in body and not is_of_type(body[name], types):
            raise build_refusal(f"Invalid type for '{name}'.", "invalid_type", name)
    if body["model"] not in MODELS:
        message = f"The requested model '{body['model']}' does not exist."
        raise build_refusal(message, "model_not_found", "model")


def check_cache_retention(body: Mapping[str, Any]) -> None:
    """Raise `RequestError` for a time that no cache keeps."""
    retention = body.get("prompt_cache_retention")
    if retention not in (None, "in_memory", "24h"):
        message = f"Invalid value: '{retention}'. Supported values are: 'in_memory' and '24h'."
        raise build_refusal(message, "invalid_value", "prompt_cache_retention")


def _check_values(body: Mapping[str, Any]) -> None:
    limit, reasoning = body.get("max_output_tokens"), body.get("reasoning")
    if limit is not None and limit < _MIN_OUTPUT_TOKENS:
        message = f"Invalid 'max_output_tokens': integer below minimum value, got {limit} instead."
        raise build_refusal(message, "integer_below_min_value", "max_output_tokens")
    effort = reasoning.get("effort") if isinstance(reasoning, Mapping) else None
    if effort is not None and effort not in EFFORTS:
        known = ", ".join(f"'{word}'" for word in EFFORTS)
        message = (
            f"Unsupported value: '{effort}' is not supported with the '{MODEL}' model. Supported"
            f" values are: {known}."
        )
        raise build_refusal(message, "unsupported_value", "reasoning.effort")
    for number, tool in enumerate(body.get("tools") or []):
        for name in sorted(set(tool if isinstance(tool, Mapping) else {}) - _TOOL_PARAMETERS):
            path = f"tools[{number}].{name}"
            raise build_refusal(f"Unknown parameter: '{path}'.", "unknown_parameter", path)
        if isinstance(tool, Mapping) and tool.get("type") == "image_generation":
            check_drawing_tool(tool, f"tools[{number}]")


def _convert_messages(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": str(body.get("instructions") or "-")}
    ]
    said = body["input"]
    for item in [{"role": "user", "content": said}] if isinstance(said, str) else said:
        parts: Any = item.get("content", []) if isinstance(item, Mapping) else []
        content = parts if isinstance(parts, str) else [_convert_part(part) for part in parts]
        role = item.get("role") if isinstance(item, Mapping) else None
        messages.append({"role": "system" if role == "developer" else role, "content": content})
    return messages


def _convert_part(part: object) -> dict[str, Any]:
    fields = part if isinstance(part, Mapping) else {}
    if fields.get("type") == "input_image":
        return {"type": "image_url", "image_url": {"url": fields.get("image_url")}}
    return {"type": "text", "text": fields.get("text") or ""}
