"""OpenRouter's chat completions as values: a `Prompt` to a request, payloads to `ReplyEvent`s.

Pure; `wire.py` does the HTTP. What is sent is strict, what comes is read tolerantly: the published
schema of the stream lacks pictures (openrouter.ai/docs, "Image generation", "Streaming").
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.media.kinds import recognise
from bot.model import errors
from bot.types import (
    Attachment,
    Finish,
    Finished,
    ImageMade,
    Prompt,
    ReasoningDelta,
    ReplyEvent,
    TextDelta,
    Usage,
)

MAX_PICTURE = 64 * 1024 * 1024
_PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
_FINISHES = {
    "stop": Finish.STOP,
    "length": Finish.LENGTH,
    "content_filter": Finish.CONTENT_FILTER,
}


def encode(prompt: Prompt, *, model: str) -> dict[str, Any]:
    """The request body. Text goes before pictures, pictures only into the current user message."""
    past = [{"role": turn.role, "content": turn.text} for turn in prompt.past]
    question: list[dict[str, Any]] = [{"type": "text", "text": prompt.question}]
    question += [_picture_part(picture) for picture in prompt.pictures]
    return {
        "model": model,
        "messages": [
            {"role": "system", "content": prompt.system},
            *past,
            {"role": "user", "content": question},
        ],
        "modalities": ["image", "text"],
        "max_tokens": prompt.max_tokens,
        "stream": True,
        "user": prompt.user,
        "session_id": prompt.session,
    }


def _picture_part(picture: Attachment) -> dict[str, Any]:
    data = base64.b64encode(picture.data).decode("ascii")
    url = f"data:{picture.mimetype};base64,{data}"
    return {"type": "image_url", "image_url": {"url": url, "detail": "high"}}


class AnswerReader:
    """Turns the payloads of one answer into events, in order.

    `finish_reason` is not the end: usage comes after it. Call `close` when the stream has ended.
    """

    def __init__(self) -> None:
        self._finish: str | None = None
        self._usage: Usage | None = None
        self._seen: set[str] = set()
        self._text_seen = False

    def read(self, payload: bytes) -> list[ReplyEvent]:
        """Read one payload. Raises `EaselError` for an error in the stream and for garbage."""
        if payload.strip() == b"[DONE]":
            return []
        try:
            chunk = json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise errors.BrokenOff("not JSON", said=errors.GARBLED) from error
        return list(self._events(_mapping(chunk)))

    def close(self) -> list[ReplyEvent]:
        """The stream has ended. Raises `BrokenOff` without a finish, `EmptyAnswer` if so."""
        if self._finish is None:
            raise errors.BrokenOff("the stream ended without a finish reason")
        reason = _FINISHES.get(self._finish, Finish.STOP)
        if not self._text_seen and not self._seen:
            if reason is Finish.CONTENT_FILTER:
                raise errors.Moderated("content_filter, nothing said", said=errors.FILTERED)
            usage = self._usage
            raise errors.EmptyAnswer(
                f"finish {self._finish[:40]}, nothing said",
                unbilled=usage is not None and not usage.cost and not usage.completion_tokens,
            )
        return [Finished(reason, self._usage)]

    def _events(self, chunk: Mapping[str, Any]) -> Iterator[ReplyEvent]:
        if isinstance(chunk.get("usage"), Mapping):
            self._usage = read_usage(chunk["usage"])
        choices = chunk.get("choices")
        first = _mapping(choices[0]) if isinstance(choices, list) and choices else {}
        yield from self._choice(first)
        error = chunk.get("error") or first.get("error")
        if isinstance(error, Mapping):
            raise errors.from_error(error)
        if error or self._finish == "error":
            raise errors.BrokenOff("the stream ended with an error", said=errors.AWAY)

    def _choice(self, choice: Mapping[str, Any]) -> Iterator[ReplyEvent]:
        delta, message = _mapping(choice.get("delta")), _mapping(choice.get("message"))
        yield from self._said(delta)
        # Some streams repeat the whole message at the end: its text is old, a picture may be new.
        if message and not self._text_seen:
            yield from self._said(message)
        for source in (delta, message):
            yield from self._made(source.get("images"))
        finish = choice.get("finish_reason")
        if isinstance(finish, str) and finish:
            self._finish = finish

    def _said(self, source: Mapping[str, Any]) -> Iterator[ReplyEvent]:
        thought = _text(source.get("reasoning")) or _thought(source.get("reasoning_details"))
        if thought:
            yield ReasoningDelta(thought)
        text = _content(source.get("content")) + _text(source.get("refusal"))
        if text:
            self._text_seen = self._text_seen or not text.isspace()
            yield TextDelta(text)

    def _made(self, images: object) -> Iterator[ReplyEvent]:
        for image in images if isinstance(images, list) else []:
            url = _text(_mapping(_mapping(image).get("image_url")).get("url"))
            data = decode_picture(url)
            kind = recognise(data) if data else None
            if data is None or kind not in _PICTURES:
                continue
            sha256 = hashlib.sha256(data).hexdigest()
            if sha256 not in self._seen:
                self._seen.add(sha256)
                yield ImageMade(data, kind, sha256)


def decode_picture(url: str) -> bytes | None:
    """The bytes of a base64 data URL; None for any other address, which is never fetched."""
    head, comma, body = url.partition(",")
    if not comma or not head.startswith("data:") or not head.endswith(";base64"):
        return None
    if len(body) > MAX_PICTURE * 4 // 3 + 4:
        return None
    if any(space in body for space in " \r\n\t"):
        body = "".join(body.split())
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def read_usage(raw: Mapping[str, Any]) -> Usage:
    """Read a `usage` object; every part of it may be missing, null or of another type.

    With a key of one's own at the provider (`is_byok`) OpenRouter's `cost` is only its fee.
    """
    prompt = _mapping(raw.get("prompt_tokens_details"))
    completion = _mapping(raw.get("completion_tokens_details"))
    cost = read_money(raw.get("cost"))
    if raw.get("is_byok") is True:
        upstream = read_money(_mapping(raw.get("cost_details")).get("upstream_inference_cost"))
        if upstream is not None:
            cost = (cost or Decimal(0)) + upstream
    return Usage(
        prompt_tokens=_count(raw.get("prompt_tokens")),
        completion_tokens=_count(raw.get("completion_tokens")),
        cached_tokens=_count(prompt.get("cached_tokens")),
        reasoning_tokens=_count(completion.get("reasoning_tokens")),
        image_tokens=_count(completion.get("image_tokens")),
        cost=cost,
    )


def _content(content: object) -> str:
    if isinstance(content, list):
        return "".join(_text(_mapping(part).get("text")) for part in content)
    return _text(content)


def _thought(details: object) -> str:
    items = [_mapping(item) for item in details] if isinstance(details, list) else []
    return "".join(_text(item.get("summary")) or _text(item.get("text")) for item in items)


def read_money(value: object) -> Decimal | None:
    """An amount in US dollars, or None for anything that is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 1_000_000 else None


def _count(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    ok = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40
    return value if ok and isinstance(value, int) else 0


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    # Half of a surrogate pair is legal JSON but no text that could be stored or posted.
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
