"""Budgets reckon with the dearest provider that a data policy leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app.build_models import build_account
from bot.domain.errors import TransientError
from bot.llm.catalog import ModelCatalog
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.offers.endpoints import apply_highest_prices
from bot.llm.providers import OPENROUTER
from bot.playground.model import PlayedModel
from tests.support.data_policies import MODEL, read_played_settings, run_three_providers


@pytest.fixture
async def played() -> AsyncIterator[PlayedModel]:
    async with run_three_providers() as model:
        yield model


async def test_budgets_reckon_with_the_dearest_provider_that_is_left(
    http: httpx.AsyncClient, played: PlayedModel, tmp_path: Path
) -> None:
    prices = []
    policies = ("only=openai", "only=openai,azure", "zdr", "data_collection=deny", "order=azure")
    for policy in policies:
        settings = read_played_settings(played, tmp_path, EASEL_DATA_POLICY=policy)
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
    account = build_account(
        read_played_settings(played, tmp_path, EASEL_DATA_POLICY="zdr"), http, OPENROUTER
    )
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
