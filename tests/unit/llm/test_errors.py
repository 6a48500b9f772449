"""What the provider's refusals mean, and which sentence the person reads."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.errors import EaselError, GiveUp, TellPerson, TryLater
from bot.llm import errors


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (401, {"error": {"code": 401, "message": "User not found."}}, GiveUp, errors.KEY_REFUSED),
        (402, {"error": {"code": 402, "message": "credits"}}, GiveUp, errors.NO_CREDIT),
        (404, {"error": {"message": "No endpoints found"}}, GiveUp, errors.NOT_OFFERED),
        (408, None, TryLater, errors.SLOW),
        (413, None, TellPerson, errors.TOO_LARGE),
        (429, {"error": {"code": 429}}, TryLater, errors.BUSY),
        (503, None, TryLater, errors.AWAY),
        (524, {"error": {"code": 524}}, TryLater, errors.SLOW),
        (529, {"error": {"code": 529}}, TryLater, errors.BUSY),
        (400, {"success": False, "error": {"name": "ZodError"}}, GiveUp, errors.NOT_UNDERSTOOD),
        (
            400,
            {"error": {"code": 400, "metadata": {"error_type": "context_length_exceeded"}}},
            TellPerson,
            errors.TOO_LONG,
        ),
    ],
)
def test_every_refusal_has_its_sentence(
    status: int, body: Any, kind: type[EaselError], said: str
) -> None:
    error = errors.from_response(status, body)
    assert isinstance(error, kind) and error.said == said


def test_what_one_can_afford_is_read_from_the_refusal() -> None:
    message = "You requested up to 16384 tokens, but can only afford 4000."
    error = errors.from_response(402, {"error": {"code": 402, "message": message}})
    assert isinstance(error, errors.OutOfCredit) and error.affordable == 4000


def test_moderation_names_its_reasons_and_never_what_was_written() -> None:
    metadata = {"reasons": ["violence", "<!channel>"], "flagged_input": "my secret words"}
    error = errors.from_response(
        403, {"error": {"code": 403, "message": "m", "metadata": metadata}}
    )
    assert "violence" in error.said and "<" not in error.said
    assert "secret" not in str(error) + error.said


def test_the_wait_is_taken_from_the_header_or_the_body() -> None:
    body = {"error": {"http_status": 429, "availability": {"retry_after": 40}}}
    error = errors.from_response(429, body)
    assert isinstance(error, TryLater) and error.retry_after == 40
    error = errors.from_response(429, body, retry_after=7)
    assert isinstance(error, TryLater) and error.retry_after == 7
