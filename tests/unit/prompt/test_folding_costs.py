"""Folding pays: at any rhythm and length, next to resending everything."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.costs import Price
from bot.playground.model.talk import PlayedAnswer
from bot.playground.model.usage import TokenMeter
from bot.prompt.folding import FoldingTerms, count_turns_to_fold
from bot.prompt.folding_costs import compute_summary_tokens, sum_turn_tokens
from tests.support.clock import Clock
from tests.support.folding import DAY, HOUR, PRICE, TERMS, build_exchange

# What a provider really charges, and whether Easel knows it.
PRICES = {
    "a cache at a quarter": (PRICE, True),
    "a cache at a tenth, dear output": (
        replace(PRICE, cached=Decimal("0.8"), output=Decimal(64)),
        True,
    ),
    "no cache": (replace(PRICE, cached=PRICE.input), True),
    "unknown, a cache at a quarter": (PRICE, False),
    "unknown, a cache at a tenth": (
        replace(PRICE, cached=Decimal("0.8"), output=Decimal(64)),
        False,
    ),
    "unknown, no cache": (replace(PRICE, cached=PRICE.input), False),
}
EQUAL = 1 + 1e-9
BRISK = {"5 s": [5.0], "30 s": [30.0], "2 min": [120.0], "5 min": [300.0]}
SLOW = {"11 min": [660.0], "1 h": [HOUR], "1 day": [DAY]}
MIXED = {
    "every third long": [25.0, 80.0, 900.0, 40.0, 150.0, 1_500.0],
    "a few a day": [20.0, 40.0, 60.0, 15.0, DAY],
    "one brisk, one slow": [10.0, HOUR],
    "brisk, then a night": [*[30.0] * 11, DAY / 2],
    "a brisk day, then slow": [*[10.0] * 14, *[HOUR] * 186],
    "slow, then brisk": [*[HOUR] * 9, *[10.0] * 191],
}
RHYTHMS = BRISK | SLOW | MIXED
WORKING = ([30, 20, 70, 1_000, 35, 25, 130, 45], [225, 150, 375, 550, 275])
SHORT = ([18, 24, 14, 32], [40, 22, 60, 30])
LONG = ([50, 80], [900, 1_400])
PASTED = ([40, 25, 60, 20_000, 35, 20, 90], [300, 200, 500])
SIZES = {"working": WORKING, "short": SHORT, "long": LONG, "pasted": PASTED}


@dataclass
class PlayedThread:
    """Plays a thread with the provider's meter, and counts millionths of a dollar."""

    pauses: Sequence[float]
    sizes: tuple[Sequence[int], Sequence[int]]
    folds: bool = True
    terms: FoldingTerms = TERMS
    charged: Price = PRICE

    def play(self, questions: int) -> list[float]:
        self.clock, self.history, self.summaries = Clock(), ThreadHistory(), 0
        self.meter, self.cost, costs = TokenMeter(self.clock), 0.0, list[float]()
        for number in range(questions):
            asked, answered = (sizes[number % len(sizes)] for sizes in self.sizes)
            exchange = build_exchange(number, self.clock.now, asked, answered)
            self._request([*self.history.turns, exchange[0]], answered)
            self.history = replace(self.history, turns=(*self.history.turns, *exchange))
            if self.folds:
                self._fold(number + 1)
            costs.append(self.cost)
            self.clock.now += self.pauses[number % len(self.pauses)]
        return costs

    def _fold(self, answer_count: int) -> None:
        terms = replace(self.terms, answer_count=answer_count)
        count = count_turns_to_fold(self.history, terms)
        if not count:
            return
        turns = self.history.turns
        tokens = compute_summary_tokens(self.history.summary_tokens, sum_turn_tokens(turns[:count]))
        instruction = Turn(Speaker.PERSON, "0", "", "", (), 110, -answer_count)
        self._request([*turns[:count], instruction], tokens)
        self.summaries += 1
        assert self.summaries <= answer_count / 8
        folded = self.history.summarized_tokens + sum_turn_tokens(turns[:count])
        self.history = ThreadHistory(turns[count:], "so far", tokens, True, folded)

    def _request(self, turns: Sequence[Turn], output_tokens: int) -> None:
        pieces = [("system", 400), (f"summary {self.summaries}", self.history.summary_tokens)]
        pieces += [(f"turn {turn.id}", sum_turn_tokens([turn])) for turn in turns]
        answer = PlayedAnswer("four" * output_tokens)
        usage = self.meter.compute_usage(answer, pieces, "session")
        cached_tokens = usage["prompt_tokens_details"]["cached_tokens"]
        self.cost += float(
            (usage["prompt_tokens"] - cached_tokens) * self.charged.input
            + cached_tokens * self.charged.cached
            + usage["completion_tokens"] * self.charged.output
        )


