"""The only HTTP to a model, over httpx. What the bytes mean, a codec knows."""

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

from bot.domain.errors import EaselError, GiveUp, TryLater
from bot.domain.llm import Began, Prompt, ReplyEvent
from bot.domain.model_info import Offer
from bot.llm import errors
from bot.llm.connections import ManyPools
from bot.llm.protocol import Codec, Reader
from bot.llm.streaming.base64 import RunTooLong, Sieve, Taken
from bot.llm.streaming.sse import LineTooLong, SseReader

CONNECT_SECONDS = 10.0
# Comments of the provider keep the line alive while it thinks or draws.
IDLE_SECONDS = 120.0
_LARGEST_ERROR = 64 * 1024
# Parsing of more than this would hold up the event loop.
_LARGE_PAYLOAD = 128 * 1024


def model_http() -> httpx.AsyncClient:
    """The connections to the providers. Close it when done."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(IDLE_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
        transport=ManyPools(),
        follow_redirects=False,
    )


class ModelServer:
    """Implements `bot.domain.ports.Model` for one model of one provider.

    `offer` tells what the model takes as of now; `deadline` bounds one whole answer, in seconds.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        codec: Codec,
        *,
        base_url: str,
        api_key: str,
        offer: Callable[[], Offer],
        deadline: float = 360.0,
    ) -> None:
        self._http = http
        self._codec = codec
        self._url = base_url.rstrip("/") + codec.path
        self._headers = codec.headers(api_key) | {"Content-Type": "application/json"}
        self.offer = offer
        self.provider = codec.provider
        self._deadline = deadline

    async def reply(self, prompt: Prompt) -> AsyncGenerator[ReplyEvent, None]:
        """Ask once and yield what comes. Never asks again: what arrived may have been billed."""
        offer = self.offer()
        body = await self._body(prompt, offer)
        until = asyncio.get_running_loop().time() + self._deadline
        try:
            async with self._opened(body, until) as response:
                await _refuse_what_is_no_stream(response)
                generation = self._codec.generation(response.headers)
                yield Began(generation, offer.model, self.provider)
                taken = Taken(secrets.token_hex(8))
                reader = self._codec.reader(taken)
                async with aclosing(_events(response, until, reader, taken)) as events:
                    async for event in events:
                        yield event
        except httpx.TransportError as error:
            raise unreachable(error) from error
        except TimeoutError as error:
            late = TryLater("past the deadline", said=errors.SLOW)
            late.code = "deadline"
            raise late from error

    async def _body(self, prompt: Prompt, offer: Offer) -> bytes:
        if prompt.pictures or prompt.documents:
            return await asyncio.to_thread(self._encoded, prompt, offer)
        return self._encoded(prompt, offer)

    def _encoded(self, prompt: Prompt, offer: Offer) -> bytes:
        return json.dumps(self._codec.encode(prompt, offer), ensure_ascii=False).encode("utf-8")

    @asynccontextmanager
    async def _opened(self, body: bytes, until: float) -> AsyncIterator[httpx.Response]:
        request = self._http.build_request("POST", self._url, content=body, headers=self._headers)
        async with asyncio.timeout_at(until):
            response = await self._http.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()


async def get_json(http: httpx.AsyncClient, url: str, headers: Mapping[str, str]) -> Any:
    """What `url` answers as JSON. Raises `EaselError`, with the status as its `code`."""
    try:
        response = await http.get(url, headers=dict(headers))
    except httpx.TransportError as error:
        raise unreachable(error) from error
    if response.status_code != 200:
        raise errors.from_response(response.status_code, _json(response.content))
    return _json(response.content)


async def _refuse_what_is_no_stream(response: httpx.Response) -> None:
    streams = "text/event-stream" in response.headers.get("content-type", "")
    if response.status_code != 200 or not streams:
        raise await _refusal(response)


async def _events(
    response: httpx.Response, until: float, reader: Reader, taken: Taken
) -> AsyncGenerator[ReplyEvent, None]:
    async with aclosing(_payloads(response, until, taken)) as payloads:
        async for payload in payloads:
            if len(payload) > _LARGE_PAYLOAD:
                events = await asyncio.to_thread(reader.read, payload)
            else:
                events = reader.read(payload)
            for event in events:
                yield event
    for event in reader.close():
        yield event


async def _payloads(
    response: httpx.Response, until: float, taken: Taken
) -> AsyncGenerator[bytes, None]:
    sieve, sse, chunks = Sieve(taken), SseReader(), response.aiter_bytes()
    try:
        while True:
            async with asyncio.timeout_at(until):
                chunk = await anext(chunks, b"")
            for payload in sse.feed(sieve.feed(chunk) if chunk else sieve.close()):
                yield payload
            if not chunk:
                break
        for payload in sse.close():
            yield payload
    except (LineTooLong, RunTooLong) as error:
        raise errors.BrokenOff(str(error), said=errors.GARBLED) from error


async def _refusal(response: httpx.Response) -> EaselError:
    """What an answer that is no event stream means: an error, whatever its status."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _LARGEST_ERROR:
            break
    parsed = _json(bytes(body))
    status = response.status_code
    if status == 200 and not (isinstance(parsed, dict) and parsed.get("error")):
        return errors.BrokenOff("200, but no event stream", said=errors.GARBLED)
    if 300 <= status < 400:
        return GiveUp(f"redirected ({status})", said=errors.NOT_OFFERED)
    if status == 200 and isinstance(parsed, dict):
        inner = parsed["error"]
        return errors.from_error(inner if isinstance(inner, dict) else {"message": inner})
    retry_after = _retry_after(response.headers.get("retry-after"))
    return errors.from_response(status, parsed, retry_after=retry_after)


def _retry_after(value: str | None) -> float | None:
    """Seconds, given as such or as an HTTP date."""
    number = errors.seconds(value)
    if value is None or number is not None:
        return number
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def unreachable(error: httpx.TransportError) -> EaselError:
    """What a connection that fails means for whoever asked."""
    name = type(error).__name__
    found: EaselError
    if isinstance(error, httpx.ReadTimeout):
        found = TryLater(f"{name}: nothing came for {IDLE_SECONDS:.0f} s", said=errors.SLOW)
    elif isinstance(error, httpx.ReadError | httpx.RemoteProtocolError | httpx.WriteError):
        # The request may have arrived before the connection broke.
        found = errors.BrokenOff(f"{name}: the connection broke")
    elif isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE" in str(error):
        found = GiveUp(f"{name}: TLS failed", said=errors.UNREACHABLE)
    else:
        found = TryLater(f"{name}: no connection", said=errors.UNREACHABLE, unbilled=True)
    found.code = name
    return found


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
