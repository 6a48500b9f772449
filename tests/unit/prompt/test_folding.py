"""What of a thread is folded, and when."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.costs import Price
from bot.prompt.folding import FoldingTerms, compute_least_answers, count_turns_to_fold
from bot.prompt.folding_costs import compute_summary_tokens, estimate_cached_share
from tests.support.folding import DAY, HOUR, PRICE, TERMS, build_exchange


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
