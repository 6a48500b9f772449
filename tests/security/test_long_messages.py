"""A message of a million characters is read in a moment, and asked as a whole."""

from __future__ import annotations

import time

import pytest

from bot.request.parse import parse_request

LONG = ["word ", "--x ", "`", "1-", "page 1, ", "https://a ", " ", "<!channel> ", "a", "> "]


@pytest.mark.parametrize("piece", LONG)
def test_a_long_message_is_read_in_a_moment(piece: str) -> None:
    text = "--effort low " + piece * (1_000_000 // len(piece)) + "the end"
    start = time.process_time()
    request = parse_request(text)
    assert time.process_time() - start < 0.5
    assert request.full_text.endswith("the end") and request.command is None
