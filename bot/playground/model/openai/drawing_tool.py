"""Checks the tool that draws as OpenAI does: its models, and which values each takes. Pure.

After OpenAI's OpenAPI description of `ImageGenTool`, not after Easel's own table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground.model.openai.refusals import build_refusal

_ANY_SIZE_MODELS = ("gpt-image-2", "gpt-image-2-2026-04-21")
_MODELS = (*_ANY_SIZE_MODELS, "gpt-image-1.5", "gpt-image-1-mini", "chatgpt-image-latest")
_STANDARD_SIZES = ("1024x1024", "1024x1536", "1536x1024", "auto")
_VALUES: Mapping[str, tuple[object, ...]] = {
    "quality": ("low", "medium", "high", "auto"),
    "background": ("transparent", "opaque", "auto"),
    "output_format": ("png", "webp", "jpeg"),
    "moderation": ("auto", "low"),
    "action": ("generate", "edit", "auto"),
    "partial_images": (0, 1, 2, 3),
    "output_compression": tuple(range(101)),
}
_MIN_PIXELS, _MAX_PIXELS, _MAX_EDGE, _MAX_RATIO = 655_360, 8_294_400, 3_840, 3


def check_drawing_tool(tool: Mapping[str, Any], path: str) -> None:
    """Raise `RequestError` for a value that the tool does not take."""
    # Without a name it is the default of the description, which was switched off.
    model = tool.get("model", "gpt-image-1")
    if model not in _MODELS:
        message = f"The model '{model}' does not exist or you do not have access to it."
        raise build_refusal(message, "model_not_found", f"{path}.model")
    for name, values in _VALUES.items():
        if name in tool and (isinstance(tool[name], bool) or tool[name] not in values):
            known = ", ".join(f"'{value}'" for value in values[:6])
            message = f"Invalid value: '{tool[name]}'. Supported values are: {known}."
            raise build_refusal(message, "invalid_value", f"{path}.{name}")
    if tool.get("background") == "transparent" and tool.get("output_format") == "jpeg":
        message = "Transparent background is not supported with output format 'jpeg'."
        raise build_refusal(message, "invalid_value", f"{path}.background")
    _check_size(str(tool.get("size", "auto")), str(model), f"{path}.size")


def _check_size(size: str, model: str, path: str) -> None:
    if size in _STANDARD_SIZES:
        return
    found = re.fullmatch(r"([1-9]\d{0,5})x([1-9]\d{0,5})", size)
    if model not in _ANY_SIZE_MODELS or found is None:
        known = ", ".join(f"'{value}'" for value in _STANDARD_SIZES)
        message = f"Invalid value: '{size}'. Supported values are: {known}."
        raise build_refusal(message, "invalid_value", path)
    width, height = int(found[1]), int(found[2])
    if width % 16 or height % 16:
        message = f"Invalid size '{size}'. Width and height must both be divisible by 16."
        raise build_refusal(message, "invalid_value", path)
    is_in_bounds = _MIN_PIXELS <= width * height <= _MAX_PIXELS and max(width, height) <= _MAX_EDGE
    if not is_in_bounds or max(width, height) > _MAX_RATIO * min(width, height):
        message = f"Invalid size '{size}'. It is not within the limits of the model."
        raise build_refusal(message, "invalid_value", path)


def find_played_size(tools: Sequence[Any]) -> list[int] | None:
    """Return the size that the tool is asked for; None where it chooses."""
    for tool in tools:
        found = re.fullmatch(r"(\d+)x(\d+)", str(tool.get("size", "")))
        if found:
            return [int(found[1]), int(found[2])]
    return None


def find_played_quality(tools: Sequence[Any]) -> str:
    """Return the quality that the tool is asked for; "" where it chooses."""
    asked = (str(tool.get("quality") or "") for tool in tools if isinstance(tool, Mapping))
    return next((quality for quality in asked if quality != "auto"), "")
