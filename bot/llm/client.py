"""Sends requests to a model over httpx and yields the events of its answer.

The codec turns prompts into requests and bytes into events. See `protocol.py`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from functools import cache, partial
from typing import Any

import httpx

from bot.billing.pricing import PICTURE_TOKENS
from bot.domain.errors import EaselError, OperatorError
from bot.domain.llm import (
    Prompt,
    RequestLost,
    RequestRejected,
    RequestSent,
    ResponseFailed,
    ResponseStarted,
    StreamEvent,
)
from bot.domain.model_info import ModelInfo
from bot.domain.stores.alerts import NoteOutcome, note_nothing
from bot.llm.answer_stream import AnswerStream
from bot.llm.connections import AiohttpTransport
from bot.llm.error_translation import translate_response
from bot.llm.errors import Adaptable, find_alert_kind
from bot.llm.failures.adapting import drop_refused_parameters, fit_prompt
from bot.llm.failures.kept_limit import KeptLimit
from bot.llm.failures.learnt import LearntRefusals
from bot.llm.failures.reason import remove_prompt_words
from bot.llm.protocol import Codec
from bot.llm.refusals import Refusal, is_event_stream, parse_json, read_refusal
from bot.llm.streaming.bodies import ACCEPTED_ENCODINGS, read_body
from bot.llm.transport_errors import build_request, translate_failures

CONNECT_SECONDS = 10.0
# The provider sends comments while the model thinks or draws: a live stream is never this silent.
IDLE_SECONDS = 120.0
# The longest that is looked up is the provider's catalogue, of about a megabyte.
_MAX_JSON_BYTES, _JSON_SECONDS = 8 * 1024 * 1024, 60.0


def create_http_client() -> httpx.AsyncClient:
    """Create the HTTP client for all providers. The caller closes it."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(IDLE_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
        transport=AiohttpTransport(),
        follow_redirects=False,
        headers={"Accept-Encoding": ACCEPTED_ENCODINGS},
    )


class ModelClient:
    """Implements `bot.domain.ports.Model` for one model of one provider.

    `get_model_info` returns what is known of the model; what it refuses is remembered on top of
    that. `timeout_seconds` bounds one whole answer.
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
        note_outcome: NoteOutcome = note_nothing,
        kept_limit: KeptLimit | None = None,
    ) -> None:
        self._http = http
        self._codec = codec
        self._url = base_url.rstrip("/") + codec.path
        self._headers = codec.build_headers(api_key) | {"Content-Type": "application/json"}
        self._get_known_info = get_model_info
        self._kept_limit = kept_limit
        self._refusals = LearntRefusals(refused_limit=kept_limit.read() if kept_limit else "")
        self.provider = codec.provider
        self._timeout_seconds = timeout_seconds
        self._note_outcome = note_outcome

    def get_model_info(self) -> ModelInfo:
        """Return the model's current info, with what it has refused lately."""
        return self._refusals.apply(self._get_known_info())

    async def stream(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]:
        """Send one request and yield its events. Raises `EaselError`.

        Never repeats the request, because what arrived may have been billed.
        """
        model_info = self.get_model_info()
        body = await self._encode_body(prompt, model_info)
        # The event and the error after it have the same reason.
        clean = cache(partial(remove_prompt_words, prompt=prompt))
        try:
            async with aclosing(self._send(body, prompt, model_info)) as events:
                async for event in events:
                    yield await _clean_event(event, clean)
            self._note_outcome(self.provider, model_info.model, None)
        except EaselError as error:
            if (kind := find_alert_kind(error)) is not None:
                self._note_outcome(self.provider, model_info.model, kind)
            error.reason = await asyncio.to_thread(clean, error.reason)
            is_learnt = await self._remember_refusal(error, prompt, model_info)
            if is_learnt and isinstance(error, Adaptable):
                error.can_adapt = await self._encode_body(prompt, self.get_model_info()) != body
            raise

    async def _remember_refusal(
        self, error: EaselError, prompt: Prompt, model_info: ModelInfo
    ) -> bool:
        """Remember what `error` teaches; return whether another form of the request may serve."""
        before = self._refusals.refused_limit
        can_adapt = await self._refusals.note_error(error, prompt, model_info)
        if self._kept_limit is not None and self._refusals.refused_limit != before:
            await asyncio.to_thread(self._kept_limit.write, self._refusals.refused_limit)
        return can_adapt

    async def _send(
        self, body: bytes, prompt: Prompt, model_info: ModelInfo
    ) -> AsyncGenerator[StreamEvent, None]:
        yield RequestSent(self.provider, model_info.model)
        deadline = asyncio.get_running_loop().time() + self._timeout_seconds
        async with AsyncExitStack() as stack:
            response = await self._request(body, deadline, stack)
            if isinstance(response, Refusal):
                yield response.build_event(self.provider, model_info.model)
                raise response.error
            generation_id = self._codec.read_generation_id(response.headers)
            yield ResponseStarted(generation_id, model_info.model, self.provider)
            drawing = model_info.drawing
            tokens = drawing.bound_tokens(prompt.options.size) if drawing else PICTURE_TOKENS
            answer = AnswerStream(response, self._codec, deadline, generation_id, tokens)
            async with aclosing(answer.read_events()) as events:
                async for event in events:
                    yield event

    async def _encode_body(self, prompt: Prompt, model_info: ModelInfo) -> bytes:
        if prompt.pictures or prompt.documents:
            return await asyncio.to_thread(self._encode_json, prompt, model_info)
        return self._encode_json(prompt, model_info)

    def _encode_json(self, prompt: Prompt, model_info: ModelInfo) -> bytes:
        encoded = self._codec.encode(fit_prompt(prompt, model_info), model_info)
        body = drop_refused_parameters(encoded, prompt, model_info, self._codec.kept_parameters)
        return json.dumps(body, ensure_ascii=False).encode("utf-8")

    async def _request(
        self, body: bytes, deadline: float, stack: AsyncExitStack
    ) -> httpx.Response | Refusal:
        """Return the response once an answer begins; `stack` closes it."""
        try:
            request = build_request(
                self._http, "POST", self._url, headers=self._headers, content=body
            )
            with translate_failures():
                async with asyncio.timeout_at(deadline):
                    response = await self._http.send(request, stream=True)
        except EaselError as error:
            return Refusal(error)
        stack.push_async_callback(response.aclose)
        return response if is_event_stream(response) else await read_refusal(response, self._codec)


async def _clean_event(event: StreamEvent, clean: Callable[[str], str]) -> StreamEvent:
    """Return the event without what its reason may quote of the prompt."""
    if isinstance(event, RequestRejected | RequestLost | ResponseFailed) and event.reason:
        return replace(event, reason=await asyncio.to_thread(clean, event.reason))
    return event


async def get_json(http: httpx.AsyncClient, url: str, headers: Mapping[str, str]) -> Any:
    """Return the JSON that `url` answers, None if it is not JSON.

    Raises `EaselError`; its `code` is the HTTP status, or the httpx error if there is none.
    """
    request = build_request(http, "GET", url, headers=headers)
    with translate_failures():
        async with asyncio.timeout(_JSON_SECONDS):
            response = await http.send(request, stream=True)
            async with aclosing(response):
                raw = await read_body(response, _MAX_JSON_BYTES)
    if raw is None:
        raise OperatorError(f"more than {_MAX_JSON_BYTES} bytes")
    if response.status_code != 200:
        raise translate_response(response.status_code, parse_json(raw))
    return parse_json(raw)
