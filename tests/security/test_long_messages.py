"""A message of a million characters is read in a moment, and asked as a whole."""

from __future__ import annotations

import pytest

from bot.request.parse import parse_request
from tests.support.processor_time import hold_to

LONG = ["word ", "--x ", "`", "1-", "page 1, ", "https://a ", " ", "<!channel> ", "a", "> "]


@pytest.mark.parametrize("piece", LONG)
def test_a_long_message_is_read_in_a_moment(piece: str) -> None:
    text = "--effort low " + piece * (1_000_000 // len(piece)) + "the end"
    with hold_to(0.5):
        request = parse_request(text)
    assert request.full_text.endswith("the end") and request.command is None
