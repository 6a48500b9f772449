"""A played OpenRouter with three providers, and settings and clients that speak to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from bot.app.build_models import build_models
from bot.config import Settings, read_settings
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.protocol import ServedModel
from bot.observability.metrics import Metrics
from bot.playground.model import PlayedModel
from bot.playground.model.openrouter.routing import PlayedEndpoint
from tests.support.prices import FakePriceStore

MODEL = GPT_5_4_IMAGE_2.model
AZURE = PlayedEndpoint(
    "Azure", "azure", keeps_nothing=True, prices={"prompt": "0.00001", "completion": "0.00003"}
)
GREEDY = PlayedEndpoint("Deep Infra", "deepinfra/fp8", collects_data=True)


def read_played_settings(played: PlayedModel, folder: Path, **more: str) -> Settings:
    values = {
        "OPENROUTER_API_KEY": played.api_key,
        "OPENROUTER_BASE_URL": played.base_url,
        "EASEL_DATA_DIR": str(folder),
    }
    return read_settings({**values, **more}, env_file=None)


def build_clients(settings: Settings, http: httpx.AsyncClient) -> Sequence[ServedModel]:
    async def keep(prompt: Any) -> Any:
        return prompt

    models = build_models(
        settings, http, shrink=keep, metrics=Metrics(), price_store=FakePriceStore()
    )
    return models.fallback_model.models


@asynccontextmanager
async def run_three_providers() -> AsyncIterator[PlayedModel]:
    async with PlayedModel() as model:
        model.endpoints = [PlayedEndpoint(), AZURE, GREEDY]
        yield model
