"""What goes wrong with a model, as errors with a sentence for the person who asked. Pure.

The provider's own text is for our logs at most; `flagged_input` of a moderation answer quotes the
person and is kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn

from bot.domain.errors import EaselError, OperatorError, TransientError, UserError
from bot.domain.llm import FinishReason, Usage

KEY_REJECTED_MESSAGE = (
    "The model provider does not accept my key. Please tell the person who runs me to check it."
)
NOT_VERIFIED_MESSAGE = (
    "The model provider draws only for verified organisations. Please tell the person who runs me"
    " to verify theirs at platform.openai.com."
)
NO_CREDIT_MESSAGE = (
    "The account that pays for the model is out of credit. Please tell the person who runs me."
)
MODEL_NOT_OFFERED_MESSAGE = (
    "The model I am set to use is not offered with these settings. Please tell the person who"
    " runs me to run `bot check`."
)
CONTENT_MODERATED_MESSAGE = (
    "The model provider's safety check refused this request{reasons}. Please ask in another way."
)
REQUEST_TOO_LARGE_MESSAGE = (
    "That is too much for one request. Please send fewer or smaller pictures."
)
CONVERSATION_TOO_LONG_MESSAGE = (
    "This conversation is too long for the model. Please start a new thread with what matters."
)
REQUEST_NOT_ACCEPTED_MESSAGE = (
    "The model provider did not accept the request. Please ask in another way."
)
UNREADABLE_PICTURE_MESSAGE = (
    "The model could not read one of the pictures. Please send it again as PNG or JPEG."
)
MODEL_BUSY_MESSAGE = "The model is very busy right now. Please ask again in a minute."
MODEL_UNAVAILABLE_MESSAGE = "The model is not available right now. Please ask again in a minute."
PROVIDER_UNREACHABLE_MESSAGE = (
    "I cannot reach the model provider right now. Please ask again in a minute."
)
MODEL_TIMEOUT_MESSAGE = "The model took too long. Please ask again, perhaps for something smaller."
ANSWER_INTERRUPTED_MESSAGE = (
    "The model's answer broke off here. Please ask again if you need the rest."
)
UNREADABLE_ANSWER_MESSAGE = "The model's answer could not be read. Please ask again."
EMPTY_ANSWER_MESSAGE = "The model gave an empty answer. Please ask again, perhaps in other words."
ANSWER_FILTERED_MESSAGE = (
    "The model's safety filter kept back the answer. Please ask in another way."
)


class InsufficientCredit(OperatorError):
    """402. `affordable` is the number of tokens the balance allows, where the provider said."""

    user_message = NO_CREDIT_MESSAGE

    def __init__(self, detail: str, *, affordable_tokens: int | None = None) -> None:
        super().__init__(detail)
        self.affordable_tokens = affordable_tokens


class RequestTooLarge(UserError):
    """413. A smaller request may be taken."""

    user_message = REQUEST_TOO_LARGE_MESSAGE


class ContentModerated(UserError):
    """The provider's moderation refused what was asked."""


class AnswerInterrupted(TransientError):
    """The answer ended before its end."""

    user_message = ANSWER_INTERRUPTED_MESSAGE


class EmptyAnswer(TransientError):
    """Complete, and nothing in it."""

    user_message = EMPTY_ANSWER_MESSAGE


_MODERATION_CODES = {"content_policy_violation", "refusal", "invalid_prompt", "moderation_blocked"}
_MODERATION_CODES |= {"image_content_policy_violation", "bio_policy"}
_LENGTH_CODES = {"context_length_exceeded", "max_tokens_exceeded", "token_limit_exceeded"}
_LENGTH_CODES |= {"string_too_long"}
_PICTURE_CODES = {"invalid_image", "image_too_small", "unsupported_image_format", "image_not_found"}
_PICTURE_CODES |= {"image_download_failed", "invalid_image_format", "invalid_base64_image"}
_PICTURE_CODES |= {"image_parse_error", "unsupported_image_media_type", "empty_image_file"}
_SETUP_MESSAGES = {401: KEY_REJECTED_MESSAGE, 404: MODEL_NOT_OFFERED_MESSAGE}
_TRANSIENT_MESSAGES = {
    408: MODEL_TIMEOUT_MESSAGE,
    504: MODEL_TIMEOUT_MESSAGE,
    524: MODEL_TIMEOUT_MESSAGE,
    429: MODEL_BUSY_MESSAGE,
    529: MODEL_BUSY_MESSAGE,
}
# Refused before anything was produced. After 504 and 524 the provider may have finished.
_UNBILLED_STATUSES = {408, 429, 500, 502, 503, 529}
_AFFORDABLE_TOKENS_PATTERN = re.compile(r"can only afford (\d{1,9})")


def translate_response(status: int, body: Any, *, retry_after: float | None = None) -> EaselError:
    """Translate an answer that is not 200, with its status as the error's `code`.

    `body` is parsed JSON, or None for anything else; `retry_after` is what the header of that name
    said, in seconds.
    """
    error = _translate_response(status, body, retry_after)
    error.code = str(status)
    return error


