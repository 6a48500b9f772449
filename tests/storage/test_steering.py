"""Stops and titles are noted once, and by whom they are for; on both engines."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from bot.domain.answers.steering import StopResult, TitleAuthor
from bot.domain.conversation import Person, Trigger
from bot.domain.questions import (
    ASKERS_OWN_SECONDS,
    Presser,
    PressResult,
)
from bot.domain.stores.feedback import AnswerName
from storage.engine.database import Database
from storage.presses.store import SqlPressStore
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.schema import threads
from storage.steering.store import SqlSteeringStore
from storage.steering.titles import SqlTitleStore
from tests.support.clock import Clock
from tests.support.queues import answer, claim_one, enqueue, take_question
from tests.support.values import THREAD, build_incoming_message

BEN = Person("U0BEN", "T0EASEL")


async def test_a_stop_is_noted_once_and_by_who_asked(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, clock: Clock
) -> None:
    question = await take_question(queue)
    word = build_incoming_message("stop", ts="1700000000.000200", trigger=Trigger.THREAD)
    by_ben = replace(word, ts="1700000000.000150", sender=BEN)
    assert (await steering.stop_by_word(by_ben)).result is StopResult.NOT_THEIRS
    report = await steering.stop_by_word(word)
    assert report.result is StopResult.STOPPED
    assert report.messages == ((THREAD.team, THREAD.channel, question.ts),)
    assert (await steering.stop_by_word(word)).result is StopResult.IGNORED
    clock.now += ASKERS_OWN_SECONDS
    later = replace(by_ben, ts="1700000000.000300")
    assert (await steering.stop_by_word(later)).result is StopResult.STOPPED
    await queue.release_claims()
    again = await claim_one(queue)
    assert again is not None and again.is_stopped


async def test_a_thread_without_easel_is_not_spoken_in(
    queue: SqlQuestionQueue, steering: SqlSteeringStore
) -> None:
    word = build_incoming_message("stop", ts="1700000000.000200", trigger=Trigger.THREAD)
    assert (await steering.stop_by_word(word)).result is StopResult.IGNORED
    mention = replace(word, trigger=Trigger.MENTION, ts="1700000000.000300")
    assert (await steering.stop_by_word(mention)).result is StopResult.NOTHING


async def test_a_thread_has_one_title_and_a_persons_stays(
    queue: SqlQuestionQueue, database: Database
) -> None:
    titles = SqlTitleStore(database)
    await enqueue(queue, build_incoming_message("one"))
    await enqueue(queue, build_incoming_message("two", ts="1700000000.000200"))
    assert await titles.list_first_words(THREAD) == ["one", "two"]
    await titles.record(THREAD, TitleAuthor.PERSON)
    await titles.record(THREAD, TitleAuthor.EASEL)
    assert await titles.list_first_words(THREAD) == []
    await titles.record(replace(THREAD, root="1700000000.999999"), TitleAuthor.EASEL)
    found = await database.read(lambda c: c.scalars(select(threads.c.titled_by)).all())
    assert list(found) == ["person"], "no thread is made of an event"


async def test_a_button_stops_the_answer_that_it_names(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, clock: Clock
) -> None:
    question = await take_question(queue)
    asker, channel = question.asker, THREAD.channel

    async def press(person: Person, *, version: int = 1, where: str = channel) -> StopResult:
        found = await steering.stop_by_press(question.id, where, person, version=version)
        return found.result

    assert await press(BEN) is StopResult.NOT_THEIRS
    assert await press(asker, version=2) is StopResult.NOTHING
    assert await press(asker, where="C0OTHER") is StopResult.NOTHING
    assert await press(asker) is await press(asker) is StopResult.STOPPED
    clock.now += ASKERS_OWN_SECONDS + 1
    assert await press(BEN) is StopResult.STOPPED


async def test_an_answer_that_is_given_again_is_stopped_by_whose_it_is(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    steering: SqlSteeringStore,
    database: Database,
    clock: Clock,
) -> None:
    question = await take_question(queue, "first")
    await answer(queue, journal, question, "old answer")
    clock.now += ASKERS_OWN_SECONDS
    presses = SqlPressStore(database, clock=clock)
    name = AnswerName(question.id, 1, THREAD.channel)
    by_ben = Presser(BEN, "1700000900.000200")
    assert await presses.answer_again(name, by_ben) is PressResult.ASKED

    async def stop(person: Person) -> StopResult:
        found = await steering.stop_by_press(question.id, THREAD.channel, person, version=2)
        return found.result

    cleo = Person("U0CLEO", "T0EASEL")
    assert await stop(cleo) is StopResult.NOT_THEIRS, "it waits"
    assert await claim_one(queue) is not None
    assert await stop(cleo) is StopResult.NOT_THEIRS
    assert await stop(BEN) is await stop(question.asker) is StopResult.STOPPED
    clock.now += ASKERS_OWN_SECONDS
    assert await stop(cleo) is StopResult.STOPPED
