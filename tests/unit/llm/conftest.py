"""Fixtures of tests that speak to a played model: it, and the client of all providers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.llm.client import create_http_client
from bot.playground.model import PlayedModel


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with create_http_client() as client:
        yield client


@pytest.fixture
async def played() -> AsyncIterator[PlayedModel]:
    async with PlayedModel() as model:
        yield model
