"""Lowering: a question gets shorter and its pictures simpler before it is refused."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.billing.lowering import (
    MIN_PICTURE_TOKENS,
    MIN_TOKENS,
    CostNeed,
    build_demand,
    fit_ceiling,
)
from bot.billing.pricing import compute_max_cost
from bot.domain.costs import CostCeiling, Price
from bot.domain.llm import Usage

PRICE = Price(Decimal(8), Decimal(2), Decimal(15), Decimal(30))
DEARER = Price(Decimal(4), Decimal(1), Decimal(60), Decimal(40))
WORDS = CostNeed(CostCeiling(700, 8_192, 2, "high"), (PRICE,))
PICTURE = CostNeed(CostCeiling(700, 8_192, 2, "high"), (PRICE,), wants_picture=True)
SHORT = [Usage(500, 40, cost=Decimal("0.0046"))] * 20


def fit(need: CostNeed, amount: str) -> tuple[int, int, str] | None:
    found = fit_ceiling(need, Decimal(amount))
    return None if found is None else (found.output_tokens, found.picture_count, found.quality)


def test_a_question_in_words_keeps_its_length_and_lowers_the_picture_it_might_bring() -> None:
    assert fit(WORDS, "0.56") == (8_192, 2, "high")
    assert fit(WORDS, "0.50") == fit(WORDS, "0.25") == (8_192, 2, "medium")
    assert fit(WORDS, "0.145") == (8_192, 2, "low")
    brief = fit(WORDS, "0.03")
    assert brief is not None and MIN_TOKENS <= brief[0] < 1_000 and brief[1:] == (2, "low")
    words_only = fit(WORDS, "0.0095")
    assert words_only is not None and words_only[1] == 0 and words_only[0] >= MIN_TOKENS
    assert fit(WORDS, "0.009") is None


def test_a_wanted_picture_keeps_its_quality_as_long_as_a_shorter_answer_pays_for_it() -> None:
    shorter = fit(PICTURE, "0.45")
    assert shorter is not None and shorter[0] >= MIN_PICTURE_TOKENS and shorter[2] == "high"
    for amount, quality in (("0.43", "medium"), ("0.12", "low")):
        found = fit(PICTURE, amount)
        assert found is not None and found[1:] == (2, quality)
    assert fit(PICTURE, "0.03") is None


def test_a_quality_is_never_raised_and_auto_counts_as_high() -> None:
    low = CostNeed(CostCeiling(700, 8_192, 2, "low"), (PRICE,), wants_picture=True)
    found = fit(low, "0.1")
    assert found is not None and found[2] == "low"
    auto = CostNeed(CostCeiling(700, 8_192, 2, "auto"), (PRICE,), wants_picture=True)
    assert fit(auto, "0.56") == (8_192, 2, "auto")
    found = fit(auto, "0.15")
    assert found is not None and found[2] == "medium"


def test_data_is_whole_or_not_at_all() -> None:
    need = CostNeed(CostCeiling(700, 8_192), (PRICE,), can_be_lowered=False)
    demand = build_demand(need)
    assert demand.most == demand.usual == demand.least
    assert fit(need, "0.12") is None and fit(need, "0.13") == (8_192, 0, "high")


@given(
    st.integers(1, 100_000),
    st.integers(16, 128_000),
    st.sampled_from([0, 2]),
    st.sampled_from(["high", "medium", "low", "auto"]),
    st.booleans(),
    st.decimals("0", "3", places=9),
    st.sampled_from([(), (PRICE,), (PRICE, DEARER)]),
    st.sampled_from([[], SHORT]),
)
def test_what_fits_never_costs_more_and_what_is_least_always_fits(
    input_tokens: int,
    output_tokens: int,
    pictures: int,
    quality: str,
    wants_picture: bool,
    amount: Decimal,
    prices: tuple[Price, ...],
    recent: list[Usage],
) -> None:
    ceiling = CostCeiling(input_tokens, output_tokens, pictures, quality, pictures)
    need = CostNeed(ceiling, prices, wants_picture=wants_picture and bool(pictures))
    demand = build_demand(need, recent)
    assert demand.least <= demand.usual <= demand.most
    found = fit_ceiling(need, amount, recent)
    if amount >= demand.least:
        assert found is not None
    if found is not None:
        assert all(compute_max_cost(found, price) <= amount for price in prices)
        assert found.output_tokens <= output_tokens and found.picture_count <= pictures
        assert found.output_tokens >= min(output_tokens, MIN_TOKENS)


def test_what_such_questions_took_lately_decides_what_is_usual() -> None:
    assert build_demand(WORDS, SHORT).usual < build_demand(WORDS).usual
    long = [Usage(500, 3_000, cost=Decimal("0.049"))] * 20
    assert build_demand(WORDS, long).usual > build_demand(WORDS).usual
    assert build_demand(WORDS, long).most == build_demand(WORDS).most


def test_a_cost_beyond_all_prices_is_reckoned_with() -> None:
    odd = [*SHORT, Usage(50, 9, cost=Decimal("0.05"))]
    assert build_demand(WORDS, odd).least == Decimal("0.05")
    # A picture that costs more than its tokens says nothing about words.
    drawn = [Usage(50, 1_300, image_tokens=1_290, cost=Decimal("0.3"))]
    assert build_demand(WORDS, drawn).least < Decimal("0.05")
    assert build_demand(PICTURE, drawn).least == Decimal("0.3")
