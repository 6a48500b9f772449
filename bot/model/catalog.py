"""The provider's catalogue entry of the model, held against what Easel needs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def check_entry(entry: Mapping[str, Any] | None, max_tokens: int) -> list[str]:
    """What is wrong with the model for Easel, one sentence each with what to do."""
    if entry is None:
        return ["not in the provider's catalogue; check EASEL_MODEL"]
    architecture = _mapping(entry.get("architecture"))
    problems = []
    for side, needed in (("input", ("text", "image")), ("output", ("text", "image"))):
        offered = _words(architecture.get(f"{side}_modalities"))
        missing = [word for word in needed if word not in offered]
        if missing:
            problems.append(f"offers no {' or '.join(missing)} {side}; choose another EASEL_MODEL")
    largest = _mapping(entry.get("top_provider")).get("max_completion_tokens")
    if isinstance(largest, int) and largest < max_tokens:
        problems.append(f"writes at most {largest} tokens; lower EASEL_MAX_TOKENS ({max_tokens})")
    expires = entry.get("expiration_date")
    if isinstance(expires, str) and expires:
        problems.append(f"will be switched off on {expires[:10]}; choose another EASEL_MODEL")
    return problems


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _words(value: object) -> Sequence[str]:
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
