"""A sender that asks too fast is a program."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.conversation import IncomingMessage, Person
from bot.queue.fairness import LOOP_MIN_QUESTIONS, LOOP_WINDOW_SECONDS, LoopGuard
from tests.support.values import build_incoming_message, build_thread


def build_post(number: int) -> IncomingMessage:
    return build_incoming_message(ts=f"1700000{number:03d}.000000")


def test_more_questions_in_a_minute_than_people_ask_are_a_loop() -> None:
    guard = LoopGuard(lambda: 0.0)
    for number in range(LOOP_MIN_QUESTIONS):
        assert not guard.is_loop(build_post(number))
        guard.count(build_post(number))
    assert guard.is_loop(build_post(99))


def test_a_message_that_never_became_a_question_does_not_count() -> None:
    guard = LoopGuard(lambda: 0.0)
    assert not any(guard.is_loop(build_post(number)) for number in range(100))


def test_another_sender_and_another_thread_are_not_affected() -> None:
    guard = LoopGuard(lambda: 0.0)
    for number in range(LOOP_MIN_QUESTIONS):
        guard.count(build_post(number))
    assert not guard.is_loop(replace(build_post(200), sender=Person("U0SAM", "T0EASEL")))
    assert not guard.is_loop(replace(build_post(200), thread=build_thread(5)))


def test_a_minute_later_it_is_no_loop_any_more() -> None:
    now = [0.0]
    guard = LoopGuard(lambda: now[0])
    for number in range(LOOP_MIN_QUESTIONS):
        guard.count(build_post(number))
    now[0] = 61.0
    assert not guard.is_loop(build_post(300))


def test_who_has_asked_nothing_for_a_minute_is_forgotten() -> None:
    now = [0.0]
    guard = LoopGuard(lambda: now[0])
    for number in range(1_000):
        guard.count(replace(build_post(number), thread=build_thread(number)))
        now[0] += 1.0
    assert len(guard) <= LOOP_WINDOW_SECONDS + 1


def test_the_second_event_of_a_post_does_not_make_its_sender_recent() -> None:
    guard = LoopGuard(lambda: 0.0)
    guard.count(build_post(1))
    assert not guard.has_recent(build_post(1)) and guard.has_recent(build_post(2))
    guard.count(build_post(2))
    assert guard.has_recent(build_post(2))
