"""Finds which parameter is refused that no option carries, whatever is wrong with it. Pure.

Without one of these a request is as good, so it is left out: `prompt_cache_retention: 24h`, for
example, where an organisation keeps nothing. What bounds the cost, and who keeps the words, is none
of them. In a sentence only the name counts that is refused there: others may be listed after it, or
be of a schema.
"""

from __future__ import annotations

import re

from bot.llm.failures.facts import ErrorFacts

_CACHE_DAY = "prompt_cache_retention"
_EXTRAS = (_CACHE_DAY, "prompt_cache_key", "safety_identifier", "stream_options", "session_id")
_EXTRA_PATTERN = re.compile(rf"\b({'|'.join(_EXTRAS)})\b")
_NAME = rf"[`'\"]?({'|'.join(_EXTRAS)})\b[`'\"]?"
_KIND = r"(?:param(?:eter)?|(?:keyword )?argument|field|key|name|option|property)"
_REFUSED_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:unknown|unsupported|unrecognized|unexpected|invalid)(?: request)?(?: value(?: for)?)?"
        rf"(?: {_KIND}s?(?:\(s\))?(?: supplied| in object)?)?:? [\[{{(]?{_NAME}",
        rf"(?:does not|doesn't|do not|don't|cannot) (?:support|take|accept|allow|use) (?:the )?"
        rf"(?:{_KIND}s?:? )?[\[{{(]?{_NAME}",
        rf"{_NAME}(?: {_KIND}| ?[=:]? ?[`'\"]?24h[`'\"]?)?,?:? (?:(?:is|was) (?:not\b(?! only\b)"
        rf"|unsupported|unknown|deprecated|unexpected|invalid)|cannot|can't|may not|must|should"
        rf"|isn't|extra (?:inputs|fields) (?:are )?not|unsupported|string too long)",
        rf"'extra_forbidden', 'loc': [(\[]'body', {_NAME}",
        rf"properties are not allowed \({_NAME}",
    )
)
# How OpenAI's documentation calls what the parameter asks for.
_CACHE_DAY_PATTERN = re.compile(
    r"(?:\bnot\b|cannot|n't\b)[^\n]{0,60}extended prompt cach"
    r"|extended prompt cach[^\n]{0,60}(?:\bnot\b|cannot|n't\b|unavailable|unsupported|disabled)",
    re.IGNORECASE,
)
# A person whom the provider has shut out is not made another one.
_SHUT_OUT_PATTERN = re.compile(r"block|violat|suspend|abus|flagged|banned", re.IGNORECASE)


def find_named_extra(facts: ErrorFacts) -> str:
    """Return which of these the refusal names in a field of its own; "" for none."""
    found = next(filter(None, map(_EXTRA_PATTERN.search, facts.parameters)), None)
    return "" if found is None or _SHUT_OUT_PATTERN.search(facts.text) else found[1]


def find_refused_extra(facts: ErrorFacts) -> str:
    """Return the name of the parameter; "" where it is none of these.

    Where the refusal names another one, its sentence may list all that there are.
    """
    if facts.parameters or _SHUT_OUT_PATTERN.search(facts.text):
        return find_named_extra(facts)
    found = next(filter(None, (one.search(facts.text) for one in _REFUSED_PATTERNS)), None)
    if found is not None:
        return found[1].lower()
    return _CACHE_DAY if _CACHE_DAY_PATTERN.search(facts.text) else ""
