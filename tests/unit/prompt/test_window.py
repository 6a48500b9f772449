"""Which turns of a thread are sent word for word."""

from __future__ import annotations

from bot.domain.conversation import Speaker, Turn
from bot.prompt.window import fit_window


def build_turn(number: int, tokens: int = 100) -> Turn:
    return Turn(Speaker.PERSON, f"{number}.0", "x", "U1", (), tokens, number)


def test_the_newest_that_fit_are_kept() -> None:
    window = fit_window([build_turn(n) for n in range(10)], 320)
    assert [turn.id for turn in window.turns] == [7, 8, 9]
    assert (window.omitted_count, window.omitted_tokens) == (7, 700)
    assert fit_window([], 0).turns == () and fit_window([build_turn(1)], 10).omitted_count == 1
