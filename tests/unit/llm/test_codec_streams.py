"""What every codec reads: streams however they are cut or garbled."""

from __future__ import annotations

import base64
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.billing.pricing import estimate_cost
from bot.domain.llm import (
    ImageOutput,
    LogProbs,
    ResponseFinished,
    StreamEvent,
    TextDelta,
    Usage,
)
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.offers.openai_models import GPT_5_4
from bot.llm.responses.request import ResponsesCodec
from bot.llm.streaming.sse import SseReader
from tests.support.codecs import (
    CASES,
    GOLDEN,
    STREAMS,
    build_validator,
    check_golden,
    read_events,
    read_stream,
)

_RECORDED_NAMES = {
    "PartialImage": "PicturePreview",
    "ImageOutput": "ImageMade",
    "ResponseFinished": "Finished",
    "FinishReason": "Finish",
}


STREAM_SCHEMAS = {
    "openrouter": ("openrouter.openapi.yaml", "ChatStreamChunk"),
    "openai": ("openai.openapi.yaml", "ResponseStreamEvent"),
    "openai-chat": ("openai.openapi.yaml", "CreateChatCompletionStreamResponse"),
}


@pytest.mark.parametrize(("provider", "name"), STREAMS)
def test_a_golden_stream_is_one_that_the_provider_can_send(
    provider: str, name: str, specs: Path
) -> None:
    file, schema = STREAM_SCHEMAS[provider]
    check, sse = build_validator(specs / file, schema), SseReader()
    payloads = sse.feed(read_stream(provider, name)) + sse.close()
    chunks = [json.loads(payload) for payload in payloads if payload != b"[DONE]"]
    assert chunks
    for chunk in chunks:
        assert check.is_valid(chunk), (name, str(chunk)[:200])
    assert not check.is_valid({"type": "response.nonsense", "choices": 7})


def test_the_providers_examples_are_the_same_wherever_they_are_cut(specs: Path) -> None:
    for path in sorted((specs / "examples").glob("stream_*.sse")):
        raw = path.read_bytes()
        events, error = read_events(OpenRouterCodec(), raw)
        for at in range(len(raw)):
            again, other = read_events(OpenRouterCodec(), raw[:at], raw[at:])
            assert again == events and str(other) == str(error), path.name


def format_golden_event(event: StreamEvent) -> str:
    """Format the event with the class names under which the golden files were recorded."""
    text = repr(event)
    for name, recorded in _RECORDED_NAMES.items():
        text = text.replace(name, recorded)
    return text


def build_large_picture(provider: str) -> tuple[bytes, bytes]:
    """Return the golden stream with its picture replaced by one of 300 kB, and that picture."""
    raw = read_stream(provider, "picture")
    made = next(e for e in read_events(CASES[provider].codec, raw)[0] if isinstance(e, ImageOutput))
    grown = made.data + random.Random(1).randbytes(300_000)
    small, big = base64.b64encode(made.data), base64.b64encode(grown)
    assert small in raw
    return raw.replace(small, big), grown


@pytest.mark.parametrize(("provider", "name"), STREAMS)
def test_a_stream_is_the_same_wherever_it_is_cut(provider: str, name: str) -> None:
    codec, raw = CASES[provider].codec, read_stream(provider, name)
    whole = read_events(codec, raw)
    assert whole[1] is None
    check_golden(
        GOLDEN / provider / f"{name}.events.json",
        [format_golden_event(event) for event in whole[0]],
    )
    for at in range(len(raw)):
        assert read_events(codec, raw[:at], raw[at:]) == whole
    assert read_events(codec, *(raw[at : at + 1] for at in range(len(raw)))) == whole


@pytest.mark.parametrize("provider", ["openrouter", "openai"])
@pytest.mark.parametrize("size", [1_000, 4_095, 4_096, 4_097, 65_536, 10_000_000])
def test_a_large_picture_arrives_whole_once_however_it_is_cut(provider: str, size: int) -> None:
    raw, picture = build_large_picture(provider)
    events, error = read_events(
        CASES[provider].codec, *(raw[at : at + size] for at in range(0, len(raw), size))
    )
    (made,) = [event for event in events if isinstance(event, ImageOutput)]
    assert error is None and made.data == picture


def mutate_stream(raw: bytes, count: int, seed: str) -> Iterator[tuple[bytes, bool]]:
    """Yield mutants of `raw`, lines dropped, repeated, moved, cut or garbled; True if garbled."""
    rnd = random.Random(seed)
    lines = re.findall(rb"[^\n]*\n|[^\n]+", raw)

    def garble(line: bytes) -> bytes:
        at = rnd.randrange(len(line))
        return line[:at] + rnd.randbytes(rnd.randint(1, 4)) + line[at + rnd.randint(0, 3) :]

    def mutate(current: list[bytes], kind: int) -> list[bytes]:
        at, to = rnd.randrange(len(current)), rnd.randrange(len(current))
        line, rest = current[at], current[:at] + current[at + 1 :]
        ways = (
            rest or current,
            [*current[:at], line, *current[at:]],
            [*rest[:to], line, *rest[to:]],
            [*current[:at], line[: rnd.randrange(len(line))], *current[at + 1 :]],
            current[: at + 1],
            [*current[:at], garble(line), *current[at + 1 :]],
        )
        return [line for line in ways[kind] if line] or list(lines)

    for _ in range(count):
        now, ways = list(lines), [rnd.randrange(6) for _ in range(rnd.randint(1, 3))]
        for way in ways:
            now = mutate(now, way)
        yield b"".join(now), 5 in ways


