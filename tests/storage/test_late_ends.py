"""What is answered to a question that was deleted meanwhile goes with the end of the question."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import TypeVar, cast

import pytest
from sqlalchemy import Connection, select, text

from bot.domain.conversation import Trigger
from bot.domain.files import FileRef
from bot.domain.questions import Answer, Outcome, Question
from storage.deletion import SqlDeletionStore
from storage.engine.database import Body, Database
from storage.engine.postgres import PostgresDatabase
from storage.files import SqlFileStore
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.schema import files, questions, turns
from storage.steering.removals import SqlRemovalStore
from storage.steering.store import SqlSteeringStore
from tests.support.queues import AMPLE, take_question
from tests.support.replicas import open_replicas
from tests.support.values import THREAD, build_incoming_message

SECRET = "owl"
COPY = "c" * 64
PICTURE = FileRef("FPIC", "owl-v1.png", "image/png", version=1, sha256="a" * 64, copy_sha256=COPY)
TABLE = FileRef("FTAB", "all-owls.csv", "text/csv", sha256="b" * 64)
REPLY = "1700000000.000500"
_COUNT_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
T = TypeVar("T")


@pytest.fixture(autouse=True)
def _only_flushed_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an end be written when the test says so, and not by itself on a machine that stalls."""
    for name in ("MAX_FLUSH_DELAY_SECONDS", "_SHARED_FLUSH_DELAY_SECONDS"):
        monkeypatch.setattr(f"storage.queue.questions.{name}", 600.0)


async def settle_and_show(
    queue: SqlQuestionQueue, journal: SqlJournal, question: Question, outcome: Outcome
) -> None:
    await journal.record_message(question, REPLY)
    made = (PICTURE, TABLE)
    await journal.settle(question, Answer(f"It is an {SECRET}.", files=made, outcome=outcome))
    queue.mark_delivered(question, outcome, made)


async def list_words(database: Database) -> list[str]:
    """Return the texts, and the names of files, that hold the secret word."""

    def read(connection: Connection) -> list[str]:
        texts = connection.scalars(select(turns.c.text)).all()
        names = connection.scalars(select(files.c.name)).all()
        return [one for one in (*texts, *names) if SECRET in one]

    return await database.read(read)


async def take_quote(queue: SqlQuestionQueue, about: str) -> Question:
    """Store and claim a question that quotes the message `about`."""
    message = build_incoming_message(f"count the {SECRET}s", ts="1700000000.000300")
    message = replace(message, thread=THREAD, trigger=Trigger.MENU, quoted_ts=about, event_id="m")
    found = await queue.enqueue(message, claim=AMPLE)
    assert isinstance(found, Question)
    return found


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED, Outcome.STOPPED, Outcome.FAILED])
@pytest.mark.parametrize("is_late", [False, True])
async def test_the_end_of_a_deleted_question_forgets_what_came(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    database: Database,
    outcome: Outcome,
    is_late: bool,
) -> None:
    question = await take_question(queue, f"an {SECRET}?")
    deletion = SqlDeletionStore(database)
    place = THREAD.team, THREAD.channel, question.ts
    if not is_late:
        await deletion.forget_message(*place)
    await journal.settle(question, Answer(f"An {SECRET}.", files=(PICTURE, TABLE), outcome=outcome))
    if is_late:
        await deletion.forget_message(*place)
    queue.mark_delivered(question, outcome, (PICTURE, TABLE))
    await queue.flush()
    assert await list_words(database) == []
    (row,) = await database.read(lambda c: c.execute(select(questions)).all())
    assert row.shown and row.outcome == "stopped"
    # The working copies are named until somebody erases them, and are no one's from now on.
    assert await SqlFileStore(database).delete_old_readings(days=1) == set()
    assert await deletion.forget_message(*place) == [COPY]


async def test_the_end_of_a_question_whose_quoted_message_is_deleted_forgets_what_came(
    queue: SqlQuestionQueue, journal: SqlJournal, database: Database
) -> None:
    question = await take_quote(queue, "1700000000.000250")
    steering = SqlSteeringStore(database)
    place = THREAD.team, THREAD.channel, "1700000000.000250"
    assert await steering.list_running_deleted(*place) == []
    await SqlDeletionStore(database).forget_message(*place)
    assert await steering.list_running_deleted(*place) == [question.ts]
    await settle_and_show(queue, journal, question, Outcome.STOPPED)
    await queue.flush()
    assert await list_words(database) == []
    assert await steering.list_running_deleted(*place) == []
    removals = SqlRemovalStore(database)
    assert await removals.is_deleted(THREAD.team, THREAD.channel, question.ts)
    offer = await removals.take_offer(THREAD.team, THREAD.channel, question.ts)
    assert offer is not None and offer.is_quote


async def test_a_question_that_is_there_keeps_its_answer(
    queue: SqlQuestionQueue, journal: SqlJournal, database: Database
) -> None:
    question = await take_question(queue, f"an {SECRET}?")
    await SqlDeletionStore(database).forget_message(THREAD.team, THREAD.channel, "1700000000.9")
    await settle_and_show(queue, journal, question, Outcome.ANSWERED)
    await queue.flush()
    assert sorted(await list_words(database)) == sorted(
        [f"an {SECRET}?", f"It is an {SECRET}.", PICTURE.name, TABLE.name]
    )


async def test_an_end_that_another_replica_has_not_seen_forgets_as_well(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as (here, there):
        queue = SqlQuestionQueue(here, owner="a", is_shared=True)
        question = await take_question(queue, f"an {SECRET}?")
        await settle_and_show(queue, SqlJournal(here, owner="a"), question, Outcome.ANSWERED)
        await _delete_elsewhere(there, question)
        await queue.flush()
        assert await list_words(there) == []
        place = THREAD.team, THREAD.channel, question.ts
        assert await SqlRemovalStore(there).take_offer(*place) is not None


class HeldDatabase:
    """A database whose next transaction is not committed before `release` is set."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self.has_run, self.release = threading.Event(), threading.Event()

    async def read(self, body: Body[T]) -> T:
        return await self._database.read(body)

    async def write(self, body: Body[T]) -> T:
        def hold(connection: Connection) -> T:
            result = body(connection)
            self.has_run.set()
            assert self.release.wait(60)
            return result

        return await self._database.write(hold)


async def test_an_end_waits_for_a_deletion_that_has_not_seen_it(postgres_url: str) -> None:
    async with open_replicas(postgres_url, 2) as (here, there):
        queue = SqlQuestionQueue(here, owner="a", is_shared=True)
        question = await take_question(queue, f"an {SECRET}?")
        await SqlJournal(here, owner="a").settle(question, Answer(f"It is an {SECRET}."))
        held = HeldDatabase(there)
        place = THREAD.team, THREAD.channel, question.ts
        forgetting = asyncio.create_task(
            SqlDeletionStore(cast(Database, held)).forget_message(*place)
        )
        assert await asyncio.to_thread(held.has_run.wait, 60)
        queue.mark_delivered(question, Outcome.ANSWERED)
        ending = asyncio.create_task(queue.flush())
        while not ending.done() and not await there.read(lambda c: c.scalar(_COUNT_WAITING)):
            pass  # it looks again
        held.release.set()
        await asyncio.gather(ending, forgetting)
        assert await list_words(there) == []


async def _delete_elsewhere(there: PostgresDatabase, question: Question) -> None:
    place = THREAD.team, THREAD.channel, question.ts
    await SqlDeletionStore(there).forget_message(*place)
    assert await SqlRemovalStore(there).take_offer(*place) is None
