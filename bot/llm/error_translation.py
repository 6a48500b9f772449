"""Translates the error responses of a model provider into Easel's errors. Pure.

The provider's own text goes to the logs at most. `flagged_input` of a moderation response quotes
the person and is stored nowhere. See `errors.py` for the classes and the sentences, and
`charges.py` for what a failure costs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.errors import EaselError, OperatorError, TransientError, UserError
from bot.domain.messages import Message
from bot.llm import errors
from bot.llm.streaming.payloads import coerce_mapping

# The providers' error words that matter whatever the status.
_MODERATION_CODES = {
    "bio_policy",
    "content_policy_violation",
    "image_content_policy_violation",
    "invalid_prompt",
    "moderation_blocked",
    "refusal",
}
_LENGTH_CODES = {
    "context_length_exceeded",
    "max_tokens_exceeded",
    "string_too_long",
    "token_limit_exceeded",
}
_PICTURE_CODES = {
    "empty_image_file",
    "image_download_failed",
    "image_not_found",
    "image_parse_error",
    "image_too_small",
    "invalid_base64_image",
    "invalid_image",
    "invalid_image_format",
    "unsupported_image_format",
    "unsupported_image_media_type",
}
# The status that an error word in a stream means.
_STATUS_BY_CODE = {
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
}
_SETUP_MESSAGES = {401: errors.KEY_REJECTED_MESSAGE, 404: errors.MODEL_NOT_OFFERED_MESSAGE}
_TRANSIENT_MESSAGES = {
    408: errors.MODEL_TIMEOUT_MESSAGE,
    504: errors.MODEL_TIMEOUT_MESSAGE,
    524: errors.MODEL_TIMEOUT_MESSAGE,
    429: errors.MODEL_BUSY_MESSAGE,
    529: errors.MODEL_BUSY_MESSAGE,
}
_AFFORDABLE_TOKENS_PATTERN = re.compile(r"can only afford (\d{1,9})")


def translate_response(status: int, body: Any, *, retry_after: float | None = None) -> EaselError:
    """Translate a response that is not 200. The error's `code` is the status.

    `body` is the parsed JSON, None if it is not JSON. `retry_after` is the value of the header
    `Retry-After` in seconds.
    """
    outer = coerce_mapping(body)
    error = coerce_mapping(outer.get("error"))
    translated: EaselError
    if outer.get("success") is False and "name" in error:
        translated = OperatorError(
            f"{status}: {_shorten(error.get('name'))}",
            user_message=errors.REQUEST_NOT_ACCEPTED_MESSAGE,
        )
    else:
        translated = translate_error(error, status=status, retry_after=retry_after)
    translated.code = str(status)
    return translated


def translate_error(
    error: Mapping[str, Any], *, status: int | None = None, retry_after: float | None = None
) -> EaselError:
    """Translate the error object of a response, or one in the middle of a stream."""
    translated = _translate_error(error, status, retry_after)
    translated.code = translated.code or str(_coerce_status(error.get("code")) or "error")
    return translated


def find_status(error: Mapping[str, Any]) -> int | None:
    """Return the HTTP status that an error object names or stands for, None if it has none."""
    return (
        _coerce_status(error.get("http_status"))
        or _coerce_status(error.get("code"))
        or _STATUS_BY_CODE.get(_read_kind(error))
    )


def _read_kind(error: Mapping[str, Any]) -> str:
    metadata = coerce_mapping(error.get("metadata"))
    return str(metadata.get("error_type") or error.get("error_type") or error.get("code") or "")


def _translate_error(
    error: Mapping[str, Any], status: int | None, retry_after: float | None
) -> EaselError:
    metadata = coerce_mapping(error.get("metadata"))
    kind = _read_kind(error)
    number = status or find_status(error)
    wait = retry_after
    if wait is None:
        wait = coerce_seconds(coerce_mapping(error.get("availability")).get("retry_after"))
    detail = f"{number or '?'} {_shorten(kind)}: {_shorten(error.get('message'))}"
    message = str(error.get("message") or "")
    if number == 403 and "must be verified" in message:
        return OperatorError(f"{number} not verified", user_message=errors.NOT_VERIFIED_MESSAGE)
    if number == 403 or "moderation_blocked" in str(metadata.get("raw", "")):
        return _translate_forbidden(number, kind, metadata)
    return _translate_kind(number, kind, detail) or _translate_status(
        number or 500, detail, wait, message
    )


def _translate_kind(status: int | None, kind: str, detail: str) -> EaselError | None:
    if kind == "insufficient_quota":
        return errors.InsufficientCredit(detail)
    if kind in _MODERATION_CODES:
        return errors.ContentModerated(
            f"{status} {kind}", user_message=errors.CONTENT_MODERATED_MESSAGE
        )
    if kind in _LENGTH_CODES:
        return UserError(detail, user_message=errors.CONVERSATION_TOO_LONG_MESSAGE)
    if kind in _PICTURE_CODES:
        return UserError(detail, user_message=errors.UNREADABLE_PICTURE_MESSAGE)
    return None


def _translate_status(
    status: int, detail: str, retry_after: float | None, message: str
) -> EaselError:
    if status == 402:
        found = _AFFORDABLE_TOKENS_PATTERN.search(message)
        return errors.InsufficientCredit(detail, affordable_tokens=int(found[1]) if found else None)
    if status in _SETUP_MESSAGES:
        return OperatorError(detail, user_message=_SETUP_MESSAGES[status])
    if status in _TRANSIENT_MESSAGES or status >= 500:
        return TransientError(
            detail,
            user_message=_TRANSIENT_MESSAGES.get(status, errors.MODEL_UNAVAILABLE_MESSAGE),
            retry_after=retry_after,
        )
    if status == 413:
        return errors.RequestTooLarge(detail)
    return UserError(detail, user_message=errors.REQUEST_NOT_ACCEPTED_MESSAGE)


def _translate_forbidden(status: int | None, kind: str, metadata: Mapping[str, Any]) -> EaselError:
    reasons = metadata.get("reasons")
    words = [_clean_word(reason) for reason in reasons[:5]] if isinstance(reasons, list) else []
    listed = ", ".join(word for word in words if word)
    # Only the kind goes to the log: the provider's message may quote what the person wrote.
    return errors.ContentModerated(
        f"{status} {_shorten(kind)}",
        user_message=Message(errors.CONTENT_MODERATED_FOR_MESSAGE, reasons=listed)
        if listed
        else errors.CONTENT_MODERATED_MESSAGE,
    )


def coerce_seconds(value: object) -> float | None:
    """Return a waiting time given as a number or a numeral; None for anything else."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number < 1e6 else None


def _coerce_status(value: object) -> int | None:
    try:
        number = int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 400 <= number < 600 else None


def _clean_word(value: object) -> str:
    return re.sub(r"[^\w /-]", "", str(value))[:40].strip()


def _shorten(value: object) -> str:
    return " ".join(str(value or "").split())[:200]
