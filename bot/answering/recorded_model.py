"""Asks the model, meters each request, and records it in the ledger before it is sent."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
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
        `usage_meter`. Raises `StoreError` where nothing could be stored, and so nothing was sent.
        """
        async with aclosing(self._model.stream(prompt)) as events:
            async for event in events:
                usage_meter.record_event(event)
                match event:
                    case RequestSent():
                        await self._record_sent(cost_owner, usage_meter, event)
                    case ResponseStarted() | GenerationIdentified() if event.generation_id:
                        self._ledger.note_started(
                            usage_meter.planned, event.provider, event.generation_id
                        )
                    case _:
                        pass
                yield event

    async def _record_sent(
        self, cost_owner: CostOwner, usage_meter: UsageMeter, sent: RequestSent
    ) -> None:
        planned = usage_meter.planned
        try:
            await write_with_retries(
                partial(self._ledger.record_sent, cost_owner, planned, sent),
                timeout_seconds=_MAX_STORE_SECONDS,
            )
        except BaseException:
            # It is not sent, so it costs nothing.
            usage_meter.record_event(RequestRejected(sent.provider, sent.model, "unsent"))
            raise
