"""The providers' own SDKs read every stream and body that the played ends send.

Each SDK talks to a played end on localhost with its own HTTP client.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.playground.model import PlayedModel
from bot.playground.model.endings import EndingKind
from bot.playground.model.openrouter.routing import PlayedEndpoint
from bot.playground.model.wire import MODEL

with warnings.catch_warnings():
    # What the SDKs warn of at import is theirs to mend.
    warnings.simplefilter("ignore")
    openai = pytest.importorskip("openai", reason="the openai SDK is not installed")
    openrouter = pytest.importorskip("openrouter", reason="the openrouter SDK is not installed")

QUESTIONS = ("say hello", "draw a cat", "write a haiku", "what is 2 + 2?")
WHOLE_ENDINGS = (EndingKind.WHOLE, EndingKind.NO_USAGE, EndingKind.EMPTY, EndingKind.THOUGHTS_ONLY)
DRAWING_TOOL = {"type": "image_generation", "model": "gpt-image-2", "partial_images": 1}


@pytest.fixture
async def played() -> AsyncIterator[PlayedModel]:
    async with PlayedModel() as model:
        yield model


@pytest.fixture
async def openai_client(played: PlayedModel) -> AsyncIterator[Any]:
    client = openai.AsyncOpenAI(api_key=played.api_key, base_url=played.openai_url, max_retries=0)
    async with client:
        yield client


@pytest.fixture
def responses(openai_client: Any) -> Any:
    return openai_client.responses


@pytest.fixture
async def completions(played: PlayedModel) -> AsyncIterator[Any]:
    url = played.compatible_url
    async with openai.AsyncOpenAI(api_key=played.api_key, base_url=url, max_retries=0) as client:
        yield client.chat.completions


@pytest.fixture
async def router(played: PlayedModel) -> AsyncIterator[Any]:
    client = openrouter.OpenRouter(api_key=played.api_key, server_url=played.base_url)
    async with client:
        yield client


def ask(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def check_strictly(value: Any) -> None:
    """Validate a model of the SDK again: it builds what it reads without looking."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        type(value).model_validate(value.model_dump(mode="json", exclude_unset=True))


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("ending", WHOLE_ENDINGS)
async def test_openai_reads_every_stream_of_responses(
    played: PlayedModel, responses: Any, question: str, ending: EndingKind
) -> None:
    played.end_next(ending)
    kinds, deltas = [], ""
    async with responses.stream(
        model="gpt-5.4",
        input=ask(question),
        tools=[DRAWING_TOOL],
        reasoning={"summary": "auto"},
    ) as stream:
        async for event in stream:
            kinds.append(event.type)
            deltas += event.delta if event.type == "response.output_text.delta" else ""
            check_strictly(event)
    final = event.response
    if ending is not EndingKind.THOUGHTS_ONLY:
        assert kinds[-1] == "response.completed"
        assert (await stream.get_final_response()).output_text == final.output_text
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert final.output_text == deltas
    pictures = [item for item in final.output if item.type == "image_generation_call"]
    assert bool(pictures) is (question == "draw a cat" and ending in WHOLE_ENDINGS[:2])


@pytest.mark.parametrize(
    "ending", [EndingKind.ERROR, EndingKind.ERROR_WITH_USAGE, EndingKind.ERROR_THEN_USAGE]
)
async def test_openai_reads_streams_that_fail(
    played: PlayedModel, responses: Any, ending: EndingKind
) -> None:
    played.end_next(ending)
    kinds = []
    try:
        stream = await responses.create(model="gpt-5.4", input="say hello", stream=True)
        async for event in stream:
            kinds.append(event.type)
            check_strictly(event)
    except openai.APIError as error:
        assert "server had an error" in str(error)
        kinds.append("error")
    assert kinds[-1] in ("response.failed", "error")


@pytest.mark.parametrize("question", QUESTIONS)
async def test_openai_reads_the_body_where_no_stream_is_asked_for(
    responses: Any, question: str
) -> None:
    response = await responses.create(model="gpt-5.4", input=question, tools=[DRAWING_TOOL])
    check_strictly(response)
    assert response.status == "completed" and response.usage.total_tokens > 0
    assert response.output_text or any(item.type.startswith("image") for item in response.output)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("ending", WHOLE_ENDINGS)
async def test_openai_reads_every_stream_of_a_compatible_server(
    played: PlayedModel, completions: Any, question: str, ending: EndingKind
) -> None:
    played.end_next(ending)
    finishes = []
    stream = await completions.create(model="qwen3", messages=ask(question), stream=True)
    async for chunk in stream:
        check_strictly(chunk)
        finishes += [choice.finish_reason for choice in chunk.choices if choice.finish_reason]
    assert finishes == ["length" if ending is EndingKind.THOUGHTS_ONLY else "stop"]


async def test_openai_reads_the_body_of_a_compatible_server(completions: Any) -> None:
    completion = await completions.create(model="qwen3", messages=ask("say hello"))
    check_strictly(completion)
    assert completion.choices[0].message.content == "hello" and completion.usage.total_tokens


