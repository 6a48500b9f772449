"""What a model takes, gives and costs: a provider's catalogue entry as an `Offer`. Pure.

The built-in offers are for when a catalogue cannot be had, or does not exist; each has the day on
which it was read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.billing.pricing import read_price
from bot.domain.costs import Price
from bot.domain.model_info import ModelInfo

# OpenRouter's entries have no price for drawn pictures; this is gpt-image-2's, per million.
_PICTURE_USD_PER_MILLION = Decimal(30)


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
_TEXT_AND_IMAGE, _ALL_MODALITIES = (
    frozenset({"text", "image"}),
    frozenset({"text", "image", "file"}),
)

GPT_5_4_IMAGE_2 = ModelInfo(
    model="openai/gpt-5.4-image-2",
    context_tokens=272_000,
    max_output_tokens=128_000,
    supported_parameters=_CHAT_PARAMETERS,
    input_modalities=_ALL_MODALITIES,
    output_modalities=_TEXT_AND_IMAGE,
    price=Price(
        Decimal(8), Decimal(2), Decimal(15), _PICTURE_USD_PER_MILLION, as_of=_BUILT_IN_DATE
    ),
    as_of=_BUILT_IN_DATE,
    is_built_in=True,
)
# platform.openai.com has no catalogue: limits and prices as read on this day. Beyond 272,000
# tokens its price doubles, so Easel's context ends there.
GPT_5_4 = ModelInfo(
    model="gpt-5.4",
    context_tokens=272_000,
    max_output_tokens=128_000,
    supported_parameters=frozenset({"reasoning", "max_tokens", "response_format", "top_logprobs"}),
    input_modalities=_ALL_MODALITIES,
    output_modalities=_TEXT_AND_IMAGE,
    price=Price(
        Decimal("2.5"),
        Decimal("0.25"),
        Decimal(15),
        _PICTURE_USD_PER_MILLION,
        Decimal(5),
        Decimal(8),
        "2026-11-20",
    ),
    as_of="2026-11-20",
    is_built_in=True,
)
_BUILT_IN_MODELS = {
    ("openrouter", GPT_5_4_IMAGE_2.model): GPT_5_4_IMAGE_2,
    ("openai", GPT_5_4.model): GPT_5_4,
}


def get_built_in_info(provider: str, model: str) -> ModelInfo:
    """What is known of `model` without asking; of an unknown one, what its neighbours have."""
    known = _BUILT_IN_MODELS.get((provider, model))
    if known is not None:
        return known
    if provider == "openai":
        return replace(GPT_5_4, model=model)
    if provider == "openrouter":
        return replace(GPT_5_4_IMAGE_2, model=model)
    # A server of one's own: text and pictures in, text out, and nobody sends a bill.
    free = Price(Decimal(0), Decimal(0), Decimal(0), Decimal(0), as_of=_BUILT_IN_DATE)
    return ModelInfo(
        model,
        128_000,
        32_000,
        _CHAT_PARAMETERS,
        _TEXT_AND_IMAGE,
        frozenset({"text"}),
        free,
        _BUILT_IN_DATE,
        is_built_in=True,
    )


def read_model_info(entry: Mapping[str, Any], *, as_of: str) -> ModelInfo | None:
    """The offer in a catalogue entry; None where it lacks what an answer cannot do without."""
    model, context = entry.get("id"), entry.get("context_length")
    architecture, top = (
        _coerce_mapping(entry.get("architecture")),
        _coerce_mapping(entry.get("top_provider")),
    )
    if not isinstance(model, str) or not _is_token_count(context):
        return None
    largest = top.get("max_completion_tokens")
    expires = entry.get("expiration_date")
    return ModelInfo(
        model=model,
        context_tokens=int(context),  # type: ignore[arg-type]
        max_output_tokens=int(largest) if _is_token_count(largest) else int(context),  # type: ignore[arg-type]
        supported_parameters=frozenset(_coerce_strings(entry.get("supported_parameters"))),
        input_modalities=frozenset(_coerce_strings(architecture.get("input_modalities"))),
        output_modalities=frozenset(_coerce_strings(architecture.get("output_modalities"))),
        price=read_price(
            _coerce_mapping(entry.get("pricing")),
            as_of=as_of,
            default_picture_price=_PICTURE_USD_PER_MILLION,
        ),
        as_of=as_of,
        expiration_date=expires[:10] if isinstance(expires, str) else "",
    )


def find_entry(catalog: object, model: str) -> Mapping[str, Any] | None:
    """The entry for `model` in what the catalogue lists."""
    entries = catalog if isinstance(catalog, list) else []
    named = (entry for entry in entries if isinstance(entry, Mapping))
    return next((entry for entry in named if entry.get("id") == model), None)


def list_model_problems(model_info: ModelInfo | None, max_tokens: int) -> list[str]:
    """What is wrong with the model for Easel, one sentence each with what to do."""
    if model_info is None:
        return ["not in the provider's catalogue; check EASEL_MODEL"]
    found = []
    for side, offered in (
        ("input", model_info.input_modalities),
        ("output", model_info.output_modalities),
    ):
        missing = [word for word in ("text", "image") if word not in offered]
        if missing:
            found.append(f"offers no {' or '.join(missing)} {side}; choose another EASEL_MODEL")
    if model_info.max_output_tokens < max_tokens:
        found.append(
            f"writes at most {model_info.max_output_tokens} tokens; lower EASEL_MAX_TOKENS"
            f" ({max_tokens})"
        )
    if model_info.expiration_date:
        found.append(
            f"will be switched off on {model_info.expiration_date}; choose another EASEL_MODEL"
        )
    return found


def format_model_info(model_info: ModelInfo) -> str:
    """An offer in one line, for the person who runs Easel."""
    price = model_info.price
    money = (
        "no prices"
        if price is None
        else f"US dollars per million tokens: input {price.input:f}, cached {price.cached:f},"
        f" output {price.output:f}, pictures {price.picture:f}"
    )
    return (
        f"{model_info.context_tokens:,} tokens of context, {model_info.max_output_tokens:,}"
        f" out; {money}"
    )


def serialize_entry(entry: Mapping[str, Any], as_of: str) -> str:
    """An entry as it is kept for the next start."""
    return json.dumps({"as_of": as_of, "entry": entry})


def deserialize_entry(raw: str) -> ModelInfo | None:
    """What `as_json` wrote; None for anything else."""
    try:
        kept = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    as_of = _coerce_mapping(kept).get("as_of")
    if not isinstance(as_of, str):
        return None
    return read_model_info(_coerce_mapping(_coerce_mapping(kept).get("entry")), as_of=as_of)


def _is_token_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 31


def _coerce_mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _coerce_strings(value: object) -> Sequence[str]:
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
