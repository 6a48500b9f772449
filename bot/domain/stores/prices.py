"""The protocol of the price history: what models cost since when."""

from __future__ import annotations

from typing import Protocol

from bot.domain.costs import Price


class PriceStore(Protocol):
    """Keeps each change of a model's price with its time. Its methods raise `StoreError`."""

    async def record_price(self, provider: str, model: str, price: Price | None) -> None:
        """Record what the model costs from now on, unless that is what it has cost already.

        None: the provider has no price of it any more.
        """
        ...

    async def list_models(self, provider: str) -> list[str]:
        """Return the models of which a price was ever recorded."""
        ...
