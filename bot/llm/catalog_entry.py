"""Reads a provider's catalogue entry as `ModelInfo`, and holds the infos that are built in. Pure.

The built-in infos serve while the catalogue cannot be reached, and providers without a catalogue.
Each states the day on which it was read. See `catalog.py` for requests and storage.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.billing.pricing import read_price
from bot.domain.costs import Price
from bot.domain.model_info import FactOrigin, FactSource, ModelInfo
from bot.domain.pictures import drawing_models
from bot.llm.model_facts import (
    describe_unknown_model,
    find_served_name,
    is_token_count,
    merge_entry,
)
from bot.llm.streaming.payloads import coerce_mapping, coerce_mappings

# OpenRouter's entries have no price for drawn pictures; this is the price of gpt-image-2.
PICTURE_USD_PER_MILLION = Decimal(30)

_BUILT_IN_DATE = "2026-06-10"
_CHAT_PARAMETERS = frozenset(
    {
        "frequency_penalty",
        "include_reasoning",
        "logit_bias",
        "logprobs",
        "max_tokens",
        "presence_penalty",
        "reasoning",
        "response_format",
        "seed",
        "stop",
        "structured_outputs",
        "top_logprobs",
    }
)
_TEXT_AND_IMAGE = frozenset({"text", "image"})
_ALL_MODALITIES = frozenset({"text", "image", "file"})

GPT_5_4_IMAGE_2 = ModelInfo(
    model="openai/gpt-5.4-image-2",
    context_tokens=272_000,
    max_output_tokens=128_000,
    supported_parameters=_CHAT_PARAMETERS,
    input_modalities=_ALL_MODALITIES,
    output_modalities=_TEXT_AND_IMAGE,
    price=Price(Decimal(8), Decimal(2), Decimal(15), PICTURE_USD_PER_MILLION, as_of=_BUILT_IN_DATE),
    as_of=_BUILT_IN_DATE,
    is_built_in=True,
    takes_original=True,
    drawing=drawing_models.GPT_5_4_IMAGE_2,
)
# An operator's own server: text and pictures in, text out. It has no default model, and its price
# is what the operator says. Many such servers (llama.cpp, older ones of vLLM and Ollama) read no
# WebP, but PNG and JPEG.
COMPATIBLE_MODEL = ModelInfo(
    model="",
    context_tokens=128_000,
    max_output_tokens=32_000,
    supported_parameters=_CHAT_PARAMETERS,
    input_modalities=_TEXT_AND_IMAGE,
    output_modalities=frozenset({"text"}),
    price=None,
    as_of=_BUILT_IN_DATE,
    is_built_in=True,
    takes_webp=False,
)


def read_model_info(
    entry: Mapping[str, Any], *, as_of: str, known: ModelInfo | None = None
) -> ModelInfo | None:
    """Read a catalogue entry over what is `known` of the model; None if it has no id.

    `as_of` is the day of the entry, as YYYY-MM-DD. Where nothing is known, an entry needs a context
    length to be one, and what it does not say is assumed, but for the price.
    """
    model = entry.get("id")
    if not isinstance(model, str):
        return None
    if known is None:
        if not is_token_count(entry.get("context_length")):
            return None
        known = replace(describe_unknown_model(model, GPT_5_4_IMAGE_2), price=None)
    price = read_price(
        coerce_mapping(entry.get("pricing")),
        as_of=as_of,
        default_picture_price=PICTURE_USD_PER_MILLION,
    )
    merged = merge_entry(entry, known, as_of=as_of)
    if price is None:
        return merged
    origin = FactOrigin(FactSource.CATALOG, as_of)
    return replace(merged, price=price, origins={**merged.origins, "price": origin})


def find_entry(catalog: object, model: str) -> Mapping[str, Any] | None:
    """Return the entry of `model` in the catalogue's list, None if there is no such entry.

    A dated name is an entry's `canonical_slug`; few variants have an entry of their own.
    """
    entries = coerce_mappings(catalog)
    found = (
        entry
        for name in filter(None, (model, find_served_name(model)))
        for field in ("id", "canonical_slug")
        for entry in entries
        if entry.get(field) == name
    )
    return next(found, None)


def list_model_problems(
    model_info: ModelInfo | None, max_tokens: int, setting: str = "EASEL_MODEL"
) -> list[str]:
    """List what makes the model unsuitable for Easel, each with what to do, without its name.

    `model_info` is None if the catalogue does not list the model, which `setting` names.
    """
    if model_info is None:
        return [f"is not in the provider's catalogue; check {setting}"]
    problems = []
    for side, modalities in (
        ("input", model_info.input_modalities),
        ("output", model_info.output_modalities),
    ):
        missing = [word for word in ("text", "image") if word not in modalities]
        if missing:
            problems.append(f"offers no {' or '.join(missing)} {side}; change {setting}")
    if model_info.max_output_tokens < max_tokens:
        problems.append(
            f"writes at most {model_info.max_output_tokens} tokens; lower EASEL_MAX_TOKENS"
            f" ({max_tokens})"
        )
    elif model_info.longest_answer < max_tokens:
        problems.append(
            f"has a context of {model_info.context_tokens} tokens, of which an answer may take"
            f" half; lower EASEL_MAX_TOKENS ({max_tokens}) to {model_info.longest_answer}"
        )
    if end := describe_end(model_info, setting):
        problems.append(end)
    return problems


def describe_end(model_info: ModelInfo, setting: str) -> str:
    """Return from when the model does not answer any more, and what to do; "" if not known."""
    if not model_info.expiration_date:
        return ""
    return f"will be switched off on {model_info.expiration_date}; change {setting}"


def format_model_info(model_info: ModelInfo) -> str:
    """Format limits and prices as one line, for the person who runs Easel."""
    price = model_info.price
    prices = (
        "no prices"
        if price is None
        else f"US dollars per million tokens: input {_format_amount(price.input)}, cached"
        f" {_format_amount(price.cached)}, output {_format_amount(price.output)}"
    )
    if price is not None and model_info.drawing is not None:
        prices += f", pictures {_format_amount(price.picture)}"
    return (
        f"{model_info.context_tokens:,} tokens of context, {model_info.max_output_tokens:,}"
        f" out; {prices}"
    )


def _format_amount(amount: Decimal) -> str:
    """Return an amount without the zeros at its end, which a price per token leaves there."""
    return f"{amount.normalize():f}"


def serialize_entry(entry: Mapping[str, Any], as_of: str) -> str:
    """Serialize an entry and its day as JSON, to be stored for the next start."""
    return json.dumps({"as_of": as_of, "entry": entry})


def deserialize_entry(raw: str, known: ModelInfo | None = None) -> ModelInfo | None:
    """Read what `serialize_entry` wrote, over what is `known`; return None for anything else."""
    try:
        stored = coerce_mapping(json.loads(raw))
    except (ValueError, RecursionError):
        return None
    as_of = stored.get("as_of")
    if not isinstance(as_of, str):
        return None
    return read_model_info(coerce_mapping(stored.get("entry")), as_of=as_of, known=known)
