"""Which of a model's providers a data policy leaves, and what the dearest of them costs. Pure.

OpenRouter lists the providers of a model with their prices, and those that keep nothing. Which of
them collect data it does not list (openrouter.ai/docs, "List endpoints").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.billing.pricing import read_price
from bot.domain.costs import Price
from bot.llm.catalog_entry import PICTURE_USD_PER_MILLION
from bot.llm.offers.data_policy import DataPolicy
from bot.llm.streaming.payloads import coerce_mapping, coerce_text

Endpoint = Mapping[str, Any]
_PRICES = ("prompt", "completion", "input_cache_read", "image_output", "image_token")


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

    A budget has to hold whichever of them answers. What one of them does not tell costs there what
    `read_price` assumes.
    """
    prices = [price for endpoint in permitted if (price := _read(endpoint)) is not None]
    if not prices:
        return dict(entry)
    highest = {
        "prompt": max(price.input for price in prices),
        "completion": max(price.output for price in prices),
        "input_cache_read": max(price.cached for price in prices),
        "image_output": max(price.picture for price in prices),
    }
    kept = {
        name: value
        for name, value in coerce_mapping(entry.get("pricing")).items()
        if name not in _PRICES
    }
    per_token = {name: str(amount / 1_000_000) for name, amount in highest.items()}
    return {**entry, "pricing": {**kept, **per_token}}


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


def _read(endpoint: Endpoint) -> Price | None:
    pricing = coerce_mapping(endpoint.get("pricing"))
    return read_price(pricing, as_of="", default_picture_price=PICTURE_USD_PER_MILLION)
