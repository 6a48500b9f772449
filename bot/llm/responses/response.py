"""What OpenAI's Responses API answers, as `ReplyEvent`s. Pure; requests stand in `responses.py`.

Read tolerantly: the stream carries more than the published schema, and may repeat at its end what
it said before (platform.openai.com/docs, "Streaming events").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from bot.billing.pricing import PICTURE_TOKENS
from bot.domain.llm import (
    Finish,
    Finished,
    PicturePreview,
    ReasoningDelta,
    ReplyEvent,
    TextDelta,
    TokenOdds,
    Usage,
)
from bot.llm import errors
from bot.llm.streaming.base64 import Taken
from bot.llm.streaming.payloads import Pictures, count, listed, mapping, parsed, text

_REASONS = {
    "max_output_tokens": Finish.LENGTH,
    "content_filter": Finish.CONTENT_FILTER,
}


class ResponseReader:
    """Implements `bot.llm.protocol.Reader`."""

    def __init__(self, taken: Taken | None = None) -> None:
        self._taken = taken or Taken("nothing")
        self._pictures = Pictures(taken)
        self._finish: Finish | None = None
        self._usage: Usage | None = None
        self._text_seen = False
        self._drawn: dict[str, int] = {}  # items that made a picture, and its tokens as we guess
        self._blocked = False

    def read(self, payload: bytes) -> list[ReplyEvent]:
        if payload.strip() == b"[DONE]":
            return []
        return list(self._event(parsed(payload)))

    def close(self) -> list[ReplyEvent]:
        if self._finish is None:
            raise errors.BrokenOff("the stream ended without response.completed")
        if self._blocked and not self._pictures:
            self._finish = Finish.CONTENT_FILTER
        if not self._text_seen and not self._pictures:
            errors.raise_empty(self._finish.value, self._finish, self._usage)
        return [Finished(self._finish, self._usage)]

    def _event(self, event: Mapping[str, Any]) -> Iterator[ReplyEvent]:
        kind = text(event.get("type"))
        match kind.removeprefix("response."):
            case "output_text.delta" | "refusal.delta":
                yield from self._said(text(event.get("delta")))
                odds = listed(event.get("logprobs"))
                yield from [TokenOdds(tuple(odds))] if odds else []
            case "reasoning_summary_text.delta":
                thought = text(event.get("delta"))
                yield from [ReasoningDelta(self._taken.restored(thought))] if thought else []
            case "image_generation_call.partial_image":
                found = self._pictures.decoded(text(event.get("partial_image_b64")))
                yield from [PicturePreview(*found)] if found else []
            case "output_item.done":
                yield from self._item(mapping(event.get("item")))
            case "completed" | "incomplete":
                yield from self._ended(mapping(event.get("response")))
            case "failed" | "error":
                self._fail(event)
            case _:
                pass

    def _fail(self, event: Mapping[str, Any]) -> NoReturn:
        """`response.failed` and `error`; the latter is documented flat, and seen as an object."""
        failed = mapping(event.get("response"))
        self._read_usage(failed)
        raise errors.from_error(
            mapping(failed.get("error")) or mapping(event.get("error")) or event
        )

    def _said(self, said: str) -> Iterator[ReplyEvent]:
        if said:
            self._text_seen = self._text_seen or not said.isspace()
            yield TextDelta(self._taken.restored(said))

    def _item(self, item: Mapping[str, Any]) -> Iterator[ReplyEvent]:
        if item.get("type") != "image_generation_call":
            return
        if item.get("status") == "failed" or item.get("error"):
            code = mapping(item.get("error")).get("code")
            self._blocked = self._blocked or code == "moderation_blocked"
            return
        for made in self._pictures.of_base64(text(item.get("result"))):
            guess = PICTURE_TOKENS.get(text(item.get("quality")), PICTURE_TOKENS["medium"])
            self._drawn[text(item.get("id")) or made.sha256] = guess
            yield made

    def _ended(self, response: Mapping[str, Any]) -> Iterator[ReplyEvent]:
        why = text(mapping(response.get("incomplete_details")).get("reason"))
        for item in listed(response.get("output")):
            yield from self._item(item)
            if item.get("type") == "message" and not self._text_seen:
                for part in listed(item.get("content")):
                    yield from self._said(text(part.get("text")) or text(part.get("refusal")))
        incomplete = response.get("status") == "incomplete" or bool(why)
        self._finish = _REASONS.get(why, Finish.LENGTH) if incomplete else Finish.STOP
        self._read_usage(response)

    def _read_usage(self, response: Mapping[str, Any]) -> None:
        if isinstance(response.get("usage"), Mapping):
            self._usage = read_response_usage(response, sum(self._drawn.values()))


def read_response_usage(response: Mapping[str, Any], drawn: int) -> Usage:
    """The tokens of both models together; there is no cost in it.

    `usage` is the leading model's alone. What the drawing model took is in `tool_usage`, which may
    be missing: then `drawn` stands for the tokens of its pictures.
    """
    raw = mapping(response.get("usage"))
    tool = mapping(mapping(response.get("tool_usage")).get("image_gen"))
    read = mapping(tool.get("input_tokens_details"))
    tool_input, tool_output = count(tool.get("input_tokens")), count(tool.get("output_tokens"))
    seen = min(count(read.get("image_tokens")), tool_input)
    return Usage(
        prompt_tokens=count(raw.get("input_tokens")) + tool_input,
        completion_tokens=count(raw.get("output_tokens")) + (tool_output or drawn),
        cached_tokens=count(mapping(raw.get("input_tokens_details")).get("cached_tokens")),
        reasoning_tokens=count(mapping(raw.get("output_tokens_details")).get("reasoning_tokens")),
        image_tokens=tool_output or drawn,
        drawing_text_tokens=tool_input - seen,
        drawing_image_tokens=seen,
    )
