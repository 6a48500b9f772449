"""Repeats a request to a model, but only if it is certain that nothing is billed twice.

See `client.py` for the request itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

import stamina

from bot.billing.lowering import MIN_TOKENS
from bot.domain.errors import EaselError, TransientError
from bot.domain.llm import (
    Prompt,
    RequestAdapted,
    ResponseStarted,
    StreamEvent,
    can_be_charged,
)
from bot.domain.messages import Message
from bot.llm.errors import (
    Adaptable,
    ContextTooLong,
    InsufficientCredit,
    RequestTooLarge,
    SchemaRefused,
)
from bot.llm.failures.adapting import shorten_prompt, tell_schema_in_words
from bot.llm.protocol import ServedModel
from bot.observability.metrics import Metrics

MAX_REQUESTS = 4
# In how many other forms a refused request is sent: a new server may refuse several parameters.
MAX_FORMS = 6
# The person sees a status meanwhile. Beyond this, an error and a button to retry are kinder.
MAX_WAIT_SECONDS = 60.0

_CURABLE = (InsufficientCredit, RequestTooLarge, ContextTooLong, SchemaRefused, Adaptable)

PromptShrinker = Callable[[Prompt], Awaitable[Prompt]]


class RetryingModel:
    """Implements `bot.domain.ports.Model` over another model, with retries.

    - If the provider refused before anything was produced: at most `MAX_REQUESTS` requests, with
      growing, jittered waits or the wait that `Retry-After` asks for. A wait of more than
      `MAX_WAIT_SECONDS` is not worth it: the error is raised.
    - If the credit allows fewer tokens: once more with these.
    - If the request was too large: once more with the prompt that `shrink` returns.
    - If the prompt is longer than the model can read: once more without the oldest messages.
    - If the provider does not take the schema of the answer: once more with it in words.
    - If the model does not take a parameter: again without it, or under another name.
    - If an unbilled error ends the stream before any output: once more.

    What may have been charged is never repeated (see `charges.py`), so that one reservation is
    enough for all requests.
    """

    def __init__(self, model: ServedModel, *, shrink: PromptShrinker, metrics: Metrics) -> None:
        self._model = model
        self._shrink = shrink
        self._metrics = metrics
        self.provider = model.provider
        self.get_model_info = model.get_model_info

    async def stream(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]:
        """Yield the events of each request. Raises the `EaselError` of the last one."""
        for may_repeat in (True, False):
            has_started = has_cost = False
            try:
                async with aclosing(self._request_in_forms(prompt)) as events:
                    async for event in events:
                        has_started = has_started or isinstance(event, ResponseStarted)
                        has_cost = has_cost or can_be_charged(event)
                        yield event
                return
            except TransientError as error:
                can_repeat = may_repeat and has_started and not has_cost and error.is_unbilled
                if not can_repeat:
                    raise
                self._metrics.count_retry("model", error.code)

    async def _request_in_forms(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]:
        """Send the request in the form in which it is taken; see `_choose_form`."""
        done: set[type[EaselError]] = set()
        for number in range(MAX_FORMS + 1):
            has_started = has_cost = False
            try:
                async with aclosing(self._request_with_retries(prompt)) as events:
                    async for event in events:
                        has_started = has_started or isinstance(event, ResponseStarted)
                        has_cost = has_cost or can_be_charged(event)
                        yield event
                return
            except _CURABLE as error:
                is_free = not has_cost and (not has_started or error.is_unbilled)
                can_repeat = is_free and number < MAX_FORMS and type(error) not in done
                form = await self._choose_form(prompt, error) if can_repeat else None
                if form is None:
                    raise
                if not isinstance(error, Adaptable):
                    done.add(type(error))
                self._metrics.count_retry("model", error.code)
            prompt, note = form
            if note is not None:
                yield RequestAdapted(note)

    async def _choose_form(
        self, prompt: Prompt, error: EaselError
    ) -> tuple[Prompt, Message | None] | None:
        """Return a prompt that may be accepted instead, and what the person should know of it.

        None if there is no such prompt.
        """
        match error:
            case Adaptable():
                # The client leaves out what was refused.
                return (prompt, error.note) if error.can_adapt else None
            case SchemaRefused():
                return tell_schema_in_words(prompt)
            case ContextTooLong():
                return await asyncio.to_thread(shorten_prompt, prompt, error.lengths)
            case RequestTooLarge():
                smaller_prompt = await self._shrink(prompt)
                return None if smaller_prompt == prompt else (smaller_prompt, None)
            case InsufficientCredit(affordable_tokens=int(affordable)):
                is_enough = MIN_TOKENS <= affordable < prompt.max_tokens
                return (replace(prompt, max_tokens=affordable), None) if is_enough else None
            case _:
                return None

    async def _request_with_retries(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]:
        """Send requests until one is accepted; yield the events of all of them."""
        async for attempt in stamina.retry_context(
            on=self._choose_wait,
            attempts=MAX_REQUESTS,
            timeout=MAX_WAIT_SECONDS * 2,
            wait_initial=0.5,
            wait_max=15.0,
            wait_jitter=1.0,
        ):
            has_started = False
            try:
                async with aclosing(self._model.stream(prompt)) as events:
                    async for event in events:
                        if isinstance(event, ResponseStarted):
                            has_started = True
                            self._metrics.count_model_call("200")
                        yield event
                return
            except EaselError as error:
                if has_started:
                    raise
                self._metrics.count_model_call(error.recorded_code)
                failure = error
            with attempt:
                # Waits for the next attempt, or raises the error again.
                raise failure

    def _choose_wait(self, error: Exception) -> bool | float:
        """Return False for no retry, True for one after the usual wait, or the seconds to wait."""
        if not isinstance(error, TransientError) or not error.is_unbilled:
            return False
        wait = error.retry_after
        if wait is not None and wait > MAX_WAIT_SECONDS:
            return False
        self._metrics.count_retry("model", error.code)
        return True if wait is None else wait
