"""What people are told about budgets: true, with figures, and with what helps."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.billing.budget_messages import (
    TEXT_ONLY_ADVICE,
    format_length_note,
    format_quality_note,
    format_refusal,
    format_warning,
    format_words_only_note,
    round_amount,
)
from bot.domain.budgets import AnswerLimit, Limit, Period, Scope, Spent

NOON = datetime(2026, 12, 31, 12, tzinfo=UTC)
DAILY_LIMIT = Limit(Scope.USER, Period.DAY, Decimal(2))


def test_a_refusal_names_what_is_spent_set_aside_and_left_and_when_it_frees_up() -> None:
    spent = Spent(Decimal("1.5"), Decimal("0.45"))
    text = format_refusal(DAILY_LIMIT, spent, Decimal("0.06"), NOON, TEXT_ONLY_ADVICE)
    assert text == (
        "Your budget for today ($2.00) has too little left for this question, which might cost"
        " $0.06 even if I keep it short. $1.50 is spent, $0.45 is set aside for answers that are"
        " being written, and $0.05 is left. It would fit with `--text-only`. It frees up on"
        " 1 January at 00:00 UTC; the person who runs me can raise it."
    )


@pytest.mark.parametrize(
    ("settled", "cost", "is_used_up"),
    [("2", "0.01", True), ("1.998", "0.01", True), ("1.99", "0.02", False), ("0", "3", False)],
)
def test_a_budget_is_called_used_up_only_if_it_is(
    settled: str, cost: str, is_used_up: bool
) -> None:
    text = format_refusal(DAILY_LIMIT, Spent(Decimal(settled)), Decimal(cost), NOON)
    assert ("used up" in text) is is_used_up
    assert "frees up on 1 January at 00:00 UTC" in text


def test_who_waits_in_vain_for_a_budget_that_is_too_small_is_told_so() -> None:
    limit = Limit(Scope.CHANNEL, Period.MONTH, Decimal("0.01"))
    text = format_refusal(limit, Spent(), Decimal("0.0312"), NOON)
    assert text.startswith("This channel's budget for this month ($0.01) is smaller than")
    assert "$0.0312" in text and "It stays too small" in text and "used up" not in text


def test_a_warning_says_how_much_is_used() -> None:
    warn_at = Decimal("0.8")
    text = format_warning(DAILY_LIMIT, Decimal("1.7"), warn_at, NOON)
    assert "($2.00) is 80% used: $1.70 is spent" in text
    # A question that costs much may not fit any more long before.
    text = format_warning(DAILY_LIMIT, Decimal("1.2"), warn_at, NOON)
    assert "may not pay for another question like this one: $1.20 is spent" in text
    assert "80%" not in text
    # However little is used then.
    limit = Limit(Scope.USER, Period.DAY, Decimal("0.0401"))
    text = format_warning(limit, Decimal("0.008"), warn_at, NOON)
    assert "used up" not in text and "($0.0401) may not pay for another question" in text


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("0", "0.00"), ("0.000001", "0.000001"), ("0.0000001", "0.000001"), ("0.00042", "0.000420"),
     ("0.001", "0.0010"), ("0.0301", "0.0301"), ("0.03001", "0.0301"), ("0.3", "0.30"),
     ("1.005", "1.01"), ("1234.5", "1234.50")],
)  # fmt: skip
def test_small_amounts_are_shown_with_enough_digits(amount: str, shown: str) -> None:
    assert f"{round_amount(Decimal(amount))}" == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("0.000001", "0.000001"), ("0.00012", "0.00012"), ("1.005", "1.005"), ("2", "2.00"),
     ("1234.5", "1,234.50"), ("0.3000", "0.30")],
)  # fmt: skip
def test_a_limit_is_shown_as_it_was_set(amount: str, shown: str) -> None:
    limit = Limit(Scope.USER, Period.DAY, Decimal(amount))
    text = format_refusal(limit, Spent(Decimal(amount) / 2), Decimal(amount), NOON)
    assert f"(${shown})" in text


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("period", Period)
def test_every_budget_has_every_sentence(scope: Scope, period: Period) -> None:
    limit = Limit(scope, period, Decimal(2))
    notes = [
        format_length_note(limit),
        format_quality_note(limit, "low"),
        format_words_only_note(limit),
    ]
    words = {"user": "your budget", "channel": "this channel's budget"}
    name = words.get(scope, "the workspace's budget")
    for note in notes:
        assert name in note and "$2.00" in note and "BUDGET" not in note
    for sentence in (
        format_refusal(limit, Spent(Decimal(2)), Decimal(1), NOON),
        format_refusal(limit, Spent(Decimal(1)), Decimal("1.5"), NOON),
        format_refusal(limit, Spent(), Decimal(3), NOON),
        format_warning(limit, Decimal(1), Decimal("0.5"), NOON),
        format_warning(limit, Decimal(1), Decimal("0.9"), NOON),
    ):
        assert name[1:] in sentence and "Budget " not in sentence.replace("_Budget", "Budget ")


def test_what_a_single_answers_limit_lowers_names_that_limit() -> None:
    limit = AnswerLimit(Decimal("0.05"))
    notes = format_length_note(limit), format_quality_note(limit, "low")
    assert all("a single answer may cost at most $0.05 here" in note for note in notes)
    assert "words only" in format_words_only_note(limit)
