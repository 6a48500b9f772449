"""A model of the played server whose refused requests are sent again, and what it is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx

from bot.domain.errors import EaselError
from bot.domain.llm import Prompt, RequestAdapted, StreamEvent
from bot.domain.model_info import ModelInfo
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import CompatibleCodec, OpenAIChatCodec, OpenRouterCodec
from bot.llm.client import ModelClient
from bot.llm.offers.openai_models import GPT_5_4, limit_to_chat
from bot.llm.protocol import Codec
from bot.llm.responses.request import ResponsesCodec
from bot.llm.retry import RetryingModel
from bot.observability.metrics import Metrics
from bot.playground.model import PlayedModel


def build_model(
    http: httpx.AsyncClient, played: PlayedModel, kind: str = "openrouter", **changes: Any
) -> RetryingModel:
    kinds: dict[str, tuple[Codec, str, ModelInfo]] = {
        "openrouter": (OpenRouterCodec(), played.base_url, GPT_5_4_IMAGE_2),
        "openai": (ResponsesCodec(), played.openai_url, GPT_5_4),
        "openai-chat": (OpenAIChatCodec(), played.openai_url, limit_to_chat(GPT_5_4)),
        "compatible": (CompatibleCodec(), played.compatible_url, GPT_5_4_IMAGE_2),
    }
    codec, url, info = kinds[kind]
    known = replace(info, **changes)
    client = ModelClient(
        http,
        codec,
        base_url=url,
        api_key=played.api_key,
        get_model_info=lambda: known,
    )

    async def shrink(prompt: Prompt) -> Prompt:
        return prompt

    return RetryingModel(client, shrink=shrink, metrics=Metrics())


async def ask(
    model: RetryingModel, prompt: Prompt
) -> tuple[list[StreamEvent], list[str], EaselError | None]:
    """Return the events, the notes in them, and the error."""
    events: list[StreamEvent] = []
    failure = None
    try:
        async for event in model.stream(prompt):
            events.append(event)
    except EaselError as error:
        failure = error
    return events, [e.note for e in events if isinstance(e, RequestAdapted)], failure


def refuse(message: str, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    kind = "invalid_request_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
