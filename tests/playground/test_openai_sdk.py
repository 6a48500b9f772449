"""OpenAI's own SDK reads all that the played OpenAI and the compatible server send."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.playground.model import PlayedModel
from bot.playground.model.endings import EndingKind
from tests.support.provider_sdks import (
    BROKEN_ENDINGS,
    DRAWING_TOOL,
    QUESTIONS,
    WHOLE_ENDINGS,
    ask,
    check_strictly,
    connect_openai,
    openai,
)


@pytest.fixture
async def openai_client(played: PlayedModel) -> AsyncIterator[Any]:
    async with connect_openai(played, played.openai_url) as client:
        yield client


@pytest.fixture
def responses(openai_client: Any) -> Any:
    return openai_client.responses


@pytest.fixture
async def completions(played: PlayedModel) -> AsyncIterator[Any]:
    async with connect_openai(played, played.compatible_url) as client:
        yield client.chat.completions


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


@pytest.mark.parametrize("ending", BROKEN_ENDINGS)
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
