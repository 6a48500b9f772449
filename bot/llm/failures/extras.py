"""Finds which parameter is refused that no option carries, whatever is wrong with it. Pure.

Without one of these a request is as good, so it is left out: `prompt_cache_retention: 24h`, for
example, where an organisation keeps nothing. What bounds the cost, and who keeps the words, is none
of them.
"""

from __future__ import annotations

import re

from bot.llm.failures.facts import ErrorFacts

_EXTRAS = (
    "prompt_cache_retention",
    "prompt_cache_key",
    "safety_identifier",
    "stream_options",
    "session_id",
)
_EXTRA_PATTERN = re.compile(rf"\b({'|'.join(_EXTRAS)})\b")


def find_refused_extra(facts: ErrorFacts) -> str:
    """Return the name of the parameter; "" where it is none of these.

    Where the refusal names another one, its sentence may list all that there are.
    """
    named = facts.parameters or [facts.text]
    found = next(filter(None, map(_EXTRA_PATTERN.search, named)), None)
    return "" if found is None else found[1]
