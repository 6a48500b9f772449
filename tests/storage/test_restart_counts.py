"""Edits of a question are counted apart from changes of what its answer reads; on both engines."""

from __future__ import annotations

from bot.domain.answers.steering import EditResult
from bot.domain.questions import Question
from storage.engine.database import Database
from storage.queue.questions import SqlQuestionQueue
from storage.steering.changed_words import MAX_ANSWERS_TO_EDITS, QUIET_SECONDS
from storage.steering.store import SqlSteeringStore
from tests.support.changing_words import end, list_restarts, take_two
from tests.support.clock import Clock
from tests.support.queues import claim_one
from tests.support.values import THREAD, build_edit

_NUMBERS = range(1, MAX_ANSWERS_TO_EDITS + 1)


async def begin_again(queue: SqlQuestionQueue, clock: Clock, question: Question) -> Question:
    """Take up a question anew whose answer is broken off."""
    await queue.requeue(question, delay_seconds=0, counts_as_attempt=False)
    clock.now += QUIET_SECONDS
    again = await claim_one(queue)
    assert again is not None and again.id == question.id
    return again


async def edit(steering: SqlSteeringStore, text: str, number: int, ts: str) -> EditResult:
    return (await steering.take_edit(build_edit(text, edited=number, ts=ts))).result


async def test_what_others_change_takes_none_of_the_authors_edits(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, database: Database, clock: Clock
) -> None:
    question = await take_two(queue, "a0")
    for number in (*_NUMBERS, MAX_ANSWERS_TO_EDITS + 1):
        await edit(steering, f"a{number}", number, THREAD.root)
        assert bool(await list_restarts(database)) == (number <= MAX_ANSWERS_TO_EDITS)
        question = await begin_again(queue, clock, question)
    for number in _NUMBERS:
        assert await edit(steering, f"b{number}", number, question.ts) is EditResult.ASKED
        question = await begin_again(queue, clock, question)
    assert await edit(steering, "b8", 8, question.ts) is EditResult.LIMITED
    assert await edit(steering, "b9", 9, question.ts) is EditResult.LIMITED_AGAIN
    clock.now += 3600
    assert await edit(steering, "b10", 10, question.ts) is EditResult.ASKED


async def test_after_the_authors_edits_an_answer_still_begins_again_for_what_it_reads(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, database: Database, clock: Clock
) -> None:
    question = await take_two(queue, "a0")
    for number in _NUMBERS:
        await end(queue, question)
        assert await edit(steering, f"b{number}", number, question.ts) is EditResult.ASKED
        clock.now += QUIET_SECONDS
        again = await claim_one(queue)
        assert again is not None and again.id == question.id
        question = again
    assert await edit(steering, "b9", 9, question.ts) is EditResult.LIMITED
    question = await begin_again(queue, clock, question)
    await edit(steering, "a1", 1, THREAD.root)
    assert await list_restarts(database) == [question.ts]


async def test_one_restart_for_both_is_counted_once(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, database: Database, clock: Clock
) -> None:
    question = await take_two(queue, "a0")
    for number in range(1, MAX_ANSWERS_TO_EDITS + 3):
        await edit(steering, f"a{number}", number, THREAD.root)
        if number > MAX_ANSWERS_TO_EDITS:
            break
        assert await edit(steering, f"b{number}", number, question.ts) is EditResult.ASKED
        question = await begin_again(queue, clock, question)
    # Those were for what it reads: the author has all of theirs left.
    for number in _NUMBERS:
        assert await edit(steering, f"c{number}", 10 + number, question.ts) is EditResult.ASKED
        question = await begin_again(queue, clock, question)
    assert await edit(steering, "c9", 19, question.ts) is EditResult.LIMITED
