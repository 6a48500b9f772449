"""The played provider counts and charges tokens as the real one does, with its cache."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.model.talk import PlayedAnswer
from bot.playground.model.usage import CACHED_PRICE, PROMPT_PRICE, TokenMeter, split_request
from tests.support.clock import Clock

LONG = "word " * 1_200  # 1,500 tokens


class MeteredSession:
    """Sends requests to one meter, with a clock."""

    def __init__(self) -> None:
        self.clock = Clock()
        self._meter = TokenMeter(self.clock)

    def send(self, *texts: str, **body: Any) -> int:
        """Send messages; return how many of their tokens the cache served."""
        messages = [{"role": "user", "content": text} for text in texts]
        pieces = split_request({"modalities": ["image", "text"], "messages": messages, **body})
        usage = self._meter.compute_usage(PlayedAnswer(""), pieces, "session")
        cached = int(usage["prompt_tokens_details"]["cached_tokens"])
        prompt = usage["prompt_tokens"]
        assert usage["cost"] == pytest.approx(
            (prompt - cached) * PROMPT_PRICE + cached * CACHED_PRICE
        )
        return cached


def test_a_beginning_that_was_sent_before_is_cached_in_steps_of_128_from_1024() -> None:
    session = MeteredSession()
    assert session.send(LONG, "one") == 0
    cached = session.send(LONG, "two")
    assert cached % 128 == 0 and 1_500 - 128 <= cached <= 1_510
    assert session.send("other", LONG) == 0, "another beginning"
    short = "word " * 800
    assert session.send(short, "one") == session.send(short, "two") == 0, "too short"


def test_the_cache_lasts_five_to_ten_minutes_after_the_last_use() -> None:
    session = MeteredSession()
    session.send(LONG)
    for _ in range(4):
        session.clock.now += 299
        assert session.send(LONG) > 0
    for _ in range(20):
        session.clock.now += 601
        assert session.send(LONG) == 0
    found = []
    for _ in range(40):
        session.clock.now += 450
        found.append(session.send(LONG) > 0)
    assert 5 < sum(found) < 35, "in between it depends"


def test_what_may_be_drawn_and_the_schema_count_as_the_very_beginning() -> None:
    session = MeteredSession()
    session.send(LONG)
    assert session.send(LONG, modalities=["text"]) == 0
    assert session.send(LONG, response_format={"type": "json_schema", "json_schema": {}}) == 0
    assert session.send(LONG) > 0
