"""Tells which failure a refusal is: from its codes and words, else from its HTTP status. Pure.

See `rules.py` for the words, and `bot/llm/error_translation.py` for what the person reads.
"""

from __future__ import annotations

from bot.llm.failures.extras import find_refused_extra
from bot.llm.failures.facts import ErrorFacts
from bot.llm.failures.limit_names import find_refused_limit
from bot.llm.failures.parameters import find_refused_parameter, is_option_named
from bot.llm.failures.rules import RULES, FailureKind

_KIND_BY_STATUS = {
    401: FailureKind.KEY_REJECTED,
    402: FailureKind.NO_CREDIT,
    403: FailureKind.NO_ACCESS,
    404: FailureKind.NOT_OFFERED,
    405: FailureKind.NOT_OFFERED,
    408: FailureKind.TIMEOUT,
    409: FailureKind.UNAVAILABLE,
    410: FailureKind.NOT_OFFERED,
    413: FailureKind.REQUEST_TOO_LARGE,
    425: FailureKind.BUSY,
    429: FailureKind.BUSY,
    499: FailureKind.UNAVAILABLE,  # of gateways: it was cancelled on the way
    504: FailureKind.TIMEOUT,
    524: FailureKind.TIMEOUT,
    529: FailureKind.BUSY,
}
# The status that an error word in a stream means.
STATUS_BY_CODE = {
    "rate_limit_exceeded": 429,
    "provider_overloaded": 529,
    "provider_unavailable": 502,
    "payment_required": 402,
    "authentication": 401,
    "permission_denied": 403,
    "not_found": 404,
    "payload_too_large": 413,
    "image_too_large": 413,
    "image_file_too_large": 413,
    "invalid_api_key": 401,
    "model_not_found": 404,
    "server_error": 500,
    "timeout": 408,
    "invalid_request": 400,
    "invalid_request_error": 400,
    "bad_request": 400,
    "overloaded_error": 529,
    "not_found_error": 404,
    "permission_error": 403,
    "authentication_error": 401,
}


def choose_kind(facts: ErrorFacts, status: int | None) -> FailureKind:
    """Return what a refusal with `status` is about; 500 where no status is known."""
    if facts.is_flagged:
        return FailureKind.MODERATED
    known_status = status or find_status(facts)
    for rule in RULES:
        if rule.is_met(facts, known_status):
            return rule.kind
    number = known_status or 500
    # OpenRouter's documentation has 403 for moderation; only a body of its kind names the status.
    if number == 403 and facts.status == 403:
        return FailureKind.MODERATED
    is_named = number in (400, 422) and (
        is_option_named(facts) or find_refused_limit(facts) != "" or find_refused_extra(facts) != ""
    )
    if is_named or ("invalid_value" in facts.codes and find_refused_parameter(facts).option):
        return FailureKind.PARAMETER
    if number in _KIND_BY_STATUS:
        return _KIND_BY_STATUS[number]
    return FailureKind.UNAVAILABLE if number >= 500 else FailureKind.NOT_ACCEPTED


def find_status(facts: ErrorFacts) -> int | None:
    """Return the HTTP status that a refusal names or stands for, None if it has none."""
    known = (STATUS_BY_CODE[code] for code in facts.codes if code in STATUS_BY_CODE)
    return facts.status or next(known, None)
