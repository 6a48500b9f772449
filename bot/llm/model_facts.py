"""Merges what a catalogue entry says of a model with what is known of it otherwise. Pure.

What an entry does not say is unknown, not "no": many gateways list an id and a context length, and
nothing else. Each fact is the entry's, or else the built-in knowledge of that model, or else
assumed, tried, and learnt from a refusal (`failures/learnt.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeGuard

from bot.domain.model_info import FACTS, FactOrigin, FactSource, ModelInfo
from bot.llm.streaming.payloads import coerce_mapping

_CONTEXT_FIELDS = ("context_length", "max_model_len", "context_window", "max_input_tokens")
_OUTPUT_FIELDS = ("max_completion_tokens", "max_output_tokens")
# gpt-5.4-2026-03-05 and gpt-5.4-image-2-20260421 are gpt-5.4 and gpt-5.4-image-2.
_DATE_SUFFIX_PATTERN = re.compile(r"-(?:20\d{6}|20\d\d-\d\d-\d\d)\Z")
_ORIGINAL_DETAIL_PATTERN = re.compile(r"gpt-(?:5\.(?:[4-9]|\d\d)|[6-9]|\d\d)(?![\d.])")
_FACT_NAMES = {
    "context_tokens": "context",
    "max_output_tokens": "longest answer",
    "input_modalities": "what it reads",
    "output_modalities": "what it writes",
    "supported_parameters": "parameters",
    "price": "prices",
}


def normalize_model_name(model: str) -> str:
    """Return the name of a model without its provider, variant, preset and date."""
    name = model.lower().partition("@preset/")[0].rpartition("/")[2].partition(":")[0]
    return _DATE_SUFFIX_PATTERN.sub("", name)


def find_served_name(model: str) -> str:
    """Return the name under which OpenRouter tells of `model`; "" where a preset chooses it.

    Variants sort or restrict the same providers; the free one is a model of its own.
    """
    name, _, variant = model.partition("@preset/")[0].partition(":")
    return f"{name}:free" if variant == "free" else name


def describe_unknown_model(model: str, similar: ModelInfo) -> ModelInfo:
    """Return the info of a model of which nothing is known: it is assumed to be like `similar`.

    What the person who runs Easel has set is not assumed.
    """
    origin = FactOrigin(FactSource.ASSUMED, similar.as_of)
    was_set = {
        fact: told for fact, told in similar.origins.items() if told.source is FactSource.SETTING
    }
    return replace(
        similar,
        model=model,
        origins=dict.fromkeys(FACTS, origin) | was_set,
        takes_original=similar.takes_original and can_see_originals(model),
    )


def can_see_originals(model: str) -> bool:
    """Whether a model looks at pictures at detail “original” (OpenAI, "Vision": from gpt-5.4 on).

    OpenRouter and OpenAI take the word; where another server gets the model, it is not sent.
    """
    return _ORIGINAL_DETAIL_PATTERN.match(normalize_model_name(model)) is not None


def merge_entry(entry: Mapping[str, Any], known: ModelInfo, *, as_of: str) -> ModelInfo:
    """Return `known` with what the entry says; `as_of` is its day. Prices are not read here."""
    facts = _read_facts(entry)
    said = frozenset(facts)
    context = facts.get("context_tokens", known.context_tokens)
    facts["max_output_tokens"] = min(
        facts.get("max_output_tokens", known.max_output_tokens), context
    )
    origin = FactOrigin(FactSource.CATALOG, as_of)
    origins = {fact: origin if fact in said else known.get_origin(fact) for fact in FACTS}
    expiration = entry.get("expiration_date")
    return replace(
        known,
        **facts,
        as_of=as_of,
        is_built_in=False,
        expiration_date=expiration[:10] if isinstance(expiration, str) else "",
        origins=origins,
    )


def format_origins(model_info: ModelInfo, today: str) -> str:
    """Say of each fact where it is from and how old it is, for the person who runs Easel."""
    groups: dict[FactOrigin, list[str]] = {}
    known = [fact for fact in FACTS if fact != "price" or model_info.price is not None]
    for fact in known:
        groups.setdefault(model_info.get_origin(fact), []).append(_FACT_NAMES[fact])
    return "; ".join(
        f"{', '.join(names)}: {_format_origin(origin, today)}" for origin, names in groups.items()
    )


def _format_origin(origin: FactOrigin, today: str) -> str:
    if origin.source is FactSource.ASSUMED:
        return "not known, so it is tried as if it were like the default model"
    if origin.source is FactSource.SETTING:
        return "set by whoever runs Easel"
    try:
        days = (date.fromisoformat(today) - date.fromisoformat(origin.as_of)).days
    except ValueError:
        days = 0
    age = "today" if days <= 0 else "1 day old" if days == 1 else f"{days} days old"
    place = "from the catalogue" if origin.source is FactSource.CATALOG else origin.source.value
    return f"{place}, {origin.as_of} ({age})"


def _read_facts(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that an entry states, by the field of `ModelInfo`."""
    provider = coerce_mapping(entry.get("top_provider"))
    architecture = coerce_mapping(entry.get("architecture"))
    modality = architecture.get("modality")
    reads, arrow, writes = modality.partition("->") if isinstance(modality, str) else ("", "", "")
    stated: dict[str, Any] = {
        "context_tokens": _find_count(_CONTEXT_FIELDS, entry, provider),
        "max_output_tokens": _find_count(_OUTPUT_FIELDS, provider, entry),
        "input_modalities": _find_words("input_modalities", architecture, entry)
        or frozenset(reads.split("+") if arrow else ()),
        "output_modalities": _find_words("output_modalities", architecture, entry)
        or frozenset(writes.split("+") if arrow else ()),
        "supported_parameters": _find_words("supported_parameters", entry)
        or _translate_parameters(_find_words("supported_openai_params", entry)),
    }
    return {fact: value for fact, value in stated.items() if value}


def _translate_parameters(parameters: frozenset[str]) -> frozenset[str]:
    """LiteLLM lists OpenAI's names, of which one differs from OpenRouter's."""
    return parameters | {"reasoning"} if "reasoning_effort" in parameters else parameters


def _find_count(names: tuple[str, ...], *places: Mapping[str, Any]) -> int | None:
    counts = (place.get(name) for place in places for name in names)
    return next((count for count in counts if is_token_count(count)), None)


def _find_words(name: str, *places: Mapping[str, Any]) -> frozenset[str]:
    for place in places:
        value = place.get(name)
        if isinstance(value, list) and value:
            return frozenset(word for word in value if isinstance(word, str))
    return frozenset()


def is_token_count(value: object) -> TypeGuard[int]:
    """Whether `value` can be a number of tokens of a model."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 31
