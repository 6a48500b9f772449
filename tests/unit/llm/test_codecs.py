"""The contract of every codec: golden requests, and streams however they are cut or garbled."""

from __future__ import annotations

import base64
import functools
import json
import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, validators

from bot.billing.pricing import cost_of
from bot.domain.errors import EaselError
from bot.domain.files import Attachment, Document
from bot.domain.llm import (
    Finished,
    ImageMade,
    Prompt,
    PromptTurn,
    ReplyEvent,
    Schema,
    TextDelta,
    TokenOdds,
    Usage,
)
from bot.domain.model_info import Offer
from bot.domain.options import Parameters
from bot.llm.catalog_entry import GPT_5_4, GPT_5_4_IMAGE_2, built_in
from bot.llm.chat_completions.request import CompatibleCodec, OpenRouterCodec
from bot.llm.protocol import Codec
from bot.llm.responses.request import ResponsesCodec
from bot.llm.streaming.base64 import Sieve, Taken
from bot.llm.streaming.sse import SseReader

GOLDEN = Path(__file__).parents[2] / "golden"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ALL = Parameters(
    effort="high",
    show_reasoning=True,
    frequency_penalty=0.5,
    presence_penalty=-0.5,
    seed=7,
    stop=("END",),
    logit_bias=((1734, -100),),
    logprobs=3,
    aspect="16:9",
    quality="high",
    background="transparent",
)
PROMPT = Prompt(
    system="Be brief.",
    past=(PromptTurn("user", "<@U1>: hi"), PromptTurn("assistant", "hello")),
    question="<@U1>: make it grey",
    pictures=(Attachment("a.png", "image/png", PIXEL, "ab", 1, 1),),
    max_tokens=8192,
    user="11" * 16,
    session="22" * 16,
    documents=(Document("a.pdf", "application/pdf", ("text",), b"%PDF-1"),),
    parameters=ALL,
)
DATA = replace(PROMPT, schema=Schema("table", {"type": "object"}, strict=True))


@dataclass(frozen=True, slots=True)
class Case:
    codec: Codec
    offer: Offer
    folder: str
    schema: str = ""


CASES = {
    "openrouter": Case(
        OpenRouterCodec(), GPT_5_4_IMAGE_2, "openrouter", "openrouter.openapi.yaml#ChatRequest"
    ),
    "openai": Case(ResponsesCodec(), GPT_5_4, "openai", "openai.openapi.yaml#CreateResponse"),
    "compatible": Case(CompatibleCodec(), built_in("compatible", "qwen3"), "compatible"),
}
STREAMS = [("openrouter", "text"), ("openrouter", "picture"), ("openai", "text"),
           ("openai", "picture")]  # fmt: skip


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


