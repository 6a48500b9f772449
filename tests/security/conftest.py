"""The running Easel that attackers meet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.easel import UNHURRIED, EaselEnvironment, run_easel


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(tmp_path / "data", **UNHURRIED) as running:
        yield running
