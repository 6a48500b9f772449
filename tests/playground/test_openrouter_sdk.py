"""OpenRouter's own SDK reads all that the played OpenRouter sends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.playground.model import PlayedModel
from bot.playground.model.endings import EndingKind
from bot.playground.model.openrouter.routing import PlayedEndpoint
from bot.playground.model.wire import MODEL
from tests.support.provider_sdks import (
    BROKEN_ENDINGS,
    QUESTIONS,
    WHOLE_ENDINGS,
    ask,
    openrouter,
)


@pytest.fixture
async def router(played: PlayedModel) -> AsyncIterator[Any]:
    client = openrouter.OpenRouter(api_key=played.api_key, server_url=played.base_url)
    async with client:
        yield client


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


@pytest.mark.parametrize("ending", BROKEN_ENDINGS)
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


async def test_openrouter_names_an_unknown_model_with_400(router: Any) -> None:
    with pytest.raises(Exception, match="is not a valid model ID") as raised:
        await router.chat.send_async(model="openai/gpt-5.4-image-3", messages=ask("hi"))
    assert getattr(raised.value, "status_code", None) == 400
