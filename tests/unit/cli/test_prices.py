"""`prices`: today's prices, what changed, a chart, and a month at today's prices."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from bot.cli.main import main
from bot.domain.costs import Price
from storage.engine.sqlite import open_database
from storage.prices.store import SqlPriceStore

FIRST = Price(Decimal(8), Decimal(2), Decimal(15), Decimal(30), as_of="2024-03-01")
SECOND = Price(Decimal(8), Decimal("0.125"), Decimal(30), Decimal(60), as_of="2024-04-09")


@pytest.fixture
def priced_folder(paid_folder: Path) -> Path:
    """The made installation with a price history; its requests have no price of their own."""

    async def add_prices() -> None:
        async with open_database(paid_folder / "easel.db") as database:
            for day, model, price in (
                (1, "a/draws", FIRST), (9, "a/draws", SECOND), (10, "gone", FIRST),
                (11, "gone", None),
            ):  # fmt: skip
                at = datetime(2024, 4, day, tzinfo=UTC).timestamp()
                store = SqlPriceStore(database, clock=lambda at=at: at)  # type: ignore[misc] # bound now
                await store.record_price("openrouter", model, price)
            query = "UPDATE attempts SET price = ? WHERE model = 'a/draws'"
            used = (FIRST.serialize(),)
            await database.write(lambda c: c.exec_driver_sql(query, used).close())

    asyncio.run(add_prices())
    return paid_folder


def test_prices_tell_what_changed_and_what_a_month_would_have_cost(
    priced_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prices", "--month", "2024-03"]) == 0
    shown = capsys.readouterr().out
    lines = [line.split() for line in shown.splitlines()]
    assert ["openrouter", "a/draws", "8.00", "0.125", "30.00", "60.00", "2024-04-09"] in lines
    assert "cached 2.00 to 0.125 (-93.8 %), output 15.00 to 30.00 (+100.0 %)" in shown
    assert shown.index("has no price any more") < shown.index("cached 2.00 to 0.125")
    assert "2024-03 and the same at today's prices; days begin in UTC" in shown
    assert "Without a price today, and so not compared:\n  openrouter  m" in shown
    assert "nothing is booked yet: they are in no sum" in shown


def test_as_json_nothing_is_rounded(
    priced_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prices", "--month", "2024-03", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    (compared,) = [one for one in values["compared"] if one["model"] == "a/draws"]
    assert compared["cost_usd"] == "1.200000001"
    assert Decimal(compared["at_todays_prices_usd"]) > Decimal("1.2")
    assert values["changes"][1]["price"]["cached"] == "0.125"
    assert values["changes"][-1]["price"] is None


def test_prices_are_drawn(priced_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = priced_folder / "prices.png"
    assert main(["prices", "--plot", str(path)]) == 0
    assert "Nothing was used in this month" in capsys.readouterr().out
    with Image.open(path) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24) or []}
    assert (0, 114, 178) in colours and (213, 94, 0) in colours


def test_without_prices_and_for_a_month_to_come_that_is_said(
    paid_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prices", "--plot", str(paid_folder / "none.png")]) == 0
    assert "No price is known yet" in capsys.readouterr().out
    assert main(["prices", "--month", "2999-01"]) == 2
    assert "is yet to come" in capsys.readouterr().err
