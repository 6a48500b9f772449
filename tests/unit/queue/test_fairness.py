"""Who may have how much at once, and who is probably a program."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.conversation import Incoming, Person
from bot.queue.fairness import LOOP_QUESTIONS, LoopGuard, Shares
from tests.support.values import incoming, thread


def post(number: int) -> Incoming:
    return incoming(ts=f"1700000{number:03d}.000000")


def test_a_person_has_room_until_their_share_is_full() -> None:
    shares = Shares(2)
    shares.begin("U1")
    shares.begin("U1")
    assert not shares.has_room("U1") and shares.has_room("U2")
    assert shares.full() == ["U1"]
    shares.end("U1")
    assert shares.has_room("U1") and shares.full() == []


def test_so_many_questions_in_a_minute_are_a_programs() -> None:
    guard = LoopGuard(lambda: 0.0)
    for number in range(LOOP_QUESTIONS):
        assert not guard.is_loop(post(number))
        guard.count(post(number))
    assert guard.is_loop(post(99))


def test_what_never_became_a_question_does_not_count() -> None:
    guard = LoopGuard(lambda: 0.0)
    assert not any(guard.is_loop(post(number)) for number in range(100))


def test_somebody_else_and_another_thread_are_not_touched() -> None:
    guard = LoopGuard(lambda: 0.0)
    for number in range(LOOP_QUESTIONS):
        guard.count(post(number))
    assert not guard.is_loop(replace(post(200), sender=Person("U0SAM", "T0EASEL")))
    assert not guard.is_loop(replace(post(200), thread=thread(5)))


def test_a_minute_later_it_is_no_loop_any_more() -> None:
    now = [0.0]
    guard = LoopGuard(lambda: now[0])
    for number in range(LOOP_QUESTIONS):
        guard.count(post(number))
    now[0] = 61.0
    assert not guard.is_loop(post(300))
