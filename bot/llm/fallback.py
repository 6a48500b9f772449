"""Several models in order: the next is asked where one cannot answer. Asks none twice itself."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

import structlog

from bot.domain.errors import EaselError, GiveUp, TryLater
from bot.domain.llm import Began, Prompt, Refused, ReplyEvent
from bot.domain.model_info import Offer
from bot.llm.protocol import ServedModel

log = structlog.get_logger(__name__)


class Fallbacks:
    """Implements `bot.domain.ports.Model` over the models in `ordered`, the wanted one first.

    The next one is asked only where nothing was produced and nothing can have been billed. Those
    that do not see or draw are passed over where that is what is asked for.
    """

    def __init__(self, ordered: Sequence[ServedModel]) -> None:
        self.ordered = tuple(ordered)
        self.provider = self.ordered[0].provider

    def offer(self) -> Offer:
        """What the wanted model takes."""
        return self.ordered[0].offer()

    def offers(self) -> list[Offer]:
        """What any of them may take, and cost."""
        return [model.offer() for model in self.ordered]

    async def reply(self, prompt: Prompt) -> AsyncGenerator[ReplyEvent, None]:
        first, *others = self.ordered
        fitting = [first, *(model for model in others if _can(model.offer(), prompt))]
        for model in fitting:
            produced = False
            try:
                async with aclosing(model.reply(prompt)) as events:
                    async for event in events:
                        produced = produced or not isinstance(event, Began | Refused)
                        yield self._named(event, model)
                return
            except EaselError as error:
                if produced or model is fitting[-1] or not _another_may_do(error):
                    raise
                log.warning("model_falls_back", error=type(error).__name__, code=error.code)

    def _named(self, event: ReplyEvent, model: ServedModel) -> ReplyEvent:
        if isinstance(event, Began) and model is not self.ordered[0]:
            return replace(event, instead_of=self.offer().model)
        return event


def _can(offer: Offer, prompt: Prompt) -> bool:
    return (offer.sees or not prompt.pictures) and (offer.draws or not prompt.wants_picture)


def _another_may_do(error: EaselError) -> bool:
    """What the request itself was refused for, another model must not be asked for."""
    return isinstance(error, GiveUp) or (isinstance(error, TryLater) and error.unbilled)
