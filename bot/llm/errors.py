"""What goes wrong with a model, as errors with a sentence for the person who asked. Pure.

The provider's own text is for our logs at most; `flagged_input` of a moderation answer quotes the
person and is kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn

from bot.domain.errors import EaselError, GiveUp, TellPerson, TryLater
from bot.domain.llm import Finish, Usage

KEY_REFUSED = (
    "The model provider does not accept my key. Please tell the person who runs me to check it."
)
NOT_VERIFIED = (
    "The model provider draws only for verified organisations. Please tell the person who runs me"
    " to verify theirs at platform.openai.com."
)
NO_CREDIT = (
    "The account that pays for the model is out of credit. Please tell the person who runs me."
)
NOT_OFFERED = (
    "The model I am set to use is not offered with these settings. Please tell the person who"
    " runs me to run `bot check`."
)
MODERATED = (
    "The model provider's safety check refused this request{reasons}. Please ask in another way."
)
TOO_LARGE = "That is too much for one request. Please send fewer or smaller pictures."
TOO_LONG = (
    "This conversation is too long for the model. Please start a new thread with what matters."
)
NOT_UNDERSTOOD = "The model provider did not accept the request. Please ask in another way."
BAD_PICTURE = "The model could not read one of the pictures. Please send it again as PNG or JPEG."
BUSY = "The model is very busy right now. Please ask again in a minute."
AWAY = "The model is not available right now. Please ask again in a minute."
UNREACHABLE = "I cannot reach the model provider right now. Please ask again in a minute."
SLOW = "The model took too long. Please ask again, perhaps for something smaller."
BROKEN_OFF = "The model's answer broke off here. Please ask again if you need the rest."
GARBLED = "The model's answer could not be read. Please ask again."
EMPTY = "The model gave an empty answer. Please ask again, perhaps in other words."
FILTERED = "The model's safety filter kept back the answer. Please ask in another way."


class OutOfCredit(GiveUp):
    """402. `affordable` is the number of tokens the balance allows, where the provider said."""

    said = NO_CREDIT

    def __init__(self, detail: str, *, affordable: int | None = None) -> None:
        super().__init__(detail)
        self.affordable = affordable


class TooLarge(TellPerson):
    """413. A smaller request may be taken."""

    said = TOO_LARGE


class Moderated(TellPerson):
    """The provider's moderation refused what was asked."""


class BrokenOff(TryLater):
    """The answer ended before its end."""

    said = BROKEN_OFF


class EmptyAnswer(TryLater):
    """Complete, and nothing in it."""

    said = EMPTY


_CONTENT = {"content_policy_violation", "refusal", "invalid_prompt", "moderation_blocked"}
_CONTENT |= {"image_content_policy_violation", "bio_policy"}
_LENGTH = {"context_length_exceeded", "max_tokens_exceeded", "token_limit_exceeded"}
_LENGTH |= {"string_too_long"}
_PICTURE = {"invalid_image", "image_too_small", "unsupported_image_format", "image_not_found"}
_PICTURE |= {"image_download_failed", "invalid_image_format", "invalid_base64_image"}
_PICTURE |= {"image_parse_error", "unsupported_image_media_type", "empty_image_file"}
_BROKEN_SETUP = {401: KEY_REFUSED, 404: NOT_OFFERED}
_PASSING = {408: SLOW, 504: SLOW, 524: SLOW, 429: BUSY, 529: BUSY}
# Refused before anything was produced. After 504 and 524 the provider may have finished.
_UNBILLED = {408, 429, 500, 502, 503, 529}
_AFFORD = re.compile(r"can only afford (\d{1,9})")


def from_response(status: int, body: Any, *, retry_after: float | None = None) -> EaselError:
    """Translate an answer that is not 200, with its status as the error's `code`.

    `body` is parsed JSON, or None for anything else; `retry_after` is what the header of that name
    said, in seconds.
    """
    error = _from_response(status, body, retry_after)
    error.code = str(status)
    return error