@pytest.mark.parametrize("is_wanted", [True, False])
@pytest.mark.parametrize("ending", WHOLE_ENDINGS)
async def test_openai_reads_every_stream_of_its_chat_completions(
    played: PlayedModel, openai_client: Any, ending: EndingKind, is_wanted: bool
) -> None:
    played.end_next(ending)
    finishes, usages = [], []
    stream = await openai_client.chat.completions.create(
        model="gpt-5.4",
        messages=ask("draw a cat"),
        max_completion_tokens=500,
        reasoning_effort="low",
        store=False,
        stream=True,
        stream_options={"include_usage": is_wanted},
    )
    async for chunk in stream:
        check_strictly(chunk)
        finishes += [choice.finish_reason for choice in chunk.choices if choice.finish_reason]
        usages += [chunk.usage] if chunk.usage else []
    assert len(finishes) == 1 and len(usages) == int(is_wanted and ending is not WHOLE_ENDINGS[1])
    assert not any(hasattr(usage, "cost") for usage in usages), "OpenAI tells no cost"


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
    ],
)
async def test_the_played_chat_completions_refuse_what_openai_refuses(
    played: PlayedModel, openai_client: Any, change: dict[str, Any], code: str, param: str
) -> None:
    request = {"model": "gpt-5.4", "messages": ask("say hello")} | change
    with pytest.raises(openai.BadRequestError) as raised:
        await openai_client.chat.completions.create(**request)
    assert (raised.value.code, raised.value.param) == (code, param)
    assert not played.bills


async def test_openrouters_sdk_reads_who_serves_a_model(played: PlayedModel, router: Any) -> None:
    played.endpoints = [PlayedEndpoint(), PlayedEndpoint("Azure", "azure", keeps_nothing=True)]
    author, _, slug = MODEL.partition("/")
    listed = await router.endpoints.list_async(author=author, slug=slug)
    assert [one.tag for one in listed.data.endpoints] == ["openai", "azure"]
    kept = await router.endpoints.list_zdr_endpoints_async()
    assert [one.provider_name for one in kept.data] == ["Azure"]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("ending", WHOLE_ENDINGS)
async def test_openrouter_reads_every_stream_of_its_own(
    played: PlayedModel, router: Any, question: str, ending: EndingKind
) -> None:
    played.end_next(ending)
    text, usage = "", None
    stream = await router.chat.send_async(
        model=MODEL,
        messages=ask(question),
        modalities=["image", "text"],
        reasoning={"effort": "low"},
        stream=True,
    )
    async with stream as events:
        async for chunk in events:
            text += "".join(choice.delta.content or "" for choice in chunk.choices)
            usage = chunk.usage or usage
    assert (usage is None) is (ending is EndingKind.NO_USAGE)
    is_worded = ending in WHOLE_ENDINGS[:2]
    assert bool(text) is is_worded or question == "draw a cat"


@pytest.mark.parametrize(
    "ending", [EndingKind.ERROR, EndingKind.ERROR_WITH_USAGE, EndingKind.ERROR_THEN_USAGE]
)
async def test_openrouter_reads_streams_that_fail(
    played: PlayedModel, router: Any, ending: EndingKind
) -> None:
    played.end_next(ending)
    stream = await router.chat.send_async(model=MODEL, messages=ask("say hello"), stream=True)
    async with stream as events:
        errors = [chunk.error async for chunk in events if chunk.error]
    assert [error.code for error in errors] == [502]


# The SDK itself reads a field that it calls deprecated.
@pytest.mark.filterwarnings("ignore:.*DEPRECATED:DeprecationWarning")
async def test_openrouter_reads_the_bodies_of_its_own(played: PlayedModel, router: Any) -> None:
    result = await router.chat.send_async(model=MODEL, messages=ask("say hello"))
    assert result.choices[0].message.content == "hello" and result.usage.cost > 0
    models = await router.models.list_async()
    listed = getattr(models, "data", None) or models.result.data
    assert [model.id for model in listed] == [MODEL]
    key = await router.api_keys.get_current_key_metadata_async()
    assert key.data.label.startswith("sk-or-v1")
    (generation_id,) = played.bills
    generation = await router.generations.get_generation_async(id=generation_id)
    assert generation.data.id == generation_id and generation.data.total_cost > 0


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
    played: PlayedModel, responses: Any, change: dict[str, Any], code: str, param: str
) -> None:
    request = {"model": "gpt-5.4", "input": "say hello"} | change
    with pytest.raises(openai.BadRequestError) as raised:
        await responses.create(**request)
    assert (raised.value.code, raised.value.param) == (code, param)
    assert not played.bills


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"max_tokens": 9}, "unsupported_parameter", "max_tokens"),
        ({"extra_body": {"session_id": "x"}}, None, None),
        ({"stream_options": {"include_usages": True}}, "unknown_parameter",
         "stream_options.include_usages"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {
            "url": "data:image/png;base64,AA==", "detail": "original"}}]}]}, "invalid_value",
         "messages[0].content[0].image_url.detail"),
    ],
)  # fmt: skip
async def test_the_played_chat_completions_refuse_what_openais_refuse(
    played: PlayedModel, openai_client: Any, change: dict[str, Any], code: str, param: str
) -> None:
    request = {"model": "gpt-5.4", "messages": ask("say hello")} | change
    with pytest.raises(openai.BadRequestError) as raised:
        await openai_client.chat.completions.create(**request)
    assert (raised.value.code, raised.value.param) == (code, param) and not played.bills


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
    async with openai.AsyncOpenAI(
        api_key=played.api_key, base_url=played.base_url, max_retries=0
    ) as client:
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


async def test_openrouter_names_an_unknown_model_with_400(router: Any) -> None:
    with pytest.raises(Exception, match="is not a valid model ID") as raised:
        await router.chat.send_async(model="openai/gpt-5.4-image-3", messages=ask("hi"))
    assert getattr(raised.value, "status_code", None) == 400
