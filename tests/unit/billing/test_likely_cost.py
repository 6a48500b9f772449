"""The likely cost is the middle one of comparable pictures, else the price; asked for rarely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.billing.likely_cost import MAX_AGE_SECONDS, LikelyCosts, estimate_picture_cost
from bot.domain.options import RequestOptions
from bot.domain.pictures.sizes import PictureSize
from bot.domain.stores.pictures import PictureCost
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from tests.support.values import THREAD

LOW = RequestOptions(quality="low")
NO_DRAWING = replace(GPT_5_4_IMAGE_2, output_modalities=frozenset({"text"}))


def build_costs(*costs: str, flags: str = "--quality low") -> list[PictureCost]:
    parameters = f"{flags} --max-tokens 8192 --variations 1, 1 picture"
    return [PictureCost(Decimal(cost), parameters) for cost in costs]


def test_the_middle_of_comparable_pictures_counts() -> None:
    costs = [
        *build_costs("0.02", "9", "0.03"),
        *build_costs("1", "1", "1", flags="--quality high"),
        *build_costs("2", "2", "2", flags="--quality low --size 3840x2160"),
    ]
    assert estimate_picture_cost(costs, LOW, GPT_5_4_IMAGE_2) == Decimal("0.03")
    large = replace(LOW, size=PictureSize(3840, 2160))
    assert estimate_picture_cost(costs, large, GPT_5_4_IMAGE_2) == Decimal(2)


def test_one_comparable_picture_tells_more_than_the_price() -> None:
    assert estimate_picture_cost(build_costs("9"), LOW, GPT_5_4_IMAGE_2) == 9


def test_before_there_is_one_the_price_counts_and_of_no_quality_that_of_a_medium_one() -> None:
    other = build_costs("9", "9", flags="--size 512x512")
    low = estimate_picture_cost(other, LOW, GPT_5_4_IMAGE_2)
    medium = estimate_picture_cost(other, RequestOptions(quality="medium"), GPT_5_4_IMAGE_2)
    assert low is not None and medium is not None and low < Decimal("0.01") < medium
    assert estimate_picture_cost((), RequestOptions(), GPT_5_4_IMAGE_2) == medium
    assert estimate_picture_cost((), LOW, NO_DRAWING) is None
    assert estimate_picture_cost((), LOW, replace(GPT_5_4_IMAGE_2, price=None)) is None


class KnownCosts:
    """What a ledger tells, and how often it was asked."""

    def __init__(self) -> None:
        self.costs = build_costs("0.1", "0.2", "0.3")
        self.asked = list[tuple[str, str]]()

    async def list_costs(self, team: str, model: str) -> Sequence[PictureCost]:
        self.asked.append((team, model))
        return self.costs


async def test_the_ledger_is_asked_now_and_then_and_the_channels_options_count() -> None:
    ledger, now = KnownCosts(), [0.0]
    likely = LikelyCosts(ledger, lambda: [GPT_5_4_IMAGE_2], lambda _: LOW, lambda: now[0])
    three = RequestOptions(variations=3)
    assert await likely.estimate(THREAD, three) == Decimal("0.6")
    ledger.costs = build_costs("0.4", "0.4", "0.4")
    assert await likely.estimate(THREAD, three) == Decimal("0.6")
    now[0] += MAX_AGE_SECONDS
    assert await likely.estimate(THREAD, RequestOptions()) == Decimal("0.4")
    assert len(ledger.asked) == 2 and likely.can_draw


async def test_while_there_are_few_the_ledger_is_asked_each_time() -> None:
    ledger = KnownCosts()
    ledger.costs = []
    likely = LikelyCosts(ledger, lambda: [GPT_5_4_IMAGE_2], lambda _: LOW, lambda: 0.0)
    assert await likely.estimate(THREAD, RequestOptions()) != Decimal("0.7")
    ledger.costs = build_costs("0.7")
    assert await likely.estimate(THREAD, RequestOptions()) == Decimal("0.7")


async def test_where_words_alone_are_answered_no_picture_costs_anything() -> None:
    only_words = replace(LOW, text_only=True)
    likely = LikelyCosts(KnownCosts(), lambda: [GPT_5_4_IMAGE_2], lambda _: only_words, lambda: 0.0)
    assert await likely.estimate(THREAD, RequestOptions(variations=3)) is None
