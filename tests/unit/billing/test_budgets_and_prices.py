"""Prices, budgets and books: exact sums, marked estimates, limits that hold at their edges."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.budgets import crossed, ends, judge, parse_budgets, refusal
from bot.billing.pricing import cost_of, most, price_of_json
from bot.billing.usage_meter import Booking, Clocks, known_cost
from bot.domain.budgets import Limit, Period, Scope, Spent, Verdict
from bot.domain.costs import Account, Price, Purpose, WorstCase
from bot.domain.llm import Began, Finish, Finished, ImageMade, Refused, TextDelta, Usage
from bot.llm.catalog_entry import GPT_5_4, GPT_5_4_IMAGE_2, as_json, of_json, problems, read_offer
from bot.playground.model.wire import ENTRY

OR, OPENAI = GPT_5_4_IMAGE_2.price, GPT_5_4.price
assert OR is not None and OPENAI is not None
NOON = datetime(2026, 12, 31, 12, tzinfo=UTC)
DAY = Limit(Scope.USER, Period.DAY, Decimal(2))


def test_each_kind_of_token_has_its_own_price() -> None:
    usage = Usage(1_000_000, 1_000_000, cached_tokens=400_000, image_tokens=500_000)
    assert OR is not None
    assert cost_of(usage, OR) == Decimal("4.8") + Decimal("0.8") + Decimal("7.5") + Decimal(15)


def test_who_draws_reads_at_prices_of_its_own() -> None:
    usage = Usage(1_000_000, 0, drawing_text_tokens=200_000, drawing_image_tokens=300_000)
    assert OPENAI is not None
    assert cost_of(usage, OPENAI) == Decimal("1.25") + Decimal(1) + Decimal("2.4")


@given(st.tuples(*[st.integers(0, 1 << 40)] * 6))
def test_a_cost_is_never_negative_whatever_the_counts(counts: tuple[int, ...]) -> None:
    prompt, output, cached, image, text, seen = counts
    usage = Usage(prompt, output, cached, 0, image, None, text, seen)
    assert OR is not None and cost_of(usage, OR) >= 0


def test_the_worst_case_counts_pictures_at_their_quality() -> None:
    assert OR is not None
    words = most(WorstCase(1_000, 8_192), OR)
    assert words == Decimal("0.008") + Decimal("0.12288")
    drawn = most(WorstCase(1_000, 8_192, pictures=2, quality="high", pictures_sent=1), OR)
    assert drawn == words + 2 * 7_033 * Decimal("0.00003") + 3_000 * Decimal("0.000008")


def test_a_price_is_kept_as_it_was() -> None:
    assert OR is not None and price_of_json(OR.as_json()) == OR
    assert price_of_json("{}") is None and price_of_json("x") is None


def test_an_entry_of_the_catalogue_is_an_offer_and_survives_being_kept() -> None:
    offer = read_offer(ENTRY, as_of="2026-11-21")
    assert offer is not None and offer.price is not None
    assert (offer.context, offer.most_output, offer.draws) == (272_000, 128_000, True)
    prices = (offer.price.input, offer.price.cached, offer.price.picture)
    assert prices == (Decimal(8), Decimal(2), Decimal(30))
    assert of_json(as_json(ENTRY, "2026-11-21")) == offer
    assert problems(offer, 8_192) == []
    assert "lower EASEL_MAX_TOKENS" in problems(offer, 200_000)[0]


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
    offer = read_offer(broken, as_of="2026-11-21")
    assert offer is None or offer.price is None


def test_budgets_are_read_as_they_are_written() -> None:
    found = parse_budgets("user/day=2.50, channel/month=$50 workspace/month=200 user:U1/day=10 "
                          "answer=0.5")  # fmt: skip
    own = {str(limit): limit.most for limit in found.limits(Account("T", "C1", "U1"))}
    assert own == {"user/day": 10, "channel/month": 50, "workspace/month": 200}
    other = {str(limit): limit.most for limit in found.limits(Account("T", "C1", "U2"))}
    assert other["user/day"] == Decimal("2.50") and found.answer == Decimal("0.5")
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
    spent = {DAY: Spent(Decimal(settled), Decimal(still))}
    assert judge([DAY], spent, Decimal("0.5")).verdict is verdict


def test_a_warning_is_due_once() -> None:
    warn = Decimal("0.8")
    for before, due in (("1.0", False), ("1.5", True), ("1.6", False), ("1.9", False)):
        found = crossed([DAY], {DAY: Spent(Decimal(before))}, Decimal("0.2"), warn)
        assert (found is DAY) is due, before


def test_a_refusal_says_when_it_frees_up() -> None:
    assert ends(Period.DAY, NOON) == ends(Period.MONTH, NOON) == datetime(2027, 1, 1, tzinfo=UTC)
    assert ends(Period.MONTH, datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2028, 3, 1, tzinfo=UTC)
    assert "$2.00" in refusal(DAY, NOON) and "1 January at 00:00 UTC" in refusal(DAY, NOON)


def booking(price: Price | None = OR) -> Booking:
    return Booking(lambda _provider, _model: price, Clocks(lambda: 100.0, iter(range(99)).__next__))


def test_what_the_provider_says_goes_before_what_we_compute() -> None:
    books = booking()
    books.asking(50)
    books.take(Began("gen-1", "m", "openrouter"))
    books.take(TextDelta("hi"))
    books.take(Finished(Finish.STOP, Usage(10, 20, cost=Decimal("0.5"))))
    books.end("answered")
    (row,) = books.attempts
    assert (row.cost, row.estimated, row.outcome, row.guessed) == (Decimal("0.5"), False,
                                                                   "answered", 50)  # fmt: skip
    assert row.first_s == 1 and row.took_s == 2 and row.asked_at == 100
    assert known_cost(books.attempts) == Decimal("0.5") and price_of_json(row.price) == OR


def test_what_was_cut_short_is_guessed_from_what_came() -> None:
    books = booking()
    books.asking(1_000)
    books.take(Began("gen-1", "m", "openrouter"))
    books.take(TextDelta("one two three four"))
    books.take(ImageMade(b"x", "image/png", "ab"))
    books.end("broken")
    (row,) = books.attempts
    assert row.estimated and row.cost is not None and row.cost > Decimal("0.05")
    assert row.usage is not None and row.usage.image_tokens == 1_767 and row.guessed == 0


def test_every_request_is_a_row_also_those_that_were_refused_or_taken_over() -> None:
    books = booking()
    books.asking(10)
    books.take(Refused("openrouter", "m", "429"))
    books.take(Began("gen-1", "m", "openrouter"))
    books.take(Began("gen-2", "n", "openai"))
    books.take(TextDelta("hi"))
    books.end("answered")
    books.asking(10, Purpose.REPAIR)
    books.take(Began("gen-3", "n", "openai"))
    books.end("stopped")
    rows = [(row.outcome, row.model, row.purpose) for row in books.attempts]
    assert rows == [("429", "m", "answer"), ("broken", "m", "answer"), ("answered", "n", "answer"),
                    ("stopped", "n", "repair")]  # fmt: skip
    assert books.attempts[0].cost == 0


def test_without_a_price_nothing_is_made_up() -> None:
    books = booking(None)
    books.take(Began("gen-1", "m"))
    books.take(Finished(Finish.STOP, Usage(10, 20)))
    books.end("answered")
    assert books.attempts[0].cost is None and known_cost(books.attempts) == 0
