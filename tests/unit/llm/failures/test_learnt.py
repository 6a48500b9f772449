"""What the refusals of a model teach, and what they must not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.llm import JsonSchema
from bot.llm import errors
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.error_translation import translate_response
from bot.llm.failures.learnt import LearntRefusals
from bot.llm.failures.quotations import has_quotation
from tests.support.codecs import PLAIN


def test_what_was_learnt_is_forgotten_after_a_day() -> None:
    now = [0.0]
    learnt = LearntRefusals(lambda: now[0])
    learnt.note_option("seed")
    learnt.note_limit("context_tokens", 8_000)
    assert learnt.apply(GPT_5_4_IMAGE_2).context_tokens == 8_000
    now[0] = 86_401.0
    assert learnt.apply(GPT_5_4_IMAGE_2) == GPT_5_4_IMAGE_2


def test_the_latest_refusals_are_kept_and_those_that_come_again() -> None:
    learnt = LearntRefusals()
    for number in range(150):
        learnt.note_option("seed", f"{number}")
        learnt.note_option("effort", "high")
    refused = learnt.apply(GPT_5_4_IMAGE_2).refused
    assert len(refused) == 100
    assert {("effort", "high"), ("seed", "149")} <= refused and ("seed", "0") not in refused


TOLD = "maximum context length is 1,100 tokens"
QUOTA = '{"error": {"code": "insufficient_quota", "message": "no"}}'
REFUSAL = '{"error": {"code": "unsupported_parameter", "param": "user", "message": "no"}}'


@pytest.mark.parametrize(
    "message",
    [
        f"1 validation error for Message content [type=string_type, input_value='{TOLD}']",
        f"Invalid content '{TOLD}'",
        f"Invalid content “{TOLD}”, please change it",
        f"Invalid content: {TOLD}",
        f"{'Long words before it. ' * 20} Invalid content: {TOLD}",
        f"Could not parse the message {QUOTA}",
        f"Could not parse the message {REFUSAL}",
        f"The message {REFUSAL} cannot be parsed",
        f"Could not parse '{REFUSAL}'",
        "Cannot say 'Unknown parameter: user' to the model",
        "Cannot read `max_tokens is too large, at most 2000` here",
    ],
)
async def test_what_a_refusal_quotes_of_a_person_is_not_learnt_for_everybody(message: str) -> None:
    error = translate_response(400, {"error": {"message": message, "code": "bad_request"}})
    learnt = LearntRefusals()
    question = f"<@U1>: what do {TOLD} and {QUOTA} and {REFUSAL} mean?"
    assert not await learnt.note_error(error, replace(PLAIN, question=question), GPT_5_4_IMAGE_2)
    assert learnt.apply(GPT_5_4_IMAGE_2) == GPT_5_4_IMAGE_2
    assert error.user_message != errors.NO_CREDIT_MESSAGE


@pytest.mark.parametrize(
    "message",
    [
        f"Error code: 400 - {REFUSAL}",
        f"litellm.BadRequestError: OpenAIException - b'{REFUSAL}'",
        REFUSAL,
        "Error code: 400 - {'error': {'code': 'unsupported_parameter', 'param': 'user'}}",
        "Unknown parameter: 'user' isn't one of this model's.",
    ],
)
async def test_a_refusal_that_a_gateway_passes_on_is_learnt(message: str) -> None:
    error = translate_response(400, {"error": {"message": message, "code": 400}})
    learnt = LearntRefusals()
    assert await learnt.note_error(error, PLAIN, GPT_5_4_IMAGE_2)
    assert learnt.apply(GPT_5_4_IMAGE_2).refused == {("user", "")}


@pytest.mark.parametrize(
    "message",
    [
        "max_tokens: 9000 is too large; request has at most 2 images",
        "max_tokens is too large. Requests have a maximum of 4000 pictures.",
        "Invalid max_tokens value, the valid range of max_tokens is [1, 0]",
        "max_tokens is limited to at most 1",
        "max_tokens: 9000 is too large",
        "max_tokens is too large: 8192. This model supports at most 2 completion tokens",
    ],
)
async def test_a_limit_that_cannot_be_meant_is_not_learnt(message: str) -> None:
    error = translate_response(400, {"error": {"message": message}})
    learnt = LearntRefusals()
    await learnt.note_error(error, PLAIN, GPT_5_4_IMAGE_2)
    assert learnt.apply(GPT_5_4_IMAGE_2) == GPT_5_4_IMAGE_2


@pytest.mark.parametrize(
    "message",
    [
        "max_tokens: 9000 is too large; it must be less than or equal to 8192",
        "max_tokens is limited to at most 8,192 tokens, and 2 images",
        "`max_tokens` 9000 is too large: must be less than or equal to `8192`.",
        "`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is"
        " less than the `context_window` for this model",
        "max_tokens 9000 is too large, the maximum is 8192 for this model.",
        "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]",
    ],
)
async def test_the_longest_answer_is_learnt_in_all_its_wordings(message: str) -> None:
    error = translate_response(400, {"error": {"message": message}})
    learnt = LearntRefusals()
    assert await learnt.note_error(error, PLAIN, GPT_5_4_IMAGE_2)
    assert learnt.apply(GPT_5_4_IMAGE_2).max_output_tokens == 8192


@pytest.mark.parametrize("name", ["session_id", "seed", "user", "quality"])
async def test_what_may_be_a_property_of_the_schema_is_not_learnt(name: str) -> None:
    message = f"Unknown parameter: '{name}'."
    schema = JsonSchema("x", {"type": "object", "properties": {name: {"type": "x"}}})
    learnt = LearntRefusals()
    for prompt, is_learnt in ((replace(PLAIN, schema=schema), False), (PLAIN, True)):
        error = translate_response(400, {"error": {"message": message, "param": name}})
        assert await learnt.note_error(error, prompt, GPT_5_4_IMAGE_2) is is_learnt


def test_much_that_is_told_is_looked_for_in_long_texts_in_one_walk() -> None:
    """The words are all known, so none of the runs can be left out early."""
    told = " ".join(f"word{number}" for number in range(8_000))
    text = " ".join(f"word{number % 5_000} word{number % 4_999}" for number in range(100_000))
    assert not has_quotation(told, [text], 5)
    assert has_quotation(told, [text, "So: WORD7, word8; word9 word10 (word11)."], 5)
    assert not has_quotation(told, ["word7 word8 word9", "word10 word11"], 5)


def test_of_a_refusal_without_end_a_bounded_part_is_read() -> None:
    details = [{"loc": ["body", "x"], "msg": f"{number} " + "no " * 600} for number in range(30)]
    assert len(translate_response(422, {"detail": details}).told) <= 8_000


class UnprintedList(list[object]):
    """A list that nobody should print: that of a server may be of many megabytes."""

    def __str__(self) -> str:
        raise AssertionError("printed")

    __repr__ = __str__


def test_what_is_no_text_is_no_reason_and_a_long_one_is_cut() -> None:
    reasons = [UnprintedList(), "hate", "! " * 2_000_000, 7, None, "violence " * 9]
    metadata = {"reasons": reasons, "moderation_details": {"categories": [UnprintedList()]}}
    error = translate_response(403, {"error": {"code": 403, "metadata": metadata}})
    assert isinstance(error, errors.ContentModerated)
    assert "(hate, violence violence" in error.user_message and len(error.user_message) < 300
    listed = {"error": {"code": 403, "metadata": {"reasons": [UnprintedList()]}}}
    assert isinstance(translate_response(403, listed), errors.ContentModerated)
    located = {"detail": [{"loc": ["body", UnprintedList(), "x" * 9_000_000], "msg": "no"}]}
    assert len(translate_response(422, located).reason) <= 240
