"""Reads what a provider sends instead of an event stream: the error, and what is known of its cost.

See `error_translation.py` for the errors, and `charges.py` for which of them are free.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, TypeVar

import httpx
import structlog

from bot.domain.errors import EaselError, OperatorError
from bot.domain.llm import RequestLost, RequestRejected, Usage
from bot.llm import errors
from bot.llm.charges import is_refusal_free, is_stream_failure_free
from bot.llm.error_translation import find_error_status, translate_error, translate_response
from bot.llm.failures.facts import coerce_seconds
from bot.llm.protocol import Codec, Reader
from bot.llm.streaming.bodies import iterate_pieces
from bot.llm.streaming.payloads import coerce_mapping

log = structlog.get_logger(__name__)
_T = TypeVar("_T")
_MAX_ERROR_BYTES = 64 * 1024
_MAX_READ_SECONDS = 10.0
# A refusal in plain text is a sentence; anything longer is a page.
_MAX_TEXT_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request without an answer: its error, its generation and its usage, where those came."""

    error: EaselError
    generation_id: str = ""
    usage: Usage | None = None

    def build_event(self, provider: str, model: str) -> RequestRejected | RequestLost:
        """Build the event that tells whether the request may have been charged."""
        code = self.error.recorded_code
        if self.error.is_unbilled:
            return RequestRejected(provider, model, code, self.error.reason)
        return RequestLost(provider, model, code, self.generation_id, self.usage, self.error.reason)


def is_event_stream(response: httpx.Response) -> bool:
    """Whether `response` is the beginning of an answer."""
    mimetype = response.headers.get("content-type", "").lower()
    return response.is_success and "text/event-stream" in mimetype


async def read_refusal(response: httpx.Response, codec: Codec) -> Refusal:
    """Read a response that is not an event stream, whatever its status."""
    raw = await _read_body(response)
    body, status = _parse_body(raw), response.status_code
    # Such a body may tell the same of the request as a payload of a stream.
    payload = raw if isinstance(body, dict) else b""
    reader = _read_or(partial(_read_payload, payload, codec), codec.build_reader, at="payload")
    error = _translate(status, body, response.headers.get("retry-after"))
    usage = reader.usage
    if response.is_success:
        told = coerce_mapping(body).get("error")
        error.is_unbilled = bool(told) and is_stream_failure_free(
            find_error_status(told),
            usage,
            has_output=reader.has_output,
            is_insured=codec.is_insured,
        )
    else:
        is_free = is_refusal_free(status, is_insured=codec.is_insured)
        error.is_unbilled = is_free and (usage is None or usage.is_free)
    generation_id = codec.read_generation_id(response.headers) or reader.generation_id
    return Refusal(error, generation_id, usage)


def _read_or(read: Callable[[], _T], fall_back: Callable[[], _T], *, at: str) -> _T:
    """Return what `read` returns, or `fall_back` where that breaks down."""
    try:
        return read()
    except Exception:
        # A bug of ours must not make a refusal that costs nothing be booked at the most that the
        # request can cost.
        log.exception("refusal_unreadable", at=at)
        return fall_back()


def _read_payload(payload: bytes, codec: Codec) -> Reader:
    """Return a reader of `payload`, one that has read nothing where that is empty."""
    reader = codec.build_reader()
    with contextlib.suppress(EaselError):
        if payload:
            reader.read(payload)
    return reader


def parse_json(body: bytes) -> Any:
    """Return the parsed JSON, None for what is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


async def _read_body(response: httpx.Response) -> bytes:
    """Return the body, as far as it comes: the status says what matters most."""
    body = bytearray()
    with contextlib.suppress(httpx.RequestError, TimeoutError):
        async with (
            asyncio.timeout(_MAX_READ_SECONDS),
            aclosing(iterate_pieces(response)) as pieces,
        ):
            async for piece in pieces:
                body += piece
                if len(body) > _MAX_ERROR_BYTES:
                    break
    return bytes(body)


def _translate(status: int, body: Any, retry_after: str | None) -> EaselError:
    told, is_success = coerce_mapping(body).get("error"), httpx.codes.is_success(status)
    if is_success and not told:
        return errors.AnswerInterrupted(
            f"{status}, but no event stream", user_message=errors.UNREADABLE_ANSWER_MESSAGE
        )
    if 300 <= status < 400:
        return OperatorError(
            f"redirected ({status})", user_message=errors.MODEL_NOT_OFFERED_MESSAGE
        )
    if is_success:
        return translate_error(told if isinstance(told, Mapping) else {"message": told})
    return _translate_told(status, body, retry_after)


def _translate_told(status: int, body: Any, retry_after: str | None) -> EaselError:
    """Return the error of a refusal, by its status alone where its words cannot be read."""
    wait = _read_or(partial(_parse_retry_after, retry_after), lambda: None, at="wait")
    translate = partial(translate_response, status, retry_after=wait)
    return _read_or(partial(translate, body), partial(translate, None), at="error")


def _parse_body(raw: bytes) -> Any:
    """Return the parsed JSON, or the text where that is short and no page; None for the rest."""
    body = parse_json(raw)
    if body is not None or len(raw) > _MAX_TEXT_BYTES or raw.lstrip().startswith(b"<"):
        return body
    return raw.decode("utf-8", "replace")


def _parse_retry_after(value: str | None) -> float | None:
    """Return the seconds to wait; the header holds a number or an HTTP date."""
    seconds = coerce_seconds(value)
    if value is None or seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return coerce_seconds(max(0.0, (date - datetime.now(UTC)).total_seconds()))
