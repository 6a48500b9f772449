"""`easel check` says whom `EASEL_DATA_POLICY` and the account itself leave."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.cli.check.data_policy import check_data_policy
from bot.cli.check.in_force import check_in_force
from bot.config import Settings
from bot.domain.errors import EaselError
from bot.llm import errors
from bot.llm.client import create_http_client
from bot.playground.model import PlayedModel
from bot.playground.model.openrouter.routing import PlayedEndpoint
from tests.support.codecs import PLAIN
from tests.support.data_policies import (
    MODEL,
    build_clients,
    read_played_settings,
    run_three_providers,
)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with create_http_client() as client:
        yield client


@pytest.fixture
async def played() -> AsyncIterator[PlayedModel]:
    async with run_three_providers() as model:
        yield model


async def list_findings(settings: Settings) -> list[str]:
    found = [finding async for finding in check_in_force(settings, {})]
    found += [finding async for finding in check_data_policy(settings)]
    return [str(finding) for finding in found if finding.name == "data policy"]


async def test_bot_check_says_who_serves_the_model_and_whom_the_policy_leaves(
    played: PlayedModel, tmp_path: Path
) -> None:
    (line,) = await list_findings(read_played_settings(played, tmp_path))
    assert line.startswith("ok    data policy: none: what the account") and "the default" in line
    policy = "data_collection=deny ignore=deepinfra"
    in_force, found = await list_findings(
        read_played_settings(played, tmp_path, EASEL_DATA_POLICY=policy)
    )
    assert f"{policy} (EASEL_DATA_POLICY" in in_force
    assert "served by OpenAI (openai), Azure (azure), Deep Infra (deepinfra/fp8)" in found
    assert "leaves OpenAI (openai), Azure (azure); data_collection=deny leaves Azure (az" in found
    policy = "data_collection=deny only=openai"
    _, found = await list_findings(read_played_settings(played, tmp_path, EASEL_DATA_POLICY=policy))
    assert "leaves OpenAI (openai); which of these collect data it does not list" in found
    _, found = await list_findings(read_played_settings(played, tmp_path, EASEL_DATA_POLICY="zdr"))
    assert found.startswith("ok ") and found.endswith("leaves Azure (azure)")


@pytest.mark.parametrize("policy", ["zdr only=openai", "only=nebius", "zdr ignore=azure"])
async def test_bot_check_fails_where_no_provider_is_left(
    played: PlayedModel, tmp_path: Path, policy: str
) -> None:
    _, found = await list_findings(read_played_settings(played, tmp_path, EASEL_DATA_POLICY=policy))
    assert found.startswith("FAIL") and "leaves none of these; change only=" in found
    assert found.endswith("EASEL_MODEL")
    only_fallback = {"EASEL_PROVIDER": "openai", "EASEL_FALLBACKS": f"openrouter:{MODEL}"}
    *_, found = await list_findings(
        read_played_settings(played, tmp_path, EASEL_DATA_POLICY=policy, **only_fallback)
    )
    assert found.endswith("EASEL_FALLBACKS")


async def test_bot_check_warns_where_the_account_itself_leaves_no_provider(
    http: httpx.AsyncClient, played: PlayedModel, tmp_path: Path
) -> None:
    played.endpoints = [PlayedEndpoint(is_left_by_account=False)]
    settings = read_played_settings(played, tmp_path, EASEL_DATA_POLICY="data_collection=deny")
    _, found, missing = await list_findings(settings)
    assert found.startswith("ok ") and missing.startswith("warn")
    assert "does not list openai/gpt-5.4-image-2: look at openrouter.ai/settings/pr" in missing
    (model,) = build_clients(settings, http)
    with pytest.raises(EaselError) as refused:
        async for _ in model.stream(PLAIN):
            pass
    assert refused.value.user_message == errors.DATA_POLICY_MESSAGE


async def test_bot_check_without_a_network_blames_nothing(tmp_path: Path) -> None:
    async with PlayedModel() as gone:
        settings = read_played_settings(
            gone, tmp_path, EASEL_DATA_POLICY="data_collection=deny zdr"
        )
    _, found = await list_findings(settings)
    assert found.startswith("warn") and "its list of providers cannot be had" in found


async def test_bot_check_blames_no_policy_where_nobody_serves_the_model(
    played: PlayedModel, tmp_path: Path
) -> None:
    played.endpoints = []
    _, found = await list_findings(read_played_settings(played, tmp_path, EASEL_DATA_POLICY="zdr"))
    assert found.startswith("FAIL") and "no provider serves" in found


async def test_bot_check_warns_of_models_that_the_policy_misses(
    played: PlayedModel, tmp_path: Path
) -> None:
    settings = read_played_settings(
        played,
        tmp_path,
        EASEL_DATA_POLICY="zdr",
        EASEL_FALLBACKS="openai:gpt-5.4,openrouter:other/model",
    )
    _, missed, _, unknown = await list_findings(settings)
    assert missed.startswith("warn") and "not sent to openai:gpt-5.4: only OpenRouter" in missed
    assert unknown.startswith("warn") and "not checked for other/model" in unknown