def _from_response(status: int, body: Any, retry_after: float | None) -> EaselError:
    outer = _mapping(body)
    error = _mapping(outer.get("error"))
    if outer.get("success") is False and "name" in error:
        return GiveUp(f"{status}: {_short(error.get('name'))}", said=NOT_UNDERSTOOD)
    return from_error(error, status=status, retry_after=retry_after)


def from_error(
    error: Mapping[str, Any], *, status: int | None = None, retry_after: float | None = None
) -> EaselError:
    """Translate an error object, of a response or in the middle of a stream."""
    found = _from_error(error, status, retry_after)
    found.code = found.code or str(_number(error.get("code")) or "error")
    return found


def _from_error(
    error: Mapping[str, Any], status: int | None, retry_after: float | None
) -> EaselError:
    metadata = _mapping(error.get("metadata"))
    code = error.get("code")
    kind = str(metadata.get("error_type") or error.get("error_type") or code or "")
    number = status or _number(error.get("http_status")) or _number(code) or _by_kind(kind)
    wait = retry_after
    if wait is None:
        wait = seconds(_mapping(error.get("availability")).get("retry_after"))
    detail = f"{number or '?'} {_short(kind)}: {_short(error.get('message'))}"
    message = str(error.get("message") or "")
    if number == 403 and "must be verified" in message:
        return GiveUp(f"{number} not verified", said=NOT_VERIFIED)
    if number == 403 or "moderation_blocked" in str(metadata.get("raw", "")):
        return _forbidden(number, kind, metadata)
    return _by_word(number, kind, detail) or _by_status(number or 500, detail, wait, message)


def _by_word(number: int | None, kind: str, detail: str) -> EaselError | None:
    if kind == "insufficient_quota":
        return OutOfCredit(detail)
    if kind in _CONTENT:
        return Moderated(f"{number} {kind}", said=MODERATED.format(reasons=""))
    if kind in _LENGTH:
        return TellPerson(detail, said=TOO_LONG)
    return TellPerson(detail, said=BAD_PICTURE) if kind in _PICTURE else None


def _by_status(status: int, detail: str, wait: float | None, message: str) -> EaselError:
    if status == 402:
        afford = _AFFORD.search(message)
        return OutOfCredit(detail, affordable=int(afford[1]) if afford else None)
    if status in _BROKEN_SETUP:
        return GiveUp(detail, said=_BROKEN_SETUP[status])
    if status in _PASSING or status >= 500:
        return TryLater(
            detail,
            said=_PASSING.get(status, AWAY),
            retry_after=wait,
            unbilled=status in _UNBILLED,
        )
    if status == 413:
        return TooLarge(detail)
    return TellPerson(detail, said=NOT_UNDERSTOOD)


def _forbidden(status: int | None, kind: str, metadata: Mapping[str, Any]) -> EaselError:
    reasons = metadata.get("reasons")
    words = [_plain_word(reason) for reason in reasons[:5]] if isinstance(reasons, list) else []
    named = ", ".join(word for word in words if word)
    # Only the kind goes to the log: the message may quote what the person wrote.
    return Moderated(
        f"{status} {_short(kind)}",
        said=MODERATED.format(reasons=f" ({named})" if named else ""),
    )


def _by_kind(kind: str) -> int | None:
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


def raise_empty(finish: str, reason: Finish, usage: Usage | None) -> NoReturn:
    """A complete answer with nothing in it. Raises `Moderated` or `EmptyAnswer`."""
    if reason is Finish.CONTENT_FILTER:
        raise Moderated("content_filter, nothing said", said=FILTERED)
    raise EmptyAnswer(
        f"finish {finish[:40]}, nothing said",
        unbilled=usage is not None and not usage.cost and not usage.completion_tokens,
    )


def seconds(value: object) -> float | None:
    """A waiting time as a number or a numeral, or None for anything else."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number < 1e6 else None


def _number(value: object) -> int | None:
    try:
        number = int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 400 <= number < 600 else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _plain_word(value: object) -> str:
    return re.sub(r"[^\w /-]", "", str(value))[:40].strip()


def _short(value: object) -> str:
    return " ".join(str(value or "").split())[:200]
