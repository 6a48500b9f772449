"""Keeps what the provider's catalogue says of the models in use: at the start, then once a day.

What was had last is kept in a file; before that, and for providers without a catalogue, what is
built in with its date. What an entry means, `catalog.py` knows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot.domain.errors import EaselError
from bot.domain.model_info import ModelInfo
from bot.llm.catalog_entry import (
    deserialize_entry,
    get_built_in_info,
    read_model_info,
    serialize_entry,
)
from bot.llm.openrouter import OpenRouterAccount

log = structlog.get_logger(__name__)

REFRESH_SECONDS = 86_400.0
# After a failure it is tried again sooner.
_RETRY_SECONDS = 600.0


class ModelCatalog:
    """The offers of OpenRouter's `models`, in `folder`."""

    def __init__(self, account: OpenRouterAccount, models: Iterable[str], folder: Path) -> None:
        self._account = account
        self._folder = folder
        self._model_infos = {model: self._load(model) for model in models}

    def get_model_info(self, model: str) -> ModelInfo:
        """What is known of `model` as of now."""
        return self._model_infos[model]

    async def run(self) -> None:
        """Refresh until cancelled."""
        while True:
            done = await self.refresh()
            await asyncio.sleep(REFRESH_SECONDS if done else _RETRY_SECONDS)

    async def refresh(self) -> bool:
        """Ask for every model once; False where something could not be had."""
        found = [await self._refresh_model(model) for model in self._model_infos]
        return all(found)

    async def _refresh_model(self, model: str) -> bool:
        try:
            entry = await self._account.fetch_catalog_entry(model)
        except EaselError as error:
            log.warning("catalog_refresh_failed", error=type(error).__name__, code=error.code)
            return False
        offer = None if entry is None else read_model_info(entry, as_of=get_today())
        if entry is None or offer is None:
            log.warning("catalogue_lacks_model")
            return False
        if offer.price is None:
            # Budgets need a price: the last one known is nearer than none.
            offer = replace(offer, price=self._model_infos[model].price)
        self._model_infos[model] = offer
        await asyncio.to_thread(self._save, model, serialize_entry(entry, get_today()))
        return True

    def _save(self, model: str, raw: str) -> None:
        path = self._build_path(model)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_text(raw)
            new.replace(path)
        except OSError as error:
            log.warning("catalogue_not_kept", error=type(error).__name__)

    def _load(self, model: str) -> ModelInfo:
        try:
            kept = deserialize_entry(self._build_path(model).read_text())
        except (OSError, UnicodeDecodeError):
            kept = None
        known = get_built_in_info("openrouter", model)
        if kept is None:
            return known
        return kept if kept.price is not None else replace(kept, price=known.price)

    def _build_path(self, model: str) -> Path:
        name = "".join(c if c.isalnum() or c in ".-" else "_" for c in model)
        return self._folder / f"catalogue-{name[:100]}.json"


def get_today() -> str:
    """The day it is, as offers are dated."""
    return datetime.now(UTC).date().isoformat()
