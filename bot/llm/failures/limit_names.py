"""Finds which of its two names the limit of an answer is refused under. Pure.

See `learnt.py` for what follows from it.
"""

from __future__ import annotations

import re

from bot.llm.failures.facts import ErrorFacts

# The two names of the same limit in chat completions: a server that refuses one takes the other.
LIMIT_NAMES = ("max_tokens", "max_completion_tokens")
# In plain words, with the name that is meant before any other.
_LIMIT_NAME = r"[`'\"]?(max_(?:completion_)?tokens)\b[`'\"]?"
_REFUSED_LIMIT_PATTERN = re.compile(
    rf"^[^\n]{{0,80}}?(?:(?:does not|doesn't) (?:support|take|accept) (?:the )?(?:parameter )?"
    rf"{_LIMIT_NAME}|{_LIMIT_NAME},? (?:is|was) (?:not (?:supported|allowed|permitted|accepted)"
    r"|unsupported|deprecated|unexpected)\b(?! (?:above|below|beyond|over|to|with values?)\b))",
    re.IGNORECASE | re.MULTILINE,
)
# In the words of one server each: LiteLLM, llama.cpp and Gemini, Anthropic, vLLM, and plain ones.
_OTHER_REFUSALS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:does not|doesn't) support (?:the )?param(?:eter)?s?:? ?[{{\[(]?{_LIMIT_NAME}",
        rf"(?:unsupported|unknown|invalid) (?:param|name|keyword argument):? {_LIMIT_NAME}",
        rf"{_LIMIT_NAME}: extra (?:inputs|fields) (?:are )?not permitted",
        rf"'extra_forbidden', 'loc': [(\[]'body', {_LIMIT_NAME}",
        rf"{_LIMIT_NAME} is not a (?:valid|known|supported) (?:parameter|argument|field|property)",
    )
)
_MISSING_LIMIT_PATTERN = re.compile(
    rf"{_LIMIT_NAME}:? (?:is |field )?required"
    rf"|missing (?:required )?(?:parameter|field|argument)s?:? {_LIMIT_NAME}",
    re.IGNORECASE,
)
_MISSING_CODES = {"missing", "missing_required_parameter"}


def find_refused_limit(facts: ErrorFacts) -> str:
    """Return the name of the output limit that the server does not know; "" where it is not that.

    What is missing under one name was sent under the other.
    """
    missing = _MISSING_LIMIT_PATTERN.search(facts.text)
    names = [name for name in (missing.groups() if missing else ()) if name]
    if not _MISSING_CODES.isdisjoint(facts.codes):
        names += [name for name in facts.parameters if name in LIMIT_NAMES]
    if names:
        return next(name for name in LIMIT_NAMES if name != names[0].lower())
    found = (one.search(facts.text) for one in (_REFUSED_LIMIT_PATTERN, *_OTHER_REFUSALS))
    refused = next(filter(None, found), None)
    return next((name.lower() for name in (refused.groups() if refused else ()) if name), "")
