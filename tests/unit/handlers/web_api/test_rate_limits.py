"""Calls are counted before they are made, so that Slack need not refuse any."""

from __future__ import annotations

from handlers.web_api.rate_limits import MAX_CALLS_PER_MINUTE, RateLimiter
from tests.support.clock import Clock


def test_a_minutes_streams_are_fewer_than_slack_allows_and_come_back() -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    methods = ("chat.startStream", "chat.stopStream")
    acquired = [limiter.try_acquire(*methods) for _ in range(30)]
    assert acquired.count(True) == MAX_CALLS_PER_MINUTE["chat.startStream"] < 20
    clock.now += 61
    assert limiter.try_acquire(*methods)


def test_what_cannot_be_had_whole_is_not_counted_in_part() -> None:
    limiter = RateLimiter(Clock())
    while limiter.try_acquire("chat.stopStream"):
        pass
    assert not limiter.try_acquire("chat.startStream", "chat.stopStream")
    assert limiter.try_acquire("chat.startStream")


def test_posts_into_one_channel_are_about_a_second_apart_after_a_burst() -> None:
    limiter = RateLimiter(Clock())
    waits = [limiter.reserve("chat.postMessage", "C1") for _ in range(6)]
    assert waits[:3] == [0.0, 0.0, 0.0]
    assert [round(wait, 2) for wait in waits[3:]] == [1.05, 2.10, 3.15]
    assert limiter.reserve("chat.postMessage", "C2") == 0.0


def test_posts_beyond_the_minute_wait_for_the_next() -> None:
    limiter = RateLimiter(Clock())
    waits = [limiter.reserve("chat.postMessage", f"C{n}") for n in range(290)]
    assert max(waits[:285]) == 0.0 and min(waits[285:]) == 60.0


def test_a_workspace_with_higher_limits_is_used_as_such() -> None:
    limiter = RateLimiter(Clock(), rate=10)
    acquired = [limiter.try_acquire("chat.startStream") for _ in range(300)]
    assert acquired.count(True) == 10 * MAX_CALLS_PER_MINUTE["chat.startStream"]


def test_what_slack_has_closed_is_not_tried_until_it_may_be() -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    limiter.note_limit("chat.update", 30.0)
    limiter.note_limit("chat.postMessage", 20.0, "C1")
    assert not limiter.try_acquire("chat.update")
    assert limiter.get_block_seconds("chat.postMessage", "C1") == 20.0
    assert limiter.get_block_seconds("chat.postMessage", "C2") == 0.0
    clock.now += 30.0
    assert limiter.try_acquire("chat.update")
    assert limiter.get_block_seconds("chat.postMessage", "C1") == 0.0


def test_a_limit_of_days_is_not_believed() -> None:
    limiter = RateLimiter(Clock())
    limiter.note_limit("chat.update", 1e6)
    assert limiter.get_block_seconds("chat.update") <= 300.0


def test_what_cannot_wait_leaves_the_channel_and_half_of_the_minute_to_others() -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    taken = [limiter.try_reserve("chat.postMessage", "C1") for _ in range(5)]
    assert taken == [True, False, False, False, False]
    assert limiter.reserve("chat.postMessage", "C1") == 0.0  # an answer has its burst
    taken = [limiter.try_reserve("chat.postMessage", f"D{n}") for n in range(300)]
    assert taken.count(True) == MAX_CALLS_PER_MINUTE["chat.postMessage"] // 2 - 2
    answers = [limiter.reserve("chat.postMessage", f"E{n}") for n in range(140)]
    assert max(answers) == 0.0
    assert not limiter.try_reserve("chat.postMessage", "C9")
    clock.now += 61
    assert limiter.try_reserve("chat.postMessage", "C1")
