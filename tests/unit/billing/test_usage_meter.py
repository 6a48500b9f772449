"""The usage meter: one row for each request, with its cost or a marked estimate."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.billing.pricing import find_picture_tokens
from bot.billing.usage_meter import Clocks, UsageMeter, sum_known_costs
from bot.domain.costs import Price, RequestPurpose
from bot.domain.llm import (
    FinishReason,
    ImageOutput,
    RequestRejected,
    ResponseFinished,
    ResponseStarted,
    TextDelta,
    Usage,
)
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from tests.support.processor_time import hold_to

PRICE = GPT_5_4_IMAGE_2.price
assert PRICE is not None


def build_usage_meter(price: Price | None = PRICE) -> UsageMeter:
    return UsageMeter(
        lambda _provider, _model: price, Clocks(lambda: 100.0, iter(range(99)).__next__)
    )


def test_what_the_provider_says_goes_before_what_we_compute() -> None:
    meter = build_usage_meter()
    meter.start_request(50)
    meter.record_event(ResponseStarted("gen-1", "m", "openrouter"))
    meter.record_event(TextDelta("hi"))
    meter.record_event(ResponseFinished(FinishReason.STOP, Usage(10, 20, cost=Decimal("0.5"))))
    meter.end_request("answered")
    (row,) = meter.requests
    assert (row.cost, row.is_estimated, row.outcome, row.estimated_tokens) == (
        Decimal("0.5"),
        False,
        "answered",
        50,
    )
    assert row.first_output_seconds == 1 and row.total_seconds == 2 and row.started_at == 100
    assert PRICE is not None and row.price == PRICE.serialize()
    assert sum_known_costs(meter.requests) == Decimal("0.5")


def test_what_was_cut_short_is_guessed_from_what_came() -> None:
    meter = build_usage_meter()
    meter.start_request(1_000)
    meter.record_event(ResponseStarted("gen-1", "m", "openrouter"))
    meter.record_event(TextDelta("one two three four"))
    meter.record_event(ImageOutput(b"x", "image/png", "ab"))
    meter.end_request("broken")
    (row,) = meter.requests
    assert row.is_estimated and row.cost is not None and row.cost > Decimal("0.05")
    assert row.usage is not None and row.usage.image_tokens == 1_767 and row.estimated_tokens == 0


def test_every_request_is_a_row_also_those_that_were_refused_or_taken_over() -> None:
    meter = build_usage_meter()
    meter.start_request(10)
    meter.record_event(RequestRejected("openrouter", "m", "429"))
    meter.record_event(ResponseStarted("gen-1", "m", "openrouter"))
    meter.record_event(ResponseStarted("gen-2", "n", "openai"))
    meter.record_event(TextDelta("hi"))
    meter.end_request("answered")
    meter.start_request(10, RequestPurpose.REPAIR)
    meter.record_event(ResponseStarted("gen-3", "n", "openai"))
    meter.end_request("stopped")
    rows = [(row.outcome, row.model, row.purpose) for row in meter.requests]
    assert rows == [("429", "m", "answer"), ("broken", "m", "answer"), ("answered", "n", "answer"),
                    ("stopped", "n", "repair")]  # fmt: skip
    assert meter.requests[0].cost == 0


def test_without_a_price_nothing_is_made_up() -> None:
    meter = build_usage_meter(None)
    meter.record_event(ResponseStarted("gen-1", "m"))
    meter.record_event(ResponseFinished(FinishReason.STOP, Usage(10, 20)))
    meter.end_request("answered")
    assert meter.requests[0].cost is None and sum_known_costs(meter.requests) == 0


@pytest.mark.parametrize(
    ("quality", "tokens"), [("low", 750), ("medium", 1_767), ("high", 9_000), (None, 1_767)]
)
def test_a_picture_without_a_usage_is_estimated_by_the_quality_that_was_asked_for(
    quality: str | None, tokens: int
) -> None:
    picture_tokens = find_picture_tokens({"low": 750, "high": 9_000}, quality)
    meter = build_usage_meter()
    meter.start_request(1_000, max_cost=Decimal(1), picture_tokens=picture_tokens)
    meter.record_event(ResponseStarted("", "m", "compatible"))
    meter.record_event(ImageOutput(b"x", "image/png", "ab"))
    meter.record_event(ResponseFinished(FinishReason.STOP, None))
    meter.end_request("answered")
    (row,) = meter.requests
    assert PRICE is not None and row.cost is not None
    assert row.cost * 1_000_000 == 1_000 * PRICE.input + tokens * PRICE.picture


def test_a_flood_of_words_is_estimated_in_a_moment() -> None:
    def estimate(count: int) -> int:
        meter = build_usage_meter()
        meter.start_request(50)
        meter.record_event(ResponseStarted("", "m", "openrouter"))
        for _ in range(count):
            meter.record_event(TextDelta("赤い狐を描いて。" * 3_000))
        meter.end_request("broken")
        usage = meter.requests[0].usage
        return 0 if usage is None else usage.completion_tokens

    with hold_to(0.6, "ten million characters take seconds"):
        flood = estimate(400)
    assert flood == pytest.approx(400 * estimate(1), rel=0.05)
