"""Which failures are certain to cost nothing."""

from __future__ import annotations

import pytest

from bot.domain.llm import Usage
from bot.llm.charges import is_refusal_free, is_stream_failure_free, is_transport_failure_free

FREE_USAGE = Usage(9, 0, cost=0)  # type: ignore[arg-type] # an int will do
PAID_USAGE = Usage(9, 5)


@pytest.mark.parametrize(
    ("status", "insured", "other"),
    [
        *((status, True, True) for status in (301, 400, 401, 402, 403, 404, 409, 413, 422, 429)),
        (503, True, True),
        (529, True, True),
        (408, True, False),
        (499, True, False),
        (500, True, False),
        (502, True, False),
        (504, False, False),
        (520, False, False),
        (524, False, False),
        (599, False, False),
    ],
)
def test_a_refusal_is_free_by_its_status_and_the_providers_promise(
    status: int, insured: bool, other: bool
) -> None:
    assert is_refusal_free(status, is_insured=True) is insured
    assert is_refusal_free(status, is_insured=False) is other


@pytest.mark.parametrize(
    ("name", "free"),
    [
        ("ConnectError", True),
        ("ConnectTimeout", True),
        ("PoolTimeout", True),
        ("ReadError", False),
        ("ReadTimeout", False),
        ("WriteError", False),
        ("WriteTimeout", False),
        ("RemoteProtocolError", False),
        ("DecodingError", False),
        ("deadline", False),
    ],
)
def test_only_what_was_never_sent_is_free(name: str, free: bool) -> None:
    assert is_transport_failure_free(name) is free


@pytest.mark.parametrize(
    ("status", "usage", "has_output", "is_insured", "free"),
    [
        (502, None, False, True, True),
        (None, None, False, True, True),
        (502, None, True, True, False),
        (504, None, False, True, False),
        (524, None, False, True, False),
        (429, None, False, False, False),
        (502, None, False, False, False),
        (502, FREE_USAGE, False, False, True),
        (502, PAID_USAGE, False, True, False),
        (429, PAID_USAGE, False, True, False),
        (502, FREE_USAGE, True, True, False),
    ],
)
def test_an_error_in_the_stream_is_free_by_its_usage_or_the_promise(
    status: int | None, usage: Usage | None, has_output: bool, is_insured: bool, free: bool
) -> None:
    found = is_stream_failure_free(status, usage, has_output=has_output, is_insured=is_insured)
    assert found is free
