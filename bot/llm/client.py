"""Sends requests to a model over httpx and yields the events of its answer.

The codec turns prompts into requests and bytes into events. See `protocol.py`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.domain.errors import EaselError, OperatorError, TransientError
from bot.domain.llm import Prompt, ResponseStarted, StreamEvent
from bot.domain.model_info import ModelInfo
from bot.llm import errors
from bot.llm.connections import ConnectionStack
from bot.llm.error_translation import coerce_seconds, translate_error, translate_response
from bot.llm.protocol import Codec, Reader
from bot.llm.streaming.base64 import Base64Extractor, ExtractedBlobs, RunTooLong
from bot.llm.streaming.sse import LineTooLong, SseReader

CONNECT_SECONDS = 10.0
# The provider sends comments while the model thinks or draws: a live stream is never this silent.
IDLE_SECONDS = 120.0
_MAX_ERROR_BYTES = 64 * 1024
# Parsing a larger payload would hold up the event loop, so a thread does it.
_LARGE_PAYLOAD_BYTES = 128 * 1024


def create_http_client() -> httpx.AsyncClient:
    """Create the HTTP client for all providers. The caller closes it."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(IDLE_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
        transport=ConnectionStack(),
        follow_redirects=False,
    )


class ModelClient:
    """Implements `bot.domain.ports.Model` for one model of one provider.

    `get_model_info` returns the model's current info. `timeout_seconds` bounds one whole answer.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        codec: Codec,
        *,
        base_url: str,
        api_key: str,
        get_model_info: Callable[[], ModelInfo],
        timeout_seconds: float = 360.0,
    ) -> None:
        self._http = http
        self._codec = codec
        self._url = base_url.rstrip("/") + codec.path
        self._headers = codec.build_headers(api_key) | {"Content-Type": "application/json"}
        self.get_model_info = get_model_info
        self.provider = codec.provider
        self._timeout_seconds = timeout_seconds

    async def stream(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]:
        """Send one request and yield its events. Raises `EaselError`.

        Never repeats the request, because what arrived may have been billed.
        """
        model_info = self.get_model_info()
        body = await self._encode_body(prompt, model_info)
        deadline = asyncio.get_running_loop().time() + self._timeout_seconds
        try:
            async with self._open_response(body, deadline) as response:
                await _require_event_stream(response)
                generation_id = self._codec.read_generation_id(response.headers)
                yield ResponseStarted(generation_id, model_info.model, self.provider)
                blobs = ExtractedBlobs(secrets.token_hex(8))
                reader = self._codec.build_reader(blobs)
                async with aclosing(_read_events(response, deadline, reader, blobs)) as events:
                    async for event in events:
                        yield event
        except httpx.TransportError as error:
            raise translate_transport_error(error) from error
        except TimeoutError as error:
            timeout = TransientError("past the deadline", user_message=errors.MODEL_TIMEOUT_MESSAGE)
            timeout.code = "deadline"
            raise timeout from error

    async def _encode_body(self, prompt: Prompt, model_info: ModelInfo) -> bytes:
        if prompt.pictures or prompt.documents:
            return await asyncio.to_thread(self._encode_json, prompt, model_info)
        return self._encode_json(prompt, model_info)

    def _encode_json(self, prompt: Prompt, model_info: ModelInfo) -> bytes:
        return json.dumps(self._codec.encode(prompt, model_info), ensure_ascii=False).encode(
            "utf-8"
        )

    @asynccontextmanager
    async def _open_response(self, body: bytes, deadline: float) -> AsyncIterator[httpx.Response]:
        request = self._http.build_request("POST", self._url, content=body, headers=self._headers)
        async with asyncio.timeout_at(deadline):
            response = await self._http.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()


async def get_json(http: httpx.AsyncClient, url: str, headers: Mapping[str, str]) -> Any:
    """Return the JSON that `url` answers, None if it is not JSON.

    Raises `EaselError`; its `code` is the HTTP status, or the httpx error if there is none.
    """
    try:
        response = await http.get(url, headers=dict(headers))
    except httpx.TransportError as error:
        raise translate_transport_error(error) from error
    if response.status_code != 200:
        raise translate_response(response.status_code, _parse_json(response.content))
    return _parse_json(response.content)


async def _require_event_stream(response: httpx.Response) -> None:
    is_stream = "text/event-stream" in response.headers.get("content-type", "")
    if response.status_code != 200 or not is_stream:
        raise await _read_error(response)


async def _read_events(
    response: httpx.Response, deadline: float, reader: Reader, blobs: ExtractedBlobs
) -> AsyncGenerator[StreamEvent, None]:
    async with aclosing(_read_payloads(response, deadline, blobs)) as payloads:
        async for payload in payloads:
            if len(payload) > _LARGE_PAYLOAD_BYTES:
                events = await asyncio.to_thread(reader.read, payload)
            else:
                events = reader.read(payload)
            for event in events:
                yield event
    for event in reader.close():
        yield event


async def _read_payloads(
    response: httpx.Response, deadline: float, blobs: ExtractedBlobs
) -> AsyncGenerator[bytes, None]:
    extractor, sse, chunks = Base64Extractor(blobs), SseReader(), response.aiter_bytes()
    try:
        while True:
            async with asyncio.timeout_at(deadline):
                chunk = await anext(chunks, b"")
            for payload in sse.feed(extractor.feed(chunk) if chunk else extractor.close()):
                yield payload
            if not chunk:
                break
        for payload in sse.close():
            yield payload
    except (LineTooLong, RunTooLong) as error:
        raise errors.AnswerInterrupted(
            str(error), user_message=errors.UNREADABLE_ANSWER_MESSAGE
        ) from error


async def _read_error(response: httpx.Response) -> EaselError:
    """Translate a response that is not an event stream into an error, whatever its status."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _MAX_ERROR_BYTES:
            break
    parsed = _parse_json(bytes(body))
    status = response.status_code
    if status == 200 and not (isinstance(parsed, dict) and parsed.get("error")):
        return errors.AnswerInterrupted(
            "200, but no event stream", user_message=errors.UNREADABLE_ANSWER_MESSAGE
        )
    if 300 <= status < 400:
        return OperatorError(
            f"redirected ({status})", user_message=errors.MODEL_NOT_OFFERED_MESSAGE
        )
    if status == 200 and isinstance(parsed, dict):
        error = parsed["error"]
        return translate_error(error if isinstance(error, dict) else {"message": error})
    retry_after = _parse_retry_after(response.headers.get("retry-after"))
    return translate_response(status, parsed, retry_after=retry_after)


def _parse_retry_after(value: str | None) -> float | None:
    """Return the seconds to wait; the header holds a number or an HTTP date."""
    seconds = coerce_seconds(value)
    if value is None or seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


def translate_transport_error(error: httpx.TransportError) -> EaselError:
    """Translate a connection that failed. The error's `code` is the name of httpx's error."""
    name = type(error).__name__
    translated: EaselError
    if isinstance(error, httpx.ReadTimeout):
        translated = TransientError(
            f"{name}: nothing came for {IDLE_SECONDS:.0f} s",
            user_message=errors.MODEL_TIMEOUT_MESSAGE,
        )
    elif isinstance(error, httpx.ReadError | httpx.RemoteProtocolError | httpx.WriteError):
        # The request may have arrived before the connection broke.
        translated = errors.AnswerInterrupted(f"{name}: the connection broke")
    elif isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE" in str(error):
        translated = OperatorError(
            f"{name}: TLS failed", user_message=errors.PROVIDER_UNREACHABLE_MESSAGE
        )
    else:
        translated = TransientError(
            f"{name}: no connection",
            user_message=errors.PROVIDER_UNREACHABLE_MESSAGE,
            is_unbilled=True,
        )
    translated.code = name
    return translated


def _parse_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
