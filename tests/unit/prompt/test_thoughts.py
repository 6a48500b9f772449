"""Thoughts leave room for an answer, whatever the effort."""

from __future__ import annotations

import pytest

from bot.prompt.thoughts import ANSWER_TOKENS, MAX_MULTIPLE, compute_output_tokens
from bot.request.flags import EFFORTS

SHARES = {"none": 0, "minimal": 10, "low": 20, "medium": 50, "high": 80, "xhigh": 95, "max": 95}


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("usual", [16, 1_000, 8_192, 128_000])
def test_every_effort_leaves_room_for_an_answer(effort: str, usual: int) -> None:
    tokens = compute_output_tokens(usual, effort, 1_000_000)
    assert usual <= tokens <= MAX_MULTIPLE * usual
    left = tokens * (100 - SHARES[effort]) // 100
    assert left >= min(usual, ANSWER_TOKENS) or tokens == MAX_MULTIPLE * usual
    assert left >= min(usual // 5, ANSWER_TOKENS)


def test_the_usual_length_stays_as_it_is_up_to_a_medium_effort() -> None:
    for effort in (None, "none", "minimal", "low", "medium", "unheard-of"):
        assert compute_output_tokens(8_192, effort, 272_000) == 8_192
    assert compute_output_tokens(8_192, "high", 272_000) == 20_480
    assert compute_output_tokens(8_192, "xhigh", 272_000) == 32_768


def test_thoughts_do_not_take_the_context_away_from_the_question() -> None:
    assert compute_output_tokens(8_192, "xhigh", 32_000) == 16_000
    assert compute_output_tokens(8_192, "xhigh", 8_000) == 8_192
