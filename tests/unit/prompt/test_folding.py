"""Folding is decided by what it costs: at any rhythm and length, next to resending everything."""

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
from bot.prompt.folding import FoldingTerms, compute_least_answers, count_turns_to_fold
from bot.prompt.folding_costs import compute_summary_tokens, estimate_cached_share, sum_turn_tokens
from tests.support.clock import Clock

PRICE = Price(Decimal(8), Decimal(2), Decimal(15), Decimal(30))
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
TERMS = FoldingTerms(PRICE, 260_000, 1_000, system_tokens=400, answer_count=0)
EQUAL = 1 + 1e-9
HOUR, DAY = 3_600.0, 86_400.0
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


def build_exchange(number: int, asked_at: float, question: int, answer: int) -> list[Turn]:
    ts = f"{asked_at:.6f}"
    return [
        Turn(Speaker.PERSON, ts, "q", "U1", (), question, 2 * number),
        Turn(Speaker.EASEL, ts, "a", "", (), answer, 2 * number + 1),
    ]


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


def build_history(exchanges: int, pause: float = HOUR, tokens: int = 300) -> ThreadHistory:
    turns = [
        turn
        for number in range(exchanges)
        for turn in build_exchange(number, 1e9 + number * pause, tokens, tokens)
    ]
    return ThreadHistory(tuple(turns))


def count_after(history: ThreadHistory, answers: int, terms: FoldingTerms = TERMS) -> int:
    return count_turns_to_fold(history, replace(terms, answer_count=answers))


def test_everything_but_the_last_exchange_is_folded() -> None:
    assert count_after(build_history(8), 8) == 14
    # What people wrote to each other while the answer was being given stays as well.
    talk = [Turn(Speaker.PERSON, "2e9", "x", "U2", (), 10, 900 + n) for n in range(3)]
    history = build_history(8)
    assert count_after(replace(history, turns=(*history.turns, *talk)), 8) == 14
    assert count_after(ThreadHistory(), 0) == 0 and count_after(build_history(1), 1) == 0


def test_without_a_cheaper_cache_every_pause_counts_as_long() -> None:
    for price in (replace(PRICE, cached=PRICE.input), replace(PRICE, cached=Decimal(20))):
        terms = replace(TERMS, price=price)
        for pause in (5.0, HOUR):
            assert count_after(build_history(9, pause), 9, terms) == 0
            assert count_after(build_history(16, pause), 16, terms) == 30


def test_without_a_known_price_there_may_be_a_cheap_cache_or_none() -> None:
    free = Price(Decimal(0), Decimal(0), Decimal(0), Decimal(0))
    for price in (None, free):
        terms = replace(TERMS, price=price)
        # What a cache makes cheap is not folded, nor what is dear to read for a summary.
        assert count_after(build_history(9, pause=5.0), 9, terms) == 0
        assert count_after(build_history(8, pause=HOUR, tokens=100), 8, terms) == 0
        assert count_after(build_history(16, pause=HOUR), 16, terms) == 30


def test_the_cheaper_the_cache_the_rarer_a_fold() -> None:
    def find_first_fold(cached: str) -> int:
        terms = replace(TERMS, price=replace(PRICE, cached=Decimal(cached)))
        return next(n for n in range(1, 200) if count_after(build_history(n, 30.0), n, terms))

    firsts = [find_first_fold(cached) for cached in ("4", "2", "0.8", "0.2")]
    assert firsts == sorted(firsts) and firsts[0] < firsts[-1]


def test_what_will_not_fit_is_folded_whatever_it_costs() -> None:
    brisk = build_history(8, pause=5.0)
    assert count_after(brisk, 8) == 0
    assert count_after(brisk, 8, replace(TERMS, context_tokens=8_000)) == 14
    assert count_after(brisk, 8, replace(TERMS, max_turns=17)) == 14
    assert count_after(brisk, 8, replace(TERMS, max_turns=18)) == 0
    # The request for the summary has to fit as well; one turn at least is tried.
    assert count_after(brisk, 8, replace(TERMS, context_tokens=2_460)) == 4
    assert (
        count_after(build_history(8, tokens=50_000), 8, replace(TERMS, context_tokens=9_000)) == 1
    )
    # Estimates that proved too low by half are corrected.
    corrected = replace(brisk, estimated_tokens=100_000, reported_tokens=200_000)
    assert count_after(corrected, 8, replace(TERMS, context_tokens=12_000)) == 14
    assert count_after(brisk, 8, replace(TERMS, context_tokens=12_000)) == 0


@pytest.mark.parametrize("room", [-500, 0, 300, 768, 2_000, 4_096, 8_192, 20_000])
@pytest.mark.parametrize("tokens", [20, 500, 5_000, 40_000])
@pytest.mark.parametrize("max_turns", [4, 20, 1_000])
def test_no_window_is_so_small_that_there_is_a_fold_before_eight_answers(
    room: int, tokens: int, max_turns: int
) -> None:
    terms = replace(TERMS, price=None, context_tokens=room, max_turns=max_turns)
    for answers in range(1, 8):
        assert count_after(build_history(answers, tokens=tokens), answers, terms) == 0
        later = replace(build_history(answers + 1, tokens=tokens), summary="so far")
        assert count_after(later, answers + 9, terms) == 0
    # A request for a summary that cannot fit is not made at all.
    assert room > 300 or count_after(build_history(30, tokens=tokens), 30, terms) == 0


def test_a_long_thread_that_easel_joins_late_is_folded_after_eight_answers() -> None:
    talk = [Turn(Speaker.PERSON, f"{n}.0", "x", "U2", (), 80, n + 1) for n in range(900)]
    history = replace(build_history(2), turns=(*talk, *build_history(2).turns))
    assert count_after(history, 2) == 0
    history = replace(history, turns=(*talk, *build_history(8).turns))
    assert count_after(history, 8) == 914
    # A store may hold turns of unknown form: no ts, or no answer at all.
    assert count_after(ThreadHistory(tuple(talk)), 0) == 0
    odd = [replace(turn, ts="soon") for turn in build_history(20).turns]
    assert count_after(ThreadHistory(tuple(odd)), 20) in (0, 38)


def test_the_cache_lasts_five_to_ten_minutes() -> None:
    shares = [estimate_cached_share(pause) for pause in (None, 0, 300, 450, 600, DAY)]
    assert shares == [0, 1, 1, 0.5, 0, 0]


def test_a_summary_grows_with_what_it_replaces_up_to_two_hundred_words() -> None:
    sizes = [compute_summary_tokens(0, tokens) for tokens in (0, 400, 800, 5_000, 100_000)]
    assert sizes == [100, 100, 200, 270, 270]
    assert compute_summary_tokens(200, 200) == 250


def test_where_summaries_fail_they_are_asked_for_ever_more_rarely() -> None:
    waits = [compute_least_answers(failures) for failures in range(9)]
    assert waits == [8, 8, 16, 32, 64, 128, 256, 512, 512]
    assert compute_least_answers(10_000) == 512
