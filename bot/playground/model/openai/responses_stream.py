"""The stream and the body of an answer as OpenAI's Responses API sends them. Pure.

Every item is announced before its content, as the official SDK requires.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.playground.model.openai.responses import MODEL
from bot.playground.model.talk import PlayedAnswer
from bot.playground.model.wire import list_logprobs, split_words

_ENVELOPE: dict[str, Any] = {
    "object": "response",
    "created_at": 1_795_000_000,
    "model": MODEL,
    "error": None,
    "incomplete_details": None,
    "instructions": None,
    "metadata": {},
    "output": [],
    "parallel_tool_calls": True,
    "temperature": 1.0,
    "tool_choice": "auto",
    "tools": [],
    "top_p": 1.0,
}
# After these events, something of the answer has come.
_CONTENT_MARKS = (b"_text.delta", b".partial_image")


class _Events:
    """Encodes events with their numbers."""

    def __init__(self) -> None:
        self._number = -1

    def encode(self, kind: str, **fields: Any) -> bytes:
        self._number += 1
        return encode_event(f"response.{kind}", number=self._number, **fields)


def encode_stream(
    answer: PlayedAnswer, response_id: str, usage: Mapping[str, Any]
) -> Iterator[bytes]:
    """Yield the events of an answer in order.

    A picture comes three times: as a preview, in its finished item, and in the whole response.
    """
    events, end = _Events(), build_end(answer, response_id, usage)
    started = {**_ENVELOPE, "id": response_id, "status": "in_progress"}
    yield events.encode("created", response=started)
    yield events.encode("in_progress", response=started)
    for index, item in enumerate(end["output"]):
        encode_item = {"reasoning": _encode_reasoning, "message": _encode_message}.get(
            item["type"], _encode_picture
        )
        yield from encode_item(events, index, item)
        yield events.encode("output_item.done", output_index=index, item=item)
    yield events.encode("completed", response=end)


def find_first_content(events: list[bytes]) -> int:
    """Return the number of the first event with content; the last one's if there is none."""
    found = (
        number for number, event in enumerate(events) if any(m in event for m in _CONTENT_MARKS)
    )
    return next(found, len(events) - 1)


def _encode_reasoning(events: _Events, index: int, item: dict[str, Any]) -> Iterator[bytes]:
    (part,) = item["summary"]
    place = {"item_id": item["id"], "output_index": index}
    announced = {**item, "summary": []}
    yield events.encode("output_item.added", output_index=index, item=announced)
    place["summary_index"] = 0
    empty = {**part, "text": ""}
    yield events.encode("reasoning_summary_part.added", **place, part=empty)
    yield events.encode("reasoning_summary_text.delta", **place, delta=part["text"])
    yield events.encode("reasoning_summary_text.done", **place, text=part["text"])
    yield events.encode("reasoning_summary_part.done", **place, part=part)


def _encode_message(events: _Events, index: int, item: dict[str, Any]) -> Iterator[bytes]:
    (part,) = item["content"]
    place = {"item_id": item["id"], "output_index": index, "content_index": 0}
    announced = {**item, "status": "in_progress", "content": []}
    yield events.encode("output_item.added", output_index=index, item=announced)
    yield events.encode("content_part.added", **place, part={**part, "text": "", "logprobs": []})
    for number, word in enumerate(split_words(part["text"])):
        logprobs = part["logprobs"][number : number + 1]
        yield events.encode("output_text.delta", **place, delta=word, logprobs=logprobs)
    yield events.encode("output_text.done", **place, text=part["text"], logprobs=part["logprobs"])
    yield events.encode("content_part.done", **place, part=part)


def _encode_picture(events: _Events, index: int, item: dict[str, Any]) -> Iterator[bytes]:
    place = {"item_id": item["id"], "output_index": index}
    announced = {**item, "status": "in_progress", "result": None}
    yield events.encode("output_item.added", output_index=index, item=announced)
    yield events.encode("image_generation_call.in_progress", **place)
    yield events.encode("image_generation_call.generating", **place)
    yield events.encode(
        "image_generation_call.partial_image",
        **place,
        partial_image_index=0,
        partial_image_b64=item["result"],
    )
    yield events.encode("image_generation_call.completed", **place)


def encode_event(kind: str, number: int = 0, **fields: Any) -> bytes:
    """Encode one event of the stream, which is the `number`th."""
    event = {"type": kind, "sequence_number": number, **fields}
    return f"event: {kind}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def build_end(answer: PlayedAnswer, response_id: str, usage: Mapping[str, Any]) -> dict[str, Any]:
    """Build the whole response: the end of a stream, or the body without one."""
    items = [_build_reasoning(answer.reasoning)] if answer.reasoning else []
    if answer.text or not items + list(answer.pictures):
        items.append(_build_message(answer))
    for number, data in enumerate(answer.pictures, 1):
        items.append({"type": "image_generation_call", "id": f"ig_{number}", "status": "completed",
                      "result": base64.b64encode(data).decode(), "quality": "medium",
                      "output_format": "png",
                      "revised_prompt": f"A picture, drawn as asked: {answer.text}"})  # fmt: skip
    fields = _build_usage(answer, usage)
    return {**_ENVELOPE, "id": response_id, "status": "completed", "output": items, **fields}


def _build_reasoning(text: str) -> dict[str, Any]:
    return {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": text}]}


def _build_message(answer: PlayedAnswer) -> dict[str, Any]:
    text, count = answer.text, answer.top_logprobs
    logprobs = [] if count is None else list_logprobs(split_words(text), count)
    content = [{"type": "output_text", "text": text, "annotations": [], "logprobs": logprobs}]
    return {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
            "content": content}  # fmt: skip


def _build_usage(answer: PlayedAnswer, usage: Mapping[str, Any]) -> dict[str, Any]:
    """Build usage as OpenAI does: tokens of the main model, and separately of the drawing model."""
    details = usage["completion_tokens_details"]
    fields: dict[str, Any] = {
        "usage": {
            "input_tokens": usage["prompt_tokens"],
            "input_tokens_details": usage["prompt_tokens_details"],
            "output_tokens": usage["completion_tokens"] - details["image_tokens"],
            "output_tokens_details": {"reasoning_tokens": details["reasoning_tokens"]},
            "total_tokens": usage["total_tokens"] - details["image_tokens"],
        }
    }
    if answer.pictures:
        fields["tool_usage"] = {
            "image_gen": {
                "input_tokens": 50,
                "input_tokens_details": {"image_tokens": 0, "text_tokens": 50},
                "output_tokens": details["image_tokens"],
                "total_tokens": 50 + details["image_tokens"],
            },
            "web_search": {"num_requests": 0},
        }
    return fields