def compute_shares(
    pauses: Sequence[float],
    sizes: tuple[Sequence[int], Sequence[int]],
    questions: int,
    charged: Price = PRICE,
    is_known: bool = True,
) -> list[float]:
    """Compute what a thread costs up to each question, as a share of resending everything."""
    terms = replace(TERMS, price=charged if is_known else None)
    costs = PlayedThread(pauses, sizes, terms=terms, charged=charged).play(questions)
    full = PlayedThread(pauses, sizes, folds=False, charged=charged).play(questions)
    return [cost / full_cost for cost, full_cost in zip(costs, full, strict=True)]


def find_dearer_run(shares: Sequence[float]) -> tuple[int, float]:
    """Return how many questions in a row are dearer, from the first one on, and the highest share
    after them: a thread of one of these lengths has paid for its first fold in vain."""
    rest = list(itertools.dropwhile(lambda share: share <= EQUAL, shares))
    later = list(itertools.dropwhile(lambda share: share > EQUAL, rest))
    return len(rest) - len(later), max(later, default=0.0)


@pytest.mark.parametrize("sizes", ["working", "long"])
@pytest.mark.parametrize("rhythm", BRISK)
def test_a_brisk_thread_of_fifty_questions_costs_at_most_half(rhythm: str, sizes: str) -> None:
    shares = compute_shares(BRISK[rhythm], SIZES[sizes], 50)
    assert shares[-1] <= 0.5


@pytest.mark.parametrize("sizes", ["working", "long"])
@pytest.mark.parametrize("rhythm", SLOW)
def test_a_slow_thread_of_fifty_questions_costs_less_than_a_third(rhythm: str, sizes: str) -> None:
    shares = compute_shares(SLOW[rhythm], SIZES[sizes], 50)
    assert shares[-1] <= 0.3


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("rhythm", RHYTHMS)
@pytest.mark.parametrize("price", PRICES)
def test_once_its_first_fold_has_paid_no_thread_is_dearer_wherever_it_ends(
    price: str, rhythm: str, sizes: str
) -> None:
    shares = compute_shares(RHYTHMS[rhythm], SIZES[sizes], 80, *PRICES[price])
    dearer, later = find_dearer_run(shares)
    assert later <= EQUAL and shares[9] <= 1.02 and shares[49] <= 1.03
    # What a thread that ends before has paid in vain: little, and of few lengths.
    assert max(shares) <= 1.18 and dearer <= 10


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("price", PRICES)
def test_where_it_is_luck_what_the_cache_still_serves_a_thread_becomes_cheaper_all_the_same(
    price: str, sizes: str
) -> None:
    shares = compute_shares([420.0], SIZES[sizes], 80, *PRICES[price])
    assert max(shares) <= 1.18 and shares[49] <= 1 and shares[79] <= 1


@given(seed=st.integers(0, 10_000))
def test_whatever_the_rhythm_the_sizes_and_the_prices_folding_is_no_bad_bargain(seed: int) -> None:
    rng = random.Random(seed)
    pauses = [10 ** rng.choice([rng.uniform(0.5, 2.4), rng.uniform(2.8, 5)]) for _ in range(9)]
    pauses = pauses[: rng.randint(1, 9)]
    if rng.random() < 0.5:  # the rhythm changes once, for ever
        pauses = [rng.choice(pauses)] * rng.randint(5, 30) + [rng.choice(pauses)] * 70
    sizes = tuple(
        [int(10 ** rng.uniform(1, 3.4)) for _ in range(rng.randint(1, 6))] for _ in range(2)
    )
    charged, is_known = rng.choice(list(PRICES.values()))
    shares = compute_shares(pauses, (sizes[0], sizes[1]), 70, charged, is_known)
    dearer, later = find_dearer_run(shares)
    assert later <= 1.03
    assert max(shares) <= 1.25 and dearer <= 12
