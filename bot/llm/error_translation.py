"""Translates the error responses of a model provider into Easel's errors. Pure.

The provider's own text goes to the logs and the ledger at most, without people's words. See
`failures/` for how a body is read, `errors.py` for the classes and the sentences, and `charges.py`
for what a failure costs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.errors import CleanReason, EaselError, OperatorError, TransientError, UserError
from bot.domain.messages import Message
from bot.llm import errors
from bot.llm.failures.facts import ErrorFacts, coerce_status, read_facts
from bot.llm.failures.kinds import choose_kind, find_status
from bot.llm.failures.lengths import read_lengths
from bot.llm.failures.parameters import (
    RefusedParameter,
    find_largest_output,
    find_refused_parameter,
    get_refusal_message,
)
from bot.llm.failures.reason import clean_reason
from bot.llm.failures.rules import FailureKind
from bot.llm.failures.waits import build_wait_message

# What only the operator can change, and what they read.
_OPERATOR_MESSAGES = {
    FailureKind.NOT_VERIFIED: errors.NOT_VERIFIED_MESSAGE,
    FailureKind.LIMIT_REACHED: errors.LIMIT_REACHED_MESSAGE,
    FailureKind.REGION: errors.REGION_MESSAGE,
    FailureKind.KEY_REJECTED: errors.KEY_REJECTED_MESSAGE,
    FailureKind.NO_ACCESS: errors.ACCESS_DENIED_MESSAGE,
    FailureKind.DATA_POLICY: errors.DATA_POLICY_MESSAGE,
    FailureKind.NOT_OFFERED: errors.MODEL_NOT_OFFERED_MESSAGE,
}
_TRANSIENT_MESSAGES = {
    FailureKind.BUSY: errors.MODEL_BUSY_MESSAGE,
    FailureKind.TIMEOUT: errors.MODEL_TIMEOUT_MESSAGE,
    FailureKind.UNAVAILABLE: errors.MODEL_UNAVAILABLE_MESSAGE,
}
_AFFORDABLE_TOKENS_PATTERN = re.compile(r"can only afford (\d{1,9})|capacity required, (\d{1,9})")


def translate_response(status: int, body: Any, *, retry_after: float | None = None) -> EaselError:
    """Translate a response that is not 200. The error's `code` is the status.

    `body` is the parsed JSON or a short text, None if it is neither. `retry_after` is the value of
    the header `Retry-After` in seconds.
    """
    translated = _translate_facts(read_facts(body), status, retry_after)
    translated.code = str(status)
    return translated


def translate_error(error: Mapping[str, Any]) -> EaselError:
    """Translate the error object in the middle of a stream, or in a response with status 200."""
    translated = _translate_facts(read_facts(error), None, None)
    translated.code = translated.code or str(coerce_status(error.get("code")) or "error")
    return translated


def find_error_status(error: object) -> int | None:
    """Return the HTTP status that an error object names or stands for, None if it has none."""
    return find_status(read_facts(error))


def _translate_facts(
    facts: ErrorFacts, status: int | None, retry_after: float | None
) -> EaselError:
    kind, number = choose_kind(facts, status), status or find_status(facts)
    reason = clean_reason(facts, is_quoting=kind is FailureKind.MODERATED)
    wait = facts.retry_after if retry_after is None else retry_after
    error = _build_error(kind, facts, f"{number or '?'} {reason}".strip(), wait)
    error.reason, error.told = reason or CleanReason(kind.value), facts.text
    return error


def _build_error(
    kind: FailureKind, facts: ErrorFacts, detail: str, retry_after: float | None
) -> EaselError:
    if kind in _OPERATOR_MESSAGES:
        return OperatorError(detail, user_message=_OPERATOR_MESSAGES[kind])
    if kind in _TRANSIENT_MESSAGES:
        message = build_wait_message(retry_after) or _TRANSIENT_MESSAGES[kind]
        return TransientError(detail, user_message=message, retry_after=retry_after)
    if kind in (FailureKind.OUTPUT_TOO_LONG, FailureKind.PARAMETER):
        return _build_parameter_error(kind, facts, detail)
    return _build_content_error(kind, facts, detail)


def _build_content_error(kind: FailureKind, facts: ErrorFacts, detail: str) -> EaselError:
    match kind:
        case FailureKind.NO_CREDIT:
            return errors.InsufficientCredit(detail, affordable_tokens=_find_affordable(facts))
        case FailureKind.MODERATED:
            return _build_moderation_error(facts, detail)
        case FailureKind.CONTEXT_TOO_LONG:
            return errors.ContextTooLong(detail, read_lengths(facts))
        case FailureKind.NO_PICTURE_INPUT | FailureKind.NO_PICTURE_OUTPUT:
            is_input = kind is FailureKind.NO_PICTURE_INPUT
            return errors.PicturesRefused(detail, is_input=is_input)
        case FailureKind.REQUEST_TOO_LARGE:
            return errors.RequestTooLarge(detail)
        case _:
            return _build_plain_error(kind, facts, detail)


def _build_plain_error(kind: FailureKind, facts: ErrorFacts, detail: str) -> EaselError:
    if kind is FailureKind.BAD_SCHEMA:
        return errors.SchemaRefused(detail)
    if kind is FailureKind.BAD_PICTURE:
        return UserError(detail, user_message=errors.UNREADABLE_PICTURE_MESSAGE)
    # A request that does not even fit the provider's schema is our fault, not the person's.
    failure = OperatorError if "zoderror" in facts.codes else UserError
    return failure(detail, user_message=errors.REQUEST_NOT_ACCEPTED_MESSAGE)


def _build_parameter_error(kind: FailureKind, facts: ErrorFacts, detail: str) -> EaselError:
    refused = find_refused_parameter(facts)
    if kind is FailureKind.OUTPUT_TOO_LONG:
        limit = find_largest_output(facts)
        refused = RefusedParameter("max_tokens", "max_tokens", is_value=True, limit=limit)
    message = get_refusal_message(refused)
    if message is None:
        return errors.ExtraParameterRefused(detail, refused)
    return errors.ParameterRefused(detail, refused, user_message=message)


def _build_moderation_error(facts: ErrorFacts, detail: str) -> EaselError:
    words = [_clean_word(reason) for reason in facts.reasons[:5]]
    listed = ", ".join(word for word in words if word)
    return errors.ContentModerated(
        detail,
        user_message=Message(errors.CONTENT_MODERATED_FOR_MESSAGE, reasons=listed)
        if listed
        else errors.CONTENT_MODERATED_MESSAGE,
    )


def _find_affordable(facts: ErrorFacts) -> int | None:
    found = _AFFORDABLE_TOKENS_PATTERN.search(facts.text)
    return int(found[1] or found[2]) if found else None


def _clean_word(value: str) -> str:
    return re.sub(r"[^\w /-]", "", value)[:40].strip()
