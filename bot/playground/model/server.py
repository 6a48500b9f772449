"""The played providers over HTTP: streams answers, keeps the bills, fails on demand.

See `request.py`, `talk.py` and `wire.py` for the content, `scripts.py` for failures on demand.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Self, TypeAlias

from aiohttp import web

from bot.playground.model import wire
from bot.playground.model.endings import (
    HEADLESS_KINDS,
    AnswerEncoder,
    Ending,
    EndingKind,
    build_body,
    encode_compatible,
    encode_openai,
    encode_openai_chat,
    encode_openrouter,
    is_insured,
)
from bot.playground.model.openai.chat import convert_chat, is_usage_wanted
from bot.playground.model.openai.lookups import ModelLookups
from bot.playground.model.openai.responses import UNAUTHORIZED, convert_to_chat
from bot.playground.model.openrouter.fields import check_known_fields
from bot.playground.model.openrouter.lookups import Lookups
from bot.playground.model.openrouter.routing import PlayedEndpoint, check_routing
from bot.playground.model.request import RequestError, parse_compatible_request, parse_request
from bot.playground.model.scripts import (
    Script,
    build_failure,
    cut_connection,
    pause,
    play_script,
)
from bot.playground.model.talk import PlayedAnswer, PlayedRequest, PlayedSpeaker
from bot.playground.model.usage import TokenMeter, split_request
from bot.playground.same_site import refuse_browsers

_MAX_BODY_BYTES = 32 * 1024 * 1024

RequestParser: TypeAlias = Callable[[object], PlayedRequest]
BodyConverter: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]


class PlayedModel:
    """A model on localhost; an async context manager. Delays are in seconds."""

    api_key = f"sk-or-v1-played-{secrets.token_hex(16)}"  # new at each start

    def __init__(
        self, *, port: int = 0, first_delay: float = 0.0, token_delay: float = 0.0
    ) -> None:
        self.first_delay = first_delay
        self.token_delay = token_delay
        self.requests: list[dict[str, Any]] = []
        self.bills: dict[str, Decimal] = {}
        self.answers: list[tuple[str, PlayedAnswer]] = []  # questions and their answers
        # The `max_tokens` that the balance allows; None: any number.
        self.max_affordable_tokens: int | None = None
        self.endpoints = [PlayedEndpoint()]  # who serves the model at OpenRouter
        self.meter = TokenMeter()
        self.speak: Callable[[PlayedRequest], PlayedAnswer] = PlayedSpeaker().answer
        self.on_request: Callable[[], object] = lambda: None  # before each one is answered
        # How the answer to a question ends, where `end_next` has not said it.
        self.plan_ending: Callable[[str], Ending] = lambda _question: Ending()
        self._scripts: list[Script] = []
        self._endings: list[Ending] = []
        self._port = port
        self._numbers = itertools.count(1)
        self._generation_slots = asyncio.Semaphore(2)
        self._stopping = asyncio.Event()

    async def __aenter__(self) -> Self:
        application = web.Application(
            client_max_size=_MAX_BODY_BYTES, middlewares=[refuse_browsers]
        )
        application.router.add_post("/api/v1/chat/completions", self._complete)
        application.router.add_post("/v1/responses", self._respond)
        application.router.add_post("/v1/chat/completions", self._complete_openai)
        application.router.add_post("/compatible/v1/chat/completions", self._complete_compatible)
        lookups = Lookups(self.api_key, self.bills, lambda: self.endpoints)
        lookups.register(application.router)
        ModelLookups(self.api_key).register(application.router)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.base_url, self.openai_url = f"{origin}/api/v1", f"{origin}/v1"
        self.compatible_url = f"{origin}/compatible/v1"
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self._stopping.set()
        await self._runner.cleanup()

    def script(self, *chunks: bytes, **fields: Any) -> None:
        """Answer the next request with exactly these bytes; `fields` are those of `Script`."""
        self._scripts.append(Script(chunks=chunks, **fields))

    def clear_scripts(self) -> None:
        """Answer the next request normally again."""
        self._scripts.clear()

    def fail(
        self,
        status: int,
        body: object,
        *,
        retry_after: str = "",
        cost: Decimal | None = None,
        gate: asyncio.Event | None = None,
    ) -> None:
        """Refuse the next request with `status`; a string as `body` is sent as HTML.

        `cost` is what the bill says all the same. With `gate` it is refused once that is set.
        """
        script = build_failure(status, body, retry_after)
        self._scripts.append(replace(script, cost=cost, gate=gate))

    def end_next(self, kind: EndingKind, **fields: Any) -> None:
        """Let the next answer end like that, and bill it; `fields` are those of `Ending`."""
        self._endings.append(Ending(kind, **fields))

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        return await self._handle_request(request, self._parse_routed, encode_openrouter)

    def _parse_routed(self, body: object) -> PlayedRequest:
        check_known_fields(body)
        check_routing(body, self.endpoints)
        return parse_request(body)

    async def _complete_compatible(self, request: web.Request) -> web.StreamResponse:
        return await self._handle_request(request, parse_compatible_request, encode_compatible)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        return await self._handle_request(
            request, parse_request, encode_openai, convert=convert_to_chat
        )

    async def _complete_openai(self, request: web.Request) -> web.StreamResponse:
        return await self._handle_request(
            request, parse_request, encode_openai_chat, convert=convert_chat
        )

    async def _handle_request(
        self,
        request: web.Request,
        parse: RequestParser,
        encode: AnswerEncoder,
        *,
        convert: BodyConverter = dict,
    ) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {self.api_key}":
            told = wire.build_error(401, "No auth credentials found")
            is_openai = encode in (encode_openai, encode_openai_chat)
            return _build_refusal(401, UNAUTHORIZED if is_openai else told)
        try:
            body = json.loads(await request.read())
        except web.HTTPRequestEntityTooLarge:
            return _build_refusal(413, wire.build_error(413, "Request payload too large"))
        except (ValueError, RecursionError, ConnectionError):
            return web.Response(status=400, text="Malformed JSON in request body")
        self.requests.append(body)
        self.on_request()
        try:
            if self._scripts:
                generation_id = f"gen-script-{next(self._numbers)}"
                script = self._scripts.pop(0)
                if script.cost is not None:
                    self.bills[generation_id] = script.cost
                return await play_script(script, request, generation_id, self._stopping)
            return await self._generate(request, body, parse, encode, convert)
        except ConnectionError:
            return web.Response()  # the client may leave at any time

    async def _generate(
        self,
        request: web.Request,
        raw_body: Any,
        parse: RequestParser,
        encode: AnswerEncoder,
        convert: BodyConverter,
    ) -> web.StreamResponse:
        try:
            body = convert(raw_body) if isinstance(raw_body, dict) else raw_body
            played_request = parse(body)
            self._check_balance(body.get("max_tokens"))
            async with self._generation_slots:
                played_answer = await asyncio.to_thread(self.speak, played_request)
            self.answers.append((played_request.question, played_answer))
        except RequestError as error:
            return _build_refusal(error.status, error.body)
        ending = self._choose_ending(body, encode, played_request.question)
        return await self._send_answer(
            request, body, ending.edit_answer(played_answer), encode, ending
        )

    async def _send_answer(
        self,
        request: web.Request,
        body: dict[str, Any],
        answer: PlayedAnswer,
        encode: AnswerEncoder,
        ending: Ending,
    ) -> web.StreamResponse:
        generation = f"gen-{int(time.time())}-{next(self._numbers):06d}"
        quality = str((body.get("image_config") or {}).get("quality") or "")
        session = str(body.get("session_id"))
        usage = self.meter.compute_usage(answer, split_request(body), session, quality)
        cost, headers = Decimal(str(usage["cost"])), {"X-Generation-Id": generation}
        headers = headers if ending.has_id else {}
        if ending.kind in HEADLESS_KINDS or not body.get("stream"):
            self.bills[generation] = cost
            if ending.kind is EndingKind.CUT_BEFORE_HEADERS:
                return cut_connection(request)
            if ending.kind is EndingKind.GATEWAY_TIMEOUT:
                timeout = wire.build_error(504, "The operation timed out")
                return web.json_response(timeout, status=504, headers=headers)
            completion = build_body(answer, generation, usage, encode)
            return web.json_response(completion, headers=headers)
        response = web.StreamResponse(headers={**headers, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(wire.PROCESSING_COMMENT)
        await pause(self.first_delay + ending.delay, self._stopping)
        if request.transport is None or request.transport.is_closing():
            return response  # the client left before anything was produced
        # The provider bills an answer as soon as it produces it, whether or not it arrives.
        self.bills[generation] = Decimal(0) if is_insured(ending, encode) else cost
        for event in encode(answer, generation, usage | dict(ending.claim), ending):
            await response.write(event)
            if self.token_delay:
                await asyncio.sleep(self.token_delay)
        if ending.kind is EndingKind.CUT:
            request.transport.close()
        return response

    def _choose_ending(self, body: dict[str, Any], encode: AnswerEncoder, question: str) -> Ending:
        ending = self._endings.pop(0) if self._endings else self.plan_ending(question)
        if encode is encode_openai_chat and not is_usage_wanted(body):
            return replace(ending, kind=EndingKind.NO_USAGE)
        return ending

    def _check_balance(self, max_tokens: object) -> None:
        requested = max_tokens if isinstance(max_tokens, int) else 128_000
        if self.max_affordable_tokens is not None and requested > self.max_affordable_tokens:
            message = (
                "This request requires more credits, or fewer max_tokens. You requested up to"
                f" {requested} tokens, but can only afford {self.max_affordable_tokens}."
            )
            raise RequestError(
                402, wire.build_error(402, message, limit_source="openrouter_credits")
            )


def _build_refusal(status: int, body: dict[str, Any]) -> web.Response:
    return web.json_response(body, status=status)
