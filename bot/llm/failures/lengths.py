"""Reads from a refusal how long a prompt may be and how long it was, in tokens. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.llm.failures.facts import ErrorFacts

_NUMBER = r"(\d[\d,]{0,11})"


def _compile_patterns(*patterns: str) -> tuple[re.Pattern[str], ...]:
    """Compile patterns in which `N` stands for the number to find."""
    return tuple(re.compile(one.replace("N", _NUMBER), re.IGNORECASE) for one in patterns)


_LIMIT_PATTERNS = _compile_patterns(
    r"context (?:length|window|size)(?: is| of|:)? (?:only )?\(?N",
    r"\+ \d+ > N",
    r"> N maximum",
    r"maximum number of tokens(?: allowed)? \(N",
    r"maximum prompt length is N",
    r"\bLimit:? N,? Requested",
    r"(?:limit|maximum)[^\n\d]{0,30} (?:is|of) N",
    r"range of input length should be \[\d+, ?N",
    r"> N\b",
)
_REQUESTED_PATTERNS = _compile_patterns(
    r"requested (?:about |up to )?N",
    r"resulted in N",
    r"(?:too long|token count)[^\n\d]{0,4}N",
    r"requested tokens \(N",
    r"(?:request|prompt|input) \(?N tokens",
    r"\bRequested:? N",
    r"N > \d",
    r"prefill N tokens",
)
_INPUT_PATTERNS = _compile_patterns(
    r"\(N (?:in the messages|in your prompt|of text input|in the input)",
    r"limit: N \+ \d+ >",
    r"(?:too long|token count)[^\n\d]{0,4}N",
    r"resulted in N",
    r"(?:request|prompt|input) \(?N tokens",
    r"N input tokens",
)


@dataclass(frozen=True, slots=True)
class ToldLengths:
    """Tokens, each None where the refusal does not tell: the limit, what was asked for in all, and
    how much of that was input."""

    limit: int | None = None
    requested: int | None = None
    input: int | None = None


def read_lengths(facts: ErrorFacts) -> ToldLengths:
    """Return the lengths that a refusal tells of."""
    input_count = _find(_INPUT_PATTERNS, facts.text) or facts.counts.get("requested")
    requested = _find(_REQUESTED_PATTERNS, facts.text) or input_count
    limit = facts.counts.get("limit") or _find(_LIMIT_PATTERNS, facts.text)
    if limit is not None and limit < 16:
        limit = None
    return ToldLengths(limit, requested, input_count)


def _find(patterns: tuple[re.Pattern[str], ...], text: str) -> int | None:
    for pattern in patterns:
        found = pattern.search(text)
        if found:
            return int(found[1].replace(",", ""))
    return None
