"""Where data goes: what `EASEL_DATA_POLICY` may say, and that each request carries it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.config import read_settings
from bot.domain.errors import EaselError, StartupError
from bot.llm import errors
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.offers.data_policy import ANY_PROVIDER, DataPolicy, parse_data_policy
from bot.llm.offers.endpoints import format_endpoints, list_permitted
from bot.playground.model import PlayedModel
from bot.playground.model.openrouter.routing import PlayedEndpoint
from tests.support.codecs import DATA_PROMPT, PLAIN, PROMPT, build_validator
from tests.support.data_policies import (
    GREEDY,
    build_clients,
    read_played_settings,
    run_three_providers,
)


@pytest.fixture
async def played() -> AsyncIterator[PlayedModel]:
    async with run_three_providers() as model:
        yield model


@pytest.mark.parametrize(
    ("text", "preferences"),
    [
        ("data_collection=deny", {"data_collection": "deny"}),
        ("zdr", {"zdr": True}),
        ("zdr=false", {"zdr": False}),
        ("only=azure, openai  zdr", {"zdr": True, "only": ["azure", "openai"]}),
        ("only=Azure,azure", {"only": ["azure"]}),
        ("ignore=deepinfra/fp8 order=google-vertex/us-east5,openai",
         {"ignore": ["deepinfra/fp8"], "order": ["google-vertex/us-east5", "openai"]}),
        ("only=google-vertex order=google-vertex/us-east5",
         {"only": ["google-vertex"], "order": ["google-vertex/us-east5"]}),
        ("data_collection=allow\tignore=x", {"data_collection": "allow", "ignore": ["x"]}),
        ("data_collection = deny zdr = false", {"data_collection": "deny", "zdr": False}),
        ("only=novita ignore=novita/fp4", {"only": ["novita"], "ignore": ["novita/fp4"]}),
        ('{"data_collection": "deny"}', {"data_collection": "deny"}),
        (' {"only": ["Azure", "openai/eu"], "zdr": true, "order": ["azure"]} ',
         {"zdr": True, "only": ["azure", "openai/eu"], "order": ["azure"]}),
        # Null is not set.
        ('{"only": null, "zdr": true, "data_collection": null}', {"zdr": True}),
    ],
)  # fmt: skip
def test_a_policy_becomes_the_preferences_of_a_request(
    text: str, preferences: dict[str, Any]
) -> None:
    policy = parse_data_policy(text)
    assert policy.build_preferences() == preferences
    assert parse_data_policy(str(policy)) == policy and policy


def test_without_a_policy_nothing_is_sent() -> None:
    assert not ANY_PROVIDER and ANY_PROVIDER.build_preferences() == {} and str(ANY_PROVIDER) == ""
    assert read_settings({"EASEL_DATA_POLICY": "  "}, env_file=None).data_policy == ANY_PROVIDER
    assert "provider" not in OpenRouterCodec().encode(PLAIN, GPT_5_4_IMAGE_2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("region=eu", "“region” is none of its words"),
        ("deny", "“deny” is none of its words"),
        ("ZDRS", "“zdrs” is none of its words"),
        ("data_collection", "give data_collection=deny or data_collection=allow"),
        ("data_collection=no", "give data_collection=deny or"),
        ("data_collection=deny data_collection=allow", "data_collection is there twice"),
        ("zdr=yes", "give zdr, zdr=true or zdr=false"),
        ("zdr zdr=false", "zdr is there twice"),
        ("only=", "“” is no provider"),
        ("only=azure,,openai", "“” is no provider"),
        ("only=https://azure.com", "is no provider"),
        ("ignore=a/b/c", "is no provider"),
        ("only=azure ignore=azure", "azure is both in only and in ignore"),
        ("only=azure/eu ignore=azure", "azure/eu is both in only and in ignore"),
        ("order=openai ignore=openai", "openai is both in order and in ignore"),
        ("only=azure order=openai", "openai is in order, and only leaves it out"),
        ("only=azure openai", "“openai” is none of its words"),
        ("only=azure openai", "and commas within a list"),
        ("{\"zdr\": true", "this is no JSON"),
        ("{\"zdr\": \"true\"}", "zdr takes true or false in JSON"),
        ("{\"zdr\": 1}", "zdr takes true or false in JSON"),
        ("{\"only\": true}", "only takes a list of strings in JSON"),
        ("{\"order\": \"azure\"}", "order takes a list of strings in JSON"),
        ("{\"ignore\": [null]}", "ignore takes a list of strings in JSON"),
        ("{\"only\": [\"a b\"]}", "“a b” is no provider"),
        ("{\"data_collection\": [\"deny\"]}", "data_collection takes \"deny\" or \"allow\""),
        ("{\"data_collection\": \"deny\", \"data_collection\": \"allow\"}", "is there twice"),
        ("{\"zdr only\": true}", "“zdr only” is none of its words"),
        ("{\"sort\": \"price\"}", "“sort” is none of its words"),
        ("{\"only\": [1, {}]}", "only takes a list of strings"),
        ("{\"order\": {\"a\": 1}}", "“a” is none of its words"),
        ("{\"only\": [\"azure\"], \"ignore\": [\"azure\"]}", "both in only and in ignore"),
        ("{" * 1_900, "this is no JSON"),
        ("data_collection=deny,zdr", "not “deny,zdr”"),
        ("ignore= zdr", "“zdr” is no provider"),
        ("only=azure, zdr", "“zdr” is no provider"),
        ("only=a\x1b[31m", "“a\\x1b[31m” is no provider"),
        ("only=" + "a," * 2_000 + "a", "longer than"),
    ],
)  # fmt: skip
def test_a_policy_that_is_wrong_is_refused_with_what_is_right(text: str, expected: str) -> None:
    with pytest.raises(StartupError) as refused:
        read_settings({"EASEL_DATA_POLICY": text}, env_file=None)
    (problem,) = refused.value.problems
    assert problem.startswith("EASEL_DATA_POLICY: ") and expected in problem
    assert len(problem) < 300 and problem.isprintable()


@pytest.mark.parametrize("prompt", [PLAIN, PROMPT, DATA_PROMPT])
def test_a_request_with_a_policy_fits_openrouters_schema(specs: Path, prompt: Any) -> None:
    text = "data_collection=deny zdr only=azure,openai ignore=novita order=openai/eu,azure"
    body = OpenRouterCodec(data_policy=parse_data_policy(text)).encode(prompt, GPT_5_4_IMAGE_2)
    assert set(body["provider"]) == {"data_collection", "zdr", "only", "ignore", "order"}
    check = build_validator(specs / "openrouter.openapi.yaml", "ChatRequest")
    check.validate(body)
    assert not check.is_valid({**body, "provider": {"region": "eu"}})


async def test_the_policy_goes_to_openrouter_and_to_no_other_provider(
    http: httpx.AsyncClient, played: PlayedModel, tmp_path: Path
) -> None:
    settings = read_played_settings(
        played,
        tmp_path,
        EASEL_DATA_POLICY="data_collection=deny ignore=deepinfra",
        EASEL_FALLBACKS="openai:gpt-5.4",
        OPENAI_API_KEY=played.api_key,
        OPENAI_BASE_URL=played.openai_url,
    )
    models = build_clients(settings, http)
    for model in models:
        async for _ in model.stream(PLAIN):
            pass
    first, second = played.requests
    assert first["provider"] == {"data_collection": "deny", "ignore": ["deepinfra"]}
    assert "provider" not in second


async def test_a_policy_that_is_refused_is_never_left_out(
    http: httpx.AsyncClient, played: PlayedModel, tmp_path: Path
) -> None:
    settings = read_played_settings(played, tmp_path, EASEL_DATA_POLICY="zdr")
    (model,) = build_clients(settings, http)
    for _ in range(2):
        played.fail(400, {"error": {"message": "Unknown parameter: 'provider'.", "code": 400}})
        with pytest.raises(EaselError):
            async for _event in model.stream(PLAIN):
                pass
    assert [body.get("provider") for body in played.requests] == [{"zdr": True}] * 2


@pytest.mark.parametrize("policy", ["only=nebius", "ignore=openai,azure,deepinfra", "zdr"])
async def test_who_asks_where_no_provider_is_left_reads_that(
    http: httpx.AsyncClient, played: PlayedModel, tmp_path: Path, policy: str
) -> None:
    played.endpoints = [PlayedEndpoint(), GREEDY]
    settings = read_played_settings(played, tmp_path, EASEL_DATA_POLICY=policy)
    (model,) = build_clients(settings, http)
    with pytest.raises(EaselError) as refused:
        async for _ in model.stream(PLAIN):
            pass
    assert refused.value.user_message == errors.DATA_POLICY_MESSAGE
    assert len(played.requests) == 1, "it is not asked again"


def test_endpoints_of_any_shape_are_read() -> None:
    odd: list[dict[str, Any]] = [{}, {"tag": 7, "provider_name": None}, {"tag": "azure/eu"}]
    assert list_permitted(odd, DataPolicy(only=("azure",))) == [odd[2]]
    assert list_permitted(odd, DataPolicy(ignore=("azure/eu",))) == odd[:2]
    named = {"provider_name": "Amazon Bedrock", "tag": "aws"}
    assert list_permitted([named], DataPolicy(only=("amazon-bedrock",))) == [named]
    assert format_endpoints([]) == "none"
