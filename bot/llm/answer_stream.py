"""Reads the event stream of one answer as `StreamEvent`s, with what it tells of its cost."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import replace

import httpx

from bot.domain.errors import EaselError
from bot.domain.llm import (
    GenerationIdentified,
    ReasoningDelta,
    ResponseFailed,
    StreamEvent,
    TextDelta,
    Usage,
    UsageReported,
)
from bot.llm import errors
from bot.llm.answer_limits import AnswerLimits
from bot.llm.protocol import Codec
from bot.llm.streaming.base64 import Base64Extractor, ExtractedBlobs, RunTooLong
from bot.llm.streaming.bodies import iterate_pieces
from bot.llm.streaming.deltas import join_deltas
from bot.llm.streaming.sse import LineTooLong, SseReader
from bot.llm.transport_errors import translate_failures

# Parsing a larger payload would hold up the event loop, so a thread does it.
_LARGE_PAYLOAD_BYTES = 128 * 1024
# Who shows a text, and looks for references in it, may not hold up the event loop either.
_MAX_DELTA_CHARS = 4_000
# How long the usage may take after an error that the stream told of.
_TRAILING_SECONDS = 3.0


class AnswerStream:
    """The stream of one answer; `deadline` is a time of the event loop.

    `generation_id` is what the headers said, "" if they said nothing. `picture_tokens` are those of
    one picture that is asked for, by quality.
    """

    def __init__(
        self,
        response: httpx.Response,
        codec: Codec,
        deadline: float,
        generation_id: str,
        picture_tokens: Mapping[str, int],
    ) -> None:
        self._response = response
        self._provider = codec.provider
        self._deadline = deadline
        self._blobs = ExtractedBlobs(secrets.token_hex(8))
        self._reader = codec.build_reader(self._blobs, picture_tokens)
        self._limits = AnswerLimits()
        self._generation_id = generation_id
        self._usage: Usage | None = None

    async def read_events(self) -> AsyncGenerator[StreamEvent, None]:
        """Yield the events. Raises `EaselError` after a `ResponseFailed`."""
        try:
            async with aclosing(self._read_answer()) as events:
                async for event in events:
                    yield event
        except EaselError as error:
            yield ResponseFailed(error.is_unbilled, error.reason)
            raise

    async def _read_answer(self) -> AsyncGenerator[StreamEvent, None]:
        try:
            with translate_failures():
                async with aclosing(self._read_stream()) as events:
                    async for event in events:
                        yield event
        except EaselError:
            if self._reader.error is None:
                raise
        for event in self._reader.close():
            if admitted := self._limits.admit(event, 0):
                yield admitted

    async def _read_stream(self) -> AsyncGenerator[StreamEvent, None]:
        async with aclosing(self._read_payloads()) as batches:
            async for payloads in batches:
                events: list[StreamEvent] = []
                failure: EaselError | None = None
                try:
                    await self._read_batch(payloads, events)
                except EaselError as error:
                    failure = error
                for event in join_deltas(events):
                    async for part in _split_event(event):
                        yield part
                if failure is not None:
                    raise failure

    async def _read_batch(self, payloads: list[bytes], events: list[StreamEvent]) -> None:
        """Add the events of `payloads`. Raises `EaselError`; what came before it stays added."""
        for payload in payloads:
            events += await self._read_payload(payload)
            events += self._list_news()
            if self._limits.is_exceeded:
                raise errors.AnswerTooLarge("too much content")

    async def _read_payload(self, payload: bytes) -> list[StreamEvent]:
        if len(payload) > _LARGE_PAYLOAD_BYTES:
            events = await asyncio.to_thread(self._reader.read, payload)
        else:
            events = self._reader.read(payload)
        self._blobs.forget(payload)
        admitted = [self._limits.admit(event, len(payload)) for event in events]
        return [event for event in admitted if event is not None]

    def _list_news(self) -> Iterator[StreamEvent]:
        """Yield what the last payload told of the request itself."""
        if not self._generation_id and self._reader.generation_id:
            self._generation_id = self._reader.generation_id
            yield GenerationIdentified(self._generation_id, self._provider)
        if self._reader.usage is not None and self._reader.usage is not self._usage:
            self._usage = self._reader.usage
            yield UsageReported(self._usage)
        if self._reader.error is not None:
            now = asyncio.get_running_loop().time()
            self._deadline = min(self._deadline, now + _TRAILING_SECONDS)

    async def _read_payloads(self) -> AsyncGenerator[list[bytes], None]:
        """Yield the payloads that have arrived together."""
        extractor, sse = Base64Extractor(self._blobs), SseReader()
        try:
            async with aclosing(iterate_pieces(self._response)) as pieces:
                while True:
                    async with asyncio.timeout_at(self._deadline):
                        piece = await anext(pieces, b"")
                    self._limits.count_bytes(len(piece))
                    yield sse.feed(extractor.feed(piece) if piece else extractor.close())
                    if not piece:
                        break
                yield sse.close()
        except (LineTooLong, RunTooLong) as error:
            raise errors.AnswerTooLarge(str(error)) from error


async def _split_event(event: StreamEvent) -> AsyncGenerator[StreamEvent, None]:
    """Yield `event`; of a very long text one piece in each turn of the event loop."""
    if not isinstance(event, TextDelta | ReasoningDelta) or len(event.text) <= _MAX_DELTA_CHARS:
        yield event
        return
    for start in range(0, len(event.text), _MAX_DELTA_CHARS):
        yield replace(event, text=event.text[start : start + _MAX_DELTA_CHARS])
        await asyncio.sleep(0)
