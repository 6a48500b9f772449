"""Which of a model's providers a data policy leaves, and what the dearest of them costs. Pure.

OpenRouter lists the providers of a model with their prices, and those that keep nothing. Which of
them collect data it does not list (openrouter.ai/docs, "List endpoints").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.llm.catalog_entry import PICTURE_USD_PER_MILLION
from bot.llm.offers.data_policy import DataPolicy
from bot.llm.streaming.payloads import coerce_mapping, coerce_text

Endpoint = Mapping[str, Any]
_PICTURE_PRICES = ("image_output", "image_token")
_PRICES = ("prompt", "completion", "input_cache_read", *_PICTURE_PRICES)
# Without these an endpoint has no price; without another one, as much as for the rest is assumed.
_MAIN_PRICES = ("prompt", "completion")


def list_permitted(
    endpoints: Sequence[Endpoint], policy: DataPolicy, zdr_endpoints: Sequence[Endpoint] = ()
) -> list[Endpoint]:
    """Return the endpoints of a model that `policy` leaves, as far as can be known.

    `zdr_endpoints` are all those that keep nothing, of whatever model.
    """
    keeping_nothing = {_name_endpoint(endpoint) for endpoint in zdr_endpoints}
    return [
        endpoint
        for endpoint in endpoints
        if (not policy.only or _is_named(endpoint, policy.only))
        and not _is_named(endpoint, policy.ignore)
        and (not policy.zdr or _name_endpoint(endpoint) in keeping_nothing)
    ]


def apply_highest_prices(entry: Endpoint, permitted: Sequence[Endpoint]) -> dict[str, Any]:
    """Return a catalogue entry with the highest prices of `permitted`.

    A budget has to hold whichever of them answers. A price that not all of them tell is left out:
    cached input costs as much as other input then. For one that tells no price of pictures, what
    `read_price` assumes is compared with those of the others.
    """
    told = [coerce_mapping(endpoint.get("pricing")) for endpoint in permitted]
    priced = [
        prices for prices in told if None not in [_read(prices, name) for name in _MAIN_PRICES]
    ]
    if not priced:
        return dict(entry)
    highest = {}
    for name in (*_MAIN_PRICES, "input_cache_read"):
        amounts = [amount for prices in priced if (amount := _read(prices, name)) is not None]
        if len(amounts) == len(priced):
            highest[name] = str(max(amounts))
    pictures = [_read_picture_price(prices) for prices in priced]
    if any(pictures):
        highest["image_output"] = str(max(map(_choose_picture_price, pictures, priced)))
    kept = {
        name: value
        for name, value in coerce_mapping(entry.get("pricing")).items()
        if name not in _PRICES
    }
    return {**entry, "pricing": {**kept, **highest}}


def format_endpoints(endpoints: Sequence[Endpoint]) -> str:
    """List providers with their slugs, for the person who runs Easel."""
    names = [
        f"{coerce_text(endpoint.get('provider_name'))} ({coerce_text(endpoint.get('tag'))})"
        for endpoint in endpoints
    ]
    return ", ".join(dict.fromkeys(names)) or "none"


def _is_named(endpoint: Endpoint, slugs: Sequence[str]) -> bool:
    """Whether one of `slugs` is the endpoint's, its provider's, or its provider's name."""
    tag = coerce_text(endpoint.get("tag")).lower()
    name = coerce_text(endpoint.get("provider_name")).lower().replace(" ", "-")
    return any(slug in (tag, name) or tag.startswith(f"{slug}/") for slug in slugs)


def _name_endpoint(endpoint: Endpoint) -> tuple[str, str]:
    return coerce_text(endpoint.get("model_id")), coerce_text(endpoint.get("tag"))


def _read_picture_price(prices: Mapping[str, Any]) -> Decimal | None:
    return next(filter(None, (_read(prices, name) for name in _PICTURE_PRICES)), None)


def _choose_picture_price(picture_price: Decimal | None, prices: Mapping[str, Any]) -> Decimal:
    """Return the price of pictures, or the one that is assumed without it."""
    written = _read(prices, "completion") or Decimal(0)
    return picture_price or max(PICTURE_USD_PER_MILLION / 1_000_000, written)


def _read(prices: Mapping[str, Any], name: str) -> Decimal | None:
    try:
        amount = Decimal(str(prices.get(name)))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 1 else None
