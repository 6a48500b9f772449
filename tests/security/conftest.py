"""The running Easel that attackers meet, and the scenes of decoders that are taken over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.security.decoders.scene import Scene, open_scene
from tests.support.easel import UNHURRIED, EaselEnvironment, run_easel
from tests.support.patience import be_patient


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient(monkeypatch)


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(tmp_path / "data", **UNHURRIED) as running:
        yield running


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """Of a user without rights; where the tests run as one, of that one."""
    yield from open_scene("nobody")


@pytest.fixture(scope="module")
def own_scene() -> Iterator[Scene]:
    """Of whoever runs the tests."""
    yield from open_scene("whoever")
