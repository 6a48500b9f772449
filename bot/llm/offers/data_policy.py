"""Which of OpenRouter's providers may be sent what people write: `EASEL_DATA_POLICY`. Pure.

OpenRouter calls it provider preferences (openrouter.ai/docs, "Provider routing"). See
`endpoints.py` for which providers a model has left under it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.safe_text import redact_secrets, reveal_invisible

_HOW = "data_collection=deny zdr only=azure,openai ignore=deepinfra order=azure,openai"
_COLLECTION = ("allow", "deny")
_LISTS = ("only", "ignore", "order")
_WORDS = ("data_collection", "zdr", *_LISTS)
# `azure`, `google-vertex`, and one endpoint of a provider: `deepinfra/fp8`.
_SLUG_PATTERN = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}(?:/[a-z0-9][a-z0-9._-]{0,63})?")
_MAX_CHARS = 2_000
_MAX_SHOWN_CHARS = 60


@dataclass(frozen=True, slots=True)
class DataPolicy:
    """What a provider must be, to be asked.

    `data_collection` is `allow`, `deny`, or "" where OpenRouter's account decides. `zdr`: only
    those that keep nothing; None where the account decides. The others are slugs of providers.
    """

    data_collection: str = ""
    zdr: bool | None = None
    only: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    order: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != ANY_PROVIDER

    def build_preferences(self) -> dict[str, Any]:
        """Return the field `provider` of a request; empty where nothing is set."""
        values: dict[str, Any] = {
            "data_collection": self.data_collection or None,
            "zdr": self.zdr,
            **{name: list(getattr(self, name)) or None for name in _LISTS},
        }
        return {name: value for name, value in values.items() if value is not None}

    def __str__(self) -> str:
        """Return the policy in the form in which it is set; "" where nothing is."""
        lists = [(name, ",".join(getattr(self, name))) for name in _LISTS]
        words = [("data_collection", self.data_collection)]
        if self.zdr is not None:
            words.append(("zdr", "true" if self.zdr else "false"))
        return " ".join(f"{name}={value}" for name, value in words + lists if value)


ANY_PROVIDER = DataPolicy()


def parse_data_policy(text: str) -> DataPolicy:
    """Parse `EASEL_DATA_POLICY`, whose words and slugs have no capitals, however they are typed;
    or the same as JSON, as OpenRouter's documentation writes it.

    Raises `ValueError` with what is wrong and what is right.
    """
    if len(text) > _MAX_CHARS:
        raise ValueError(f"it is longer than {_MAX_CHARS} characters; {_explain()}")
    given = _read_json(text) if text.strip().startswith("{") else _read_words(text)
    lists = {name: _parse_slugs(name, given[name]) for name in _LISTS if name in given}
    policy = DataPolicy(_parse_collection(given), _parse_zdr(given), **lists)
    _check_conflicts(policy)
    return policy


def _read_words(text: str) -> dict[str, str]:
    parts = re.sub(r"\s*([,=])\s*", r"\1", text.lower()).split()
    pairs: list[tuple[str, str]] = []
    for part in parts:
        name, sign, value = part.partition("=")
        pairs.append((name, "true" if name == "zdr" and not sign else value))
    return dict(_check_names(pairs))


def _read_json(text: str) -> dict[str, str]:
    """Return the values of an object of provider preferences as they are in words: null is not set,
    as at OpenRouter."""
    try:
        pairs = json.loads(text, object_pairs_hook=_check_names)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError(f"this is no JSON; {_explain()}") from None
    return {name: _read_value(name, value) for name, value in pairs if value is not None}


def _check_names(pairs: Sequence[tuple[str, Any]]) -> Sequence[tuple[str, Any]]:
    for place, (name, _) in enumerate(pairs):
        if name not in _WORDS:
            raise ValueError(f"“{_reveal(name)}” is none of its words; {_explain()}")
        if name in [earlier for earlier, _ in pairs[:place]]:
            raise ValueError(f"{name} is there twice")
    return pairs


def _read_value(name: str, value: Any) -> str:
    if name == "zdr" and isinstance(value, bool):
        return "true" if value else "false"
    if name == "data_collection" and isinstance(value, str):
        return value.lower()
    if name in _LISTS and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ",".join(value).lower()
    right = {"zdr": "true or false", "data_collection": '"deny" or "allow"'}
    raise ValueError(f"{name} takes {right.get(name, 'a list of strings')} in JSON; {_explain()}")


def _explain() -> str:
    return f"give some of {_HOW}, with spaces between them and commas within a list"


def _reveal(text: str) -> str:
    return reveal_invisible(text, _MAX_SHOWN_CHARS)


def _parse_collection(given: Mapping[str, str]) -> str:
    value = given.get("data_collection")
    if value is not None and value not in _COLLECTION:
        raise ValueError(
            f"give data_collection=deny or data_collection=allow, not “{_reveal(value)}”"
        )
    return value or ""


def _parse_zdr(given: Mapping[str, str]) -> bool | None:
    value = given.get("zdr")
    if value is not None and value not in ("true", "false"):
        raise ValueError(f"give zdr, zdr=true or zdr=false, not “{_reveal(value)}”")
    return None if value is None else value == "true"


def _parse_slugs(name: str, value: str) -> tuple[str, ...]:
    """Split a list of providers."""
    slugs = tuple(value.split(","))
    # A word of the policy is in the place of a slug where that was forgotten: `ignore= zdr`.
    # So may a key be, which would go to the provider with each request.
    wrong = [
        slug
        for slug in slugs
        if slug in _WORDS or not _SLUG_PATTERN.fullmatch(slug) or redact_secrets(slug) != slug
    ]
    if wrong:
        raise ValueError(
            f"{name}={_reveal(value)}: “{_reveal(wrong[0])}” is no provider; give slugs as at"
            f" openrouter.ai/providers, with commas: {name}=azure,openai"
        )
    return tuple(dict.fromkeys(slugs))


def _check_conflicts(policy: DataPolicy) -> None:
    """Raise `ValueError` for lists that contradict each other."""
    for slug in (*policy.only, *policy.order):
        if any(_is_covered(slug, ignored) for ignored in policy.ignore):
            name = "only" if slug in policy.only else "order"
            raise ValueError(f"{slug} is both in {name} and in ignore")
    for slug in policy.order:
        if policy.only and not any(
            _is_covered(slug, allowed) or _is_covered(allowed, slug) for allowed in policy.only
        ):
            raise ValueError(f"{slug} is in order, and only leaves it out")


def _is_covered(slug: str, other: str) -> bool:
    """Whether `other` is `slug`, or the whole provider of which `slug` is an endpoint."""
    return slug == other or slug.startswith(f"{other}/")
