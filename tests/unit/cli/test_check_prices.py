"""`easel check` on prices that are built in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.cli.check import prices
from bot.cli.check.prices import MAX_PRICE_AGE_DAYS, check_prices
from bot.config import read_settings
from bot.llm.offers.openai_models import PRICES_READ_ON

READ_ON = date.fromisoformat(PRICES_READ_ON)


async def list_warnings(monkeypatch: pytest.MonkeyPatch, age: int, **settings: str) -> list[str]:
    """Return what is told when the table is `age` days old."""
    today = (READ_ON + timedelta(days=age)).isoformat()
    monkeypatch.setattr(prices, "get_today", lambda: today)
    return [str(one) async for one in check_prices(read_settings(settings, env_file=None))]


@pytest.mark.parametrize("api", ["responses", "chat"])
async def test_a_table_that_has_become_old_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, api: str
) -> None:
    openai = {"EASEL_PROVIDER": "openai", "EASEL_OPENAI_API": api}
    for age in (-3, 0, MAX_PRICE_AGE_DAYS):
        assert await list_warnings(monkeypatch, age, **openai) == []
    (warning,) = await list_warnings(monkeypatch, MAX_PRICE_AGE_DAYS + 1, **openai)
    assert warning.startswith(f"warn  price: that of gpt-5.4 at openai is of {PRICES_READ_ON}")
    assert f"{MAX_PRICE_AGE_DAYS + 1} days old" in warning
    fallback = {"EASEL_FALLBACKS": "openai:gpt-5.4-mini"}
    assert "gpt-5.4-mini" in (await list_warnings(monkeypatch, 400, **fallback))[0]


async def test_a_price_that_is_not_known_is_warned_of_and_one_that_was_set_never_gets_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = {"EASEL_PROVIDER": "compatible", "EASEL_MODEL": "qwen3"}
    (warning,) = await list_warnings(monkeypatch, 0, **own)
    assert "that of qwen3 at compatible is not known" in warning
    assert await list_warnings(monkeypatch, 900, **own, EASEL_COMPATIBLE_PRICE="1/0.1/2") == []
    (warning,) = await list_warnings(monkeypatch, 0, EASEL_FALLBACKS="openai:gpt-9")
    assert "gpt-9" in warning
    assert await list_warnings(monkeypatch, 900) == [], "a catalogue tells newer ones"


async def test_what_draws_has_a_price_of_its_own_day(monkeypatch: pytest.MonkeyPatch) -> None:
    openai = {"EASEL_PROVIDER": "openai", "EASEL_DRAWING_MODEL": "gpt-image-1-mini"}
    assert await list_warnings(monkeypatch, 0, **openai) == []
    model, drawing = await list_warnings(monkeypatch, 400, **openai)
    assert "that of gpt-5.4 at openai is of" in model
    assert "that of gpt-image-1-mini is of 2026-11-28" in drawing
