"""Tells which failure a refusal is: from its codes and words, else from its HTTP status. Pure.

See `rules.py` for the words, and `bot/llm/error_translation.py` for what the person reads.
"""

from __future__ import annotations

from bot.llm.failures.extras import find_named_extra, find_refused_extra
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
    known_status = status or find_status(facts)
    number, kind = known_status or 500, _find_ruled_kind(facts, known_status)
    if kind is not FailureKind.MODERATED and 400 <= number < 500 and find_named_extra(facts):
        # `string_above_max_length`, for example, is a long text only where it names no parameter.
        return FailureKind.PARAMETER
    if kind is not None:
        return kind
    is_extra = number in (400, 403, 422) and find_refused_extra(facts) != ""
    if is_extra or _is_parameter_named(facts, number):
        return FailureKind.PARAMETER
    # OpenRouter's documentation has 403 for moderation; only a body of its kind names the status.
    if number == 403 and facts.status == 403:
        return FailureKind.MODERATED
    unknown = FailureKind.UNAVAILABLE if number >= 500 else FailureKind.NOT_ACCEPTED
    return _KIND_BY_STATUS.get(number, unknown)


def _find_ruled_kind(facts: ErrorFacts, status: int | None) -> FailureKind | None:
    if facts.is_flagged:
        return FailureKind.MODERATED
    return next((rule.kind for rule in RULES if rule.is_met(facts, status)), None)


def _is_parameter_named(facts: ErrorFacts, status: int) -> bool:
    """Whether the refusal is about an option of ours, or the limit, though no code says so."""
    if status in (400, 422) and (is_option_named(facts) or find_refused_limit(facts)):
        return True
    return "invalid_value" in facts.codes and bool(find_refused_parameter(facts).option)


def find_status(facts: ErrorFacts) -> int | None:
    """Return the HTTP status that a refusal names or stands for, None if it has none."""
    known = (STATUS_BY_CODE[code] for code in facts.codes if code in STATUS_BY_CODE)
    return facts.status or next(known, None)
