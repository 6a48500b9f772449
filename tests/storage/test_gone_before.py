"""What no prompt holds any more, or Easel itself takes away, breaks no answer off; both engines."""

from __future__ import annotations

import pytest

from bot.domain.files import FileRef
from bot.domain.questions import Answer, Outcome, Question
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.steering.changed_words import QUIET_SECONDS
from storage.steering.store import SqlSteeringStore
from tests.support.changing_words import delete, list_restarts, send, take
from tests.support.clock import Clock
from tests.support.queues import claim_one, enqueue
from tests.support.values import THREAD, build_edit, build_incoming_message, build_picture_ref

LATER = "1700000000.000200"
SHOWN_AT = "1700000000.000150"
WORDS = FileRef("F8", "answer.md", "text/markdown", 25_000)
PICTURE = FileRef("F9", "fox-v1.png", "image/png", 100)


async def show(
    queue: SqlQuestionQueue, journal: SqlJournal, question: Question, *made: FileRef
) -> None:
    await journal.settle(question, Answer(text="It is a fox.", files=made))
    queue.mark_delivered(question, Outcome.ANSWERED, made, messages=[SHOWN_AT])
    await queue.flush()


@pytest.fixture
async def first(queue: SqlQuestionQueue, journal: SqlJournal) -> Question:
    """A question with a file that is answered with two."""
    await enqueue(queue, build_incoming_message("what is it?", files=(build_picture_ref("F1"),)))
    question = await claim_one(queue)
    assert question is not None
    await show(queue, journal, question, WORDS, PICTURE)
    return question


async def replace_answer(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    steering: SqlSteeringStore,
    clock: Clock,
) -> Question:
    """Have the first question asked anew; return it before its new answer is shown."""
    await steering.take_edit(build_edit("and what is it now?"))
    clock.now += QUIET_SECONDS
    again = await claim_one(queue)
    assert again is not None
    await journal.settle(again, Answer(text="A hare."))
    return again


async def test_the_files_that_easel_deletes_itself_break_no_answer_off(
    first: Question,
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    steering: SqlSteeringStore,
    database: Database,
    clock: Clock,
) -> None:
    again = await replace_answer(queue, journal, steering, clock)
    taken = await journal.take_earlier_files(again, name="answer.md", mimetype="text/x-code")
    assert taken == [WORDS.id]
    # Whoever takes over where a process ended deletes it all the same.
    assert await journal.take_earlier_files(again, name="answer.md", mimetype="") == [WORDS.id]
    queue.mark_delivered(again, Outcome.ANSWERED)
    await queue.flush()
    question = await take(queue, "and that?", LATER)
    deletion = SqlDeletionStore(database)
    await deletion.forget_answer(THREAD, "1700000000.000160", [WORDS.id])
    await deletion.forget_file(WORDS.id)
    assert await list_restarts(database) == []
    await send(database, question, "one")
    assert await journal.take_earlier_files(again, name="answer.md", mimetype="") == []
    # A picture of an earlier answer may be meant, and a person has deleted it.
    await deletion.forget_file(PICTURE.id)
    assert await list_restarts(database) == [question.ts]


@pytest.mark.parametrize("what", ["message", "file", "share", "answer"])
async def test_a_deletion_that_is_told_twice_breaks_off_one_answer(
    first: Question,
    queue: SqlQuestionQueue,
    database: Database,
    clock: Clock,
    what: str,
) -> None:
    deletion = SqlDeletionStore(database)

    async def tell() -> None:
        if what == "message":
            await delete(database)
        elif what == "file":
            await deletion.forget_file("F1")
        elif what == "share":
            await deletion.forget_answer(THREAD, "1700000000.000160", [PICTURE.id])
        else:
            await deletion.forget_answer(THREAD, SHOWN_AT, [])

    question = await take(queue, "and that?", LATER)
    await tell()
    assert await list_restarts(database) == [question.ts]
    await queue.requeue(question, delay_seconds=0, counts_as_attempt=False)
    clock.now += QUIET_SECONDS
    again = await claim_one(queue)
    assert again is not None
    await tell()
    assert await list_restarts(database) == []
    await send(database, again, "one")


async def test_an_answer_that_is_removed_after_its_question_breaks_no_other_off(
    first: Question, queue: SqlQuestionQueue, database: Database
) -> None:
    deletion = SqlDeletionStore(database)
    await delete(database)
    question = await take(queue, "and that?", LATER)
    # Its messages and files are deleted by Easel, for whoever has deleted the question.
    await deletion.forget_answer(THREAD, SHOWN_AT, [])
    for file_id in (WORDS.id, PICTURE.id):
        await deletion.forget_file(file_id)
    await deletion.forget_answer(THREAD, "1700000000.000160", [WORDS.id, PICTURE.id])
    # Where a process has ended, another one forgets the question once more.
    await delete(database)
    assert await list_restarts(database) == []
    await send(database, question, "one")


async def test_a_message_that_was_deleted_before_it_was_linked_to_breaks_nothing_off(
    queue: SqlQuestionQueue, database: Database
) -> None:
    await delete(database, "1600000000.000900")
    link = "https://acme.slack.com/archives/C0GENERAL/p1600000000000900"
    question = await take(queue, f"look at {link}", LATER)
    await delete(database, "1600000000.000900")
    assert await list_restarts(database) == []
    await send(database, question, "one")
