"""Looks up the models in use in the provider's catalogue, at the start and then once a day.

The last entry of each model is stored in a file, and its changed prices in the price history. Until
there is one, the built-in info with its date applies. See `catalog_entry.py` for what an entry
means.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot.disk.private_folder import PrivateFolder
from bot.domain.costs import Price
from bot.domain.errors import EaselError, StoreError
from bot.domain.model_info import FactSource, ModelInfo
from bot.domain.stores.prices import PriceStore
from bot.llm.catalog_entry import deserialize_entry, find_entry, read_model_info, serialize_entry
from bot.llm.model_facts import find_served_name
from bot.llm.openrouter import OpenRouterAccount
from bot.llm.streaming.payloads import coerce_mappings

log = structlog.get_logger(__name__)

REFRESH_SECONDS = 86_400.0
# Try again sooner after a failure.
_RETRY_SECONDS = 600.0


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


class ModelCatalog:
    """The current `ModelInfo` of each model in `built_in_infos`; entries are stored in `folder`.

    Changed prices are noted in `price_notes`.
    """

    def __init__(
        self,
        account: OpenRouterAccount,
        built_in_infos: Iterable[ModelInfo],
        folder: Path,
        price_notes: PriceNotes | None = None,
    ) -> None:
        self._account = account
        self._price_notes = price_notes
        self._folder = PrivateFolder(folder.parent, folder.name)
        self._built_ins = {built_in.model: built_in for built_in in built_in_infos}
        self._model_infos = {
            built_in.model: self._load(built_in) for built_in in self._built_ins.values()
        }

    def get_model_info(self, model: str) -> ModelInfo:
        """Return the latest info of `model`: from the catalogue, from the file or built in."""
        return self._model_infos[model]

    async def run(self) -> None:
        """Refresh until cancelled."""
        while True:
            is_complete = await self.refresh()
            await asyncio.sleep(REFRESH_SECONDS if is_complete else _RETRY_SECONDS)

    async def refresh(self) -> bool:
        """Look up every model once. Return whether all of them were found."""
        try:
            catalog = await self._account.fetch_catalog()
        except EaselError as error:
            log.warning("catalog_refresh_failed", error=type(error).__name__, code=error.code)
            return False
        results = [await self._refresh_model(model, catalog) for model in self._model_infos]
        if self._price_notes is not None:
            in_use = [info for info in self._model_infos.values() if not info.is_assumed("price")]
            await self._price_notes.note_catalog(catalog, {i.model: i.price for i in in_use})
        return all(results)

    async def _refresh_model(self, model: str, catalog: object) -> bool:
        if not find_served_name(model):
            return True  # a preset chooses the model, and only the account knows which
        listed, last = find_entry(catalog, model), self._model_infos[model]
        permitted = listed and await self._account.apply_data_policy(listed, model)
        if listed and not permitted and _has_listed_price(last):
            return False  # its prices are too low where the policy leaves only dearer providers
        entry = permitted or listed
        known = self._built_ins[model]
        model_info = entry and read_model_info(entry, as_of=get_today(), known=known)
        if not entry or not model_info:
            log.warning("catalogue_lacks_model")
            return False
        if not _has_listed_price(model_info):
            # Budgets need a price: the last one that the catalogue told is better than ours.
            origins = {**model_info.origins, "price": last.get_origin("price")}
            model_info = replace(model_info, price=last.price, origins=origins)
        self._model_infos[model] = model_info
        await asyncio.to_thread(self._save, model, serialize_entry(entry, get_today()))
        return bool(permitted)

    def _save(self, model: str, raw: str) -> None:
        try:
            self._folder.write(raw.encode(), _name_file(model))
        except OSError as error:
            log.warning("catalogue_not_kept", error=type(error).__name__)

    def _load(self, built_in: ModelInfo) -> ModelInfo:
        try:
            raw = self._folder.read(_name_file(built_in.model)).decode()
            stored = deserialize_entry(raw, built_in)
        except (OSError, UnicodeDecodeError):
            stored = None
        return built_in if stored is None else stored


def _name_file(model: str) -> str:
    name = "".join(c if c.isalnum() or c in ".-" else "_" for c in model)
    return f"catalogue-{name[:100]}.json"


def get_today() -> str:
    """Return today's date in UTC as YYYY-MM-DD, as `ModelInfo.as_of` has it."""
    return datetime.now(UTC).date().isoformat()


def _has_listed_price(model_info: ModelInfo) -> bool:
    return model_info.get_origin("price").source is FactSource.CATALOG


def _read_price(catalog: object, model: str) -> Price | None:
    entry = find_entry(catalog, model)
    model_info = None if entry is None else read_model_info(entry, as_of="")
    return None if model_info is None else model_info.price