def list_usages(provider: str) -> set[Usage | None]:
    """Return every usage that a golden stream can report correctly: its own, or None."""
    found = {
        event.usage
        for kind, name in STREAMS
        if kind == provider
        for event in read_events(CASES[provider].codec, read_stream(provider, name))[0]
        if isinstance(event, ResponseFinished)
    }
    return found | {None}


def is_harmless(usage: Usage | None) -> bool:
    """Whether the ledger may record it: counts and cost are not negative, the cost is plausible."""
    if usage is None:
        return True
    counts = (usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens)
    price = GPT_5_4.price
    assert price is not None
    fine = usage.cost is None or 0 <= usage.cost < 1_000_000
    return fine and min(counts) >= 0 and estimate_cost(usage, price) >= 0


@pytest.mark.parametrize(("provider", "name"), STREAMS)
def test_ten_thousand_mutants_crash_nothing_and_book_no_wrong_sum(provider: str, name: str) -> None:
    codec, raw = CASES[provider].codec, read_stream(provider, name)
    honest = list_usages(provider)
    whole = [event for event in read_events(codec, raw)[0] if isinstance(event, ImageOutput)]
    for mutant, is_garbled in mutate_stream(raw, 2_500, f"{provider} {name}"):
        events, error = read_events(codec, mutant)
        assert error is None or error.user_message
        for event in events:
            # A garbled figure is another figure, and garbled bytes are others: they stay possible.
            if isinstance(event, ImageOutput):
                assert event in whole or is_garbled
            elif isinstance(event, ResponseFinished):
                assert event.usage in honest or is_garbled
                assert is_harmless(event.usage)


@pytest.mark.parametrize(("provider", "name"), STREAMS)
def test_what_came_before_an_end_is_never_lost(provider: str, name: str) -> None:
    codec, raw = CASES[provider].codec, read_stream(provider, name)
    whole, _ = read_events(codec, raw)

    def join_texts(events: list[StreamEvent]) -> str:
        return "".join(event.text for event in events if isinstance(event, TextDelta))

    for at in range(0, len(raw), 7):
        events, _ = read_events(codec, raw[:at])
        assert join_texts(whole).startswith(join_texts(events))
        # Whatever payload was whole has been read.
        done = raw[:at].count(b"\n\n")
        again, _ = read_events(codec, b"\n\n".join(raw.split(b"\n\n")[:done]) + b"\n\n")
        assert join_texts(events).startswith(join_texts(again))


def test_a_long_run_of_base64_in_a_text_stays_a_text() -> None:
    run = base64.b64encode(random.Random(3).randbytes(9_000)).decode()
    text = f"Here: {run} and that was it."
    payload = {"choices": [{"delta": {"content": text}, "finish_reason": "stop"}]}
    raw = b"data: " + json.dumps(payload).encode() + b"\n\n"
    for size in (64, 5_000, 100_000):
        events, error = read_events(
            OpenRouterCodec(), *(raw[at : at + size] for at in range(0, len(raw), size))
        )
        assert error is None and events[0] == TextDelta(text)


def test_log_probabilities_are_passed_on() -> None:
    odds = [{"token": "hi", "logprob": -0.5}]
    choice = {"delta": {"content": "hi"}, "logprobs": {"content": odds}, "finish_reason": "stop"}
    events, _ = read_events(
        OpenRouterCodec(), b"data: " + json.dumps({"choices": [choice]}).encode()
    )
    assert LogProbs(tuple(odds)) in events


def encode_event(kind: str, **more: Any) -> bytes:
    return f"data: {json.dumps({'type': kind, **more})}\n\n".encode()


def build_blocked_item() -> dict[str, Any]:
    error = {"code": "moderation_blocked", "message": "x"}
    return {"type": "image_generation_call", "id": "ig_1", "status": "failed", "error": error}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (
            encode_event("response.failed", response={"error": {"code": "server_error"}}),
            "not available",
        ),
        (encode_event("error", code="rate_limit_exceeded", message="x"), "very busy"),
        (
            encode_event("error", error={"code": "insufficient_quota", "message": "x"}),
            "out of credit",
        ),
        (encode_event("response.output_text.delta", delta="Half"), "broke off"),
        (
            encode_event("response.output_item.done", item=build_blocked_item())
            + encode_event("response.completed", response={"status": "completed", "output": []}),
            "kept back",
        ),
    ],
)
def test_a_failure_at_openai_becomes_a_sentence(raw: bytes, words: str) -> None:
    _, error = read_events(ResponsesCodec(), raw)
    assert error is not None and words in error.user_message


def test_what_openai_did_not_finish_is_cut_short() -> None:
    details = {"reason": "max_output_tokens"}
    ended = {"status": "incomplete", "incomplete_details": details, "usage": {"input_tokens": 3}}
    raw = encode_event("response.output_text.delta", delta="Half") + encode_event(
        "response.incomplete", response=ended
    )
    events, error = read_events(ResponsesCodec(), raw)
    assert (
        error is None and isinstance(events[-1], ResponseFinished) and events[-1].reason == "length"
    )
