"""A played model with a client that may ask it, and a clock, for whoever plays with them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.playground.model import PlayedModel
from tests.playground.clock import Clock


@pytest.fixture
async def played() -> AsyncIterator[PlayedModel]:
    async with PlayedModel() as model:
        yield model


@pytest.fixture
async def http(played: PlayedModel) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {played.api_key}"}
    async with httpx.AsyncClient(
        base_url=played.base_url, headers=headers, trust_env=False, timeout=10
    ) as client:
        yield client


@pytest.fixture
def clock() -> Clock:
    return Clock()
