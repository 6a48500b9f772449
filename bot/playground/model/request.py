"""Reads and refuses requests as OpenRouter and OpenAI do. Pure."""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PIL import Image

from bot.playground.model import wire
from bot.playground.model.talk import Asked, plain_lines, plain_question
from bot.request.recipes import RECIPES

_ONLY_USERS = (
    "Invalid 'messages[{}]'. Image URLs are only allowed for messages with role 'user', but this"
    " message with role '{}' contains an image URL."
)
_FILE = re.compile(r"<file [^>\n]*>\n(.*?)\n</file>", re.DOTALL)
_PAGE = re.compile(r'<file name="([^"\n]*)" page="(\d+) of \d+">')
_SENDER = re.compile(r"^<@[UW][A-Z0-9]+>: ", re.MULTILINE)
_NOTE = re.compile(r"\[[^\]]*\]")
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
    if body.get("model") not in wire.MODELS:
        raise Refused(404, wire.error(404, f"No endpoints found for {body.get('model')}."))
    if body.get("tools") or body.get("tool_choice"):
        raise Refused(404, wire.error(404, "No endpoints found that support tool use."))
    if not {"text"} <= set(_strings(body.get("modalities"))) <= {"text", "image"}:
        wanted = ", ".join(_strings(body.get("modalities")))
        message = f"No endpoints found that support the requested output modalities: {wanted}"
        raise Refused(404, wire.error(404, message))
    return _with_wishes(_asked(body["messages"]), body)


def understand_compatible(body: object) -> Asked:
    """Read a chat request as a server does that knows no pictures out, and any model's name."""
    if not isinstance(body, Mapping) or not isinstance(body.get("messages"), list):
        raise Refused(400, {"error": {"message": "messages: field required"}})
    if "modalities" in body:
        raise Refused(400, {"error": {"message": "modalities: extra fields not permitted"}})
    return replace(_with_wishes(_asked(body["messages"]), body), draws=False)


def _with_wishes(asked: Asked, body: Mapping[str, Any]) -> Asked:
    form, reasoning = body.get("response_format"), body.get("reasoning")
    described = form.get("json_schema") if isinstance(form, Mapping) else None
    schema = described.get("schema") if isinstance(described, Mapping) else None
    thinks = isinstance(reasoning, Mapping) and reasoning.get("exclude") is False
    draws = "image" in _strings(body.get("modalities"))
    return replace(
        asked,
        schema=schema if isinstance(schema, Mapping) else None,
        draws=draws,
        thinks=thinks,
    )


def _asked(messages: Sequence[Any]) -> Asked:
    said: list[str] = []
    pictures: list[bytes] = []
    fresh, notes, lines, given = True, tuple[str, ...](), "", tuple[str, ...]()
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
            # What Easel adds before a question is no part of what the person says.
            files = _FILE.findall(text)
            asked = [at.start() for at in _SENDER.finditer(text)]
            given = _given(text, parts)
            text = text[asked[-1] :] if asked else text
            for recipe in RECIPES.values():
                # What Easel says in a person's place is no part of what the person says.
                text = text.replace(recipe.prompt, recipe.title)
            notes = tuple(_NOTE.findall(text))
            said.append(plain_question(text))
            lines = "\n".join([*files, plain_lines(text)])
            pictures = found
            fresh = "(from earlier)" not in text or "(sent now)" in text
    if not said:
        raise Refused(400, wire.error(400, "No user message."))
    return Asked(
        said[-1], tuple(said[:-1]), tuple(pictures), fresh, notes=notes, lines=lines, given=given
    )


def _given(text: str, parts: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The files of a message as its reader finds them: names, and which pages."""
    pages: dict[str, list[str]] = {}
    for name, number in _PAGE.findall(text):
        pages.setdefault(name, []).append(number)
    told = [
        f"**{name}**, page{'s' if len(numbers) > 1 else ''} {', '.join(numbers[:12])}"
        f"{' …' if len(numbers) > 12 else ''}"
        for name, numbers in pages.items()
    ]
    files = [part.get("file") for part in parts if part.get("type") == "file"]
    told += [f"**{file.get('filename')}**, whole" for file in files if isinstance(file, Mapping)]
    return tuple(told)


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
