"""A thread that is longer than the model can read loses its oldest messages."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from bot.domain.files import Document
from bot.domain.llm import (
    PromptTurn,
)
from bot.domain.tokens import estimate_tokens
from bot.llm.failures.adapting import shorten_prompt
from bot.llm.failures.lengths import ToldLengths
from bot.playground.model import PlayedModel
from bot.prompt.estimate import sum_document_tokens
from tests.support.codecs import PLAIN
from tests.support.processor_time import hold_to
from tests.support.retrying_models import ask, build_model

LONG_FILE = Document("a.pdf", "application/pdf", ("x",) * 100, b"%PDF-1", tokens=(1_500,) * 100)
LONG = tuple(PromptTurn("user", f"message {number} " + "word " * 200) for number in range(20))


async def test_a_thread_that_is_too_long_loses_its_oldest_messages_and_says_how_many(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played)
    played.fail(400, {"error": {"code": 400, "message": "This endpoint's maximum context length is"
                                " 3000 tokens. However, you requested about 13500 tokens (5308 of"
                                " text input, 8192 in the output)."}})  # fmt: skip
    _, notes, failure = await ask(model, replace(PLAIN, history=LONG))
    assert failure is None and len(notes) == 1 and "oldest messages" in notes[0]
    first, second = (str(body["messages"]) for body in played.requests)
    assert "message 0 " in first and "message 0 " not in second and "message 19 " in second
    assert model.get_model_info().context_tokens == 3000


def test_an_answer_gets_shorter_before_a_message_is_left_out() -> None:
    prompt = replace(PLAIN, history=LONG, max_tokens=64_000)
    told = ToldLengths(limit=200_000, requested=242_959, input=178_959)
    shorter = shorten_prompt(prompt, told)
    assert shorter is not None and shorter[1] is None
    assert shorter[0].history == LONG and 10_000 < shorter[0].max_tokens < 21_041


@pytest.mark.parametrize("excess", [100, 1_000, 2_500])
@pytest.mark.parametrize("scale", [0.8, 1.0, 1.3])
def test_of_a_thread_with_a_long_file_as_much_is_left_out_as_is_too_much(
    excess: int, scale: float
) -> None:
    prompt = replace(PLAIN, history=LONG, documents=(LONG_FILE,), max_tokens=1_024)
    history_tokens = sum(estimate_tokens(turn.text) for turn in LONG)
    told = int(scale * (sum_document_tokens([LONG_FILE]) + history_tokens + 10))
    shorter = shorten_prompt(prompt, ToldLengths(limit=told + 1_024 - excess, input=told))
    assert shorter is not None and shorter[1] is not None
    left_out = LONG[: len(LONG) - len(shorter[0].history)]
    dropped = scale * sum(estimate_tokens(turn.text) for turn in left_out)
    assert excess <= dropped <= 1.6 * excess + 300


def test_a_thread_of_many_messages_is_shortened_in_a_moment() -> None:
    history = tuple(PromptTurn("user", f"{number} " + "word " * 300) for number in range(300))
    with hold_to(3.0, "a quadratic search takes twenty seconds"):
        shorter = shorten_prompt(
            replace(PLAIN, history=history), ToldLengths(limit=40_000, input=90_000)
        )
    assert shorter is not None and 60 < len(shorter[0].history) < 150


def test_without_a_number_about_half_is_left_out_and_never_the_question() -> None:
    shorter = shorten_prompt(replace(PLAIN, history=LONG), ToldLengths())
    assert shorter is not None and shorter[1] is not None
    assert 5 <= len(shorter[0].history) <= 10 and shorter[0].history[-1] == LONG[-1]
    assert shorten_prompt(replace(PLAIN, question="word " * 9000), ToldLengths(limit=4096)) is None
    assert estimate_tokens(PLAIN.question) < 100
    with_file = replace(PLAIN, history=LONG, documents=(LONG_FILE,))
    shorter = shorten_prompt(with_file, ToldLengths())
    assert shorter is not None and 5 <= len(shorter[0].history) <= 10
