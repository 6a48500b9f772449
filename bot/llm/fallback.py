"""Tries several models in order: the next one answers if the one before it cannot.

Requests each model once; repeating a request is left to `retry.py`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

import structlog

from bot.domain.errors import EaselError, MachineShort, OperatorError, TransientError
from bot.domain.llm import Prompt, ResponseStarted, StreamEvent, can_be_charged
from bot.domain.model_info import ModelInfo
from bot.llm.errors import ContextTooLong, ParameterRefused
from bot.llm.protocol import ServedModel

log = structlog.get_logger(__name__)


class FallbackModel:
    """Implements `bot.domain.ports.Model` over `models`, the preferred one first.

    The next model is tried only if the previous one produced nothing and cannot have charged
    anything (see `charges.py`). A fallback that cannot see or draw is skipped if the prompt needs
    that.
    """

    def __init__(self, models: Sequence[ServedModel]) -> None:
        self.models = tuple(models)
        self.provider = self.models[0].provider

    def get_model_info(self) -> ModelInfo:
        """Return the info of the preferred model."""
        return self.models[0].get_model_info()

    def list_model_infos(self) -> list[ModelInfo]:
        """Return the infos of all models, the preferred one first."""
        return [model.get_model_info() for model in self.models]

    async def stream(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]:
        """Yield the events of the first model that answers. Raises the last model's `EaselError`.

        An error that another model would not avoid is raised at once.
        """
        first, *others = self.models
        suitable = [
            first,
            *(model for model in others if _can_answer(model.get_model_info(), prompt)),
        ]
        for model in suitable:
            has_cost = False
            try:
                async with aclosing(model.stream(prompt)) as events:
                    async for event in events:
                        has_cost = has_cost or can_be_charged(event)
                        yield self._mark_fallback(event, model)
                return
            except EaselError as error:
                if has_cost or model is suitable[-1] or not _should_try_next(error):
                    raise
                log.warning(
                    "model_falls_back",
                    error=type(error).__name__,
                    code=error.code,
                    provider_reason=error.reason,
                )

    def _mark_fallback(self, event: StreamEvent, model: ServedModel) -> StreamEvent:
        if isinstance(event, ResponseStarted) and model is not self.models[0]:
            return replace(event, replaced_model=self.get_model_info().model)
        return event


def _can_answer(model_info: ModelInfo, prompt: Prompt) -> bool:
    return (model_info.sees or not prompt.pictures) and (
        model_info.draws or not prompt.wants_picture
    )


def _should_try_next(error: EaselError) -> bool:
    """Whether another model may answer: false if the request itself was refused, or billed, or
    this machine does not send any.

    Another model may have another limit, and other parameters.
    """
    if isinstance(error, MachineShort):
        return False
    if isinstance(error, OperatorError | ContextTooLong | ParameterRefused):
        return True
    return isinstance(error, TransientError) and error.is_unbilled
