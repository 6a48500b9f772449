"""The price history: one row for each change, with its time."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine

from bot.domain.costs import Price
from bot.llm.catalog import ModelCatalog, PriceNotes
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.openrouter import OpenRouterAccount
from bot.playground.model import wire
from storage.engine.database import Database
from storage.engine.sqlite import open_database
from storage.prices.store import SqlPriceStore
from tests.storage.test_upgrade import create_first_schema
from tests.support.clock import Clock

MODEL = GPT_5_4_IMAGE_2.model
PRICE = Price(Decimal(8), Decimal(2), Decimal(15), Decimal(30), as_of="2026-11-01")


async def test_a_change_is_recorded_once_and_not_with_every_look(
    database: Database, clock: Clock
) -> None:
    store = SqlPriceStore(database, clock=clock)
    dearer = replace(PRICE, input=Decimal(9))
    steps = [None, PRICE, replace(PRICE, as_of="2026-11-02"), dearer, dearer, None, None, PRICE]
    for price in steps:
        await store.record_price("openrouter", MODEL, price)
    await store.record_price("openai", MODEL, PRICE)
    changes = await store.list_changes()
    of_one = [change.price for change in changes if change.provider == "openrouter"]
    assert of_one == [PRICE, dearer, None, PRICE] and len(changes) == 5
    assert await store.list_models("openrouter") == [MODEL]


@pytest.mark.parametrize(
    "text",
    ["", "{", "7", "[]", "null", '{"input": "x"}', '{"input": "NaN", "cached": "1"}', "[[1]]"],
)
def test_what_is_no_price_is_none(text: str) -> None:
    assert Price.deserialize(text) is None
    assert Price.deserialize(PRICE.serialize()) == PRICE


async def test_the_catalogue_tells_of_models_in_use_and_of_those_that_were(
    database: Database, clock: Clock, tmp_path: Path
) -> None:
    store = SqlPriceStore(database, clock=clock)
    for model in ("former/model", "gone/model"):
        await store.record_price("openrouter", model, PRICE)
    former = {**wire.ENTRY, "id": "former/model", "canonical_slug": "", "pricing":
              {"prompt": "0.000001", "completion": "0.000002"}}  # fmt: skip
    unpriced = {**wire.ENTRY, "pricing": {}}
    lists: list[list[dict[str, object]]] = [[wire.ENTRY, former], [], [unpriced, former]]

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.dumps({"data": lists.pop(0)}).encode()
        return httpx.Response(200, stream=httpx.ByteStream(body))

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        account = OpenRouterAccount(http, base_url="http://far.test/api/v1", api_key="k")
        notes = PriceNotes(store, "openrouter")
        catalog = ModelCatalog(account, [GPT_5_4_IMAGE_2], tmp_path, notes)
        while lists:
            await catalog.refresh()
    changes = (await store.list_changes())[2:]
    told = {change.model: change.price for change in changes}
    assert len(changes) == 3, "neither an empty list nor an entry without prices takes one away"
    assert told["gone/model"] is None
    assert told["former/model"] is not None and told["former/model"].input == 1
    assert told[MODEL] == catalog.get_model_info(MODEL).price


async def test_the_history_begins_with_what_the_ledger_was_booked_with(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    create_first_schema(path, revision="0011")
    days = [(5.0, "8", "2026-01-02"), (1.0, "8", "2026-01-01"), (9.0, "7", "2026-01-03")]
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for at, amount, day in days:
            price = replace(PRICE, input=Decimal(amount), as_of=day).serialize()
            connection.exec_driver_sql(
                "INSERT INTO attempts (model, provider, generation_id, asked_at, price)"
                " VALUES ('m', 'openrouter', '', ?, ?)", (at, price),
            )  # fmt: skip
        connection.exec_driver_sql(
            "INSERT INTO attempts (model, generation_id, price) VALUES ('m', '', '[1]')"
        )
    engine.dispose()
    async with open_database(path) as database:
        changes = await SqlPriceStore(database).list_changes()
    told = [(one.at, one.price and str(one.price.input)) for one in changes]
    assert told == [(1.0, "8"), (9.0, "7")]
