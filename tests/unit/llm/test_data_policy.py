"""Where data goes: what `EASEL_DATA_POLICY` may say, and that each request carries it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app.build_models import build_account, build_models
from bot.cli.check.data_policy import check_data_policy
from bot.cli.check.in_force import check_in_force
from bot.config import Settings, read_settings
from bot.domain.errors import EaselError, StartupError, TransientError
from bot.llm import errors
from bot.llm.catalog import ModelCatalog
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.client import create_http_client
from bot.llm.offers.data_policy import ANY_PROVIDER, DataPolicy, parse_data_policy
from bot.llm.offers.endpoints import apply_highest_prices, format_endpoints, list_permitted
from bot.llm.openrouter import OpenRouterAccount
from bot.llm.protocol import ServedModel
from bot.llm.providers import OPENROUTER
from bot.observability.metrics import Metrics
from bot.playground.model import PlayedModel
from bot.playground.model.openrouter.routing import PlayedEndpoint
from tests.support.codecs import DATA_PROMPT, PLAIN, PROMPT, build_validator
from tests.support.prices import FakePriceStore

MODEL = GPT_5_4_IMAGE_2.model
AZURE = PlayedEndpoint(
    "Azure", "azure", keeps_nothing=True, prices={"prompt": "0.00001", "completion": "0.00003"}
)
GREEDY = PlayedEndpoint("Deep Infra", "deepinfra/fp8", collects_data=True)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with create_http_client() as client:
        yield client


@pytest.fixture
async def played() -> AsyncIterator[PlayedModel]:
    async with PlayedModel() as model:
        model.endpoints = [PlayedEndpoint(), AZURE, GREEDY]
        yield model


def read(played: PlayedModel, folder: Path, **more: str) -> Settings:
    values = {
        "OPENROUTER_API_KEY": played.api_key,
        "OPENROUTER_BASE_URL": played.base_url,
        "EASEL_DATA_DIR": str(folder),
    }
    return read_settings({**values, **more}, env_file=None)


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
        ("{\"zdr\": true}", "is none of its words"),
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
    settings = read(
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
    settings = read(played, tmp_path, EASEL_DATA_POLICY="zdr")
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
    settings = read(played, tmp_path, EASEL_DATA_POLICY=policy)
    (model,) = build_clients(settings, http)
    with pytest.raises(EaselError) as refused:
        async for _ in model.stream(PLAIN):
            pass
    assert refused.value.user_message == errors.DATA_POLICY_MESSAGE
    assert len(played.requests) == 1, "it is not asked again"


async def list_findings(settings: Settings) -> list[str]:
    found = [finding async for finding in check_in_force(settings, {})]
    found += [finding async for finding in check_data_policy(settings)]
    return [str(finding) for finding in found if finding.name == "data policy"]


async def test_bot_check_says_who_serves_the_model_and_whom_the_policy_leaves(
    played: PlayedModel, tmp_path: Path
) -> None:
    (line,) = await list_findings(read(played, tmp_path))
    assert line.startswith("ok    data policy: none: what the account") and "the default" in line
    policy = "data_collection=deny ignore=deepinfra"
    in_force, found = await list_findings(read(played, tmp_path, EASEL_DATA_POLICY=policy))
    assert f"{policy} (EASEL_DATA_POLICY" in in_force
    assert "served by OpenAI (openai), Azure (azure), Deep Infra (deepinfra/fp8)" in found
    assert "leaves OpenAI (openai), Azure (azure); data_collection=deny leaves Azure (az" in found
    policy = "data_collection=deny only=openai"
    _, found = await list_findings(read(played, tmp_path, EASEL_DATA_POLICY=policy))
    assert "leaves OpenAI (openai); which of these collect data it does not list" in found
    _, found = await list_findings(read(played, tmp_path, EASEL_DATA_POLICY="zdr"))
    assert found.startswith("ok ") and found.endswith("leaves Azure (azure)")


@pytest.mark.parametrize("policy", ["zdr only=openai", "only=nebius", "zdr ignore=azure"])
async def test_bot_check_fails_where_no_provider_is_left(
    played: PlayedModel, tmp_path: Path, policy: str
) -> None:
    _, found = await list_findings(read(played, tmp_path, EASEL_DATA_POLICY=policy))
    assert found.startswith("FAIL") and "leaves none of these; change only=" in found
    assert found.endswith("EASEL_MODEL")
    only_fallback = {"EASEL_PROVIDER": "openai", "EASEL_FALLBACKS": f"openrouter:{MODEL}"}
    *_, found = await list_findings(
        read(played, tmp_path, EASEL_DATA_POLICY=policy, **only_fallback)
    )
    assert found.endswith("EASEL_FALLBACKS")


async def test_bot_check_warns_where_the_account_itself_leaves_no_provider(
    http: httpx.AsyncClient, played: PlayedModel, tmp_path: Path
) -> None:
    played.endpoints = [PlayedEndpoint(is_left_by_account=False)]
    settings = read(played, tmp_path, EASEL_DATA_POLICY="data_collection=deny")
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
        settings = read(gone, tmp_path, EASEL_DATA_POLICY="data_collection=deny zdr")
    _, found = await list_findings(settings)
    assert found.startswith("warn") and "its list of providers cannot be had" in found


async def test_bot_check_blames_no_policy_where_nobody_serves_the_model(
    played: PlayedModel, tmp_path: Path
) -> None:
    played.endpoints = []
    _, found = await list_findings(read(played, tmp_path, EASEL_DATA_POLICY="zdr"))
    assert found.startswith("FAIL") and "no provider serves" in found


async def test_bot_check_warns_of_models_that_the_policy_misses(
    played: PlayedModel, tmp_path: Path
) -> None:
    settings = read(
        played,
        tmp_path,
        EASEL_DATA_POLICY="zdr",
        EASEL_FALLBACKS="openai:gpt-5.4,openrouter:other/model",
    )
    _, missed, _, unknown = await list_findings(settings)
    assert missed.startswith("warn") and "not sent to openai:gpt-5.4: only OpenRouter" in missed
    assert unknown.startswith("warn") and "not checked for other/model" in unknown


async def test_budgets_reckon_with_the_dearest_provider_that_is_left(
    http: httpx.AsyncClient, played: PlayedModel, tmp_path: Path
) -> None:
    prices = []
    policies = ("only=openai", "only=openai,azure", "zdr", "data_collection=deny", "order=azure")
    for policy in policies:
        settings = read(played, tmp_path, EASEL_DATA_POLICY=policy)
        account = build_account(settings, http, OPENROUTER)
        catalog = ModelCatalog(account, [GPT_5_4_IMAGE_2], tmp_path / policy.replace("=", "-"))
        assert await catalog.refresh()
        price = catalog.get_model_info(MODEL).price
        assert price is not None
        prices.append((int(price.input), int(price.output), int(price.cached)))
        kept = ModelCatalog(account, [GPT_5_4_IMAGE_2], tmp_path / policy.replace("=", "-"))
        assert kept.get_model_info(MODEL).price == price, "after a restart, too"
    assert prices == [(8, 15, 2), (10, 30, 2), (10, 30, 2), (10, 30, 2), (10, 30, 2)]


async def test_the_dearest_price_stays_while_providers_cannot_be_looked_up(
    http: httpx.AsyncClient, played: PlayedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = build_account(read(played, tmp_path, EASEL_DATA_POLICY="zdr"), http, OPENROUTER)
    catalog = ModelCatalog(account, [GPT_5_4_IMAGE_2], tmp_path / "kept")
    assert await catalog.refresh()
    price = catalog.get_model_info(MODEL).price

    async def fail(_model: str) -> None:
        raise TransientError("down")

    monkeypatch.setattr(account, "fetch_endpoints", fail)
    assert not await catalog.refresh(), "it is tried again soon"
    assert catalog.get_model_info(MODEL).price == price
    again = ModelCatalog(account, [GPT_5_4_IMAGE_2], tmp_path / "kept")
    assert again.get_model_info(MODEL).price == price
    new = ModelCatalog(account, [GPT_5_4_IMAGE_2], tmp_path / "new")
    assert not await new.refresh()
    assert not new.get_model_info(MODEL).is_built_in, "better than nothing"


def test_a_price_that_not_all_tell_is_assumed_and_garbage_is_no_price() -> None:
    entry = {"id": "m", "pricing": {"prompt": "1e-6", "completion": "1e-6", "web_search": "0.01",
                                    "input_cache_read": "1e-9"}}  # fmt: skip
    told = {"prompt": "0.000003", "completion": "0.000004", "input_cache_read": "0.000001"}
    without = {"prompt": "0", "completion": "0.000009"}
    odd: dict[str, Any] = {"prompt": "NaN", "completion": None}
    endpoints: list[dict[str, Any]] = [
        {"pricing": told},
        {"pricing": without},
        {"pricing": odd},
        {"pricing": 7},
        {},
    ]
    merged = apply_highest_prices(entry, endpoints)["pricing"]
    assert merged.pop("web_search") == "0.01"
    assert {name: Decimal(amount) * 1_000_000 for name, amount in merged.items()} == {
        "prompt": 3,
        "completion": 9,
        "input_cache_read": 1,
        "image_output": 30,
    }
    assert apply_highest_prices(entry, [{"pricing": odd}]) == entry
    assert apply_highest_prices(entry, []) == entry


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([{"image_output": "3e-4"}, {}], "0.0003"),
        ([{"image_token": "3e-4"}, {"image_output": "1e-6"}], "0.0003"),
        ([{"image_output": "1e-6"}, {}], "0.00003"),  # what is assumed of the silent one
        ([{"image_output": "1e-6"}, {"completion": "5e-5"}], "0.00005"),
        ([{"image_output": "1e-6"}, {"image_output": "1e999999"}], "0.00003"),
        ([{"image_output": "1e-6"}, {"image_token": "2e-6"}], "0.000002"),
    ],
)
def test_a_picture_costs_as_much_as_at_the_dearest_whoever_is_silent(
    told: list[dict[str, str]], expected: str
) -> None:
    endpoints = [{"pricing": {"prompt": "1e-6", "completion": "1e-5"} | prices} for prices in told]
    for ordered in (endpoints, endpoints[::-1]):
        merged = apply_highest_prices({"id": "m"}, ordered)["pricing"]
        assert Decimal(merged["image_output"]) == Decimal(expected) and "image_token" not in merged


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([("5e-6", None), ("1e-5", "1e-6")], "5e-6"),  # whole at the first, which tells no other
        ([("1e-6", "1e-7"), ("2e-6", "1e-6")], "1e-6"),
        ([("1e-6", None), ("2e-6", "NaN")], "2e-6"),
    ],
)
def test_cached_input_costs_as_much_as_at_the_dearest(
    told: list[tuple[str, str | None]], expected: str
) -> None:
    endpoints = [
        {"pricing": {"prompt": prompt, "completion": "1e-5", "input_cache_read": cached}}
        for prompt, cached in told
    ]
    merged = apply_highest_prices({"id": "m"}, endpoints)["pricing"]
    assert Decimal(merged["input_cache_read"]) == Decimal(expected)


@pytest.mark.parametrize(
    ("model", "listed", "is_left"),
    [
        ("x/y", "x/y", True),
        ("x/y:free", "x/y", False),
        ("x/y:free", "x/y:free", True),
        ("x/y:nitro", "x/y", True),
        ("x/y:free@preset/p", "x/y:free", True),
    ],
)
async def test_the_account_is_asked_for_the_model_that_is_meant(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, model: str, listed: str, is_left: bool
) -> None:
    account = OpenRouterAccount(http, base_url="http://127.0.0.1:9", api_key="k")

    async def fetch(path: str) -> object:
        assert path == "/models/user"
        return [{"id": listed}]

    monkeypatch.setattr(account, "_fetch_data", fetch)
    assert await account.is_left_by_account(model) is is_left


def test_endpoints_of_any_shape_are_read() -> None:
    odd: list[dict[str, Any]] = [{}, {"tag": 7, "provider_name": None}, {"tag": "azure/eu"}]
    assert list_permitted(odd, DataPolicy(only=("azure",))) == [odd[2]]
    assert list_permitted(odd, DataPolicy(ignore=("azure/eu",))) == odd[:2]
    named = {"provider_name": "Amazon Bedrock", "tag": "aws"}
    assert list_permitted([named], DataPolicy(only=("amazon-bedrock",))) == [named]
    assert format_endpoints([]) == "none"


def build_clients(settings: Settings, http: httpx.AsyncClient) -> Sequence[ServedModel]:
    async def keep(prompt: Any) -> Any:
        return prompt

    models = build_models(
        settings, http, shrink=keep, metrics=Metrics(), price_store=FakePriceStore()
    )
    return models.fallback_model.models
