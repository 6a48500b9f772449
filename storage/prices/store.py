"""Keep what models cost since when: one row for each change."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, bindparam, func, insert, select

from bot.billing.usage_report import PricedUsage, TimeSpan
from bot.domain.costs import Price, PriceChange
from storage.engine.database import Database
from storage.engine.named_locks import lock
from storage.ledger_rows import convert_to_dollars
from storage.prices.schema import prices
from storage.schema import attempts

_INSERT = insert(prices)
_SELECT_LAST = (
    select(prices.c.price)
    .where(prices.c.provider == bindparam("provider"), prices.c.model == bindparam("model"))
    .order_by(prices.c.id.desc())
    .limit(1)
)
_SELECT_ALL = select(prices).order_by(prices.c.at, prices.c.id)
_SELECT_MODELS = select(prices.c.model).where(prices.c.provider == bindparam("provider")).distinct()
_IS_BOOKED = attempts.c.cost_nano.is_not(None)
_SUM_BY_PRICE = (
    select(
        attempts.c.provider,
        attempts.c.model,
        attempts.c.price,
        func.count().label("requests"),
        *(
            func.coalesce(func.sum(column).filter(_IS_BOOKED), 0).label(column.name)
            for column in (
                attempts.c.prompt_tokens,
                attempts.c.cached_tokens,
                attempts.c.completion_tokens,
                attempts.c.image_tokens,
                attempts.c.cost_nano,
            )
        ),
        func.count().filter(attempts.c.cost_nano.is_(None)).label("unknown"),
    )
    .where(attempts.c.asked_at >= bindparam("since"), attempts.c.asked_at < bindparam("until"))
    .group_by(attempts.c.provider, attempts.c.model, attempts.c.price)
)


class SqlPriceStore:
    """Implements `bot.domain.stores.prices.PriceStore`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def record_price(self, provider: str, model: str, price: Price | None) -> None:
        key = {"provider": provider, "model": model}

        def is_new(connection: Connection) -> bool:
            last = connection.scalar(_SELECT_LAST, key)
            # A model that never had a price has lost none.
            return _drop_day(price) != _drop_day(Price.deserialize(last or ""))

        def record_change(connection: Connection) -> None:
            lock(connection, "price", provider, model)  # each replica hears of the change
            if is_new(connection):
                text = "" if price is None else price.serialize()
                connection.execute(_INSERT, {**key, "at": self._clock(), "price": text})

        if await self._database.read(is_new):
            await self._database.write(record_change)

    async def list_models(self, provider: str) -> list[str]:
        key = {"provider": provider}
        return await self._database.read(lambda c: list(c.scalars(_SELECT_MODELS, key)))

    async def list_changes(self) -> list[PriceChange]:
        """Return the history of all models, oldest first."""
        rows = await self._database.read(lambda c: c.execute(_SELECT_ALL).all())
        return [
            PriceChange(row.provider, row.model, row.at, Price.deserialize(row.price))
            for row in rows
        ]

    async def sum_by_price(self, span: TimeSpan) -> list[PricedUsage]:
        """Return the use of each model in `span`, for each price with which it was booked."""
        parameters = {"since": span.since, "until": span.until}
        rows = await self._database.read_apart(lambda c: c.execute(_SUM_BY_PRICE, parameters).all())
        return [
            PricedUsage(
                row.provider,
                row.model,
                Price.deserialize(row.price),
                row.requests,
                row.prompt_tokens,
                row.cached_tokens,
                row.completion_tokens,
                row.image_tokens,
                convert_to_dollars(row.cost_nano),
                row.unknown,
            )
            for row in rows
        ]


def _drop_day(price: Price | None) -> Price | None:
    return None if price is None else replace(price, as_of="")
