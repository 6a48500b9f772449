"""Server-sent events of scripted answers, as OpenRouter streams them."""

from __future__ import annotations

from typing import Any

from bot.playground.model.wire import DONE_EVENT, build_chunk, encode_event

FINISH_EVENT = encode_event(build_chunk("gen-1", 1, {"content": ""}, finish="stop"))
ERROR_EVENT = encode_event({"error": {"code": 502, "message": "x"}, "choices": []})


def encode_delta(**fields: Any) -> bytes:
    """Encode one chunk with these fields of its delta."""
    return encode_event(build_chunk("gen-1", 1, fields))


def build_answer(text: str, *, cost: float = 0.001) -> tuple[bytes, ...]:
    """Build the events of a whole answer: text, finish, usage and end."""
    usage = {"prompt_tokens": 50, "completion_tokens": 9, "cost": cost}
    return (
        encode_delta(content=text),
        FINISH_EVENT,
        encode_event({"choices": [], "usage": usage}),
        DONE_EVENT,
    )
