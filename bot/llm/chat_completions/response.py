"""What chat completions answer, as `ReplyEvent`s. Pure; requests are in `chat_completions.py`.

Read tolerantly: the published schema of the stream lacks pictures (openrouter.ai/docs,
"Streaming").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from bot.domain.llm import Finish, Finished, ReasoningDelta, ReplyEvent, TextDelta, TokenOdds, Usage
from bot.llm import errors
from bot.llm.streaming.base64 import Taken
from bot.llm.streaming.payloads import Pictures, count, listed, mapping, money, parsed, text

_FINISHES = {
    "stop": Finish.STOP,
    "length": Finish.LENGTH,
    "content_filter": Finish.CONTENT_FILTER,
}


class AnswerReader:
    """Implements `bot.llm.protocol.Reader`. `finish_reason` is not the end: usage comes after."""

    def __init__(self, taken: Taken | None = None) -> None:
        self._finish: str | None = None
        self._usage: Usage | None = None
        self._taken = taken or Taken("nothing")
        self._pictures = Pictures(taken)
        self._text_seen = False

    def read(self, payload: bytes) -> list[ReplyEvent]:
        if payload.strip() == b"[DONE]":
            return []
        return list(self._events(parsed(payload)))

    def close(self) -> list[ReplyEvent]:
        if self._finish is None:
            raise errors.BrokenOff("the stream ended without a finish reason")
        reason = _FINISHES.get(self._finish, Finish.STOP)
        if not self._text_seen and not self._pictures:
            errors.raise_empty(self._finish, reason, self._usage)
        return [Finished(reason, self._usage)]

    def _events(self, chunk: Mapping[str, Any]) -> Iterator[ReplyEvent]:
        if isinstance(chunk.get("usage"), Mapping):
            self._usage = read_usage(chunk["usage"])
        choices = chunk.get("choices")
        first = mapping(choices[0]) if isinstance(choices, list) and choices else {}
        yield from self._choice(first)
        error = chunk.get("error") or first.get("error")
        if isinstance(error, Mapping):
            raise errors.from_error(error)
        if error or self._finish == "error":
            raise errors.BrokenOff("the stream ended with an error", said=errors.AWAY)

    def _choice(self, choice: Mapping[str, Any]) -> Iterator[ReplyEvent]:
        delta, message = mapping(choice.get("delta")), mapping(choice.get("message"))
        yield from self._said(delta)
        # Some streams repeat the whole message at the end: its text is old, a picture may be new.
        if message and not self._text_seen:
            yield from self._said(message)
        for source in (delta, message):
            for image in listed(source.get("images")):
                yield from self._pictures.of_address(
                    text(mapping(image.get("image_url")).get("url"))
                )
        odds = listed(mapping(choice.get("logprobs")).get("content"))
        if odds:
            yield TokenOdds(tuple(odds))
        finish = choice.get("finish_reason")
        if isinstance(finish, str) and finish:
            self._finish = finish

    def _said(self, source: Mapping[str, Any]) -> Iterator[ReplyEvent]:
        thought = text(source.get("reasoning")) or _thought(source.get("reasoning_details"))
        if thought:
            yield ReasoningDelta(self._taken.restored(thought))
        said = _content(source.get("content")) + text(source.get("refusal"))
        if said:
            self._text_seen = self._text_seen or not said.isspace()
            yield TextDelta(self._taken.restored(said))


def read_usage(raw: Mapping[str, Any]) -> Usage:
    """Read a `usage` object; every part of it may be missing, null or of another type.

    With a key of one's own at the provider (`is_byok`) OpenRouter's `cost` is only its fee.
    """
    prompt = mapping(raw.get("prompt_tokens_details"))
    completion = mapping(raw.get("completion_tokens_details"))
    cost = money(raw.get("cost"))
    if raw.get("is_byok") is True:
        upstream = money(mapping(raw.get("cost_details")).get("upstream_inference_cost"))
        if upstream is not None:
            cost = (cost or Decimal(0)) + upstream
    return Usage(
        prompt_tokens=count(raw.get("prompt_tokens")),
        completion_tokens=count(raw.get("completion_tokens")),
        cached_tokens=count(prompt.get("cached_tokens")),
        reasoning_tokens=count(completion.get("reasoning_tokens")),
        image_tokens=count(completion.get("image_tokens")),
        cost=cost,
    )


def _content(content: object) -> str:
    if isinstance(content, list):
        return "".join(text(mapping(part).get("text")) for part in content)
    return text(content)


def _thought(details: object) -> str:
    return "".join(text(item.get("summary")) or text(item.get("text")) for item in listed(details))
