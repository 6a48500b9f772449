"""A client of the played model, and the events of its answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from bot.domain.errors import EaselError
from bot.domain.llm import Prompt, StreamEvent, TextDelta
from bot.domain.model_info import ModelInfo
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.client import ModelClient
from bot.playground.model import PlayedModel

PROMPT = Prompt("Be brief.", (), "<@U1>: say hello", (), 100, "aa", "bb")


def build_client(http: httpx.AsyncClient, played: PlayedModel, **more: Any) -> ModelClient:
    settings = {
        "base_url": played.base_url,
        "api_key": played.api_key,
        "get_model_info": get_model_info,
    }
    return ModelClient(http, OpenRouterCodec(), **{**settings, **more})


def get_model_info() -> ModelInfo:
    return GPT_5_4_IMAGE_2


async def collect_events(
    model: ModelClient, text: str = "", *, on_words: Callable[[], None] = lambda: None
) -> tuple[list[StreamEvent], EaselError | None]:
    """Return the events of an answer, and its failure; `on_words` is called when words come."""
    prompt = PROMPT if not text else Prompt("Be brief.", (), f"<@U1>: {text}", (), 100, "a", "b")
    events: list[StreamEvent] = []
    try:
        async for one in model.stream(prompt):
            events.append(one)
            if isinstance(one, TextDelta):
                on_words()
    except EaselError as failure:
        return events, failure
    return events, None


def join_text(events: list[StreamEvent]) -> str:
    return "".join(one.text for one in events if isinstance(one, TextDelta))
