"""Error responses of the provider, and the sentence that the person reads."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.errors import EaselError, OperatorError, TransientError, UserError
from bot.llm import errors
from bot.llm.error_translation import translate_response
from bot.llm.failures.waits import build_wait_message


@pytest.mark.parametrize(
    ("status", "body", "kind", "message"),
    [
        (
            401,
            {"error": {"code": 401, "message": "User not found."}},
            OperatorError,
            errors.KEY_REJECTED_MESSAGE,
        ),
        (
            402,
            {"error": {"code": 402, "message": "credits"}},
            OperatorError,
            errors.NO_CREDIT_MESSAGE,
        ),
        (
            404,
            {"error": {"message": "No endpoints found"}},
            OperatorError,
            errors.MODEL_NOT_OFFERED_MESSAGE,
        ),
        (408, None, TransientError, errors.MODEL_TIMEOUT_MESSAGE),
        (413, None, UserError, errors.REQUEST_TOO_LARGE_MESSAGE),
        (429, {"error": {"code": 429}}, TransientError, errors.MODEL_BUSY_MESSAGE),
        (503, None, TransientError, errors.MODEL_UNAVAILABLE_MESSAGE),
        (524, {"error": {"code": 524}}, TransientError, errors.MODEL_TIMEOUT_MESSAGE),
        (529, {"error": {"code": 529}}, TransientError, errors.MODEL_BUSY_MESSAGE),
        (
            400,
            {"success": False, "error": {"name": "ZodError"}},
            OperatorError,
            errors.REQUEST_NOT_ACCEPTED_MESSAGE,
        ),
        (
            400,
            {"error": {"code": 400, "metadata": {"error_type": "context_length_exceeded"}}},
            UserError,
            errors.CONVERSATION_TOO_LONG_MESSAGE,
        ),
    ],
)
def test_every_refusal_has_its_sentence(
    status: int, body: Any, kind: type[EaselError], message: str
) -> None:
    error = translate_response(status, body)
    assert isinstance(error, kind) and error.user_message == message


def test_what_one_can_afford_is_read_from_the_refusal() -> None:
    message = "You requested up to 16384 tokens, but can only afford 4000."
    error = translate_response(402, {"error": {"code": 402, "message": message}})
    assert isinstance(error, errors.InsufficientCredit) and error.affordable_tokens == 4000


def test_moderation_names_its_reasons_and_never_what_was_written() -> None:
    metadata = {"reasons": ["violence", "<!channel>"], "flagged_input": "my secret words"}
    error = translate_response(403, {"error": {"code": 403, "message": "m", "metadata": metadata}})
    assert "violence" in error.user_message and "<" not in error.user_message
    assert "secret" not in str(error) + error.user_message


def test_the_wait_is_taken_from_the_header_or_the_body() -> None:
    body = {"error": {"http_status": 429, "availability": {"retry_after": 40}}}
    error = translate_response(429, body)
    assert isinstance(error, TransientError) and error.retry_after == 40
    error = translate_response(429, body, retry_after=7)
    assert isinstance(error, TransientError) and error.retry_after == 7


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, "Please ask again in a minute."),
        (60.0, "Please ask again in a minute."),
        (61.0, "Please ask again in 2 minutes."),
        (5_400.0, "Please ask again in 90 minutes."),
        (5_401.0, "Please ask again in 2 hours."),
        (86_400.0, "Please ask again in 24 hours."),
    ],
)
@pytest.mark.parametrize("status", [429, 503, 529])
def test_a_long_wait_that_the_provider_asks_for_is_told(
    status: int, seconds: float | None, told: str
) -> None:
    error = translate_response(status, None, retry_after=seconds)
    assert error.user_message.endswith(told)


@pytest.mark.parametrize(
    "words",
    [
        "valid range of max_tokens is [1, ,]",
        "This model supports at most , output tokens",
        "max_tokens: expected a value <= ,,,",
        f"max_tokens: expected a value <= {'9' * 9_000}",
    ],
)
def test_a_limit_that_is_no_number_is_a_refusal_all_the_same(words: str) -> None:
    error = translate_response(400, {"error": {"message": words, "param": "max_tokens"}})
    assert isinstance(error, errors.ExtraParameterRefused | errors.ParameterRefused | OperatorError)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (30, None),
        (61, "2 minutes"),
        (5_400, "90 minutes"),
        (5_500, "2 hours"),
        (172_800, "48 hours"),
        (172_900, "3 days"),
        (999_999, "12 days"),
    ],
)
def test_a_wait_is_told_as_long_as_it_is(seconds: float, told: str | None) -> None:
    message = build_wait_message(seconds)
    assert (message is None) if told is None else told in str(message)
