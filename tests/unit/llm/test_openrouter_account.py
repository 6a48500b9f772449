"""What OpenRouter is asked about the key, the catalogue and the account."""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest

from bot.domain.errors import OperatorError
from bot.llm.openrouter import OpenRouterAccount
from bot.playground.model import PlayedModel, wire
from bot.playground.model.wire import ENTRY


async def test_the_key_and_the_catalogue_can_be_asked_for(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    account = OpenRouterAccount(http, base_url=played.base_url, api_key=played.api_key)
    info = await account.fetch_key_info()
    assert (info.summary, info.limit, info.left) == ("accepted, no limit", None, None)
    assert await account.fetch_catalog_entry(ENTRY["id"]) == ENTRY
    assert await account.fetch_catalog_entry("other") is None
    with pytest.raises(OperatorError):
        await OpenRouterAccount(http, base_url=played.base_url, api_key="wrong").fetch_key_info()


@pytest.mark.parametrize(
    ("limit", "remaining", "told"),
    [
        (100, 74.5, (Decimal(100), Decimal("74.5"))),
        (10, -0.5, (Decimal(10), Decimal(0))),  # more was spent than the key may
        (0, 0, (Decimal(0), Decimal(0))),
        (None, None, (None, None)),
        ("odd", {}, (None, None)),
    ],
)
async def test_what_the_key_may_spend_is_read(
    http: httpx.AsyncClient,
    played: PlayedModel,
    monkeypatch: pytest.MonkeyPatch,
    limit: object,
    remaining: object,
    told: tuple[Decimal | None, Decimal | None],
) -> None:
    monkeypatch.setitem(wire.KEY, "limit", limit)
    monkeypatch.setitem(wire.KEY, "limit_remaining", remaining)
    account = OpenRouterAccount(http, base_url=played.base_url, api_key=played.api_key)
    info = await account.fetch_key_info()
    assert (info.limit, info.left) == told


@pytest.mark.parametrize(
    ("model", "listed", "is_left"),
    [
        ("x/y", "x/y", True),
        ("x/y:free", "x/y", False),
        ("x/y:free", "x/y:free", True),
        ("x/y:nitro", "x/y", True),
        ("x/y:free@preset/p", "x/y:free", True),
    ],
)
async def test_the_account_is_asked_for_the_model_that_is_meant(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, model: str, listed: str, is_left: bool
) -> None:
    account = OpenRouterAccount(http, base_url="http://127.0.0.1:9", api_key="k")

    async def fetch(path: str) -> object:
        assert path == "/models/user"
        return [{"id": listed}]

    monkeypatch.setattr(account, "_fetch_data", fetch)
    assert await account.is_left_by_account(model) is is_left
