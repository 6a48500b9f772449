"""Which model answers if the preferred one cannot."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from bot.domain.errors import EaselError, MachineShort, OperatorError, TransientError, UserError
from bot.domain.llm import (
    FinishReason,
    Prompt,
    RequestLost,
    RequestRejected,
    ResponseFailed,
    ResponseFinished,
    ResponseStarted,
    StreamEvent,
    TextDelta,
)
from bot.domain.model_info import ModelInfo
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.fallback import FallbackModel
from bot.llm.providers import PROVIDERS

PROMPT = Prompt("s", (), "q", (), 100, "u", "t")
ANSWER = (ResponseStarted("g", "m"), TextDelta("hi"), ResponseFinished(FinishReason.STOP, None))
UNBILLED_ERROR = TransientError("429", is_unbilled=True)


class ScriptedModel:
    """A model that follows a script."""

    def __init__(self, name: str, *steps: StreamEvent | EaselError, info: ModelInfo | None = None):
        self.provider = "openrouter"
        self.steps = steps
        self.request_count = 0
        model_info = replace(info or GPT_5_4_IMAGE_2, model=name)
        self.get_model_info = lambda: model_info

    async def stream(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]:
        self.request_count += 1
        for step in self.steps:
            if isinstance(step, EaselError):
                raise step
            yield step


async def collect_events(*models: ScriptedModel, prompt: Prompt = PROMPT) -> list[StreamEvent]:
    return [event async for event in FallbackModel(models).stream(prompt)]


async def test_the_preferred_model_answers_alone() -> None:
    first, second = ScriptedModel("a", *ANSWER), ScriptedModel("b", *ANSWER)
    assert await collect_events(first, second) == list(ANSWER) and second.request_count == 0


@pytest.mark.parametrize("error", [UNBILLED_ERROR, OperatorError("401"), OperatorError("404")])
async def test_the_next_one_answers_and_is_named(error: EaselError) -> None:
    refused = RequestRejected("openrouter", "a", "429")
    events = await collect_events(ScriptedModel("a", refused, error), ScriptedModel("b", *ANSWER))
    assert events == [refused, replace(ANSWER[0], replaced_model="a"), *ANSWER[1:]]


@pytest.mark.parametrize(
    "steps",
    [
        (UserError("moderated"),),
        (TransientError("may have been billed"),),
        (MachineShort("EMFILE", is_unbilled=True),),
        (ResponseStarted("g"), TextDelta("half"), UNBILLED_ERROR),
        (RequestLost("openrouter", "a", "504"), OperatorError("whatever its kind")),
        (ResponseStarted("g"), ResponseFailed(False), OperatorError("charged for")),
    ],
)
async def test_an_error_that_another_model_cannot_avoid_is_raised(
    steps: tuple[StreamEvent | EaselError, ...],
) -> None:
    second = ScriptedModel("b", *ANSWER)
    with pytest.raises(EaselError):
        await collect_events(ScriptedModel("a", *steps), second)
    assert second.request_count == 0


async def test_a_model_that_cannot_draw_is_skipped() -> None:
    text_only = PROVIDERS["compatible"].describe_model("words")
    blind, last = ScriptedModel("b", *ANSWER, info=text_only), ScriptedModel("c", *ANSWER)
    prompt = replace(PROMPT, wants_picture=True)
    events = await collect_events(ScriptedModel("a", UNBILLED_ERROR), blind, last, prompt=prompt)
    assert (
        blind.request_count == 0
        and last.request_count == 1
        and isinstance(events[0], ResponseStarted)
    )


async def test_the_last_error_is_raised() -> None:
    with pytest.raises(OperatorError, match="second"):
        await collect_events(
            ScriptedModel("a", UNBILLED_ERROR), ScriptedModel("b", OperatorError("second"))
        )
