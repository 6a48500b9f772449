"""What operators read, for every kind of trouble and in every language."""

from __future__ import annotations

import pytest

from bot.alerts.messages import format_begun, format_ended
from bot.domain.messages import render
from bot.domain.stores.alerts import Alert, AlertKind

SINCE, ENDED = 1_795_900_000.0, 1_795_903_600.0
BUDGET = {"budget": "channel/day", "limit": "2", "spent": "1.98", "day": "2026-11-29"}
DETAILS: list[tuple[AlertKind, dict[str, str]]] = [
    (AlertKind.KEY_REJECTED, {"provider": "openrouter"}),
    (AlertKind.NO_CREDIT, {"provider": "openrouter"}),
    (AlertKind.CREDIT_LOW, {"provider": "openrouter", "limit": "1000", "left": "74.5"}),
    (AlertKind.BUDGET_USED, BUDGET | {"channel": ""}),
    (AlertKind.BUDGET_USED, BUDGET | {"channel": "C0GENERAL"}),
    (AlertKind.DISK_LOW, {"folder": "/var/lib/easel", "free_mb": "512"}),
    (AlertKind.SCOPES_MISSING, {"scopes": "files:read, files:write"}),
    (AlertKind.MODEL_ENDS, {"model": "openai/gpt-5.4", "day": "2027-01-31"}),
    (AlertKind.MODEL_MISSING, {"model": "openai/gpt-5.4"}),
]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ja"])
@pytest.mark.parametrize(("kind", "details"), DETAILS)
def test_every_trouble_has_its_sentences(
    kind: AlertKind, details: dict[str, str], language: str
) -> None:
    begun = render(format_begun(Alert(kind, "x", SINCE, details)), language)
    ended = render(format_ended(Alert(kind, "x", SINCE, details, ENDED)), language)
    assert "{" not in begun + ended and " UTC" in begun and " UTC" in ended
    assert any(word in begun for word in ("easel ", "EASEL_"))


def test_every_kind_is_tried() -> None:
    assert {kind for kind, _ in DETAILS} == set(AlertKind)


def test_amounts_and_times_are_told_as_they_are() -> None:
    alert = Alert(DETAILS[4][0], "channel/day C0GENERAL", SINCE, DETAILS[4][1])
    told = str(format_begun(alert))
    assert "in the channel C0GENERAL: $1.98 of $2 is spent" in told
    assert "on 2026-11-29 at 00:00 UTC" in told
    low = str(format_begun(Alert(DETAILS[2][0], "openrouter", SINCE, DETAILS[2][1])))
    assert "Of the $1,000" in low and "$74.5" in low
