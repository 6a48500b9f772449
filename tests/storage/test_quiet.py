"""Where people want Easel quiet, in whatever order that is stored; on both engines."""

from __future__ import annotations

from sqlalchemy import select

from bot.domain.answers.steering import StopResult
from bot.domain.conversation import Trigger
from bot.domain.questions import (
    EnqueueResult,
)
from storage.engine.database import Database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.schema import threads
from storage.settings import SqlSettingsStore
from storage.steering.store import SqlSteeringStore
from tests.support.queues import answer, enqueue, take_question
from tests.support.values import THREAD, build_incoming_message


async def test_leaving_and_coming_back_hold_in_whatever_order_they_are_stored(
    queue: SqlQuestionQueue, journal: SqlJournal, steering: SqlSteeringStore
) -> None:
    await answer(queue, journal, await take_question(queue), "hello")
    back = build_incoming_message("back", ts="1700000000.000300", trigger=Trigger.MENTION)
    question = await enqueue(queue, back)
    assert question is not None
    for _ in range(2):  # Slack delivers twice
        await steering.leave_thread(THREAD, "1700000000.000200")
    await steering.leave_thread(THREAD, "1700000000.000150")

    async def is_asked(ts: str) -> bool:
        message = build_incoming_message("talk", ts=ts, trigger=Trigger.THREAD)
        return await enqueue(queue, message) is EnqueueResult.NEW

    assert await is_asked("1700000000.000190")
    assert not await is_asked("1700000000.000250")
    assert await is_asked("1700000000.000350")


async def test_a_thread_that_easel_is_not_in_is_not_left(
    database: Database, steering: SqlSteeringStore
) -> None:
    await steering.leave_thread(THREAD, "1700000000.000200")
    assert await database.read(lambda c: c.execute(select(threads)).all()) == []


async def test_a_quiet_channel_takes_follow_ups_and_pictures_as_talk(
    database: Database, queue: SqlQuestionQueue, steering: SqlSteeringStore
) -> None:
    await take_question(queue)
    settings = SqlSettingsStore(database)
    await settings.set(THREAD.team, THREAD.channel, "--effort high", set_by="U1")
    await settings.set_mentions_only(THREAD.team, THREAD.channel, value=True, set_by="U2")
    for trigger in (Trigger.THREAD, Trigger.WATCHED):
        message = build_incoming_message("a", ts="1700000000.000150", trigger=trigger)
        assert await enqueue(queue, message) is EnqueueResult.DUPLICATE
    word = build_incoming_message("stop", ts="1700000000.000200", trigger=Trigger.THREAD)
    assert (await steering.stop_by_word(word)).result is not StopResult.NOTHING
    other = SqlSettingsStore(database)
    await other.load()
    assert other.get(THREAD.team, THREAD.channel) == "--effort high"
    assert other.is_for_mentions_only(THREAD.team, THREAD.channel)
    assert other.find_setter(THREAD.team, THREAD.channel) == "U2"
