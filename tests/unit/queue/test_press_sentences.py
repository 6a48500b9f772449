"""What the menu under an answer says of costs, and how costs are rounded."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.billing.pricing import round_cost
from bot.domain.answers.presses import AnswerCost
from bot.domain.messages import Message, render
from bot.domain.options import RequestOptions
from bot.queue.presses import CONTINUE_REQUEST, COPY_REQUEST, format_cost, quote_end
from bot.request.commands import CopyAnswer, parse_command
from bot.request.parse import parse_request

LANGUAGES = ("en", "de", "fr", "es", "ja")


@pytest.mark.parametrize(
    ("cost", "rounded"),
    [("0.03123", "0.0313"), ("0.19", "0.19"), ("0.00001", "0.0001"), ("1.234", "1.24"),
     ("0", "0.00"), ("0.999999", "1.00"), ("12", "12.00")],
)  # fmt: skip
def test_a_cost_has_the_digits_that_tell_something(cost: str, rounded: str) -> None:
    assert str(round_cost(Decimal(cost))) == rounded


def test_a_cost_says_what_is_in_it_and_what_is_not_known() -> None:
    cost = AnswerCost(Decimal("1.5"), 2, 1, 12_345, 67, ("a", "b"))
    assert str(format_cost(cost, 2)) == (
        "This cost $1.50 in 2 requests to a and b: 12,345 tokens were read and 67 written. The cost"
        " of one request is not known yet. That is for all answers to this question together."
    )
    assert "one request" in format_cost(AnswerCost(Decimal(0), 1, models=("a",)), 1)
    assert "nothing" in format_cost(AnswerCost(Decimal(0)), 1)
    assert "1,50 $" in render(format_cost(cost, 1), "de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_entry_that_copies_is_understood_in_each_language(language: str) -> None:
    words = render(COPY_REQUEST, language)
    assert language == "en" or words != str(COPY_REQUEST)
    for text in (words, words.lower(), f"{words}."):
        assert parse_command(text) == CopyAnswer()
    assert parse_command(f"{words} a poem about it") is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "end",
    [
        "run it with --n 4 --aspect 16:9",
        "$ ffmpeg -i a.mp4 --quality high\n--effort high",
        "```sh\ngit commit --amend --size 99999x2",
        "and then `convert --variations 3` --text",
        "``` --seed x",
        "--aspect 16:9",
    ],
)
def test_flags_in_the_words_of_an_answer_are_none_of_the_request(end: str, language: str) -> None:
    request = render(Message(CONTINUE_REQUEST, end=quote_end(f"words {end}")), language)
    assert parse_request(request).flags == RequestOptions()
    assert " ".join(end.replace("`", " ").split()) in request
