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
from bot.domain.model_info import Offer

# OpenRouter's entries have no price for drawn pictures; this is gpt-image-2's, per million.
_PICTURE = Decimal(30)


_READ_ON = "2026-06-10"
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
_BOTH, _ALL = frozenset({"text", "image"}), frozenset({"text", "image", "file"})

GPT_5_4_IMAGE_2 = Offer(
    model="openai/gpt-5.4-image-2",
    context=272_000,
    most_output=128_000,
    parameters=_CHAT_PARAMETERS,
    inputs=_ALL,
    outputs=_BOTH,
    price=Price(Decimal(8), Decimal(2), Decimal(15), _PICTURE, as_of=_READ_ON),
    as_of=_READ_ON,
    built_in=True,
)
# platform.openai.com has no catalogue: limits and prices as read on this day. Beyond 272,000
# tokens its price doubles, so Easel's context ends there.
GPT_5_4 = Offer(
    model="gpt-5.4",
    context=272_000,
    most_output=128_000,
    parameters=frozenset({"reasoning", "max_tokens", "response_format", "top_logprobs"}),
    inputs=_ALL,
    outputs=_BOTH,
    price=Price(
        Decimal("2.5"), Decimal("0.25"), Decimal(15), _PICTURE, Decimal(5), Decimal(8), "2026-11-20"
    ),
    as_of="2026-11-20",
    built_in=True,
)
_BUILT_IN = {
    ("openrouter", GPT_5_4_IMAGE_2.model): GPT_5_4_IMAGE_2,
    ("openai", GPT_5_4.model): GPT_5_4,
}


def built_in(provider: str, model: str) -> Offer:
    """What is known of `model` without asking; of an unknown one, what its neighbours have."""
    known = _BUILT_IN.get((provider, model))
    if known is not None:
        return known
    if provider == "openai":
        return replace(GPT_5_4, model=model)
    if provider == "openrouter":
        return replace(GPT_5_4_IMAGE_2, model=model)
    # A server of one's own: text and pictures in, text out, and nobody sends a bill.
    free = Price(Decimal(0), Decimal(0), Decimal(0), Decimal(0), as_of=_READ_ON)
    return Offer(
        model, 128_000, 32_000, _CHAT_PARAMETERS, _BOTH, frozenset({"text"}), free, _READ_ON,
        built_in=True,
    )  # fmt: skip


def read_offer(entry: Mapping[str, Any], *, as_of: str) -> Offer | None:
    """The offer in a catalogue entry; None where it lacks what an answer cannot do without."""
    model, context = entry.get("id"), entry.get("context_length")
    architecture, top = _mapping(entry.get("architecture")), _mapping(entry.get("top_provider"))
    if not isinstance(model, str) or not _is_size(context):
        return None
    largest = top.get("max_completion_tokens")
    expires = entry.get("expiration_date")
    return Offer(
        model=model,
        context=int(context),  # type: ignore[arg-type]
        most_output=int(largest) if _is_size(largest) else int(context),  # type: ignore[arg-type]
        parameters=frozenset(_words(entry.get("supported_parameters"))),
        inputs=frozenset(_words(architecture.get("input_modalities"))),
        outputs=frozenset(_words(architecture.get("output_modalities"))),
        price=read_price(_mapping(entry.get("pricing")), as_of=as_of, picture=_PICTURE),
        as_of=as_of,
        expires=expires[:10] if isinstance(expires, str) else "",
    )


def entry_of(listed: object, model: str) -> Mapping[str, Any] | None:
    """The entry for `model` in what the catalogue lists."""
    entries = listed if isinstance(listed, list) else []
    named = (entry for entry in entries if isinstance(entry, Mapping))
    return next((entry for entry in named if entry.get("id") == model), None)


def problems(offer: Offer | None, max_tokens: int) -> list[str]:
    """What is wrong with the model for Easel, one sentence each with what to do."""
    if offer is None:
        return ["not in the provider's catalogue; check EASEL_MODEL"]
    found = []
    for side, offered in (("input", offer.inputs), ("output", offer.outputs)):
        missing = [word for word in ("text", "image") if word not in offered]
        if missing:
            found.append(f"offers no {' or '.join(missing)} {side}; choose another EASEL_MODEL")
    if offer.most_output < max_tokens:
        found.append(
            f"writes at most {offer.most_output} tokens; lower EASEL_MAX_TOKENS ({max_tokens})"
        )
    if offer.expires:
        found.append(f"will be switched off on {offer.expires}; choose another EASEL_MODEL")
    return found


def described(offer: Offer) -> str:
    """An offer in one line, for the person who runs Easel."""
    price = offer.price
    money = (
        "no prices"
        if price is None
        else f"US dollars per million tokens: input {price.input:f}, cached {price.cached:f},"
        f" output {price.output:f}, pictures {price.picture:f}"
    )
    return f"{offer.context:,} tokens of context, {offer.most_output:,} out; {money}"


def as_json(entry: Mapping[str, Any], as_of: str) -> str:
    """An entry as it is kept for the next start."""
    return json.dumps({"as_of": as_of, "entry": entry})


def of_json(raw: str) -> Offer | None:
    """What `as_json` wrote; None for anything else."""
    try:
        kept = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    as_of = _mapping(kept).get("as_of")
    if not isinstance(as_of, str):
        return None
    return read_offer(_mapping(_mapping(kept).get("entry")), as_of=as_of)


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 31


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _words(value: object) -> Sequence[str]:
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
