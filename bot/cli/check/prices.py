"""For `easel check`: prices that are built in, and have become old."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

from bot.cli.check.finding import Finding
from bot.config import Settings, list_served_models
from bot.domain.model_info import FactSource, ModelInfo
from bot.llm.catalog import get_today

# Providers change their prices a few times a year.
MAX_PRICE_AGE_DAYS = 90


async def check_prices(settings: Settings) -> AsyncIterator[Finding]:
    """Warn of built-in prices by which budgets are kept, where no catalogue tells newer ones."""
    for _, provider, model in list_served_models(settings):
        spec = settings.get_provider(provider)
        if spec.has_catalog:
            continue
        for text in _list_warnings(f"{model} at {provider}", spec.describe_model(model)):
            yield Finding(ok=True, name="price", text=text, is_warning=True)


def _list_warnings(model: str, info: ModelInfo) -> list[str]:
    """Return what is to be told of the price of a model, and of what draws for it."""
    if info.price is None:
        texts = [f"that of {model} is not known: the ledger counts no cost of it"]
    elif info.get_origin("price").source is FactSource.BUILT_IN:
        texts = [_describe_age(model, info.price.as_of, get_today())]
    else:
        texts = []
    drawn = info.drawing.price if info.drawing is not None else None
    # One that was read on the same day is told with the other.
    if info.drawing is not None and drawn is not None and drawn.as_of != info.as_of:
        texts.append(_describe_age(info.drawing.name, drawn.as_of, get_today()))
    return [text for text in texts if text]


def _describe_age(model: str, as_of: str, today: str) -> str:
    """Say how old a price is; "" for one that is new."""
    days = (date.fromisoformat(today) - date.fromisoformat(as_of)).days
    if days <= MAX_PRICE_AGE_DAYS:
        return ""
    return (
        f"that of {model} is of {as_of}, {days} days old: compare it with the provider's price"
        " list, and update Easel, so that budgets and the ledger hold"
    )
