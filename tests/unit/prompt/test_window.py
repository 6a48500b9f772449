"""Which turns of a thread are sent word for word, and how many are folded into its summary."""

from __future__ import annotations

from bot.domain.conversation import Speaker, Turn
from bot.prompt.window import (
    MIN_KEPT_TURNS,
    SUMMARIZE_DOWN_TO_TOKENS,
    count_turns_to_summarize,
    fit_window,
)


def build_turn(number: int, tokens: int = 100) -> Turn:
    return Turn(Speaker.PERSON, f"{number}.0", "x", "U1", (), tokens, number)


def test_the_newest_that_fit_are_kept() -> None:
    window = fit_window([build_turn(n) for n in range(10)], 320)
    assert [turn.id for turn in window.turns] == [7, 8, 9]
    assert (window.omitted_count, window.omitted_tokens) == (7, 700)
    assert fit_window([], 0).turns == () and fit_window([build_turn(1)], 10).omitted_count == 1


def test_folding_leaves_the_last_exchange_and_stops_when_enough_is_gone() -> None:
    turns = [build_turn(n, 300) for n in range(10)]
    assert count_turns_to_summarize(turns) == 10 - MIN_KEPT_TURNS
    small = [build_turn(n, 40) for n in range(30)]
    left = sum(turn.tokens + 4 for turn in small[count_turns_to_summarize(small) :])
    assert left <= SUMMARIZE_DOWN_TO_TOKENS < left + 44
    assert count_turns_to_summarize([build_turn(1, 50_000), build_turn(2, 50_000)]) == 0
    assert count_turns_to_summarize([build_turn(n, 9_000) for n in range(5)]) == 1, (
        "as much as is read at once"
    )
    assert count_turns_to_summarize(turns[:3]) == 0
