"""Who is asked where the wanted model cannot answer, and who is not."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from bot.domain.errors import EaselError, GiveUp, TellPerson, TryLater
from bot.domain.llm import Began, Finish, Finished, Prompt, Refused, ReplyEvent, TextDelta
from bot.domain.model_info import Offer
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2, built_in
from bot.llm.fallback import Fallbacks

PROMPT = Prompt("s", (), "q", (), 100, "u", "t")
ANSWER = (Began("g", "m"), TextDelta("hi"), Finished(Finish.STOP, None))
FREE = TryLater("429", unbilled=True)


class Served:
    """A model that follows a script."""

    def __init__(self, name: str, *steps: ReplyEvent | EaselError, offer: Offer | None = None):
        self.provider = "openrouter"
        self.steps = steps
        self.asked = 0
        found = replace(offer or GPT_5_4_IMAGE_2, model=name)
        self.offer = lambda: found

    async def reply(self, prompt: Prompt) -> AsyncGenerator[ReplyEvent, None]:
        self.asked += 1
        for step in self.steps:
            if isinstance(step, EaselError):
                raise step
            yield step


async def heard(*models: Served, prompt: Prompt = PROMPT) -> list[ReplyEvent]:
    return [event async for event in Fallbacks(models).reply(prompt)]


async def test_the_wanted_model_answers_alone() -> None:
    first, second = Served("a", *ANSWER), Served("b", *ANSWER)
    assert await heard(first, second) == list(ANSWER) and second.asked == 0


@pytest.mark.parametrize("error", [FREE, GiveUp("401"), GiveUp("404")])
async def test_the_next_one_answers_and_is_named(error: EaselError) -> None:
    refused = Refused("openrouter", "a", "429")
    events = await heard(Served("a", refused, error), Served("b", *ANSWER))
    assert events == [refused, replace(ANSWER[0], instead_of="a"), *ANSWER[1:]]


@pytest.mark.parametrize(
    "steps",
    [
        (TellPerson("moderated"),),
        (TryLater("may have been billed"),),
        (Began("g"), TextDelta("half"), FREE),
    ],
)
async def test_nobody_else_is_asked_where_that_is_wrong(
    steps: tuple[ReplyEvent | EaselError, ...],
) -> None:
    second = Served("b", *ANSWER)
    with pytest.raises(EaselError):
        await heard(Served("a", *steps), second)
    assert second.asked == 0


async def test_who_cannot_see_or_draw_is_passed_over() -> None:
    words = built_in("compatible", "words")
    blind, last = Served("b", *ANSWER, offer=words), Served("c", *ANSWER)
    wanted = replace(PROMPT, wants_picture=True)
    events = await heard(Served("a", FREE), blind, last, prompt=wanted)
    assert blind.asked == 0 and last.asked == 1 and isinstance(events[0], Began)


async def test_the_last_error_is_the_one_that_is_told() -> None:
    with pytest.raises(GiveUp, match="second"):
        await heard(Served("a", FREE), Served("b", GiveUp("second")))
