"""The fields of a request that OpenRouter's description or documentation has. Pure.

The real one ignores what it does not know; this one refuses it, so that nothing misspelt passes.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.playground.model import wire
from bot.playground.model.openai.fields import (
    CHAT_FORMAT,
    FILE,
    ByType,
    Shape,
    find_unknown_field,
)
from bot.playground.model.request import RequestError

_REQUEST = {
    "cache_control", "debug", "frequency_penalty", "image_config", "include_reasoning",
    "logit_bias", "logprobs", "max_completion_tokens", "max_tokens", "messages", "metadata",
    "min_p", "modalities", "model", "models", "parallel_tool_calls", "plugins", "prediction",
    "presence_penalty", "prompt_cache_key", "prompt_cache_options", "provider", "reasoning",
    "reasoning_effort", "repetition_penalty", "response_format", "route", "seed", "service_tier",
    "session_id", "stop", "stop_server_tools_when", "stream", "stream_options", "temperature",
    "tool_choice", "tools", "top_a", "top_k", "top_logprobs", "top_p", "trace", "transforms",
    "usage", "user", "verbosity",
}  # fmt: skip
_MESSAGE_FIELDS = (
    "annotations", "audio", "images", "model", "name", "reasoning", "reasoning_details",
    "refusal", "role", "tool_call_id", "tool_calls",
)  # fmt: skip
_SHAPE: Shape = {
    "messages": {
        **dict.fromkeys(_MESSAGE_FIELDS),
        "content": ByType(
            {
                "text": dict.fromkeys(("type", "text", "cache_control", "prompt_cache_breakpoint")),
                "image_url": {"type": None, "image_url": dict.fromkeys(("url", "detail"))},
                "file": {"type": None, "file": FILE},
            }
        ),
    },
    "reasoning": dict.fromkeys(("effort", "enabled", "exclude", "max_tokens", "summary")),
    "response_format": CHAT_FORMAT,
    "stream_options": dict.fromkeys(("include_usage",)),
}


def check_known_fields(body: object) -> None:
    """Raise `RequestError` for a field that is not known, at any depth."""
    if not isinstance(body, Mapping):
        return
    unknown = sorted(set(body) - _REQUEST)
    path = unknown[0] if unknown else find_unknown_field(body, _SHAPE)
    if path:
        message = f"Unrecognized key(s) in object: '{path}'"
        raise RequestError(400, wire.build_error(400, message, error_type="invalid_request"))
