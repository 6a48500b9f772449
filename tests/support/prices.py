"""A store of prices in memory."""

from __future__ import annotations

from bot.domain.costs import Price


class FakePriceStore:
    """Keeps the last price of each model."""

    def __init__(self) -> None:
        self.prices: dict[tuple[str, str], Price | None] = {}

    async def record_price(self, provider: str, model: str, price: Price | None) -> None:
        self.prices[provider, model] = price

    async def list_models(self, provider: str) -> list[str]:
        return [model for name, model in self.prices if name == provider]
