"""Checks the mask of the tool that draws as strictly as OpenAI's API tells. Pure.

What it tells is of the edits endpoint: a PNG, below 4 MB, of the same size as the first picture,
transparent where that is edited (OpenAPI description, `CreateImageEditRequest.mask`).
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from bot.playground.model.openai.refusals import build_refusal
from bot.playground.model.pictures import open_picture

_MAX_BYTES = 4 * 1024 * 1024
_PREFIX = "data:image/png;base64,"


def read_mask(tools: Sequence[Any], messages: Sequence[Mapping[str, Any]]) -> bytes | None:
    """Return the mask that a request brings, whose `messages` are a chat's; None without one.

    Raises `RequestError` for one that the tool does not take.
    """
    pictures = [
        part["image_url"]["url"]
        for message in messages
        for part in message["content"]
        if isinstance(part, Mapping) and part["type"] == "image_url"
    ]
    for number, tool in enumerate(tools):
        mask = tool.get("input_image_mask") if isinstance(tool, Mapping) else None
        if mask is not None:
            return _check(mask, pictures, f"tools[{number}].input_image_mask")
    return None


def _check(mask: object, pictures: Sequence[object], path: str) -> bytes:
    if not isinstance(mask, Mapping) or not set(mask) <= {"image_url", "file_id"}:
        raise build_refusal(f"Unknown parameter: '{path}'.", "unknown_parameter", path)
    url = mask.get("image_url")
    if not isinstance(url, str):
        message = f"Missing required parameter: '{path}.image_url'."
        raise build_refusal(message, "missing_required_parameter", f"{path}.image_url")
    if not pictures:
        raise build_refusal("A mask needs an input image.", "invalid_mask", path)
    try:
        data = base64.b64decode(url.removeprefix(_PREFIX), validate=True)
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            picture.load()
            size, has_alpha = picture.size, "A" in picture.getbands()
    except (binascii.Error, OSError, ValueError, Image.DecompressionBombError) as error:
        raise build_refusal("Invalid mask image.", "invalid_image_format", path) from error
    if not url.startswith(_PREFIX) or len(data) >= _MAX_BYTES:
        message = "Invalid mask: it must be a PNG of less than 4 MB."
        raise build_refusal(message, "invalid_image_format", path)
    if not has_alpha:
        message = "Invalid mask image format - mask image missing alpha channel."
        raise build_refusal(message, "invalid_image_format", path)
    first = base64.b64decode(str(pictures[0]).partition(",")[2])
    if size != open_picture(first).size:
        message = "Invalid mask image format - mask size does not match image size."
        raise build_refusal(message, "invalid_image_format", path)
    return data
