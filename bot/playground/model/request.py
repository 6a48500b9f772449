"""Reads and refuses requests as OpenRouter and OpenAI do. Pure."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from bot.playground.model import wire
from bot.playground.model.talk import Asked, plain_question

_ONLY_USERS = (
    "Invalid 'messages[{}]'. Image URLs are only allowed for messages with role 'user', but this"
    " message with role '{}' contains an image URL."
)
_READ = ("PNG", "JPEG", "WEBP", "GIF")


class Refused(Exception):
    """A request the provider does not take: status and body of its answer."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(status))
        self.status = status
        self.body = body


def understand(body: object) -> Asked:
    """Read a chat request. Raises `Refused` for what the real provider refuses."""
    if not isinstance(body, Mapping) or not isinstance(body.get("messages"), list):
        issue = '[{"code":"invalid_type","path":["messages"]}]'
        zod = {"name": "ZodError", "message": issue}
        raise Refused(400, {"success": False, "error": zod})
    if body.get("model") != wire.MODEL:
        raise Refused(404, wire.error(404, f"No endpoints found for {body.get('model')}."))
    if body.get("tools") or body.get("tool_choice"):
        raise Refused(404, wire.error(404, "No endpoints found that support tool use."))
    if not {"text"} <= set(_strings(body.get("modalities"))) <= {"text", "image"}:
        wanted = ", ".join(_strings(body.get("modalities")))
        message = f"No endpoints found that support the requested output modalities: {wanted}"
        raise Refused(404, wire.error(404, message))
    return _asked(body["messages"])


def prompt_size(body: Mapping[str, Any]) -> tuple[int, int]:
    """Characters of text and number of pictures in a request."""
    characters = pictures = 0
    for message in body["messages"]:
        for part in _parts(message):
            characters += len(str(part.get("text") or ""))
            pictures += part.get("type") == "image_url"
    return characters, pictures


def _asked(messages: Sequence[Any]) -> Asked:
    said: list[str] = []
    pictures: list[bytes] = []
    fresh = True
    for number, message in enumerate(messages):
        role = message.get("role") if isinstance(message, Mapping) else None
        parts = _parts(message)
        if role not in ("system", "user", "assistant") or not parts:
            raise Refused(400, wire.error(400, f"Invalid 'messages[{number}]'."))
        found = [_picture(part) for part in parts if part.get("type") == "image_url"]
        if found and role != "user":
            raise Refused(400, wire.error(400, _ONLY_USERS.format(number, role)))
        if role == "user":
            text = "\n".join(str(part.get("text") or "") for part in parts)
            said.append(plain_question(text))
            pictures = found
            fresh = "(from earlier)" not in text or "(sent now)" in text
    if not said:
        raise Refused(400, wire.error(400, "No user message."))
    return Asked(said[-1], tuple(said[:-1]), tuple(pictures), fresh)


def _parts(message: object) -> list[Mapping[str, Any]]:
    content = message.get("content") if isinstance(message, Mapping) else None
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return (
        [part for part in content if isinstance(part, Mapping)] if isinstance(content, list) else []
    )


def _picture(part: Mapping[str, Any]) -> bytes:
    address = part.get("image_url")
    url = str(address.get("url") if isinstance(address, Mapping) else "")
    try:
        data = base64.b64decode(url.partition(",")[2], validate=True)
        with Image.open(io.BytesIO(data)) as picture:
            readable = picture.format in _READ
    except (binascii.Error, OSError, ValueError, Image.DecompressionBombError):
        readable, data = False, b""
    if not url.startswith("data:image/") or not readable:
        message = "You uploaded an unsupported image."
        raise Refused(400, wire.error(400, message, error_type="invalid_image"))
    return data


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
