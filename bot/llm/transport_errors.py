"""Translates failures of HTTP connections into Easel's errors. See `charges.py` for their cost."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx

from bot.domain.errors import EaselError, MachineShort, OperatorError, TransientError
from bot.llm import errors
from bot.llm.charges import is_transport_failure_free
from bot.observability.shortages import is_shortage, name_shortage


@contextmanager
def translate_failures() -> Iterator[None]:
    """Raise what a request or its deadline raises inside the block as an `EaselError`."""
    try:
        yield
    except httpx.RequestError as error:
        raise translate_transport_error(error) from error
    except TimeoutError as error:
        timeout = TransientError("past the deadline", user_message=errors.MODEL_TIMEOUT_MESSAGE)
        timeout.code = "deadline"
        raise timeout from error
    except OSError as error:
        # httpx loads what it connects with at the first request.
        if not is_shortage(error):
            raise
        raise _build_shortage(error) from error


def build_request(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes | None = None,
) -> httpx.Request:
    """Build a request. Raises `OperatorError` for an address or a header that cannot be sent."""
    try:
        return http.build_request(method, url, headers=dict(headers), content=content)
    except (httpx.InvalidURL, ValueError) as error:
        unsent = OperatorError("the address or the key cannot be sent")
        unsent.code, unsent.is_unbilled = type(error).__name__, True
        raise unsent from error


def translate_transport_error(error: httpx.RequestError) -> EaselError:
    """Translate a request that failed. The error's `code` is the name of httpx's error."""
    name = type(error).__name__
    translated = _translate(error, name)
    translated.code = name
    translated.is_unbilled = is_transport_failure_free(name)
    return translated


def _translate(error: httpx.RequestError, name: str) -> EaselError:
    if isinstance(error, httpx.ConnectError) and is_shortage(error):
        return _build_shortage(error)
    if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
        return TransientError(
            f"{name}: the connection was silent for too long",
            user_message=errors.MODEL_TIMEOUT_MESSAGE,
        )
    if isinstance(error, httpx.DecodingError):
        return errors.AnswerInterrupted(name, user_message=errors.UNREADABLE_ANSWER_MESSAGE)
    if isinstance(error, httpx.ReadError | httpx.RemoteProtocolError | httpx.WriteError):
        # The request may have arrived before the connection broke.
        return errors.AnswerInterrupted(f"{name}: the connection broke")
    if isinstance(error.__cause__, ssl.SSLCertVerificationError):
        return OperatorError(
            f"{name}: no trusted certificate", user_message=errors.PROVIDER_UNREACHABLE_MESSAGE
        )
    return TransientError(
        f"{name}: no connection", user_message=errors.PROVIDER_UNREACHABLE_MESSAGE
    )


def _build_shortage(error: Exception) -> MachineShort:
    short = MachineShort(name_shortage(error), is_unbilled=True)
    short.code = name_shortage(error)
    return short
