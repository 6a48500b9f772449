"""The codecs with what they are tested on: prompts, golden files, recorded streams."""

from __future__ import annotations

import base64
import functools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, validators

from bot.domain.errors import EaselError
from bot.domain.files import Document, Image
from bot.domain.llm import (
    JsonSchema,
    Prompt,
    PromptTurn,
    StreamEvent,
)
from bot.domain.model_info import ModelInfo
from bot.domain.options import RequestOptions
from bot.domain.pictures.areas import EditMask
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import CompatibleCodec, OpenAIChatCodec, OpenRouterCodec
from bot.llm.offers.openai_models import GPT_5_4, limit_to_chat
from bot.llm.protocol import Codec
from bot.llm.providers import PROVIDERS
from bot.llm.responses.request import ResponsesCodec
from bot.llm.streaming.base64 import Base64Extractor, ExtractedBlobs
from bot.llm.streaming.sse import SseReader

GOLDEN = Path(__file__).parents[1] / "golden"


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


ALL_OPTIONS = RequestOptions(
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
    history=(PromptTurn("user", "<@U1>: hi"), PromptTurn("assistant", "hello")),
    question="<@U1>: make it grey",
    pictures=(Image("a.png", "image/png", PIXEL, "ab", 1, 1),),
    max_tokens=8192,
    user="11" * 16,
    session="22" * 16,
    documents=(Document("a.pdf", "application/pdf", ("text",), b"%PDF-1"),),
    options=ALL_OPTIONS,
)


PLAIN = Prompt("Be brief.", (), "<@U1>: hello", (), 8192, "a" * 32, "b" * 32)


DATA_PROMPT = replace(PROMPT, schema=JsonSchema("table", {"type": "object"}, strict=True))


# A part of the picture is to be changed.
MASKED_PROMPT = replace(
    PROMPT,
    options=RequestOptions(),
    mask=EditMask(b"\x89PNG mask", 1, 1, "F1", "a.png", PIXEL, ((0.0, 0.0, 0.5, 1.0),)),
)


@dataclass(frozen=True, slots=True)
class Case:
    codec: Codec
    model_info: ModelInfo
    folder: str
    schema: str = ""


CASES = {
    "openrouter": Case(
        OpenRouterCodec(), GPT_5_4_IMAGE_2, "openrouter", "openrouter.openapi.yaml#ChatRequest"
    ),
    "openai": Case(ResponsesCodec(), GPT_5_4, "openai", "openai.openapi.yaml#CreateResponse"),
    "openai-chat": Case(
        OpenAIChatCodec(),
        limit_to_chat(GPT_5_4),
        "openai-chat",
        "openai.openapi.yaml#CreateChatCompletionRequest",
    ),
    "compatible": Case(
        CompatibleCodec(), PROVIDERS["compatible"].describe_model("qwen3"), "compatible"
    ),
}


STREAMS = [("openrouter", "text"), ("openrouter", "picture"), ("openai", "text"),
           ("openai", "picture"), ("openai-chat", "text")]  # fmt: skip


def check_golden(path: Path, value: Any) -> None:
    """Compare with a golden file; EASEL_WRITE_GOLDEN=1 writes it instead."""
    if os.environ.get("EASEL_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
    assert json.loads(path.read_text()) == value


@functools.cache
def load_specification(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    spec: dict[str, Any] = yaml.load(path.read_text(), loader)
    _allow_null(spec)
    return spec


@functools.cache
def build_validator(path: Path, name: str) -> Draft202012Validator:
    spec = load_specification(path)
    # A message without a type fits two of OpenAI's alternatives, which its discriminator would tell
    # apart: more than one may fit.
    rules = Draft202012Validator.VALIDATORS
    kind = validators.extend(Draft202012Validator, {"oneOf": rules["anyOf"]})
    found: Draft202012Validator = kind({**spec, "$ref": f"#/components/schemas/{name}"})
    return found


def _allow_null(node: Any) -> None:
    """Write `nullable`, which OpenAI's file has from an older OpenAPI, as today's JSON Schema."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for value in inner:
        _allow_null(value)
    if isinstance(node, dict) and node.get("nullable") is True:
        if isinstance(node.get("type"), str):
            node["type"] = [node["type"], "null"]
        if isinstance(node.get("enum"), list):
            node["enum"] = [*node["enum"], None]


def read_events(codec: Codec, *chunks: bytes) -> tuple[list[StreamEvent], EaselError | None]:
    """Read a stream that arrives in these chunks; return its events and the error that ended it."""
    blobs = ExtractedBlobs("0123456789abcdef")
    extractor, sse, reader = Base64Extractor(blobs), SseReader(), codec.build_reader(blobs)
    events: list[StreamEvent] = []

    def split_payloads() -> Iterator[bytes]:
        for chunk in chunks:
            yield from sse.feed(extractor.feed(chunk))
        yield from sse.feed(extractor.close())
        yield from sse.close()

    try:
        for payload in split_payloads():
            events += reader.read(payload)
            blobs.forget(payload)  # as the client does
        events += reader.close()
    except EaselError as error:
        return events, error
    return events, None


def read_stream(provider: str, name: str) -> bytes:
    return (GOLDEN / provider / f"{name}.sse").read_bytes()
