"""`easel check` asks providers without a catalogue whether they take the key and have the model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.check.served import check_served
from bot.config import Settings, read_settings
from bot.playground.model import PlayedModel


@pytest.fixture
async def played() -> AsyncIterator[PlayedModel]:
    async with PlayedModel() as model:
        yield model


def read(played: PlayedModel, folder: Path, **more: str) -> Settings:
    values = {
        "OPENAI_API_KEY": played.api_key,
        "OPENAI_BASE_URL": played.openai_url,
        "EASEL_COMPATIBLE_URL": played.compatible_url,
        "EASEL_DATA_DIR": str(folder),
    }
    return read_settings({**values, **more}, env_file=None)


async def list_findings(settings: Settings) -> list[str]:
    return [str(finding) async for finding in check_served(settings)]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "ok    model served: openai takes the key and has gpt-5.4"),
        ({"EASEL_OPENAI_API": "chat"}, "ok    model served: openai takes the key and has gpt-5.4"),
        ({"EASEL_MODEL": "gpt-5.4-mini"}, "FAIL  model served: openai does not have gpt-5.4-mini"),
        ({"OPENAI_API_KEY": "sk-wrong"}, "FAIL  model served: 401"),
    ],
)
async def test_openai_is_asked_for_the_model(
    played: PlayedModel, tmp_path: Path, more: dict[str, str], expected: str
) -> None:
    (found,) = await list_findings(read(played, tmp_path, EASEL_PROVIDER="openai", **more))
    assert found.startswith(expected)
    assert "sk-" not in found and not played.requests, "it costs nothing"


async def test_a_server_of_ones_own_is_asked_for_its_list(
    played: PlayedModel, tmp_path: Path
) -> None:
    own = {"EASEL_PROVIDER": "compatible", "EASEL_MODEL": "qwen3-vl"}
    (found,) = await list_findings(read(played, tmp_path, **own))
    assert found == "ok    model served: compatible takes the key and has qwen3-vl"
    (found,) = await list_findings(read(played, tmp_path, **{**own, "EASEL_MODEL": "qwen9"}))
    assert found.startswith("warn") and "lists qwen3-vl, and not qwen9" in found
    bare = {**own, "EASEL_COMPATIBLE_URL": f"{played.compatible_url}/elsewhere"}
    (found,) = await list_findings(read(played, tmp_path, **bare))
    assert found.startswith("ok ") and "has no list of models" in found


async def test_without_a_network_nothing_is_blamed(tmp_path: Path) -> None:
    async with PlayedModel() as gone:
        settings = read(gone, tmp_path, EASEL_PROVIDER="openai")
    (found,) = await list_findings(settings)
    assert found.startswith("warn") and "OPENAI_BASE_URL" in found
    assert (
        await list_findings(read_settings({"EASEL_DATA_DIR": str(tmp_path)}, env_file=None)) == []
    )
