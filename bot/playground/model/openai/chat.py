"""Reads requests of OpenAI's chat completions, and refuses them as OpenAI does. Pure.

The answers are those of any chat completion, see `endings.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.playground.model import wire
from bot.playground.model.openai.fields import (
    CHAT_SHAPE,
    check_chat_details,
    check_known_fields,
)
from bot.playground.model.openai.refusals import build_refusal
from bot.playground.model.openai.responses import (
    EFFORTS,
    check_cache_retention,
    check_fields,
)

_PARAMETERS = {
    "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs",
    "max_completion_tokens", "max_tokens", "messages", "metadata", "modalities", "model",
    "moderation", "n", "parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key",
    "prompt_cache_options", "prompt_cache_retention", "reasoning_effort", "response_format",
    "safety_identifier", "seed", "service_tier", "stop", "store", "stream", "stream_options",
    "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity",
    "web_search_options",
}  # fmt: skip
# Known, but not taken by a model that thinks; the last three not while it does.
_UNSUPPORTED = {"frequency_penalty", "logit_bias", "presence_penalty", "stop"}
_UNSUPPORTED_WITH_EFFORT = {"logprobs", "temperature", "top_logprobs", "top_p"}
_TYPES: dict[str, tuple[type, ...]] = {
    "messages": (list,),
    "stream": (bool, type(None)),
    "store": (bool, type(None)),
    "stream_options": (dict, type(None)),
    "max_completion_tokens": (int, type(None)),
    "safety_identifier": (str, type(None)),
    "prompt_cache_key": (str, type(None)),
}


def convert_chat(body: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a request to OpenRouter's form, so that one parser reads both.

    Raises `RequestError` for what OpenAI refuses.
    """
    _check(body)
    effort = body.get("reasoning_effort")
    chat: dict[str, Any] = {
        "model": wire.MODEL,  # the other provider's name for the same played model
        "messages": body["messages"],
        "modalities": ["text"],
        "session_id": body.get("prompt_cache_key"),
        "max_tokens": body.get("max_completion_tokens"),
        "stream": body.get("stream"),
        "stream_options": body.get("stream_options"),
        "reasoning": {"effort": effort} if effort else None,
        "logprobs": body.get("logprobs"),
        "top_logprobs": body.get("top_logprobs"),
    }
    if body.get("response_format"):
        chat["response_format"] = body["response_format"]
    return chat


def is_usage_wanted(body: Mapping[str, Any]) -> bool:
    """Whether OpenAI tells the usage of a stream; it always does of a body."""
    options = body.get("stream_options") or {}
    return not body.get("stream") or options.get("include_usage") is True


def _check(body: Mapping[str, Any]) -> None:
    for name in sorted(set(body) - _PARAMETERS):
        message = f"Unrecognized request argument supplied: {name}"
        raise build_refusal(message)
    check_fields(body, ("messages", "model"), _TYPES)
    check_known_fields(body, CHAT_SHAPE)
    check_chat_details(body["messages"])
    _check_supported(body)
    check_cache_retention(body)


def _check_supported(body: Mapping[str, Any]) -> None:
    effort = body.get("reasoning_effort")
    thinks = effort not in (None, "none")
    unsupported = _UNSUPPORTED | (_UNSUPPORTED_WITH_EFFORT if thinks else set())
    for name in sorted(unsupported & set(body)):
        message = f"Unsupported parameter: '{name}' is not supported with this model."
        raise build_refusal(message, "unsupported_parameter", name)
    if body.get("max_tokens") is not None:
        message = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
            " 'max_completion_tokens' instead."
        )
        raise build_refusal(message, "unsupported_parameter", "max_tokens")
    if effort is not None and effort not in EFFORTS:
        known = ", ".join(f"'{word}'" for word in EFFORTS)
        message = (
            f"Unsupported value: 'reasoning_effort' does not support '{effort}' with this model."
            f" Supported values are: {known}."
        )
        raise build_refusal(message, "unsupported_value", "reasoning_effort")
    for number, word in enumerate(body.get("modalities") or []):
        if word not in ("text", "audio"):
            message = f"Invalid value: '{word}'. Supported values are: 'text' and 'audio'."
            raise build_refusal(message, "invalid_value", f"modalities[{number}]")
