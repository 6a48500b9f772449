"""Asks the model again where that is certain to cost nothing twice. How to ask, `wire.py` knows."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

import stamina

from bot.domain.errors import EaselError, TryLater
from bot.domain.llm import Prompt, Refused, ReplyEvent
from bot.llm.errors import OutOfCredit, TooLarge
from bot.llm.protocol import ServedModel
from bot.observability.metrics import Metrics

ATTEMPTS = 4
# Whoever waits sees a status; longer than this a sentence and a button are kinder.
LONGEST_WAIT = 60.0
# Fewer tokens than this are no answer.
_FEWEST_TOKENS = 256

Shrink = Callable[[Prompt], Awaitable[Prompt]]
_Accepted = tuple[ReplyEvent, AsyncGenerator[ReplyEvent, None]]


class PersistentModel:
    """Implements `bot.domain.ports.Model` over another one.

    It asks again, at most `ATTEMPTS` times with growing and jittered waits or as long as
    `Retry-After` says, where the provider refused before anything was produced; once with fewer
    tokens where the credit allows those, and once with what `shrink` makes of a request that was
    too large. Once text or a picture has come it never asks again.
    """

    def __init__(self, model: ServedModel, *, shrink: Shrink, metrics: Metrics) -> None:
        self._model = model
        self._shrink = shrink
        self._metrics = metrics
        self.provider = model.provider
        self.offer = model.offer

    async def reply(self, prompt: Prompt) -> AsyncGenerator[ReplyEvent, None]:
        for may_repeat in (True, False):
            said = False
            refused: list[Refused] = []
            try:
                began, events = await self._fitting(prompt, refused)
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
            except TryLater as error:
                # An error in the stream before anything was said: free, so once more.
                if said or not may_repeat or not error.unbilled:
                    raise
                self._metrics.retried("model", error.code)

    async def _fitting(self, prompt: Prompt, refused: list[Refused]) -> _Accepted:
        try:
            return await self._accepted(prompt, refused)
        except (OutOfCredit, TooLarge) as error:
            smaller = await self._smaller(prompt, error)
            if smaller is None:
                raise
            self._metrics.retried("model", error.code)
        return await self._accepted(smaller, refused)

    async def _smaller(self, prompt: Prompt, error: EaselError) -> Prompt | None:
        if isinstance(error, TooLarge):
            smaller = await self._shrink(prompt)
            return None if smaller == prompt else smaller
        affordable = error.affordable if isinstance(error, OutOfCredit) else None
        if affordable is None or not _FEWEST_TOKENS <= affordable < prompt.max_tokens:
            return None
        return replace(prompt, max_tokens=affordable)

    async def _accepted(self, prompt: Prompt, refused: list[Refused]) -> _Accepted:
        """Ask until a request is accepted; return its `Began` and what follows."""
        async for attempt in stamina.retry_context(
            on=self._wait_before_next,
            attempts=ATTEMPTS,
            timeout=LONGEST_WAIT * 2,
            wait_initial=0.5,
            wait_max=15.0,
            wait_jitter=1.0,
        ):
            with attempt:
                events = self._model.reply(prompt)
                try:
                    began = await anext(events)
                except BaseException as error:
                    if isinstance(error, EaselError):
                        code = error.code or type(error).__name__
                        self._metrics.called_model(code)
                        refused.append(Refused(self.provider, self.offer().model, code))
                    await events.aclose()
                    raise
                self._metrics.called_model("200")
                return began, events
        raise AssertionError("stamina raises the last error")

    def _wait_before_next(self, error: Exception) -> bool | float:
        """False: do not. True: after the usual wait. Else seconds, as the provider said."""
        if not isinstance(error, TryLater) or not error.unbilled:
            return False
        wait = error.retry_after
        if wait is not None and wait > LONGEST_WAIT:
            return False
        self._metrics.retried("model", error.code)
        return True if wait is None else wait
