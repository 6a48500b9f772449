"""The fixture that tests of `easel budget` and `easel usage` share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.easel import run_easel

BUDGETS = "user/day=1 user:U0ALEX/month=5 answer=0.60"


@pytest.fixture
async def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an Easel that answered two questions; the settings point to it."""
    folder = tmp_path / "data"
    async with run_easel(folder, EASEL_BUDGETS=BUDGETS) as easel:
        await easel.ask("say hello")
        await easel.ask("draw a fox")
    monkeypatch.setenv("EASEL_DATA_DIR", str(folder))
    monkeypatch.setenv("EASEL_BUDGETS", BUDGETS)
    return folder
