"""Notes each change of the prices that a provider's catalogue states, in the price history."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from bot.domain.costs import Price
from bot.domain.errors import StoreError
from bot.domain.stores.prices import PriceStore
from bot.llm.catalog_entry import find_entry, read_model_info
from bot.llm.streaming.payloads import coerce_mappings

log = structlog.get_logger(__name__)


class PriceNotes:
    """Notes the prices of one provider's models. A store that fails holds up nothing else."""

    def __init__(self, store: PriceStore, provider: str) -> None:
        self._store = store
        self._provider = provider

    async def note_prices(self, prices: Mapping[str, Price | None]) -> None:
        """Note what models cost now, by their names; None for what has no price any more."""
        try:
            for model, price in prices.items():
                await self._store.record_price(self._provider, model, price)
        except StoreError as error:
            log.warning("prices_not_kept", error=type(error).__name__, code=error.code)

    async def note_catalog(self, catalog: object, in_use: Mapping[str, Price | None]) -> None:
        """Note the prices of the models in use, and of all that ever were, as `catalog` has them.

        One that is not listed any more has no price any more; but an empty list says nothing.
        """
        try:
            earlier = set(await self._store.list_models(self._provider)) - in_use.keys()
        except StoreError as error:
            log.warning("prices_not_kept", error=type(error).__name__, code=error.code)
            return
        listed = earlier if coerce_mappings(catalog) else set()
        await self.note_prices(
            {**in_use, **{model: _read_price(catalog, model) for model in sorted(listed)}}
        )


def _read_price(catalog: object, model: str) -> Price | None:
    entry = find_entry(catalog, model)
    model_info = None if entry is None else read_model_info(entry, as_of="")
    return None if model_info is None else model_info.price
