"""What tokens cost: estimates where the provider does not say, and the most an answer can cost.

Pure, and money is never a float. Prices come from the catalogue, or are built in with their date.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any

from bot.domain.costs import CostCeiling, Price
from bot.domain.llm import Usage

_MILLION = Decimal(1_000_000)
# A picture of gpt-image-2 at each quality, in tokens (OpenAI, "Image generation").
PICTURE_TOKENS = {"low": 196, "medium": 1_767, "high": 7_033}


def estimate_cost(usage: Usage, price: Price) -> Decimal:
    """What `usage` should have cost in US dollars: an estimate, the provider's word goes before."""
    drawing = usage.drawing_text_tokens + usage.drawing_image_tokens
    fresh = max(0, usage.prompt_tokens - usage.cached_tokens - drawing)
    words = max(0, usage.completion_tokens - usage.image_tokens)
    with localcontext() as context:
        context.prec = 40
        total = (
            fresh * price.input
            + usage.cached_tokens * price.cached
            + usage.drawing_text_tokens * price.drawing_text
            + usage.drawing_image_tokens * price.drawing_image
            + words * price.output
            + usage.image_tokens * price.picture
        )
        return total / _MILLION


def max_cost(ceiling: CostCeiling, price: Price) -> Decimal:
    """The most that one request can cost in US dollars, nothing of it cached."""
    drawn = ceiling.picture_count * PICTURE_TOKENS.get(ceiling.quality, PICTURE_TOKENS["high"])
    # Whoever draws reads the pictures that were sent once more, always in full.
    read_again = ceiling.sent_picture_count * 3_000 if ceiling.picture_count else 0
    with localcontext() as context:
        context.prec = 40
        total = (
            ceiling.input_tokens * price.input
            + ceiling.output_tokens * price.output
            + drawn * price.picture
            + read_again * (price.drawing_image or price.input)
        )
        return total / _MILLION


def read_price(
    pricing: Mapping[str, Any], *, as_of: str, default_picture_price: Decimal
) -> Price | None:
    """The prices of a catalogue entry, there per token. `picture` where the entry has none."""
    found = {
        name: parse_price_per_million(pricing.get(key))
        for name, key in (
            ("input", "prompt"),
            ("cached", "input_cache_read"),
            ("output", "completion"),
        )
    }
    given, written = found["input"], found["output"]
    if given is None or written is None:
        return None
    cached = found["cached"] if found["cached"] is not None else given
    drawn = parse_price_per_million(pricing.get("image_output")) or parse_price_per_million(
        pricing.get("image_token")
    )
    return Price(given, cached, written, drawn or max(default_picture_price, written), as_of=as_of)


def parse_price_per_million(value: object) -> Decimal | None:
    """A price per token, as a numeral, as US dollars per million; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        price = Decimal(str(value)) * _MILLION
    except InvalidOperation:
        return None
    return price if price.is_finite() and 0 <= price < _MILLION else None


def deserialize_price(raw: str) -> Price | None:
    """What `Price.as_json` wrote; None where it is no price."""
    try:
        values = json.loads(raw)
        names = {item.name for item in fields(Price)} - {"as_of"}
        return Price(**{name: Decimal(values[name]) for name in names}, as_of=values["as_of"])
    except (ValueError, KeyError, TypeError, InvalidOperation):
        return None
