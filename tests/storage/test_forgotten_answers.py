"""What is deleted takes its answers along, on both engines."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.questions import (
    Answer,
    Outcome,
)
from storage.conversations import SqlConversationStore
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.steering.changed_words import QUIET_SECONDS
from storage.steering.store import SqlSteeringStore
from tests.support.clock import Clock
from tests.support.queues import answer, claim_one, take_question
from tests.support.values import THREAD, build_edit, load_turns


async def test_a_deleted_question_takes_its_answers_along(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    steering: SqlSteeringStore,
    conversations: SqlConversationStore,
    database: Database,
    clock: Clock,
) -> None:
    await answer(queue, journal, await take_question(queue, "secret"), "old secret")
    await steering.take_edit(build_edit("another secret"))
    clock.now += QUIET_SECONDS
    again = await claim_one(queue)
    assert again is not None
    await answer(queue, journal, again, "new secret")
    deletion = SqlDeletionStore(database, clock=clock)
    await deletion.forget_message(THREAD.team, THREAD.channel, THREAD.root)
    turns = await load_turns(conversations, THREAD, before="1700000000.000200", limit=10)
    assert [turn.text for turn in turns] == [""]
    texts = await database.read(lambda c: c.exec_driver_sql("SELECT text FROM turns").all())
    assert [row.text for row in texts] == ["", "", ""]


async def test_what_a_deleted_question_still_gets_is_shown_and_not_read(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    conversations: SqlConversationStore,
    database: Database,
    clock: Clock,
) -> None:
    deletion = SqlDeletionStore(database, clock=clock)
    question = await take_question(queue, "secret")
    await deletion.forget_message(THREAD.team, THREAD.channel, THREAD.root)
    await journal.settle(question, Answer(text="a secret"))
    await deletion.forget_message(THREAD.team, THREAD.channel, THREAD.root)
    await queue.release_claims()
    shown = await claim_one(queue)
    assert shown is not None and shown.answer is not None and shown.answer.text == "a secret"
    queue.mark_delivered(shown, Outcome.STOPPED)
    await queue.flush()
    turns = await load_turns(conversations, THREAD, before="1700000000.000200", limit=10)
    assert [turn.text for turn in turns] == [""]


async def test_an_answer_whose_message_a_person_deletes_is_forgotten(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    conversations: SqlConversationStore,
    database: Database,
    clock: Clock,
) -> None:
    deletion, shown = SqlDeletionStore(database, clock=clock), "1700000000.000300"
    question = await take_question(queue, "one")
    for ts in (shown, "1700000000.000200"):
        await journal.record_message(question, ts)
    await deletion.forget_answer(THREAD, shown, ())
    await journal.settle(question, Answer(text="a secret"))
    await deletion.forget_answer(THREAD, shown, ())
    queue.mark_delivered(question, Outcome.ANSWERED, (), (), ("1700000000.000200",))
    await queue.flush()
    # While a question is open, and of what it has given up, it is Easel that deletes.
    for ts in ("1700000000.000200", "1700000000.999999"):
        await deletion.forget_answer(THREAD, ts, ())
    turns = await load_turns(conversations, THREAD, before="1700000000.000900", limit=10)
    assert [turn.text for turn in turns] == ["one", "a secret"]
    await deletion.forget_answer(replace(THREAD, channel="C0OTHER"), shown, ())
    await deletion.forget_answer(THREAD, shown, ())
    await deletion.forget_answer(THREAD, shown, ())
    turns = await load_turns(conversations, THREAD, before="1700000000.000900", limit=10)
    assert [turn.text for turn in turns] == ["one"]
    texts = await database.read(lambda c: c.exec_driver_sql("SELECT text FROM turns").all())
    assert [row.text for row in texts] == ["one", ""]
