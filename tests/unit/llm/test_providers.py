"""The table of providers: each provider once, and a new one is one row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import httpx
import pytest

from bot.app.build_models import Models, build_models
from bot.cli.check.main import check
from bot.config import Settings, list_service_problems, read_settings
from bot.domain.errors import StartupError
from bot.domain.llm import Prompt, ResponseStarted, StreamEvent, TextDelta
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.providers import PROVIDERS, ProviderSpec
from bot.observability.metrics import Metrics
from bot.playground.model import PlayedModel
from tests.support.prices import FakePriceStore

PROMPT = Prompt("Be brief.", (), "<@U1>: say hello", (), 100, "aa", "bb")
MODEL = GPT_5_4_IMAGE_2.model
# A fourth provider, which borrows the settings of the third.
FOURTH = ProviderSpec(
    name="fourth",
    create_codec=OpenRouterCodec,
    url_field="compatible_url",
    key_field="compatible_key",
    required_field="compatible_key",
    missing_message="FOURTH_KEY is not set: create one",
    model_info=replace(GPT_5_4_IMAGE_2, context_tokens=50_000),
    catalog_folder="fourth-catalogue",
    key_page="fourth.example/keys",
)


@pytest.fixture
def fourth(monkeypatch: pytest.MonkeyPatch) -> ProviderSpec:
    monkeypatch.setitem(cast("dict[str, ProviderSpec]", PROVIDERS), FOURTH.name, FOURTH)
    return FOURTH


def read_fourth_settings(played: PlayedModel, folder: Path, **more: str) -> Settings:
    values = {
        "EASEL_PROVIDER": "fourth",
        "EASEL_COMPATIBLE_URL": played.base_url,
        "EASEL_COMPATIBLE_KEY": played.api_key,
        "EASEL_DATA_DIR": str(folder),
    }
    return read_settings({**values, **more}, env_file=None)


def build(settings: Settings, http: httpx.AsyncClient) -> Models:
    async def shrink(prompt: Prompt) -> Prompt:
        return prompt

    return build_models(
        settings, http, shrink=shrink, metrics=Metrics(), price_store=FakePriceStore()
    )


async def collect_events(models: Models) -> list[StreamEvent]:
    return [event async for event in models.fallback_model.stream(PROMPT)]


def test_each_provider_is_in_the_table_once() -> None:
    assert list(PROVIDERS) == ["openrouter", "openai", "compatible"]
    assert all(name == spec.name for name, spec in PROVIDERS.items())
    fields = [field for spec in PROVIDERS.values() for field in (spec.url_field, spec.key_field)]
    assert len(set(fields)) == len(fields) and set(fields) <= set(Settings.model_fields)
    folders = [spec.catalog_folder for spec in PROVIDERS.values() if spec.has_catalog]
    assert len(set(folders)) == len(folders)


@pytest.mark.parametrize("spec", PROVIDERS.values(), ids=lambda spec: spec.name)
def test_a_row_is_consistent(spec: ProviderSpec) -> None:
    assert spec.create_codec(spec.name).provider == spec.name
    assert spec.required_field in (spec.url_field, spec.key_field)
    alias = Settings.model_fields[spec.required_field].alias
    assert spec.missing_message.startswith(f"{alias} is not set: ")
    assert spec.model_info.is_built_in
    # Budgets need a price: the row has one, or says what to do.
    assert spec.model_info.price is not None or spec.price_advice
    # `easel check` asks for the key where it can be looked at.
    assert bool(spec.key_page) == (spec.has_catalog or spec.names_each_model)


def test_one_provider_has_bills() -> None:
    assert [spec.name for spec in PROVIDERS.values() if spec.has_bills] == ["openrouter"]


def test_an_unknown_model_is_described_like_the_default_one() -> None:
    for name, spec in PROVIDERS.items():
        similar = spec.unknown_model or spec.model_info
        assert PROVIDERS[name].describe_model("x") == replace(
            similar, model="x", takes_original=False
        )
        assert PROVIDERS[name].describe_model(spec.default_model) == spec.model_info


@pytest.mark.parametrize("setting", ["EASEL_PROVIDER=fourth", "EASEL_FALLBACKS=fourth:x"])
def test_a_provider_without_a_row_is_refused(setting: str) -> None:
    name, _, value = setting.partition("=")
    with pytest.raises(StartupError) as refused:
        read_settings({name: value}, env_file=None)
    given = value.removesuffix(":x")
    expected = f"{name}: give openrouter, openai or compatible, not “{given}”"
    assert refused.value.problems == (expected,)


async def test_a_new_row_answers_with_its_name_its_limits_and_its_price(
    fourth: ProviderSpec, played: PlayedModel, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    settings = read_fourth_settings(played, tmp_path, EASEL_FALLBACKS="openai:gpt-5.4,fourth:b")
    assert settings.models == (("fourth", MODEL), ("openai", "gpt-5.4"), ("fourth", "b"))
    models = build(settings, http)
    assert models.fallback_model.get_model_info() == fourth.model_info
    assert models.find_price("fourth", "b") == fourth.model_info.price
    events = await collect_events(models)
    started = events[1]
    assert isinstance(started, ResponseStarted)
    assert (started.provider, started.model) == ("fourth", MODEL)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "hello"


async def test_a_new_row_has_a_catalogue_of_its_own(
    fourth: ProviderSpec, played: PlayedModel, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    settings = read_fourth_settings(played, tmp_path)
    models = build(settings, http)
    (catalog,) = models.catalogs
    assert await catalog.refresh()
    model_info = models.fallback_model.get_model_info()
    assert model_info.context_tokens == 272_000 and not model_info.is_built_in
    assert list((tmp_path / fourth.catalog_folder).glob("catalogue-*.json"))


async def test_bot_check_tries_a_new_row(
    fourth: ProviderSpec, played: PlayedModel, tmp_path: Path
) -> None:
    findings = [str(one) for one in await check(read_fourth_settings(played, tmp_path))]
    assert any("model key: accepted" in line for line in findings)
    assert any(f"{MODEL} is in the catalogue" in line for line in findings)
    wrong = read_fourth_settings(played, tmp_path, EASEL_COMPATIBLE_KEY="wrong")
    findings = [str(one) for one in await check(wrong)]
    assert any(line.endswith(f"; see {fourth.key_page}") for line in findings)


async def test_a_new_row_without_a_catalogue_keeps_its_built_in_info(
    monkeypatch: pytest.MonkeyPatch, played: PlayedModel, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    row = replace(FOURTH, catalog_folder="")
    monkeypatch.setitem(cast("dict[str, ProviderSpec]", PROVIDERS), row.name, row)
    settings = read_fourth_settings(played, tmp_path)
    models = build(settings, http)
    assert models.catalogs == ()
    assert models.fallback_model.get_model_info() == row.model_info
    findings = [str(one) for one in await check(settings)]
    assert any(f"{MODEL} at fourth, which has no catalogue: 50,000" in line for line in findings)


def test_a_new_row_says_what_is_missing(fourth: ProviderSpec) -> None:
    settings = read_settings({"EASEL_PROVIDER": "fourth"}, env_file=None)
    assert fourth.missing_message in list_service_problems(settings)


def test_a_provider_without_a_default_model_asks_for_one() -> None:
    problems = list_service_problems(read_settings({"EASEL_PROVIDER": "compatible"}, env_file=None))
    assert problems[-2:] == [
        "EASEL_COMPATIBLE_URL is not set: give the server's address up to /v1",
        "EASEL_MODEL is not set: name the model that the compatible server serves",
    ]
