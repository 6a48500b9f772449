"""When the model is asked again, how often, and after how long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
import stamina

from bot.domain.errors import EaselError, GiveUp, TryLater
from bot.domain.llm import (
    Began,
    Finish,
    Finished,
    Prompt,
    PromptTurn,
    Refused,
    ReplyEvent,
    TextDelta,
)
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.errors import BrokenOff, OutOfCredit, TooLarge
from bot.llm.retry import ATTEMPTS, PersistentModel
from bot.observability.metrics import Metrics
from tests.support.chat import TimelessLoop

PROMPT = Prompt("s", (PromptTurn("user", "before"),), "q", (), 8192, "u", "t")
BEGAN = Began("gen-1", "m")
ANSWER: tuple[ReplyEvent, ...] = (BEGAN, TextDelta("hi"), Finished(Finish.STOP, None))


class Scripted:
    """A model that follows a script: each request gets the next answer or error of it."""

    provider = "openrouter"

    def __init__(self, *script: tuple[ReplyEvent | EaselError, ...]) -> None:
        self.offer = lambda: GPT_5_4_IMAGE_2
        self.script = list(script)
        self.asked: list[tuple[float, Prompt]] = []
        self.refused: list[Refused] = []

    async def reply(self, prompt: Prompt) -> AsyncGenerator[ReplyEvent, None]:
        self.asked.append((asyncio.get_running_loop().time(), prompt))
        for step in self.script.pop(0):
            if isinstance(step, EaselError):
                raise step
            yield step


@pytest.fixture(autouse=True)
def _with_waits() -> None:
    """The real waits: the loop's time is free."""
    stamina.set_testing(False)


def ask(model: Scripted) -> list[ReplyEvent]:
    async def shrink(prompt: Prompt) -> Prompt:
        return replace(prompt, past=())

    async def run() -> list[ReplyEvent]:
        persistent = PersistentModel(model, shrink=shrink, metrics=Metrics())
        events = [event async for event in persistent.reply(PROMPT)]
        model.refused = [event for event in events if isinstance(event, Refused)]
        return [event for event in events if not isinstance(event, Refused)]

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        return runner.run(run())


def busy(*, retry_after: float | None = None) -> TryLater:
    return TryLater("429", unbilled=True, retry_after=retry_after)


def test_an_answer_passes_as_it_is() -> None:
    assert ask(Scripted(ANSWER)) == list(ANSWER)


def test_a_wait_the_provider_names_is_kept_to_the_second() -> None:
    model = Scripted((busy(retry_after=7.0),), ANSWER)
    assert ask(model) == list(ANSWER)
    assert model.asked[1][0] - model.asked[0][0] == pytest.approx(7.0, abs=0.1)


def test_waits_of_our_own_grow() -> None:
    model = Scripted((busy(),), (busy(),), (busy(),), ANSWER)
    assert ask(model) == list(ANSWER)
    times = [at for at, _ in model.asked]
    assert [one.model for one in model.refused] == [GPT_5_4_IMAGE_2.model] * 3
    assert 0.5 <= times[1] - times[0] <= 2 and 2 <= times[3] - times[2] <= 4


def test_tries_are_bounded() -> None:
    model = Scripted(*[(busy(),)] * 9)
    with pytest.raises(TryLater):
        ask(model)
    assert len(model.asked) == ATTEMPTS


@pytest.mark.parametrize(
    "error",
    [TryLater("may have been billed"), GiveUp("401"), BrokenOff("cut"), busy(retry_after=61.0)],
)
def test_what_may_cost_twice_or_does_not_pass_is_not_repeated(error: EaselError) -> None:
    model = Scripted((error,), ANSWER)
    with pytest.raises(type(error)):
        ask(model)
    assert len(model.asked) == 1


def test_nothing_is_repeated_once_text_has_come() -> None:
    model = Scripted((BEGAN, TextDelta("half"), busy()), ANSWER)
    with pytest.raises(TryLater):
        ask(model)
    assert len(model.asked) == 1


def test_a_free_error_before_any_text_is_repeated_once() -> None:
    model = Scripted((BEGAN, busy()), ANSWER)
    assert ask(model) == [BEGAN, *ANSWER]
    model = Scripted((BEGAN, busy()), (BEGAN, busy()), ANSWER)
    with pytest.raises(TryLater):
        ask(model)
    assert len(model.asked) == 2


def test_fewer_tokens_are_asked_for_where_the_credit_allows_those() -> None:
    model = Scripted((OutOfCredit("402", affordable=4000),), ANSWER)
    assert ask(model) == list(ANSWER)
    assert [prompt.max_tokens for _, prompt in model.asked] == [8192, 4000]


@pytest.mark.parametrize("affordable", [None, 10, 8192, 9000])
def test_credit_for_no_answer_is_said(affordable: int | None) -> None:
    with pytest.raises(OutOfCredit):
        ask(Scripted((OutOfCredit("402", affordable=affordable),), ANSWER))


def test_a_request_that_is_too_large_is_shrunk_once() -> None:
    model = Scripted((TooLarge("413"),), ANSWER)
    assert ask(model) == list(ANSWER)
    assert model.asked[1][1].past == ()
    with pytest.raises(TooLarge):
        ask(Scripted((TooLarge("413"),), (TooLarge("413"),), ANSWER))
