"""The sandbox as it is, and the server of its decoders."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.files.sandbox.forking.client import ForkServer
from bot.files.sandbox.sandbox import Sandbox
from tests.support.forks import open_server


@pytest.fixture
def server() -> Iterator[ForkServer]:
    with open_server() as running:
        yield running


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as running:
        yield running
