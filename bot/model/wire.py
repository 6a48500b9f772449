"""The only HTTP to a model: OpenRouter over httpx. What the bytes mean, the codec knows."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx

from bot.errors import EaselError, GiveUp, TryLater
from bot.model import errors
from bot.model.openrouter import AnswerReader, encode, read_money
from bot.model.pools import ManyPools
from bot.model.sse import LineTooLong, SseReader
from bot.types import Began, Prompt, ReplyEvent

CONNECT_SECONDS = 10.0
# Comments of the provider keep the line alive while it thinks or draws.
IDLE_SECONDS = 120.0
_LARGEST_ERROR = 64 * 1024
# Parsing and base64 of more than this would hold up the event loop.
_LARGE_PAYLOAD = 128 * 1024


def model_http() -> httpx.AsyncClient:
    """The connections to the provider. Close it when done."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(IDLE_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
        transport=ManyPools(),
        follow_redirects=False,
    )


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What the provider says about the key, in one line."""

    summary: str


class OpenRouter:
    """Implements `bot.ports.Model`. `deadline` bounds one whole answer, in seconds."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        base_url: str,
        api_key: str,
        model: str,
        deadline: float = 360.0,
    ) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}", "X-OpenRouter-Title": "Easel"}
        self._model = model
        self._deadline = deadline

    async def reply(self, prompt: Prompt) -> AsyncGenerator[ReplyEvent, None]:
        """Ask once and yield what comes. Never asks again: what arrived may have been billed."""
        body = await self._body(prompt)
        until = asyncio.get_running_loop().time() + self._deadline
        try:
            async with self._opened(body, until) as response:
                if response.status_code != 200:
                    raise await _refusal(response)
                began = await _accepted(response, self._model)
                yield began
                async with aclosing(_events(response, until)) as events:
                    async for event in events:
                        yield event
        except httpx.TransportError as error:
            raise _unreachable(error) from error
        except TimeoutError as error:
            late = TryLater("past the deadline", said=errors.SLOW)
            late.code = "deadline"
            raise late from error

    async def key_info(self) -> KeyInfo:
        """Ask about the key, which costs nothing. Raises `EaselError`."""
        data = await self._get("/key")
        left = data.get("limit_remaining")
        limit = "no limit" if left is None else f"{left} US dollars left"
        return KeyInfo(f"accepted, {limit}")

    async def catalogue_entry(self) -> dict[str, Any] | None:
        """The provider's entry for the model, or None where it lists no such model."""
        found = await self._get("/models?output_modalities=all")
        entries = found if isinstance(found, list) else []
        named = (entry for entry in entries if isinstance(entry, dict))
        return next((entry for entry in named if entry.get("id") == self._model), None)

    async def cost_of(self, generation_id: str) -> Decimal | None:
        """What the generation cost in US dollars; None while the provider does not know."""
        try:
            data = await self._get(f"/generation?id={quote(generation_id, safe='')}")
        except EaselError as error:
            if error.code == "404":
                return None
            raise
        return read_money(data.get("total_cost")) if isinstance(data, dict) else None

    async def _body(self, prompt: Prompt) -> bytes:
        if prompt.pictures:
            return await asyncio.to_thread(self._encoded, prompt)
        return self._encoded(prompt)

    def _encoded(self, prompt: Prompt) -> bytes:
        return json.dumps(encode(prompt, model=self._model), ensure_ascii=False).encode("utf-8")

    @asynccontextmanager
    async def _opened(self, body: bytes, until: float) -> AsyncIterator[httpx.Response]:
        request = self._http.build_request(
            "POST",
            f"{self._base_url}/chat/completions",
            content=body,
            headers={**self._headers, "Content-Type": "application/json"},
        )
        async with asyncio.timeout_at(until):
            response = await self._http.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()

    async def _get(self, path: str) -> Any:
        try:
            response = await self._http.get(self._base_url + path, headers=self._headers)
        except httpx.TransportError as error:
            raise _unreachable(error) from error
        if response.status_code != 200:
            raise errors.from_response(response.status_code, _json(response.content))
        body = _json(response.content)
        if not isinstance(body, dict) or "data" not in body:
            raise GiveUp(f"{path.partition('?')[0]}: the answer is not what was expected")
        return body["data"]


async def _accepted(response: httpx.Response, model: str) -> Began:
    """The provider streams: what it calls this generation. The header comes before any byte."""
    if "text/event-stream" not in response.headers.get("content-type", ""):
        raise await _refusal(response)
    return Began(response.headers.get("x-generation-id", "")[:200], model)


async def _events(response: httpx.Response, until: float) -> AsyncGenerator[ReplyEvent, None]:
    reader = AnswerReader()
    async with aclosing(_payloads(response, until)) as payloads:
        async for payload in payloads:
            if len(payload) > _LARGE_PAYLOAD:
                events = await asyncio.to_thread(reader.read, payload)
            else:
                events = reader.read(payload)
            for event in events:
                yield event
    for event in reader.close():
        yield event


async def _payloads(response: httpx.Response, until: float) -> AsyncGenerator[bytes, None]:
    sse, chunks = SseReader(), response.aiter_bytes()
    try:
        while True:
            async with asyncio.timeout_at(until):
                chunk = await anext(chunks, b"")
            for payload in sse.feed(chunk) if chunk else sse.close():
                yield payload
            if not chunk:
                return
    except LineTooLong as error:
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


def _unreachable(error: httpx.TransportError) -> EaselError:
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
