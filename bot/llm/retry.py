"""Asks the model again where that is certain to cost nothing twice. How to ask, `wire.py` knows."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

import stamina

from bot.domain.errors import EaselError, TransientError
from bot.domain.llm import Prompt, RequestRejected, StreamEvent
from bot.llm.errors import InsufficientCredit, RequestTooLarge
from bot.llm.protocol import ServedModel
from bot.observability.metrics import Metrics

MAX_ATTEMPTS = 4
# Whoever waits sees a status; longer than this a sentence and a button are kinder.
MAX_WAIT_SECONDS = 60.0
# Fewer tokens than this are no answer.
_MIN_TOKENS = 256

PromptShrinker = Callable[[Prompt], Awaitable[Prompt]]
_AcceptedStream = tuple[StreamEvent, AsyncGenerator[StreamEvent, None]]


class RetryingModel:
    """Implements `bot.domain.ports.Model` over another one.

    It asks again, at most `ATTEMPTS` times with growing and jittered waits or as long as
    `Retry-After` says, where the provider refused before anything was produced; once with fewer
    tokens where the credit allows those, and once with what `shrink` makes of a request that was
    too large. Once text or a picture has come it never asks again.
    """

    def __init__(self, model: ServedModel, *, shrink: PromptShrinker, metrics: Metrics) -> None:
        self._model = model
        self._shrink = shrink
        self._metrics = metrics
        self.provider = model.provider
        self.get_model_info = model.get_model_info

    async def stream(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]:
        for may_repeat in (True, False):
            said = False
            refused: list[RequestRejected] = []
            try:
                began, events = await self._request_with_shrinking(prompt, refused)
            except EaselError:
                for one in refused:
                    yield one
                raise
            try:
                async with aclosing(events):
                    for one in refused:
                        yield one
                    yield began
                    async for event in events:
                        said = True
                        yield event
                return
            except TransientError as error:
                # An error in the stream before anything was said: free, so once more.
                if said or not may_repeat or not error.is_unbilled:
                    raise
                self._metrics.count_retry("model", error.code)

    async def _request_with_shrinking(
        self, prompt: Prompt, rejections: list[RequestRejected]
    ) -> _AcceptedStream:
        try:
            return await self._request_with_retries(prompt, rejections)
        except (InsufficientCredit, RequestTooLarge) as error:
            smaller = await self._shrink_prompt(prompt, error)
            if smaller is None:
                raise
            self._metrics.count_retry("model", error.code)
        return await self._request_with_retries(smaller, rejections)

    async def _shrink_prompt(self, prompt: Prompt, error: EaselError) -> Prompt | None:
        if isinstance(error, RequestTooLarge):
            smaller = await self._shrink(prompt)
            return None if smaller == prompt else smaller
        affordable = error.affordable_tokens if isinstance(error, InsufficientCredit) else None
        if affordable is None or not _MIN_TOKENS <= affordable < prompt.max_tokens:
            return None
        return replace(prompt, max_tokens=affordable)

    async def _request_with_retries(
        self, prompt: Prompt, rejections: list[RequestRejected]
    ) -> _AcceptedStream:
        """Ask until a request is accepted; return its `Began` and what follows."""
        async for attempt in stamina.retry_context(
            on=self._choose_wait,
            attempts=MAX_ATTEMPTS,
            timeout=MAX_WAIT_SECONDS * 2,
            wait_initial=0.5,
            wait_max=15.0,
            wait_jitter=1.0,
        ):
            with attempt:
                events = self._model.stream(prompt)
                try:
                    began = await anext(events)
                except BaseException as error:
                    if isinstance(error, EaselError):
                        code = error.code or type(error).__name__
                        self._metrics.count_model_call(code)
                        rejections.append(
                            RequestRejected(self.provider, self.get_model_info().model, code)
                        )
                    await events.aclose()
                    raise
                self._metrics.count_model_call("200")
                return began, events
        raise AssertionError("stamina raises the last error")

    def _choose_wait(self, error: Exception) -> bool | float:
        """False: do not. True: after the usual wait. Else seconds, as the provider said."""
        if not isinstance(error, TransientError) or not error.is_unbilled:
            return False
        wait = error.retry_after
        if wait is not None and wait > MAX_WAIT_SECONDS:
            return False
        self._metrics.count_retry("model", error.code)
        return True if wait is None else wait
