"""Prices: exact sums, and what a catalogue entry says they are."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.pricing import compute_max_cost, estimate_cost, parse_price_per_million
from bot.domain.costs import CostCeiling
from bot.domain.llm import Usage
from bot.llm.catalog_entry import (
    GPT_5_4_IMAGE_2,
    deserialize_entry,
    list_model_problems,
    read_model_info,
    serialize_entry,
)
from bot.llm.offers.openai_models import GPT_5_4
from bot.playground.model.wire import ENTRY

OPENROUTER_PRICE, OPENAI_PRICE = GPT_5_4_IMAGE_2.price, GPT_5_4.price
assert OPENROUTER_PRICE is not None and OPENAI_PRICE is not None


def test_each_kind_of_token_has_its_own_price() -> None:
    usage = Usage(1_000_000, 1_000_000, cached_tokens=400_000, image_tokens=500_000)
    assert OPENROUTER_PRICE is not None
    assert estimate_cost(usage, OPENROUTER_PRICE) == Decimal("4.8") + Decimal("0.8") + Decimal(
        "7.5"
    ) + Decimal(15)


def test_who_draws_reads_at_prices_of_its_own() -> None:
    usage = Usage(1_000_000, 0, drawing_text_tokens=200_000, drawing_image_tokens=300_000)
    assert OPENAI_PRICE is not None
    assert estimate_cost(usage, OPENAI_PRICE) == Decimal("1.25") + Decimal(1) + Decimal("2.4")


@given(st.tuples(*[st.integers(0, 1 << 40)] * 6))
def test_a_cost_is_never_negative_whatever_the_counts(counts: tuple[int, ...]) -> None:
    prompt, output, cached, image, text, seen = counts
    usage = Usage(prompt, output, cached, 0, image, None, text, seen)
    assert OPENROUTER_PRICE is not None and estimate_cost(usage, OPENROUTER_PRICE) >= 0


def test_the_worst_case_counts_pictures_at_their_quality() -> None:
    assert OPENROUTER_PRICE is not None
    words = compute_max_cost(CostCeiling(1_000, 8_192), OPENROUTER_PRICE)
    assert words == Decimal("0.008") + Decimal("0.12288")
    drawn = compute_max_cost(
        CostCeiling(1_000, 8_192, picture_count=2, quality="high", input_picture_count=1),
        OPENROUTER_PRICE,
    )
    assert drawn == words + 2 * 7_033 * Decimal("0.00003") + 3_000 * Decimal("0.000008")


def test_the_worst_case_counts_the_previews_that_openai_bills() -> None:
    assert OPENAI_PRICE is not None
    words = compute_max_cost(CostCeiling(0, 0), OPENAI_PRICE)
    drawn = compute_max_cost(CostCeiling(0, 0, picture_count=2, quality="low"), OPENAI_PRICE)
    assert drawn - words == 2 * (196 + 100) * Decimal("0.00003")


def test_a_price_is_kept_as_it_was() -> None:
    assert OPENROUTER_PRICE is not None
    record = json.loads(OPENROUTER_PRICE.serialize())
    assert record["as_of"] == OPENROUTER_PRICE.as_of
    for name in ("input", "cached", "output", "picture", "drawing_text", "drawing_image"):
        assert Decimal(record[name]) == getattr(OPENROUTER_PRICE, name)


def test_an_entry_of_the_catalogue_is_an_offer_and_survives_being_kept() -> None:
    info = read_model_info(ENTRY, as_of="2026-11-21", known=GPT_5_4_IMAGE_2)
    assert info is not None and info.price is not None
    assert (info.context_tokens, info.max_output_tokens, info.draws) == (272_000, 128_000, True)
    prices = (info.price.input, info.price.cached, info.price.picture)
    assert prices == (Decimal(8), Decimal(2), Decimal(30))
    assert deserialize_entry(serialize_entry(ENTRY, "2026-11-21"), GPT_5_4_IMAGE_2) == info
    assert list_model_problems(info, 8_192) == []
    assert "lower EASEL_MAX_TOKENS" in list_model_problems(info, 200_000)[0]


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"id": "m"},
        {"id": "m", "context_length": "many"},
        {"id": "m", "context_length": 10, "pricing": {"prompt": "free"}, "top_provider": 7},
        {"id": "m", "context_length": 10, "pricing": {"prompt": "NaN", "completion": "-1"}},
    ],
)
def test_a_broken_entry_is_no_offer_or_one_without_prices(broken: dict[str, object]) -> None:
    info = read_model_info(broken, as_of="2026-11-21")
    assert info is None or info.price is None


@pytest.mark.parametrize("value", ["1e999999", "-1e999999", "1E+999999999", "sNaN", "1", "1e400"])
def test_a_price_that_nobody_can_mean_is_none(value: str) -> None:
    assert parse_price_per_million(value) is None
