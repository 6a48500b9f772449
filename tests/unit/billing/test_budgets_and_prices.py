"""Prices, budgets and books: exact sums, marked estimates, limits that hold at their edges."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.budgets import (
    find_crossed_limit,
    find_period_end,
    format_refusal,
    judge,
    parse_budgets,
)
from bot.billing.pricing import estimate_cost, max_cost
from bot.billing.usage_meter import Clocks, UsageMeter, sum_known_costs
from bot.domain.budgets import Limit, Period, Scope, Spent, Verdict
from bot.domain.costs import CostCeiling, CostOwner, Price, RequestPurpose
from bot.domain.llm import (
    FinishReason,
    ImageOutput,
    RequestRejected,
    ResponseFinished,
    ResponseStarted,
    TextDelta,
    Usage,
)
from bot.llm.catalog_entry import (
    GPT_5_4,
    GPT_5_4_IMAGE_2,
    deserialize_entry,
    list_model_problems,
    read_model_info,
    serialize_entry,
)
from bot.playground.model.wire import ENTRY

OPENROUTER_PRICE, OPENAI_PRICE = GPT_5_4_IMAGE_2.price, GPT_5_4.price
assert OPENROUTER_PRICE is not None and OPENAI_PRICE is not None
NOON = datetime(2026, 12, 31, 12, tzinfo=UTC)
DAILY_LIMIT = Limit(Scope.USER, Period.DAY, Decimal(2))


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
    words = max_cost(CostCeiling(1_000, 8_192), OPENROUTER_PRICE)
    assert words == Decimal("0.008") + Decimal("0.12288")
    drawn = max_cost(
        CostCeiling(1_000, 8_192, picture_count=2, quality="high", input_picture_count=1),
        OPENROUTER_PRICE,
    )
    assert drawn == words + 2 * 7_033 * Decimal("0.00003") + 3_000 * Decimal("0.000008")


def test_an_entry_of_the_catalogue_is_an_offer_and_survives_being_kept() -> None:
    offer = read_model_info(ENTRY, as_of="2026-11-21")
    assert offer is not None and offer.price is not None
    assert (offer.context_tokens, offer.max_output_tokens, offer.draws) == (272_000, 128_000, True)
    prices = (offer.price.input, offer.price.cached, offer.price.picture)
    assert prices == (Decimal(8), Decimal(2), Decimal(30))
    assert deserialize_entry(serialize_entry(ENTRY, "2026-11-21")) == offer
    assert list_model_problems(offer, 8_192) == []
    assert "lower EASEL_MAX_TOKENS" in list_model_problems(offer, 200_000)[0]


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
    offer = read_model_info(broken, as_of="2026-11-21")
    assert offer is None or offer.price is None


def test_budgets_are_read_as_they_are_written() -> None:
    found = parse_budgets("user/day=2.50, channel/month=$50 workspace/month=200 user:U1/day=10 "
                          "answer=0.5")  # fmt: skip
    own = {str(limit): limit.max_usd for limit in found.select_limits(CostOwner("T", "C1", "U1"))}
    assert own == {"user/day": 10, "channel/month": 50, "workspace/month": 200}
    other = {str(limit): limit.max_usd for limit in found.select_limits(CostOwner("T", "C1", "U2"))}
    assert other["user/day"] == Decimal("2.50") and found.max_answer_usd == Decimal("0.5")
    assert not parse_budgets("")


@pytest.mark.parametrize(
    "wrong", ["user/week=2", "user/day", "user/day=-1", "workspace:T1/day=1", "x", "user/day=1e3"]
)
def test_a_wrong_budget_is_told_how_to_write_it(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"write user/day=2\.00"):
        parse_budgets(wrong)


@pytest.mark.parametrize(
    ("settled", "still", "verdict"),
    [
        ("0", "0", Verdict.ALLOWED),
        ("1.5", "0", Verdict.ALLOWED),
        ("1.500001", "0", Verdict.REFUSED),
        ("1", "0.5", Verdict.ALLOWED),
        ("1", "0.51", Verdict.WAIT),
        ("1.6", "0.1", Verdict.REFUSED),
    ],
)
def test_a_request_is_judged_by_what_it_can_cost(
    settled: str, still: str, verdict: Verdict
) -> None:
    spent = {DAILY_LIMIT: Spent(Decimal(settled), Decimal(still))}
    assert judge([DAILY_LIMIT], spent, Decimal("0.5")).verdict is verdict


def test_a_warning_is_due_once() -> None:
    warn = Decimal("0.8")
    for before, due in (("1.0", False), ("1.5", True), ("1.6", False), ("1.9", False)):
        found = find_crossed_limit(
            [DAILY_LIMIT], {DAILY_LIMIT: Spent(Decimal(before))}, Decimal("0.2"), warn
        )
        assert (found is DAILY_LIMIT) is due, before


def test_a_refusal_says_when_it_frees_up() -> None:
    assert (
        find_period_end(Period.DAY, NOON)
        == find_period_end(Period.MONTH, NOON)
        == datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert find_period_end(Period.MONTH, datetime(2028, 2, 29, tzinfo=UTC)) == datetime(
        2028, 3, 1, tzinfo=UTC
    )
    assert "$2.00" in format_refusal(
        DAILY_LIMIT, NOON
    ) and "1 January at 00:00 UTC" in format_refusal(DAILY_LIMIT, NOON)


def build_usage_meter(price: Price | None = OPENROUTER_PRICE) -> UsageMeter:
    return UsageMeter(
        lambda _provider, _model: price, Clocks(lambda: 100.0, iter(range(99)).__next__)
    )


def test_what_the_provider_says_goes_before_what_we_compute() -> None:
    books = build_usage_meter()
    books.start_request(50)
    books.record_event(ResponseStarted("gen-1", "m", "openrouter"))
    books.record_event(TextDelta("hi"))
    books.record_event(ResponseFinished(FinishReason.STOP, Usage(10, 20, cost=Decimal("0.5"))))
    books.end_request("answered")
    (row,) = books.requests
    assert (row.cost, row.is_estimated, row.outcome, row.estimated_tokens) == (
        Decimal("0.5"),
        False,
        "answered",
        50,
    )
    assert row.first_output_seconds == 1 and row.total_seconds == 2 and row.started_at == 100
    assert sum_known_costs(books.requests) == Decimal("0.5")
    assert OPENROUTER_PRICE is not None and row.price == OPENROUTER_PRICE.serialize()


def test_what_was_cut_short_is_guessed_from_what_came() -> None:
    books = build_usage_meter()
    books.start_request(1_000)
    books.record_event(ResponseStarted("gen-1", "m", "openrouter"))
    books.record_event(TextDelta("one two three four"))
    books.record_event(ImageOutput(b"x", "image/png", "ab"))
    books.end_request("broken")
    (row,) = books.requests
    assert row.is_estimated and row.cost is not None and row.cost > Decimal("0.05")
    assert row.usage is not None and row.usage.image_tokens == 1_767 and row.estimated_tokens == 0


def test_every_request_is_a_row_also_those_that_were_refused_or_taken_over() -> None:
    books = build_usage_meter()
    books.start_request(10)
    books.record_event(RequestRejected("openrouter", "m", "429"))
    books.record_event(ResponseStarted("gen-1", "m", "openrouter"))
    books.record_event(ResponseStarted("gen-2", "n", "openai"))
    books.record_event(TextDelta("hi"))
    books.end_request("answered")
    books.start_request(10, RequestPurpose.REPAIR)
    books.record_event(ResponseStarted("gen-3", "n", "openai"))
    books.end_request("stopped")
    rows = [(row.outcome, row.model, row.purpose) for row in books.requests]
    assert rows == [("429", "m", "answer"), ("broken", "m", "answer"), ("answered", "n", "answer"),
                    ("stopped", "n", "repair")]  # fmt: skip
    assert books.requests[0].cost == 0


def test_without_a_price_nothing_is_made_up() -> None:
    books = build_usage_meter(None)
    books.record_event(ResponseStarted("gen-1", "m"))
    books.record_event(ResponseFinished(FinishReason.STOP, Usage(10, 20)))
    books.end_request("answered")
    assert books.requests[0].cost is None and sum_known_costs(books.requests) == 0
