"""Several models in order: the next is asked where one cannot answer. Asks none twice itself."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

import structlog

from bot.domain.errors import EaselError, OperatorError, TransientError
from bot.domain.llm import Prompt, RequestRejected, ResponseStarted, StreamEvent
from bot.domain.model_info import ModelInfo
from bot.llm.protocol import ServedModel

log = structlog.get_logger(__name__)


class FallbackModel:
    """Implements `bot.domain.ports.Model` over the models in `ordered`, the wanted one first.

    The next one is asked only where nothing was produced and nothing can have been billed. Those
    that do not see or draw are passed over where that is what is asked for.
    """

    def __init__(self, models: Sequence[ServedModel]) -> None:
        self.models = tuple(models)
        self.provider = self.models[0].provider

    def get_model_info(self) -> ModelInfo:
        """What the wanted model takes."""
        return self.models[0].get_model_info()

    def list_model_infos(self) -> list[ModelInfo]:
        """What any of them may take, and cost."""
        return [model.get_model_info() for model in self.models]

    async def stream(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]:
        first, *others = self.models
        fitting = [
            first,
            *(model for model in others if _can_answer(model.get_model_info(), prompt)),
        ]
        for model in fitting:
            produced = False
            try:
                async with aclosing(model.stream(prompt)) as events:
                    async for event in events:
                        produced = produced or not isinstance(
                            event, ResponseStarted | RequestRejected
                        )
                        yield self._mark_fallback(event, model)
                return
            except EaselError as error:
                if produced or model is fitting[-1] or not _should_try_next(error):
                    raise
                log.warning("model_falls_back", error=type(error).__name__, code=error.code)

    def _mark_fallback(self, event: StreamEvent, model: ServedModel) -> StreamEvent:
        if isinstance(event, ResponseStarted) and model is not self.models[0]:
            return replace(event, replaced_model=self.get_model_info().model)
        return event


def _can_answer(model_info: ModelInfo, prompt: Prompt) -> bool:
    return (model_info.sees or not prompt.pictures) and (
        model_info.draws or not prompt.wants_picture
    )


def _should_try_next(error: EaselError) -> bool:
    """What the request itself was refused for, another model must not be asked for."""
    return isinstance(error, OperatorError) or (
        isinstance(error, TransientError) and error.is_unbilled
    )
