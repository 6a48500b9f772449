"""The fields that OpenAI knows below the top of a request, as its description has them. Pure.

See `chat.py` and `responses.py` for those at the top.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.playground.model.openai.refusals import build_refusal


@dataclass(frozen=True, slots=True)
class ByType:
    """Objects whose `type` tells their fields. One of another type has none to check."""

    kinds: Mapping[str, Shape]


# The fields of an object, or of each object in a list; None for what is not looked into.
Shape: TypeAlias = "Mapping[str, Shape | None] | ByType"

_SCHEMA: dict[str, Shape | None] = dict.fromkeys(("description", "name", "schema", "strict"))
FILE: Shape = dict.fromkeys(("file_data", "file_id", "filename"))
TEXT_PART: Shape = dict.fromkeys(("type", "text", "prompt_cache_breakpoint"))
CHAT_FORMAT = ByType({"json_schema": {"type": None, "json_schema": _SCHEMA}})
_PICTURE_PART: Shape = {
    "type": None,
    "prompt_cache_breakpoint": None,
    "image_url": dict.fromkeys(("url", "detail")),
}
_CHAT_MESSAGE: Shape = {
    **dict.fromkeys(("role", "name", "refusal", "audio", "tool_calls", "tool_call_id")),
    "content": ByType(
        {
            "text": TEXT_PART,
            "image_url": _PICTURE_PART,
            "file": {"type": None, "prompt_cache_breakpoint": None, "file": FILE},
        }
    ),
}
CHAT_SHAPE: Shape = {
    "messages": _CHAT_MESSAGE,
    "stream_options": dict.fromkeys(("include_obfuscation", "include_usage")),
    "response_format": CHAT_FORMAT,
}
_INPUT_PARTS = ByType(
    {
        "input_text": TEXT_PART,
        "input_image": dict.fromkeys(
            ("type", "image_url", "file_id", "detail", "prompt_cache_breakpoint")
        ),
        "input_file": dict.fromkeys(
            ("type", "file_id", "filename", "file_data", "file_url", "detail",
             "prompt_cache_breakpoint")
        ),
    }
)  # fmt: skip
RESPONSES_SHAPE: Shape = {
    "input": {**dict.fromkeys(("role", "phase", "type", "id", "status")), "content": _INPUT_PARTS},
    "reasoning": dict.fromkeys(("mode", "effort", "summary", "context", "generate_summary")),
    "stream_options": dict.fromkeys(("include_obfuscation",)),
    "text": {
        "verbosity": None,
        "format": ByType({"json_schema": {"type": None, **_SCHEMA}}),
    },
}
_CHAT_DETAILS = ("auto", "low", "high")


def find_unknown_field(value: object, shape: Shape | None, path: str = "") -> str:
    """Return where `value` has a field that `shape` does not have; "" where it has none.

    At the top, where `path` is empty, any field is allowed.
    """
    if isinstance(value, list):
        found = (find_unknown_field(one, shape, f"{path}[{n}]") for n, one in enumerate(value))
        return next(filter(None, found), "")
    fields = shape.kinds.get(str(_get_type(value))) if isinstance(shape, ByType) else shape
    if not isinstance(value, Mapping) or not isinstance(fields, Mapping):
        return ""
    for name, inner in value.items():
        place = f"{path}.{name}" if path else name
        if path and name not in fields:
            return place
        if found_below := find_unknown_field(inner, fields.get(name), place):
            return found_below
    return ""


def check_known_fields(body: Mapping[str, Any], shape: Shape) -> None:
    """Raise `RequestError` for a field that is not known."""
    if path := find_unknown_field(body, shape):
        raise build_refusal(f"Unknown parameter: '{path}'.", "unknown_parameter", path)


def check_chat_details(messages: object) -> None:
    """Raise `RequestError` for a detail that chat completions do not know, such as `original`."""
    for number, message in enumerate(messages if isinstance(messages, list) else ()):
        content = message.get("content") if isinstance(message, Mapping) else None
        for index, part in enumerate(content if isinstance(content, list) else ()):
            picture = part.get("image_url") if isinstance(part, Mapping) else None
            detail = picture.get("detail", "auto") if isinstance(picture, Mapping) else "auto"
            if detail not in _CHAT_DETAILS:
                path = f"messages[{number}].content[{index}].image_url.detail"
                told = f"Invalid value: '{detail}'. Supported values are: 'auto', 'low', 'high'."
                raise build_refusal(told, "invalid_value", path)


def _get_type(value: object) -> object:
    return value.get("type") if isinstance(value, Mapping) else None
