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
from bot.domain.model_info import Offer
from bot.llm.catalog_entry import as_json, built_in, of_json, read_offer
from bot.llm.openrouter import OpenRouterAccount

log = structlog.get_logger(__name__)

DAY_SECONDS = 86_400.0
# After a failure it is tried again sooner.
_SOON_SECONDS = 600.0


class Catalogue:
    """The offers of OpenRouter's `models`, in `folder`."""

    def __init__(self, account: OpenRouterAccount, models: Iterable[str], folder: Path) -> None:
        self._account = account
        self._folder = folder
        self._offers = {model: self._kept(model) for model in models}

    def offer(self, model: str) -> Offer:
        """What is known of `model` as of now."""
        return self._offers[model]

    async def run(self) -> None:
        """Refresh until cancelled."""
        while True:
            done = await self.refresh()
            await asyncio.sleep(DAY_SECONDS if done else _SOON_SECONDS)

    async def refresh(self) -> bool:
        """Ask for every model once; False where something could not be had."""
        found = [await self._refreshed(model) for model in self._offers]
        return all(found)

    async def _refreshed(self, model: str) -> bool:
        try:
            entry = await self._account.catalogue_entry(model)
        except EaselError as error:
            log.warning("catalogue_not_had", error=type(error).__name__, code=error.code)
            return False
        offer = None if entry is None else read_offer(entry, as_of=today())
        if entry is None or offer is None:
            log.warning("catalogue_lacks_model")
            return False
        if offer.price is None:
            # Budgets need a price: the last one known is nearer than none.
            offer = replace(offer, price=self._offers[model].price)
        self._offers[model] = offer
        await asyncio.to_thread(self._keep, model, as_json(entry, today()))
        return True

    def _keep(self, model: str, raw: str) -> None:
        path = self._path(model)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_text(raw)
            new.replace(path)
        except OSError as error:
            log.warning("catalogue_not_kept", error=type(error).__name__)

    def _kept(self, model: str) -> Offer:
        try:
            kept = of_json(self._path(model).read_text())
        except (OSError, UnicodeDecodeError):
            kept = None
        known = built_in("openrouter", model)
        if kept is None:
            return known
        return kept if kept.price is not None else replace(kept, price=known.price)

    def _path(self, model: str) -> Path:
        name = "".join(c if c.isalnum() or c in ".-" else "_" for c in model)
        return self._folder / f"catalogue-{name[:100]}.json"


def today() -> str:
    """The day it is, as offers are dated."""
    return datetime.now(UTC).date().isoformat()
