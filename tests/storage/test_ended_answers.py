"""An answer that a person has stopped does not begin again, whatever is edited or deleted then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.domain.answers.steering import EditResult, StopResult
from bot.domain.conversation import Trigger
from bot.domain.errors import WordsChanged
from bot.domain.questions import Answer, Outcome, Question
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.steering.changed_words import QUIET_SECONDS
from storage.steering.store import SqlSteeringStore
from tests.support.changing_words import end, list_restarts, send, take
from tests.support.clock import Clock
from tests.support.queues import claim_one, enqueue
from tests.support.values import THREAD, build_edit, build_incoming_message, build_picture_ref

LATER = "1700000000.000200"
LINKED = "1600000000.000900"
Change = Callable[[Database, SqlSteeringStore], Awaitable[object]]


async def edit_earlier(_: Database, steering: SqlSteeringStore) -> object:
    return await steering.take_edit(build_edit("other words"))


async def delete_earlier(database: Database, _: SqlSteeringStore) -> object:
    return await SqlDeletionStore(database).forget_message(THREAD.team, THREAD.channel, THREAD.root)


async def delete_file(database: Database, _: SqlSteeringStore) -> object:
    return await SqlDeletionStore(database).forget_file("F1")


async def edit_linked(_: Database, steering: SqlSteeringStore) -> object:
    return await steering.take_edit(build_edit("other words", ts=LINKED))


CHANGES: list[Change] = [edit_earlier, delete_earlier, delete_file, edit_linked]


async def stop_by_word(steering: SqlSteeringStore, _: Question) -> object:
    word = build_incoming_message("stop", ts="1700000000.000300", trigger=Trigger.THREAD)
    return (await steering.stop_by_word(word)).result is StopResult.STOPPED


async def stop_by_press(steering: SqlSteeringStore, question: Question) -> object:
    report = await steering.stop_by_press(question.id, THREAD.channel, question.asker, version=1)
    return report.result is StopResult.STOPPED


async def stop_thread(steering: SqlSteeringStore, _: Question) -> object:
    return await steering.stop_thread(THREAD)


async def stop_by_edit(steering: SqlSteeringStore, question: Question) -> object:
    edit = replace(build_edit("stop", ts=question.ts), is_stop=True)
    return (await steering.take_edit(edit)).result is EditResult.STOPPED


STOPS = [stop_by_word, stop_by_press, stop_thread, stop_by_edit]


@pytest.fixture
async def running(queue: SqlQuestionQueue) -> Question:
    """A question that is being answered, behind another one with a file."""
    files = (build_picture_ref("F1"),)
    await enqueue(queue, build_incoming_message("look", files=files))
    first = await claim_one(queue)
    assert first is not None
    await end(queue, first)
    link = f"https://acme.slack.com/archives/C0GENERAL/p{LINKED.replace('.', '')}"
    return await take(queue, f"what does {link} mean?", LATER)


@pytest.mark.parametrize("change", CHANGES)
async def test_what_is_changed_after_a_stop_begins_nothing_again(
    running: Question,
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    steering: SqlSteeringStore,
    database: Database,
    clock: Clock,
    change: Change,
) -> None:
    assert await stop_by_word(steering, running)
    await change(database, steering)
    assert await list_restarts(database) == []
    # It may not have heard of the stop: what is gone goes out no more all the same.
    with pytest.raises(WordsChanged):
        await send(database, running, "one")
    await journal.settle(running, Answer(text="Half of", outcome=Outcome.STOPPED))
    await end(queue, running)
    clock.now += QUIET_SECONDS + 1
    assert await claim_one(queue) is None and (await queue.read_stats()).states == {}


@pytest.mark.parametrize("stop", STOPS)
async def test_an_answer_that_is_stopped_in_any_way_stays_so(
    running: Question,
    queue: SqlQuestionQueue,
    steering: SqlSteeringStore,
    database: Database,
    clock: Clock,
    stop: Callable[[SqlSteeringStore, Question], Awaitable[object]],
) -> None:
    await edit_earlier(database, steering)
    assert await stop(steering, running)
    await delete_earlier(database, steering)
    await end(queue, running)
    clock.now += QUIET_SECONDS + 1
    assert await claim_one(queue) is None and (await queue.read_stats()).states == {}


@pytest.mark.parametrize("is_claimed", [True, False])
async def test_its_own_edit_after_a_stop_asks_anew_once_it_has_ended(
    running: Question,
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    steering: SqlSteeringStore,
    clock: Clock,
    is_claimed: bool,
) -> None:
    if not is_claimed:
        await queue.requeue(running, delay_seconds=60, counts_as_attempt=False)
    assert await stop_by_word(steering, running)
    edit = build_edit("and what does this mean?", ts=LATER)
    assert (await steering.take_edit(edit)).result is EditResult.ASKED
    # What could not be ended is taken up to be ended, and knows of the edit.
    if is_claimed:
        await queue.requeue(running, delay_seconds=0, counts_as_attempt=False)
    clock.now += QUIET_SECONDS + 1
    stopped = await claim_one(queue)
    assert stopped is not None and stopped.is_stopped
    await journal.settle(stopped, Answer(outcome=Outcome.STOPPED))
    await end(queue, stopped)
    clock.now += QUIET_SECONDS + 1
    again = await claim_one(queue)
    assert again is not None and not again.is_stopped
    assert (again.text, again.version) == (edit.text, 2)


async def test_a_stop_while_an_edited_answer_is_shown_takes_the_next_one_back(
    running: Question,
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    steering: SqlSteeringStore,
    clock: Clock,
) -> None:
    await journal.settle(running, Answer(text="All of it"))
    edit = build_edit("and what does this mean?", ts=LATER)
    assert (await steering.take_edit(edit)).result is EditResult.ASKED
    assert await stop_by_word(steering, running)
    queue.mark_delivered(running, Outcome.ANSWERED)
    await queue.flush()
    clock.now += QUIET_SECONDS + 1
    assert await claim_one(queue) is None and (await queue.read_stats()).states == {}
