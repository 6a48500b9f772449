"""The streams of the played providers, with the ways in which an answer can fail.

An ending changes what is told of an answer, never what its bill says. See `scripts.py` for exact
bytes instead.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeAlias

from bot.playground.model import wire
from bot.playground.model.openai import responses_stream
from bot.playground.model.talk import PlayedAnswer

_THOUGHT = "Let me think about that for a while. "


class EndingKind(StrEnum):
    """How an answer ends."""

    WHOLE = "whole"
    NO_USAGE = "no_usage"  # whole, but without a usage
    EMPTY = "empty"
    THOUGHTS_ONLY = "thoughts_only"  # cut at its length before the first word
    ERROR = "error"  # before the first word, without a usage
    ERROR_WITH_USAGE = "error_with_usage"
    ERROR_THEN_USAGE = "error_then_usage"
    LENGTH = "length"  # cut at its length, after its words
    CUT = "cut"  # the connection breaks after the first event
    CUT_BEFORE_HEADERS = "cut_before_headers"
    GATEWAY_TIMEOUT = "gateway_timeout"  # 504 instead of an answer


_WORDLESS_KINDS = {
    EndingKind.EMPTY,
    EndingKind.ERROR,
    EndingKind.ERROR_WITH_USAGE,
    EndingKind.ERROR_THEN_USAGE,
}
# The connection or a gateway fails before the headers.
HEADLESS_KINDS = {EndingKind.CUT_BEFORE_HEADERS, EndingKind.GATEWAY_TIMEOUT}
_COMPATIBLE_USAGE = ("prompt_tokens", "completion_tokens", "total_tokens")
_ERROR = {"code": 502, "message": "Provider returned error"}


@dataclass(frozen=True, slots=True)
class Ending:
    """How an answer ends, and what is told of it.

    `claim` replaces fields of the reported usage. Without `has_id` the headers have no generation.
    `says` takes the place of the whole answer; `delay` are seconds until the first word.
    """

    kind: EndingKind = EndingKind.WHOLE
    claim: Mapping[str, Any] = field(default_factory=dict)
    has_id: bool = True
    says: str = ""
    delay: float = 0.0

    def edit_answer(self, answer: PlayedAnswer) -> PlayedAnswer:
        """Return what the model produces in fact."""
        if self.kind is EndingKind.THOUGHTS_ONLY:
            return PlayedAnswer("", reasoning=_THOUGHT * 20)
        if self.kind in _WORDLESS_KINDS:
            return replace(answer, text="", pictures=(), reasoning="")
        return PlayedAnswer(self.says) if self.says else answer


AnswerEncoder: TypeAlias = Callable[[PlayedAnswer, str, dict[str, Any], Ending], list[bytes]]


def encode_openrouter(
    answer: PlayedAnswer, generation_id: str, usage: dict[str, Any], ending: Ending
) -> list[bytes]:
    """Encode the stream of an answer as OpenRouter sends it."""
    failed = wire.build_chunk(generation_id, 1, {"content": ""}, finish="error")
    failed["error"] = _ERROR
    length = wire.build_chunk(generation_id, 1, {"content": ""}, finish="length")
    *content, finish, told = wire.encode_stream(answer, generation_id, int(time.time()), usage)
    error, whole = wire.encode_event(failed), [*content, finish, told]
    streams = {
        EndingKind.NO_USAGE: [*content, finish],
        EndingKind.LENGTH: [*content, wire.encode_event(length), told],
        EndingKind.THOUGHTS_ONLY: [*content, wire.encode_event(length), told],
        EndingKind.ERROR: [error],
        EndingKind.ERROR_WITH_USAGE: [wire.encode_event({**failed, "usage": usage})],
        EndingKind.ERROR_THEN_USAGE: [error, told],
    }
    if ending.kind is EndingKind.CUT:
        return content[:1]
    return [*streams.get(ending.kind, whole), wire.DONE_EVENT]


def encode_compatible(
    answer: PlayedAnswer, generation_id: str, usage: dict[str, Any], ending: Ending
) -> list[bytes]:
    """Encode the stream as another server sends it: without a cost, unless `ending` claims one."""
    names = (*_COMPATIBLE_USAGE, *ending.claim)
    return encode_openrouter(answer, generation_id, {name: usage[name] for name in names}, ending)


def encode_openai_chat(
    answer: PlayedAnswer, generation_id: str, usage: dict[str, Any], ending: Ending
) -> list[bytes]:
    """Encode the stream of a chat completion as OpenAI sends it: with tokens, without a cost."""
    return encode_openrouter(answer, generation_id, select_openai_usage(usage), ending)


def select_openai_usage(usage: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a usage that OpenAI's chat completions report."""
    cached = usage["prompt_tokens_details"]["cached_tokens"]
    thoughts = usage["completion_tokens_details"]["reasoning_tokens"]
    return {name: usage[name] for name in _COMPATIBLE_USAGE} | {
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": thoughts, "audio_tokens": 0},
    }


def encode_openai(
    answer: PlayedAnswer, response_id: str, usage: dict[str, Any], ending: Ending
) -> list[bytes]:
    """Encode the stream of an answer as OpenAI sends it."""
    *content, completed = responses_stream.encode_stream(answer, response_id, usage)
    end = responses_stream.build_end(answer, response_id, usage)
    untold = {name: value for name, value in end.items() if "usage" not in name}
    cut = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    error = {"code": "server_error", "message": "The server had an error"}
    failed = {"status": "failed", "error": error, "output": []}
    encode = responses_stream.encode_event
    told_failure = encode("response.failed", response=end | failed)
    streams = {
        EndingKind.NO_USAGE: [*content, encode("response.completed", response=untold)],
        EndingKind.LENGTH: [*content, encode("response.incomplete", response=end | cut)],
        EndingKind.THOUGHTS_ONLY: [*content, encode("response.incomplete", response=end | cut)],
        EndingKind.ERROR: [encode("response.failed", response=untold | failed)],
        EndingKind.ERROR_WITH_USAGE: [told_failure],
        EndingKind.ERROR_THEN_USAGE: [
            encode("error", code=error["code"], message=error["message"]),
            told_failure,
        ],
        # The first events only announce what comes.
        EndingKind.CUT: content[: responses_stream.find_first_content(content) + 1],
    }
    return streams.get(ending.kind, [*content, completed])


def build_body(
    answer: PlayedAnswer, generation_id: str, usage: dict[str, Any], encode: AnswerEncoder
) -> dict[str, Any]:
    """Build the whole answer to a request without `stream`."""
    if encode is encode_openai:
        return responses_stream.build_end(answer, generation_id, usage)
    if encode is encode_openai_chat:
        usage = select_openai_usage(usage)
    if encode is encode_compatible:
        usage = {name: usage[name] for name in _COMPATIBLE_USAGE}
    return wire.build_completion(answer, generation_id, int(time.time()), usage)


def is_insured(ending: Ending, encode: AnswerEncoder) -> bool:
    """Whether the provider does not charge: OpenRouter, for an error before any output
    (openrouter.ai/docs, "Zero completion insurance")."""
    return ending.kind is EndingKind.ERROR and encode is encode_openrouter
