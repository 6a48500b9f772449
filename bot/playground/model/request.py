"""Parses requests, and refuses them as OpenRouter and OpenAI do. Pure."""

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
from bot.playground.model.talk import PlayedRequest
from bot.request.recipes import RECIPES

_IMAGE_ROLE_MESSAGE = (
    "Invalid 'messages[{}]'. Image URLs are only allowed for messages with role 'user', but this"
    " message with role '{}' contains an image URL."
)
_FILE_PATTERN = re.compile(r"<file [^>\n]*>\n(.*?)\n</file>", re.DOTALL)
_PAGE_PATTERN = re.compile(r'<file name="([^"\n]*)" page="(\d+) of \d+">')
_SENDER = r"^(?:<@[UW][A-Z0-9]+>|@[^\n:@]{1,100}):"
_SENDER_PATTERN = re.compile(rf"{_SENDER}\s*")
_SENDER_LINE_PATTERN = re.compile(rf"{_SENDER} ", re.MULTILINE)
_LINKED_PATTERN = re.compile(
    r"^\[A linked message, by [^\n]{1,200}:\]\n((?:>[^\n]*(?:\n|\Z))+)", re.MULTILINE
)
_EARLIER_WISH_PATTERN = re.compile(r"\[What they want of it, they wrote before: ([^\]]*)\]")
# In front of an address, the brackets are those of a link.
_NOTE_PATTERN = re.compile(r"(?<!\\)\[[^\]]*\](?!\()")
# What only looks like a note or a sender begins with a backslash.
_ESCAPE_PATTERN = re.compile(r"^(\W*?)\\(?=[^\w\s])", re.MULTILINE)
_TYPES: dict[str, tuple[type, ...]] = {
    "stream": (bool,),
    "max_tokens": (int,),
    "modalities": (list,),
    "image_config": (dict,),
    "reasoning": (dict,),
    "session_id": (str,),
    "user": (str,),
}
# What Easel numbers in an archive are no pages.
_PARTS = dict.fromkeys(("zip", "7z", "tar", "tgz", "gz", "bz2", "xz", "zst"), "part")
_ASPECTS = ("1:1", "3:2", "2:3", "4:3", "3:4", "5:4", "4:5", "16:9", "9:16", "21:9", "auto")
_READABLE_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


class RequestError(Exception):
    """A request that the provider refuses, with the status and body of the refusal."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(status))
        self.status = status
        self.body = body


def parse_request(body: object) -> PlayedRequest:
    """Parse a chat request. Raises `RequestError` for what the real provider refuses."""
    if not isinstance(body, Mapping) or not isinstance(body.get("messages"), list):
        raise _build_validation_error("messages")
    _check_types(body)
    if body.get("model") not in wire.MODELS:
        error = wire.build_error(400, f"{body.get('model')} is not a valid model ID")
        raise RequestError(400, {**error, "user_id": "user_played"})
    if body.get("tools") or body.get("tool_choice"):
        raise RequestError(404, wire.build_error(404, "No endpoints found that support tool use."))
    if not {"text"} <= set(_list_strings(body.get("modalities", ["text"]))) <= {"text", "image"}:
        modalities = ", ".join(_list_strings(body.get("modalities")))
        message = f"No endpoints found that support the requested output modalities: {modalities}"
        raise RequestError(404, wire.build_error(404, message))
    _check_image_config(body)
    return _add_options(_parse_messages(body["messages"]), body)


def parse_compatible_request(body: object) -> PlayedRequest:
    """Parse a chat request as a server that accepts any model's name and never draws.

    Raises `RequestError` as `parse_request` does, and for `modalities`.
    """
    if not isinstance(body, Mapping) or not isinstance(body.get("messages"), list):
        raise RequestError(400, {"error": {"message": "messages: field required"}})
    if "modalities" in body:
        raise RequestError(400, {"error": {"message": "modalities: extra fields not permitted"}})
    return replace(_add_options(_parse_messages(body["messages"]), body), draws=False)


def _check_types(body: Mapping[str, Any]) -> None:
    for name, types in _TYPES.items():
        value = body.get(name)
        if value is not None and not is_of_type(value, types):
            raise _build_validation_error(name)


def is_of_type(value: object, types: tuple[type, ...]) -> bool:
    """Whether JSON has `value` as one of `types`: to Python, true and false are numbers, too."""
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))


def _build_validation_error(name: str) -> RequestError:
    zod = {"name": "ZodError", "message": f'[{{"code":"invalid_type","path":["{name}"]}}]'}
    return RequestError(400, {"success": False, "error": zod})


def _add_options(request: PlayedRequest, body: Mapping[str, Any]) -> PlayedRequest:
    response_format, reasoning = body.get("response_format"), body.get("reasoning")
    json_schema = (
        response_format.get("json_schema") if isinstance(response_format, Mapping) else None
    )
    schema = json_schema.get("schema") if isinstance(json_schema, Mapping) else None
    shows_reasoning = isinstance(reasoning, Mapping) and reasoning.get("exclude") is False
    draws = "image" in _list_strings(body.get("modalities"))
    top_logprobs = body.get("top_logprobs") if body.get("logprobs") is True else None
    return replace(
        request,
        schema=schema if isinstance(schema, Mapping) else None,
        draws=draws,
        size=_read_size(body.get("played_size")),
        seed=str(body.get("seed") or ""),
        mask=body.get("played_mask") if isinstance(body.get("played_mask"), bytes) else None,
        shows_reasoning=shows_reasoning,
        top_logprobs=top_logprobs if isinstance(top_logprobs, int) else None,
    )


def _read_size(value: object) -> tuple[int, int] | None:
    """Return the size that OpenAI's tool is asked for; a chat request has none."""
    return (int(value[0]), int(value[1])) if isinstance(value, list) and len(value) == 2 else None


