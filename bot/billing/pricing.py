"""Compute costs: of usage the provider reported no cost for, and the most a request can cost. Pure.

Money is never a float. Prices come from the catalogue, or are built in with their date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_UP, Decimal, InvalidOperation, localcontext
from typing import Any

from bot.domain.costs import CostCeiling, Price
from bot.domain.llm import Usage
from bot.domain.safe_text import reveal_invisible

_MILLION = Decimal(1_000_000)
_CENT, _SMALL = Decimal("0.01"), Decimal("0.0001")
_REREAD_PICTURE_TOKENS = 3_000
# The preview that OpenAI itself sends of each picture (OpenAI, "Image generation").
_PREVIEW_TOKENS = 100
_MAX_GIVEN_CHARS = 40
_AMOUNT_PATTERN = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,9})?")
# A picture of gpt-image-2 at each quality, in tokens (OpenAI, "Image generation").
PICTURE_TOKENS = {"low": 196, "medium": 1_767, "high": 7_033}


def estimate_cost(usage: Usage, price: Price) -> Decimal:
    """Return what `usage` should have cost in US dollars. A cost that the provider reports wins."""
    drawing_tokens = usage.drawing_text_tokens + usage.drawing_image_tokens
    uncached_tokens = max(0, usage.prompt_tokens - usage.cached_tokens - drawing_tokens)
    text_tokens = max(0, usage.completion_tokens - usage.image_tokens)
    with localcontext() as context:
        context.prec = 40
        total = (
            uncached_tokens * price.input
            + usage.cached_tokens * price.cached
            + usage.drawing_text_tokens * price.drawing_text
            + usage.drawing_image_tokens * price.drawing_image
            + text_tokens * price.output
            + usage.image_tokens * price.picture
        )
        return total / _MILLION


def compute_max_cost(ceiling: CostCeiling, price: Price) -> Decimal:
    """Return the most that one request can cost in US dollars, with none of its input cached."""
    tokens = PICTURE_TOKENS | dict(ceiling.picture_tokens)
    drawn_tokens = ceiling.picture_count * tokens.get(ceiling.quality, tokens["high"])
    # The model that draws reads the sent pictures once more, always in full.
    reread_tokens = (
        ceiling.input_picture_count * _REREAD_PICTURE_TOKENS if ceiling.picture_count else 0
    )
    if price.drawing_image:
        drawn_tokens += ceiling.picture_count * _PREVIEW_TOKENS
    with localcontext() as context:
        context.prec = 40
        total = (
            ceiling.input_tokens * price.input
            + ceiling.output_tokens * price.output
            + drawn_tokens * price.picture
            + reread_tokens * (price.drawing_image or price.input)
        )
        return total / _MILLION


def find_picture_tokens(by_quality: Mapping[str, int], quality: str | None) -> int:
    """Return the tokens of a picture; where the quality is left to the model, of a medium one."""
    tokens = PICTURE_TOKENS | dict(by_quality)
    return tokens.get(quality or "", tokens["medium"])


def read_price(
    pricing: Mapping[str, Any], *, as_of: str, default_picture_price: Decimal
) -> Price | None:
    """Return the prices of a catalogue entry, which lists them per token; None if it has none.

    Without a price of its own, output of pictures costs `default_picture_price`, or as much as text
    if that costs more. Cached input costs as much as other input.
    """
    input_price = parse_price_per_million(pricing.get("prompt"))
    cached_price = parse_price_per_million(pricing.get("input_cache_read"))
    output_price = parse_price_per_million(pricing.get("completion"))
    if input_price is None or output_price is None:
        return None
    picture_price = parse_price_per_million(pricing.get("image_output")) or parse_price_per_million(
        pricing.get("image_token")
    )
    return Price(
        input_price,
        input_price if cached_price is None else cached_price,
        output_price,
        picture_price or max(default_picture_price, output_price),
        as_of=as_of,
    )


def parse_price(text: str) -> Price:
    """Parse `input/cached/output` in US dollars per million tokens, as in `0.5/0.1/2`.

    Raises `ValueError` that says how to write it.
    """
    parts = [part.strip() for part in text.split("/")]
    if len(parts) != 3 or not all(map(_AMOUNT_PATTERN.fullmatch, parts)):
        raise ValueError(
            "give input/cached/output in US dollars per million tokens, as in 0.5/0.1/2,"
            f" not “{reveal_invisible(text, _MAX_GIVEN_CHARS)}”"
        )
    read, cached, written = map(Decimal, parts)
    if cached > read:
        raise ValueError(f"cached input ({cached}) costs more than other input ({read})")
    return Price(read, cached, written, written)


def parse_price_per_million(value: object) -> Decimal | None:
    """Convert a price per token to US dollars per million tokens; None for what is no price."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        price = Decimal(str(value))
    except InvalidOperation:
        return None
    # Looked at before the multiplication, which a number of many digits would end.
    return price * _MILLION if price.is_finite() and 0 <= price < 1 else None


def round_cost(cost: Decimal) -> Decimal:
    """Return a cost with the digits that tell something: cents, and less than that below a dollar.

    It is never less than it was.
    """
    rounded = cost.quantize(_CENT if cost >= 1 else _SMALL, rounding=ROUND_UP)
    cents = rounded.quantize(_CENT)
    return cents if cents == rounded else rounded
