"""What requests show of keys, credit and models."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.alerts.providers import KeyLimit, ProviderOutcomes
from bot.domain.stores.alerts import AlertKind
from bot.llm.error_translation import translate_error, translate_response
from bot.llm.errors import find_alert_kind
from bot.playground.model.wire import build_error

MODELS = (("openrouter", "one"), ("openrouter", "two"), ("openai", "three"))


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def list_known(outcomes: ProviderOutcomes) -> list[tuple[str, str]]:
    return [(str(r.kind), r.subject) for r in outcomes.read() if r.is_known]


def test_nothing_is_known_before_the_first_answer() -> None:
    outcomes = ProviderOutcomes(MODELS, Clock())
    assert list_known(outcomes) == []
    unknown = {(reading.kind, reading.subject) for reading in outcomes.read()}
    assert (AlertKind.KEY_REJECTED, "openai") in unknown
    assert (AlertKind.MODEL_MISSING, "two") in unknown


def test_a_key_is_rejected_until_the_same_model_answers() -> None:
    outcomes = ProviderOutcomes(MODELS, Clock())
    outcomes.note("openrouter", "one", AlertKind.KEY_REJECTED)
    assert outcomes.changed.is_set() and outcomes.is_failing("openrouter")
    outcomes.note("openrouter", "two", None)
    assert list_known(outcomes) == [("key_rejected", "openrouter")]
    outcomes.changed.clear()
    outcomes.note("openrouter", "one", AlertKind.KEY_REJECTED)
    assert not outcomes.changed.is_set(), "nothing new"
    outcomes.note("openrouter", "one", None)
    assert outcomes.changed.is_set() and list_known(outcomes) == []
    assert all(reading.subject != "openrouter" for reading in outcomes.read()
               if reading.kind is AlertKind.KEY_REJECTED)  # fmt: skip


def test_of_what_a_refused_key_hides_nothing_is_over() -> None:
    outcomes = ProviderOutcomes(MODELS, clock := Clock())
    outcomes.note("openrouter", "one", AlertKind.MODEL_MISSING)
    outcomes.note("openrouter", "two", AlertKind.NO_CREDIT)
    for model in ("one", "two"):
        outcomes.note("openrouter", model, AlertKind.KEY_REJECTED)
    clock.now += 601
    assert list_known(outcomes) == [("key_rejected", "openrouter")]
    unknown = {(r.kind, r.subject) for r in outcomes.read() if not r.is_known}
    assert (AlertKind.MODEL_MISSING, "one") in unknown
    assert (AlertKind.NO_CREDIT, "openrouter") in unknown
    outcomes.note("openrouter", "one", None)
    outcomes.note("openrouter", "two", None)
    assert (AlertKind.MODEL_MISSING, "one") not in {(r.kind, r.subject) for r in outcomes.read()}


def test_credit_is_back_only_when_no_refusal_came_for_a_while() -> None:
    outcomes = ProviderOutcomes(MODELS, clock := Clock())
    outcomes.note("openrouter", "one", AlertKind.NO_CREDIT)
    outcomes.note("openrouter", "one", None)  # asked again for fewer tokens
    assert list_known(outcomes) == [("no_credit", "openrouter")]
    clock.now += 601
    assert list_known(outcomes) == []


@pytest.mark.parametrize(
    ("left", "state"),
    [("100", None), ("15", None), ("14.9", False), ("10.1", False), ("10", True), ("0", True)],
)
def test_little_credit_is_told_with_room_between_little_and_enough(
    left: str, state: bool | None
) -> None:
    outcomes = ProviderOutcomes(MODELS, Clock())
    outcomes.note_limit("openrouter", KeyLimit(Decimal(100), Decimal(left)))
    found = [
        reading.is_known
        for reading in outcomes.read()
        if (reading.kind, reading.subject) == (AlertKind.CREDIT_LOW, "openrouter")
    ]
    assert found == ([] if state is None else [state])


def test_a_key_without_a_limit_has_no_little_credit() -> None:
    outcomes = ProviderOutcomes(MODELS, Clock())
    outcomes.note_limit("openrouter", KeyLimit())
    assert not [r for r in outcomes.read() if (r.kind, r.subject) == ("credit_low", "openrouter")]


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (401, "No auth credentials found", AlertKind.KEY_REJECTED),
        (402, "Insufficient credits", AlertKind.NO_CREDIT),
        (404, "No endpoints found for openai/gone", AlertKind.MODEL_MISSING),
        (404, "No endpoints found matching your data policy", AlertKind.MODEL_MISSING),
        (400, "The prompt is odd", None),
        (429, "slow down", None),
        (503, "overloaded", None),
    ],
)
def test_only_what_operators_can_mend_is_theirs(
    status: int, text: str, kind: AlertKind | None
) -> None:
    body = build_error(status, text)
    assert find_alert_kind(translate_response(status, body)) is kind
    assert find_alert_kind(translate_error(body["error"])) is kind