def _check_image_config(body: Mapping[str, Any]) -> None:
    """Refuse what the real one is known to refuse: a shape that it does not draw."""
    config = body.get("image_config")
    aspect = config.get("aspect_ratio") if isinstance(config, Mapping) else None
    if aspect is not None and aspect not in _ASPECTS:
        known = ", ".join(_ASPECTS)
        message = f"Invalid aspect ratio '{aspect}'. Must be one of: {known}."
        raise RequestError(400, wire.build_error(400, message))


def _parse_messages(messages: Sequence[Any]) -> PlayedRequest:
    asked: list[tuple[str, list[Mapping[str, Any]], list[bytes]]] = []
    answers = list[str]()
    for number, message in enumerate(messages):
        role = message.get("role") if isinstance(message, Mapping) else None
        parts = _list_parts(message)
        if role not in ("system", "user", "assistant") or not parts:
            raise RequestError(400, wire.build_error(400, f"Invalid 'messages[{number}]'."))
        found = [_decode_picture(part) for part in parts if part.get("type") == "image_url"]
        if found and role != "user":
            raise RequestError(400, wire.build_error(400, _IMAGE_ROLE_MESSAGE.format(number, role)))
        if role == "user":
            asked.append(("\n".join(str(part.get("text") or "") for part in parts), parts, found))
        elif role == "assistant":
            answers.append(" ".join(str(part.get("text") or "") for part in parts))
    if not asked:
        raise RequestError(400, wire.build_error(400, "No user message."))
    whole, parts, pictures = asked[-1]
    *earlier, own = [_cut_own_words(text) for text, _, _ in asked]
    return PlayedRequest(
        extract_question(own),
        tuple(extract_question(text) for text in earlier),
        tuple(pictures),
        has_new_picture="(from earlier)" not in own or "(sent now)" in own,
        notes=tuple(_NOTE_PATTERN.findall(own)),
        earlier_wish=_read_earlier_wish(own),
        source_text="\n".join([*_FILE_PATTERN.findall(whole), extract_lines(own)]),
        file_descriptions=_describe_files(whole, parts),
        speaker=_read_speaker(own),
        earlier_speakers=tuple(_read_speaker(text) for text in earlier),
        answers=tuple(answers),
        linked=tuple(_read_quote(quote) for quote in _LINKED_PATTERN.findall(whole)),
    )


def _cut_own_words(text: str) -> str:
    """Return a message from its speaker's mark on: what Easel adds before it is left out.

    Instead of a recipe's prompt it has the title, which is what the person chose.
    """
    starts = [match.start() for match in _SENDER_LINE_PATTERN.finditer(text)]
    text = text[starts[-1] :] if starts else text
    for recipe in RECIPES.values():
        text = text.replace(recipe.prompt, recipe.title)
    return text


def _read_speaker(text: str) -> str:
    """Return who says a message, "" where no mark tells it."""
    mark = _SENDER_PATTERN.match(text.strip())
    return mark[0].strip().rstrip(":").strip("<@>") if mark else ""


def _read_earlier_wish(own: str) -> str:
    found = _EARLIER_WISH_PATTERN.search(own)
    return found[1] if found else ""


def _read_quote(quote: str) -> str:
    return " ".join(line.removeprefix(">").strip() for line in quote.splitlines())


def extract_question(text: str) -> str:
    """Return the person's own words, without the notes and names that Easel adds."""
    return " ".join(extract_lines(text).split())


def extract_lines(text: str) -> str:
    """Return the same as `extract_question`, with its line breaks."""
    words = _NOTE_PATTERN.sub(" ", _SENDER_PATTERN.sub("", text.strip())).strip()
    return _ESCAPE_PATTERN.sub(r"\1", words)


def _describe_files(text: str, parts: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Describe the files of a message by their names and pages."""
    pages: dict[str, list[str]] = {}
    for name, number in _PAGE_PATTERN.findall(text):
        pages.setdefault(name, []).append(number)
    descriptions = [
        f"**{name}**, {_PARTS.get(name.rpartition('.')[2].lower(), 'page')}"
        f"{'s' if len(numbers) > 1 else ''} {', '.join(numbers[:12])}"
        f"{' …' if len(numbers) > 12 else ''}"
        for name, numbers in pages.items()
    ]
    files = [part.get("file") for part in parts if part.get("type") == "file"]
    descriptions += [
        f"**{file.get('filename')}**, whole" for file in files if isinstance(file, Mapping)
    ]
    return tuple(descriptions)


def _list_parts(message: object) -> list[Mapping[str, Any]]:
    content = message.get("content") if isinstance(message, Mapping) else None
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return (
        [part for part in content if isinstance(part, Mapping)] if isinstance(content, list) else []
    )


def _decode_picture(part: Mapping[str, Any]) -> bytes:
    address = part.get("image_url")
    url = str(address.get("url") if isinstance(address, Mapping) else "")
    try:
        data = base64.b64decode(url.partition(",")[2], validate=True)
        with Image.open(io.BytesIO(data)) as picture:
            readable = picture.format in _READABLE_FORMATS
    except (binascii.Error, OSError, ValueError, Image.DecompressionBombError):
        readable, data = False, b""
    if not url.startswith("data:image/") or not readable:
        message = "You uploaded an unsupported image."
        raise RequestError(400, wire.build_error(400, message, error_type="invalid_image"))
    return data


def _list_strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