def golden(path: Path, value: Any) -> None:
    """Compare with a golden file; write it anew with EASEL_WRITE_GOLDEN=1, on purpose."""
    if os.environ.get("EASEL_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
    assert json.loads(path.read_text()) == value


@pytest.mark.parametrize(("prompt", "name"), [(PROMPT, "request-all"), (DATA, "request-data")])
def test_a_request_is_the_golden_one(case: Case, prompt: Prompt, name: str) -> None:
    golden(GOLDEN / case.folder / f"{name}.json", case.codec.encode(prompt, case.offer))


@functools.cache
def validator(path: Path, name: str) -> Draft202012Validator:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    spec = yaml.load(path.read_text(), loader)
    # A message without a type fits two of OpenAI's alternatives, which its discriminator would tell
    # apart: more than one may fit.
    rules = Draft202012Validator.VALIDATORS
    kind = validators.extend(Draft202012Validator, {"oneOf": rules["anyOf"]})  # type: ignore[no-untyped-call]
    found: Draft202012Validator = kind({**spec, "$ref": f"#/components/schemas/{name}"})
    return found


@pytest.mark.parametrize("prompt", [PROMPT, DATA])
def test_a_request_fits_the_providers_own_schema(case: Case, prompt: Prompt, specs: Path) -> None:
    if not case.schema:
        pytest.skip("a compatible server has no schema of its own")
    file, _, name = case.schema.partition("#")
    check = validator(specs / file, name)
    check.validate(case.codec.encode(prompt, case.offer))
    assert not check.is_valid({"model": 7, "messages": 7, "input": {"a": 1}})


STREAM_SCHEMAS = {
    "openrouter": ("openrouter.openapi.yaml", "ChatStreamChunk"),
    "openai": ("openai.openapi.yaml", "ResponseStreamEvent"),
}


@pytest.mark.parametrize(("provider", "name"), STREAMS)
def test_a_golden_stream_is_one_that_the_provider_can_send(
    provider: str, name: str, specs: Path
) -> None:
    file, schema = STREAM_SCHEMAS[provider]
    check, sse = validator(specs / file, schema), SseReader()
    payloads = sse.feed(stream(provider, name)) + sse.close()
    chunks = [json.loads(payload) for payload in payloads if payload != b"[DONE]"]
    assert chunks
    for chunk in chunks:
        assert check.is_valid(chunk), (name, str(chunk)[:200])
    assert not check.is_valid({"type": "response.nonsense", "choices": 7})


def test_the_providers_examples_are_the_same_wherever_they_are_cut(specs: Path) -> None:
    for path in sorted((specs / "examples").glob("stream_*.sse")):
        raw = path.read_bytes()
        events, error = read(OpenRouterCodec(), raw)
        for at in range(len(raw)):
            again, other = read(OpenRouterCodec(), raw[:at], raw[at:])
            assert again == events and str(other) == str(error), path.name


# What is no parameter of the model but of the protocol, or of who asks.
FRAME = {
    "openrouter": {"model", "messages", "stream", "user", "session_id", "modalities",
                   "image_config"},
    "compatible": {"model", "messages", "stream", "stream_options", "user"},
    "openai": {"model", "instructions", "input", "stream", "store", "prompt_cache_key",
               "safety_identifier", "tools", "max_tool_calls", "include"},
}  # fmt: skip
LISTED_AS = {"max_output_tokens": "max_tokens", "text": "response_format",
             "reasoning_effort": "reasoning"}  # fmt: skip
NEVER = {"tool_choice", "temperature", "top_p", "plugins", "web_search_options", "functions"}


@pytest.mark.parametrize("prompt", [PROMPT, DATA])
@pytest.mark.parametrize("only", [None, "max_tokens", "reasoning", "response_format", "seed"])
def test_nothing_is_sent_that_the_model_does_not_take(
    case: Case, prompt: Prompt, only: str | None
) -> None:
    offer = case.offer
    if only is not None:
        offer = replace(offer, parameters=frozenset({"max_tokens", only}))
    body = case.codec.encode(prompt, offer)
    asked = {LISTED_AS.get(name, name) for name in set(body) - FRAME[case.folder]}
    assert asked <= offer.parameters, asked - offer.parameters
    assert not NEVER & set(body)
    # The one tool there is draws, and only where the provider draws by a tool.
    tools = [tool["type"] for tool in body.get("tools", [])]
    assert tools in ([], ["image_generation"]) and (case.folder == "openai" or not tools)


def read(codec: Codec, *chunks: bytes) -> tuple[list[ReplyEvent], EaselError | None]:
    """The events of a stream that comes in these pieces, and how it ended."""
    taken = Taken("0123456789abcdef")
    sieve, sse, reader = Sieve(taken), SseReader(), codec.reader(taken)
    events: list[ReplyEvent] = []

    def payloads() -> Iterator[bytes]:
        for chunk in chunks:
            yield from sse.feed(sieve.feed(chunk))
        yield from sse.feed(sieve.close())
        yield from sse.close()

    try:
        for payload in payloads():
            events += reader.read(payload)
        events += reader.close()
    except EaselError as error:
        return events, error
    return events, None


def stream(provider: str, name: str) -> bytes:
    return (GOLDEN / provider / f"{name}.sse").read_bytes()


def large_picture(provider: str) -> tuple[bytes, bytes]:
    """The golden stream with a picture of 300 kB in the place of its own, and that picture."""
    raw = stream(provider, "picture")
    made = next(e for e in read(CASES[provider].codec, raw)[0] if isinstance(e, ImageMade))
    grown = made.data + random.Random(1).randbytes(300_000)
    small, big = base64.b64encode(made.data), base64.b64encode(grown)
    assert small in raw
    return raw.replace(small, big), grown


@pytest.mark.parametrize(("provider", "name"), STREAMS)
def test_a_stream_is_the_same_wherever_it_is_cut(provider: str, name: str) -> None:
    codec, raw = CASES[provider].codec, stream(provider, name)
    whole = read(codec, raw)
    assert whole[1] is None
    golden(GOLDEN / provider / f"{name}.events.json", [repr(event) for event in whole[0]])
    for at in range(len(raw)):
        assert read(codec, raw[:at], raw[at:]) == whole
    assert read(codec, *(raw[at : at + 1] for at in range(len(raw)))) == whole


@pytest.mark.parametrize("provider", ["openrouter", "openai"])
@pytest.mark.parametrize("size", [1_000, 4_095, 4_096, 4_097, 65_536, 10_000_000])
def test_a_large_picture_arrives_whole_once_however_it_is_cut(provider: str, size: int) -> None:
    raw, picture = large_picture(provider)
    events, error = read(
        CASES[provider].codec, *(raw[at : at + size] for at in range(0, len(raw), size))
    )
    (made,) = [event for event in events if isinstance(event, ImageMade)]
    assert error is None and made.data == picture


def mutants(raw: bytes, count: int, seed: str) -> Iterator[tuple[bytes, bool]]:
    """`raw` with lines dropped, repeated, moved, cut or garbled; and whether any was garbled."""
    rnd = random.Random(seed)
    lines = re.findall(rb"[^\n]*\n|[^\n]+", raw)

    def garbled(line: bytes) -> bytes:
        at = rnd.randrange(len(line))
        return line[:at] + rnd.randbytes(rnd.randint(1, 4)) + line[at + rnd.randint(0, 3) :]

    def changed(now: list[bytes], way: int) -> list[bytes]:
        at, to = rnd.randrange(len(now)), rnd.randrange(len(now))
        line, rest = now[at], now[:at] + now[at + 1 :]
        ways = (
            rest or now,
            [*now[:at], line, *now[at:]],
            [*rest[:to], line, *rest[to:]],
            [*now[:at], line[: rnd.randrange(len(line))], *now[at + 1 :]],
            now[: at + 1],
            [*now[:at], garbled(line), *now[at + 1 :]],
        )
        return [line for line in ways[way] if line] or list(lines)

    for _ in range(count):
        now, ways = list(lines), [rnd.randrange(6) for _ in range(rnd.randint(1, 3))]
        for way in ways:
            now = changed(now, way)
        yield b"".join(now), 5 in ways


def usages(provider: str) -> set[Usage | None]:
    """Every usage that a golden stream can truthfully report: its own, or none."""
    found = {
        event.usage
        for name in ("text", "picture")
        for event in read(CASES[provider].codec, stream(provider, name))[0]
        if isinstance(event, Finished)
    }
    return found | {None}


def is_harmless(usage: Usage | None) -> bool:
    """What is booked: never negative, never a float, never beyond what any request costs."""
    if usage is None:
        return True
    counts = (usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens)
    price = GPT_5_4.price
    assert price is not None
    fine = usage.cost is None or 0 <= usage.cost < 1_000_000
    return fine and min(counts) >= 0 and cost_of(usage, price) >= 0


@pytest.mark.parametrize(("provider", "name"), STREAMS)
def test_ten_thousand_mutants_crash_nothing_and_book_no_wrong_sum(provider: str, name: str) -> None:
    codec, raw = CASES[provider].codec, stream(provider, name)
    honest = usages(provider)
    whole = [event for event in read(codec, raw)[0] if isinstance(event, ImageMade)]
    for mutant, is_garbled in mutants(raw, 2_500, f"{provider} {name}"):
        events, error = read(codec, mutant)
        assert error is None or error.said
        for event in events:
            # A garbled figure is another figure, and garbled bytes are others: they stay possible.
            if isinstance(event, ImageMade):
                assert event in whole or is_garbled
            elif isinstance(event, Finished):
                assert event.usage in honest or is_garbled
                assert is_harmless(event.usage)


@pytest.mark.parametrize(("provider", "name"), STREAMS)
def test_what_came_before_an_end_is_never_lost(provider: str, name: str) -> None:
    codec, raw = CASES[provider].codec, stream(provider, name)
    whole, _ = read(codec, raw)

    def texts(events: list[ReplyEvent]) -> str:
        return "".join(event.text for event in events if isinstance(event, TextDelta))

    for at in range(0, len(raw), 7):
        events, _ = read(codec, raw[:at])
        assert texts(whole).startswith(texts(events))
        # Whatever payload was whole has been read.
        done = raw[:at].count(b"\n\n")
        again, _ = read(codec, b"\n\n".join(raw.split(b"\n\n")[:done]) + b"\n\n")
        assert texts(events).startswith(texts(again))


def test_a_long_run_of_base64_in_a_text_stays_a_text() -> None:
    run = base64.b64encode(random.Random(3).randbytes(9_000)).decode()
    text = f"Here: {run} and that was it."
    payload = {"choices": [{"delta": {"content": text}, "finish_reason": "stop"}]}
    raw = b"data: " + json.dumps(payload).encode() + b"\n\n"
    for size in (64, 5_000, 100_000):
        events, error = read(
            OpenRouterCodec(), *(raw[at : at + size] for at in range(0, len(raw), size))
        )
        assert error is None and events[0] == TextDelta(text)


def test_the_odds_of_tokens_are_told() -> None:
    odds = [{"token": "hi", "logprob": -0.5}]
    choice = {"delta": {"content": "hi"}, "logprobs": {"content": odds}, "finish_reason": "stop"}
    events, _ = read(OpenRouterCodec(), b"data: " + json.dumps({"choices": [choice]}).encode())
    assert TokenOdds(tuple(odds)) in events


Build = Callable[..., bytes]


def event(kind: str, **more: Any) -> bytes:
    return f"data: {json.dumps({'type': kind, **more})}\n\n".encode()


def blocked_item() -> dict[str, Any]:
    error = {"code": "moderation_blocked", "message": "x"}
    return {"type": "image_generation_call", "id": "ig_1", "status": "failed", "error": error}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (event("response.failed", response={"error": {"code": "server_error"}}), "not available"),
        (event("error", code="rate_limit_exceeded", message="x"), "very busy"),
        (event("error", error={"code": "insufficient_quota", "message": "x"}), "out of credit"),
        (event("response.output_text.delta", delta="Half"), "broke off"),
        (
            event("response.output_item.done", item=blocked_item())
            + event("response.completed", response={"status": "completed", "output": []}),
            "kept back",
        ),
    ],
)
def test_how_openai_says_that_it_failed(raw: bytes, said: str) -> None:
    _, error = read(ResponsesCodec(), raw)
    assert error is not None and said in error.said


def test_what_openai_did_not_finish_is_cut_short() -> None:
    details = {"reason": "max_output_tokens"}
    ended = {"status": "incomplete", "incomplete_details": details, "usage": {"input_tokens": 3}}
    raw = event("response.output_text.delta", delta="Half") + event(
        "response.incomplete", response=ended
    )
    events, error = read(ResponsesCodec(), raw)
    assert error is None and isinstance(events[-1], Finished) and events[-1].reason == "length"
