"""Asks the model, meters each request, and records it in the ledger before it is sent."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from bot.answering.store_retries import write_with_retries
from bot.billing.usage_meter import UsageMeter
from bot.domain.costs import CostOwner
from bot.domain.llm import (
    GenerationIdentified,
    Prompt,
    RequestRejected,
    RequestSent,
    ResponseStarted,
    StreamEvent,
)
from bot.domain.ports import Model
from bot.domain.stores.ledger import Ledger
from bot.request.flags import format_flags

# How long a request waits for a disk that fails for a while.
_MAX_STORE_SECONDS = 30.0


class RecordedModel:
    """A model whose requests are in the ledger, whatever happens to them or to this process."""

    def __init__(self, model: Model, ledger: Ledger) -> None:
        self._model = model
        self._ledger = ledger

    async def stream(
        self,
        prompt: Prompt,
        cost_owner: CostOwner,
        usage_meter: UsageMeter,
    ) -> AsyncGenerator[StreamEvent, None]:
        """Yield the model's events, for the request that `usage_meter` has noted.

        Each request is sent only once its row is stored. The caller ends the request in
        `usage_meter`. Raises `StoreError` where nothing could be stored, and so nothing was sent,
        and `WordsChanged` where what would be sent was edited or deleted meanwhile.
        """
        async with aclosing(self._model.stream(prompt)) as events:
            async for event in events:
                usage_meter.record_event(event)
                match event:
                    case RequestSent():
                        await self._record_sent(prompt, cost_owner, usage_meter, event)
                    case ResponseStarted() | GenerationIdentified() if event.generation_id:
                        self._ledger.note_started(
                            usage_meter.planned, event.provider, event.generation_id
                        )
                    case _:
                        pass
                yield event

    async def _record_sent(
        self, prompt: Prompt, cost_owner: CostOwner, usage_meter: UsageMeter, sent: RequestSent
    ) -> None:
        planned = replace(usage_meter.planned, parameters=describe_parameters(prompt))
        try:
            await write_with_retries(
                partial(self._ledger.record_sent, cost_owner, planned, sent),
                timeout_seconds=_MAX_STORE_SECONDS,
            )
        except BaseException:
            # It is not sent, so it costs nothing.
            usage_meter.record_event(RequestRejected(sent.provider, sent.model, "unsent"))
            raise


def describe_parameters(prompt: Prompt) -> str:
    """Return what is asked of the model besides words and files, as flags.

    Of what people choose the words of, only the presence is told.
    """
    options = replace(prompt.options, stop=(), logit_bias=(), max_tokens=prompt.max_tokens)
    parts = [format_flags(options)]
    parts += ["--stop …"] if prompt.options.stop else []
    parts += ["--logit-bias …"] if prompt.options.logit_bias else []
    parts += ["schema"] if prompt.schema is not None else []
    counts = (("picture", len(prompt.pictures)), ("document", len(prompt.documents)))
    parts += [f"{count} {name}{'s' * (count > 1)}" for name, count in counts if count]
    return ", ".join(part for part in parts if part)