def _translate_response(status: int, body: Any, retry_after: float | None) -> EaselError:
    outer = _coerce_mapping(body)
    error = _coerce_mapping(outer.get("error"))
    if outer.get("success") is False and "name" in error:
        return OperatorError(
            f"{status}: {_shorten(error.get('name'))}", user_message=REQUEST_NOT_ACCEPTED_MESSAGE
        )
    return translate_error(error, status=status, retry_after=retry_after)


def translate_error(
    error: Mapping[str, Any], *, status: int | None = None, retry_after: float | None = None
) -> EaselError:
    """Translate an error object, of a response or in the middle of a stream."""
    found = _translate_error(error, status, retry_after)
    found.code = found.code or str(_coerce_status(error.get("code")) or "error")
    return found


def _translate_error(
    error: Mapping[str, Any], status: int | None, retry_after: float | None
) -> EaselError:
    metadata = _coerce_mapping(error.get("metadata"))
    code = error.get("code")
    kind = str(metadata.get("error_type") or error.get("error_type") or code or "")
    number = (
        status
        or _coerce_status(error.get("http_status"))
        or _coerce_status(code)
        or _find_status(kind)
    )
    wait = retry_after
    if wait is None:
        wait = coerce_seconds(_coerce_mapping(error.get("availability")).get("retry_after"))
    detail = f"{number or '?'} {_shorten(kind)}: {_shorten(error.get('message'))}"
    message = str(error.get("message") or "")
    if number == 403 and "must be verified" in message:
        return OperatorError(f"{number} not verified", user_message=NOT_VERIFIED_MESSAGE)
    if number == 403 or "moderation_blocked" in str(metadata.get("raw", "")):
        return _translate_forbidden(number, kind, metadata)
    return _translate_kind(number, kind, detail) or _translate_status(
        number or 500, detail, wait, message
    )


def _translate_kind(status: int | None, kind: str, detail: str) -> EaselError | None:
    if kind == "insufficient_quota":
        return InsufficientCredit(detail)
    if kind in _MODERATION_CODES:
        return ContentModerated(
            f"{status} {kind}", user_message=CONTENT_MODERATED_MESSAGE.format(reasons="")
        )
    if kind in _LENGTH_CODES:
        return UserError(detail, user_message=CONVERSATION_TOO_LONG_MESSAGE)
    return (
        UserError(detail, user_message=UNREADABLE_PICTURE_MESSAGE)
        if kind in _PICTURE_CODES
        else None
    )


def _translate_status(
    status: int, detail: str, retry_after: float | None, message: str
) -> EaselError:
    if status == 402:
        afford = _AFFORDABLE_TOKENS_PATTERN.search(message)
        return InsufficientCredit(detail, affordable_tokens=int(afford[1]) if afford else None)
    if status in _SETUP_MESSAGES:
        return OperatorError(detail, user_message=_SETUP_MESSAGES[status])
    if status in _TRANSIENT_MESSAGES or status >= 500:
        return TransientError(
            detail,
            user_message=_TRANSIENT_MESSAGES.get(status, MODEL_UNAVAILABLE_MESSAGE),
            retry_after=retry_after,
            is_unbilled=status in _UNBILLED_STATUSES,
        )
    if status == 413:
        return RequestTooLarge(detail)
    return UserError(detail, user_message=REQUEST_NOT_ACCEPTED_MESSAGE)


def _translate_forbidden(status: int | None, kind: str, metadata: Mapping[str, Any]) -> EaselError:
    reasons = metadata.get("reasons")
    words = [_clean_word(reason) for reason in reasons[:5]] if isinstance(reasons, list) else []
    named = ", ".join(word for word in words if word)
    # Only the kind goes to the log: the message may quote what the person wrote.
    return ContentModerated(
        f"{status} {_shorten(kind)}",
        user_message=CONTENT_MODERATED_MESSAGE.format(reasons=f" ({named})" if named else ""),
    )


def _find_status(kind: str) -> int | None:
    """The status that an error word in a stream stands for."""
    known = {
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
    return known.get(kind)


def raise_empty(finish: str, reason: FinishReason, usage: Usage | None) -> NoReturn:
    """A complete answer with nothing in it. Raises `Moderated` or `EmptyAnswer`."""
    if reason is FinishReason.CONTENT_FILTER:
        raise ContentModerated("content_filter, nothing said", user_message=ANSWER_FILTERED_MESSAGE)
    raise EmptyAnswer(
        f"finish {finish[:40]}, nothing said",
        is_unbilled=usage is not None and not usage.cost and not usage.completion_tokens,
    )


def coerce_seconds(value: object) -> float | None:
    """A waiting time as a number or a numeral, or None for anything else."""
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


def _coerce_mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _clean_word(value: object) -> str:
    return re.sub(r"[^\w /-]", "", str(value))[:40].strip()


def _shorten(value: object) -> str:
    return " ".join(str(value or "").split())[:200]
