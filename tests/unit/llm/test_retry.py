"""When a request is repeated, how often, and after what wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
import stamina

from bot.domain.errors import EaselError, OperatorError, TransientError
from bot.domain.llm import (
    FinishReason,
    Prompt,
    PromptTurn,
    RequestLost,
    ResponseFailed,
    ResponseFinished,
    ResponseStarted,
    StreamEvent,
    TextDelta,
)
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.errors import AnswerInterrupted, InsufficientCredit, RequestTooLarge
from bot.llm.retry import MAX_REQUESTS, RetryingModel
from bot.observability.metrics import Metrics
from tests.support.chat import TimelessLoop

PROMPT = Prompt("s", (PromptTurn("user", "before"),), "q", (), 8192, "u", "t")
RESPONSE_STARTED = ResponseStarted("gen-1", "m")
ANSWER: tuple[StreamEvent, ...] = (
    RESPONSE_STARTED,
    TextDelta("hi"),
    ResponseFinished(FinishReason.STOP, None),
)


class ScriptedModel:
    """A model that follows a script: each request gets its next answer or error."""

    provider = "openrouter"

    def __init__(self, *script: tuple[StreamEvent | EaselError, ...]) -> None:
        self.get_model_info = lambda: GPT_5_4_IMAGE_2
        self.script = list(script)
        self.requests: list[tuple[float, Prompt]] = []

    async def stream(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]:
        self.requests.append((asyncio.get_running_loop().time(), prompt))
        for step in self.script.pop(0):
            if isinstance(step, EaselError):
                raise step
            yield step


@pytest.fixture(autouse=True)
def _with_waits() -> None:
    """Keep the real waits: they take no time in a `TimelessLoop`."""
    stamina.set_testing(False)


def collect_events(model: ScriptedModel) -> list[StreamEvent]:
    async def shrink(prompt: Prompt) -> Prompt:
        return replace(prompt, history=())

    async def run() -> list[StreamEvent]:
        retrying = RetryingModel(model, shrink=shrink, metrics=Metrics())
        return [event async for event in retrying.stream(PROMPT)]

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        return runner.run(run())


def build_busy_error(*, retry_after: float | None = None) -> TransientError:
    return TransientError("429", is_unbilled=True, retry_after=retry_after)


def test_an_answer_passes_as_it_is() -> None:
    assert collect_events(ScriptedModel(ANSWER)) == list(ANSWER)


def test_a_wait_the_provider_names_is_kept_to_the_second() -> None:
    model = ScriptedModel((build_busy_error(retry_after=7.0),), ANSWER)
    assert collect_events(model) == list(ANSWER)
    assert model.requests[1][0] - model.requests[0][0] == pytest.approx(7.0, abs=0.1)


def test_waits_of_our_own_grow() -> None:
    model = ScriptedModel(
        (build_busy_error(),), (build_busy_error(),), (build_busy_error(),), ANSWER
    )
    assert collect_events(model) == list(ANSWER)
    times = [at for at, _ in model.requests]
    assert 0.5 <= times[1] - times[0] <= 2 and 2 <= times[3] - times[2] <= 4


def test_tries_are_bounded() -> None:
    model = ScriptedModel(*[(build_busy_error(),)] * 9)
    with pytest.raises(TransientError):
        collect_events(model)
    assert len(model.requests) == MAX_REQUESTS


@pytest.mark.parametrize(
    "error",
    [
        TransientError("may have been billed"),
        OperatorError("401"),
        AnswerInterrupted("cut"),
        build_busy_error(retry_after=61.0),
    ],
)
def test_what_may_cost_twice_or_does_not_pass_is_not_repeated(error: EaselError) -> None:
    model = ScriptedModel((error,), ANSWER)
    with pytest.raises(type(error)):
        collect_events(model)
    assert len(model.requests) == 1


def test_nothing_is_repeated_once_text_has_come() -> None:
    model = ScriptedModel((RESPONSE_STARTED, TextDelta("half"), build_busy_error()), ANSWER)
    with pytest.raises(TransientError):
        collect_events(model)
    assert len(model.requests) == 1


def test_a_free_error_before_any_text_is_repeated_once() -> None:
    model = ScriptedModel((RESPONSE_STARTED, build_busy_error()), ANSWER)
    assert collect_events(model) == [RESPONSE_STARTED, *ANSWER]
    model = ScriptedModel(
        (RESPONSE_STARTED, build_busy_error()), (RESPONSE_STARTED, build_busy_error()), ANSWER
    )
    with pytest.raises(TransientError):
        collect_events(model)
    assert len(model.requests) == 2


def test_what_the_provider_charged_for_is_not_repeated_whatever_the_error_says() -> None:
    model = ScriptedModel((RESPONSE_STARTED, ResponseFailed(False), build_busy_error()), ANSWER)
    with pytest.raises(TransientError):
        collect_events(model)
    lost = RequestLost("openrouter", "m", "402")
    model = ScriptedModel((lost, InsufficientCredit("402", affordable_tokens=4000)), ANSWER)
    with pytest.raises(InsufficientCredit):
        collect_events(model)


def test_fewer_tokens_are_asked_for_where_the_credit_allows_those() -> None:
    model = ScriptedModel((InsufficientCredit("402", affordable_tokens=4000),), ANSWER)
    assert collect_events(model) == list(ANSWER)
    assert [prompt.max_tokens for _, prompt in model.requests] == [8192, 4000]


@pytest.mark.parametrize("affordable", [None, 10, 8192, 9000])
def test_too_little_credit_for_an_answer_is_an_error(affordable: int | None) -> None:
    with pytest.raises(InsufficientCredit):
        collect_events(
            ScriptedModel((InsufficientCredit("402", affordable_tokens=affordable),), ANSWER)
        )


def test_a_request_that_is_too_large_is_shrunk_once() -> None:
    model = ScriptedModel((RequestTooLarge("413"),), ANSWER)
    assert collect_events(model) == list(ANSWER)
    assert model.requests[1][1].history == ()
    with pytest.raises(RequestTooLarge):
        collect_events(ScriptedModel((RequestTooLarge("413"),), (RequestTooLarge("413"),), ANSWER))
