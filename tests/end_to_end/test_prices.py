"""A running Easel notes what its models cost, and `prices` tells it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.support.easel import run_easel

FALLBACKS = "openai:gpt-5.4,openai:gpt-9"


async def test_what_the_models_in_use_cost_is_noted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        async with run_easel(tmp_path, EASEL_FALLBACKS=FALLBACKS, OPENAI_API_KEY="k") as easel:
            await easel.ask("say hello")
    monkeypatch.setenv("EASEL_DATA_DIR", str(tmp_path))
    capsys.readouterr()
    assert await asyncio.to_thread(main, ["prices", "--json"]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    noted = [(change["provider"], change["model"]) for change in changes]
    assert noted == [("openrouter", "openai/gpt-5.4-image-2"), ("openai", "gpt-5.4")], (
        "once each, and nothing of a model whose price nobody knows"
    )
