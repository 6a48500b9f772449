"""The played ends refuse what the providers refuse, as their own SDKs read it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.playground.model import PlayedModel
from bot.playground.model.wire import MODEL
from tests.support.provider_sdks import DRAWING_TOOL, ask, connect_openai, openai


@pytest.fixture
async def openai_client(played: PlayedModel) -> AsyncIterator[Any]:
    async with connect_openai(played, played.openai_url) as client:
        yield client


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"max_tokens": 500}, "unsupported_parameter", "max_tokens"),
        ({"stop": "END"}, "unsupported_parameter", "stop"),
        ({"logprobs": True, "reasoning_effort": "high"}, "unsupported_parameter", "logprobs"),
        ({"reasoning_effort": "minimal"}, "unsupported_value", "reasoning_effort"),
        ({"modalities": ["image", "text"]}, "invalid_value", "modalities[0]"),
        ({"model": "gpt-5.4-image-2"}, "model_not_found", "model"),
        ({"prompt_cache_retention": "1h"}, "invalid_value", "prompt_cache_retention"),
        ({"extra_body": {"session_id": "x"}}, None, None),
        ({"stream_options": {"include_usages": True}}, "unknown_parameter",
         "stream_options.include_usages"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {
            "url": "data:image/png;base64,AA==", "detail": "original"}}]}]}, "invalid_value",
         "messages[0].content[0].image_url.detail"),
    ],
)  # fmt: skip
async def test_the_played_chat_completions_refuse_what_openai_refuses(
    played: PlayedModel, openai_client: Any, change: dict[str, Any], code: str, param: str
) -> None:
    request = {"model": "gpt-5.4", "messages": ask("say hello")} | change
    with pytest.raises(openai.BadRequestError) as raised:
        await openai_client.chat.completions.create(**request)
    assert (raised.value.code, raised.value.param) == (code, param)
    assert not played.bills


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"model": "gpt-5.4-image-2"}, "model_not_found", "model"),
        ({"extra_body": {"session_id": "x"}}, "unknown_parameter", "session_id"),
        ({"temperature": 0.5}, "unsupported_parameter", "temperature"),
        ({"reasoning": {"effort": "minimal"}}, "unsupported_value", "reasoning.effort"),
        ({"max_output_tokens": 5}, "integer_below_min_value", "max_output_tokens"),
        ({"tools": [{**DRAWING_TOOL, "n": 2}]}, "unknown_parameter", "tools[0].n"),
        ({"stream": "yes"}, "invalid_type", "stream"),
        ({"reasoning": {"efort": "low"}}, "unknown_parameter", "reasoning.efort"),
        (
            {
                "text": {
                    "format": {"type": "json_schema", "name": "x", "schema": {}, "strickt": True}
                }
            },
            "unknown_parameter",
            "text.format.strickt",
        ),
        (
            {
                "input": [
                    {"role": "user", "content": [{"type": "input_text", "text": "hi", "x": 1}]}
                ]
            },
            "unknown_parameter",
            "input[0].content[0].x",
        ),
    ],
)
async def test_the_played_openai_refuses_what_openai_refuses(
    played: PlayedModel, openai_client: Any, change: dict[str, Any], code: str, param: str
) -> None:
    request = {"model": "gpt-5.4", "input": "say hello"} | change
    with pytest.raises(openai.BadRequestError) as raised:
        await openai_client.responses.create(**request)
    assert (raised.value.code, raised.value.param) == (code, param)
    assert not played.bills


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"safety_identifier": "x"}, "safety_identifier"),
        ({"reasoning": {"efort": "low"}}, "reasoning.efort"),
        ({"messages": [{"role": "user", "content": "hi", "cached": True}]}, "messages[0].cached"),
        ({"messages": [{"role": "user", "content": [{"type": "file", "file": {"name": "a"}}]}]},
         "messages[0].content[0].file.name"),
        ({"response_format": {"type": "json_schema", "json_schema": {"title": "x"}}},
         "response_format.json_schema.title"),
    ],
)  # fmt: skip
async def test_the_played_openrouter_refuses_a_field_that_it_does_not_know(
    played: PlayedModel, change: dict[str, Any], path: str
) -> None:
    async with connect_openai(played, played.base_url) as client:
        with pytest.raises(openai.BadRequestError, match=re.escape(f"object: '{path}'")):
            await client.chat.completions.create(model=MODEL, messages=ask("hi"), extra_body=change)
    assert not played.bills


async def test_without_a_key_the_played_ends_answer_401_in_the_providers_words(
    played: PlayedModel,
) -> None:
    for url in (played.openai_url, played.base_url):
        async with openai.AsyncOpenAI(api_key="sk-no", base_url=url, max_retries=0) as client:
            with pytest.raises(openai.AuthenticationError):
                if url == played.openai_url:
                    await client.responses.create(model="gpt-5.4", input="hi")
                else:
                    await client.chat.completions.create(model=MODEL, messages=ask("hi"))
    assert not played.requests
