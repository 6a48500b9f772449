"""Short questions about a log that comes with them: what failed, in five languages."""

from __future__ import annotations

import pytest

from bot.request.logs.plain_words import PLAIN_RECIPE


@pytest.mark.parametrize(
    "text",
    [
        "what failed?",
        "what failed in this run?",
        "What went wrong with the nightly release build?",
        "which step failed?",
        "which tests are failing here?",
        "which requests failed",
        "Why did the e2e test fail?",
        "why did 3 tests fail",
        "what's the root cause?",
        "welcher Test ist fehlgeschlagen?",
        "Welche Tests sind hier rot?",
        "Was ist in diesem Lauf schiefgegangen?",
        "quel test a échoué ?",
        "quelles étapes ont échoué ?",
        "¿qué pruebas fallaron?",
        "どのテストが失敗しましたか？",
    ],
)
def test_these_ask_what_failed(text: str) -> None:
    assert PLAIN_RECIPE.is_requested_by(text)


@pytest.mark.parametrize(
    "text",
    [
        "what is new in this version?",
        "what happened in 1969?",
        "which tests are there?",
        "welcher Test dauert am längsten?",
        "quel test est le plus lent ?",
        "",
    ],
)
def test_these_do_not(text: str) -> None:
    assert not PLAIN_RECIPE.is_requested_by(text)
