"""What is stored of a message, once, however often and in however many views it comes."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.domain.conversation import IncomingMessage, Person, Thread, Trigger
from bot.domain.files import FileView
from bot.domain.questions import Answer, EnqueueResult, Outcome, Question
from storage.conversations import SqlConversationStore
from storage.engine.database import Database
from storage.files import SqlFileStore
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from tests.support.queues import AMPLE, claim_all, claim_one, enqueue
from tests.support.values import (
    THREAD,
    build_incoming_message,
    build_picture_ref,
    build_thread,
    load_turns,
)


async def test_a_question_can_be_taken_while_it_is_stored(queue: SqlQuestionQueue) -> None:
    claimed = await queue.enqueue(
        build_incoming_message("now", files=(build_picture_ref(),)), claim=AMPLE
    )
    assert isinstance(claimed, Question)
    assert (claimed.text, claimed.files, claimed.attempt) == ("now", (build_picture_ref(),), 1)
    assert await claim_one(queue) is None


async def test_a_question_whose_thread_is_not_free_is_not_taken(queue: SqlQuestionQueue) -> None:
    await queue.enqueue(build_incoming_message("first"), claim=AMPLE)
    later = build_incoming_message("second", ts="1700000000.000200")
    assert await queue.enqueue(later, claim=AMPLE) is EnqueueResult.NEW
    third = build_incoming_message("third", ts="1700000000.000300")
    assert await queue.enqueue(third, claim=AMPLE) is EnqueueResult.NEW


async def test_two_views_of_one_post_are_one_question(queue: SqlQuestionQueue) -> None:
    assert await enqueue(queue, build_incoming_message(event_id="Ev1")) is EnqueueResult.NEW
    assert await enqueue(queue, build_incoming_message(event_id="Ev2")) is EnqueueResult.DUPLICATE

    assert await claim_one(queue) is not None
    assert await claim_one(queue) is None


async def test_the_second_view_brings_the_files_the_first_did_not_carry(
    queue: SqlQuestionQueue,
) -> None:
    await enqueue(queue, build_incoming_message(event_id="Ev1"))

    assert (
        await enqueue(queue, build_incoming_message(event_id="Ev2", files=(build_picture_ref(),)))
        is EnqueueResult.UPDATED
    )

    question = await claim_one(queue)
    assert question is not None
    assert question.files == (build_picture_ref(),)


async def test_talk_that_a_mention_overtakes_is_no_question(
    queue: SqlQuestionQueue,
) -> None:
    thread = build_thread(1)
    asked, said, later = (f"{float(thread.root) + seconds:.6f}" for seconds in (2, 1, 3))
    mention = build_incoming_message("and this?", ts=asked, thread=thread)
    assert await enqueue(queue, mention) is EnqueueResult.NEW
    for trigger in (Trigger.THREAD, Trigger.OVERHEARD):
        talk = build_incoming_message("nice!", ts=said, thread=thread, trigger=trigger)
        assert await enqueue(queue, talk) is EnqueueResult.DUPLICATE
    follow_up = build_incoming_message("more", ts=later, thread=thread, trigger=Trigger.THREAD)
    assert await enqueue(queue, follow_up) is EnqueueResult.NEW
    # The second event of the mention is the mention.
    second = replace(mention, event_id="Ev9", trigger=Trigger.THREAD, files=(build_picture_ref(),))
    assert await enqueue(queue, second) is EnqueueResult.UPDATED
    assert await claim_all(queue) == ["and this?"]


async def test_a_view_without_files_takes_none_away(queue: SqlQuestionQueue) -> None:
    await enqueue(queue, build_incoming_message(files=(build_picture_ref(),)))
    assert await enqueue(queue, build_incoming_message(event_id="Ev2")) is EnqueueResult.DUPLICATE

    question = await claim_one(queue)
    assert question is not None and question.files == (build_picture_ref(),)


async def test_files_that_come_after_the_answer_are_kept_for_the_next_question(
    queue: SqlQuestionQueue, journal: SqlJournal, database: Database
) -> None:
    await enqueue(queue, build_incoming_message())
    question = await claim_one(queue)
    assert question is not None
    await journal.settle(question, Answer("hi"))

    assert (
        await enqueue(queue, build_incoming_message(event_id="Ev2", files=(build_picture_ref(),)))
        is EnqueueResult.LATE
    )
    again = build_incoming_message(event_id="Ev3", files=(build_picture_ref(),))
    assert await enqueue(queue, again) is EnqueueResult.DUPLICATE
    store = SqlConversationStore(database)
    turns = await load_turns(store, THREAD, before="9", limit=9)
    assert turns[0].files == (build_picture_ref(),)
    history = await store.load(THREAD, before="9", limit=9)
    assert history.late_file_ids == {build_picture_ref().id}
    # Another thread has none of them, whatever its name begins with.
    other = Thread(THREAD.team, THREAD.channel, f"{THREAD.root}1")
    assert (await store.load(other, before="9", limit=9)).late_file_ids == frozenset()
    # That it was seen is not enough: the question that it goes with has to be answered.
    view = FileView(build_picture_ref().id, "fox.png", "PNG picture")
    await enqueue(queue, build_incoming_message("and this?", ts="8.000000", event_id="Ev4"))
    queue.mark_delivered(question, Outcome.ANSWERED)
    following = await claim_one(queue)
    assert following is not None
    await SqlFileStore(database).record_views(following, [view])
    assert (await store.load(THREAD, before="9", limit=9)).late_file_ids
    await journal.settle(following, Answer("a fox"))
    assert not (await store.load(THREAD, before="9", limit=9)).late_file_ids


async def test_a_second_view_with_more_files_adds_those_that_are_missing(
    queue: SqlQuestionQueue,
) -> None:
    one, two = build_picture_ref(), replace(build_picture_ref(), id="F0TWO")
    await enqueue(queue, build_incoming_message(files=(one,)))
    second = build_incoming_message(event_id="Ev2", files=(one, two))
    assert await enqueue(queue, second) is EnqueueResult.UPDATED
    question = await claim_one(queue)
    assert question is not None and question.files == (one, two)


async def test_a_thread_message_is_a_question_only_where_easel_takes_part(
    queue: SqlQuestionQueue,
) -> None:
    follow_up = build_incoming_message("and then?", ts="1700000009.000100", trigger=Trigger.THREAD)
    assert await enqueue(queue, follow_up) is EnqueueResult.DUPLICATE

    await enqueue(queue, build_incoming_message())
    assert await enqueue(queue, follow_up) is EnqueueResult.NEW


async def test_talk_to_somebody_else_is_remembered_and_not_answered(
    queue: SqlQuestionQueue, database: Database
) -> None:
    await enqueue(queue, build_incoming_message())
    overheard = build_incoming_message(
        "<@U0SAM> look", ts="1700000009.000100", trigger=Trigger.OVERHEARD
    )
    assert await enqueue(queue, overheard) is EnqueueResult.DUPLICATE

    turns = await load_turns(SqlConversationStore(database), THREAD, before="9", limit=9)
    assert [turn.text for turn in turns] == ["hello", "<@U0SAM> look"]
    assert await claim_one(queue) is not None
    assert await claim_one(queue) is None


async def test_talk_in_a_thread_without_easel_leaves_no_trace(
    queue: SqlQuestionQueue, database: Database
) -> None:
    await enqueue(
        queue, build_incoming_message("secret", ts="1700000009.000100", trigger=Trigger.OVERHEARD)
    )
    await enqueue(
        queue, build_incoming_message("secret", ts="1700000010.000100", trigger=Trigger.THREAD)
    )

    assert await load_turns(SqlConversationStore(database), THREAD, before="9", limit=9) == []


async def test_the_same_post_from_many_deliveries_at_once_is_one_question(
    queue: SqlQuestionQueue,
) -> None:
    results = await asyncio.gather(
        *(enqueue(queue, build_incoming_message(event_id=f"Ev{n}")) for n in range(20))
    )
    assert results.count(EnqueueResult.NEW) == 1


async def test_a_put_whose_caller_is_cancelled_is_whole_and_leaves_no_lock(
    queue: SqlQuestionQueue,
) -> None:
    for number in range(20):
        task = asyncio.create_task(
            enqueue(
                queue,
                build_incoming_message(ts=build_thread(number).root, thread=build_thread(number)),
            )
        )
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert (
        await enqueue(
            queue, build_incoming_message(ts=build_thread(99).root, thread=build_thread(99))
        )
        is EnqueueResult.NEW
    )


async def test_the_second_view_brings_the_text_the_first_did_not_carry(
    queue: SqlQuestionQueue,
) -> None:
    await enqueue(queue, build_incoming_message("sum this up", event_id="Ev1"))
    fuller = build_incoming_message("sum this up\n\n| a |\n| --- |", event_id="Ev2")
    assert await enqueue(queue, fuller) is EnqueueResult.UPDATED

    # The same in another form is no reason to begin again.
    for text in ("sum this up", f"**{fuller.text}**"):
        same = build_incoming_message(text, event_id="Ev3")
        assert await enqueue(queue, same) is EnqueueResult.DUPLICATE
    question = await claim_one(queue)
    assert question is not None and question.text == fuller.text


async def test_an_edit_asks_once_with_its_own_text(queue: SqlQuestionQueue) -> None:
    talk = build_incoming_message("draw a fox", trigger=Trigger.OVERHEARD)
    await enqueue(queue, build_incoming_message("hi", ts="1600000000.000100"))
    await enqueue(queue, talk)
    edit = replace(build_incoming_message("draw a red fox", event_id="Ev2"), is_edit=True)
    assert await enqueue(queue, edit) is EnqueueResult.NEW
    assert await enqueue(queue, edit) is EnqueueResult.DUPLICATE
    again = replace(edit, event_id="Ev3", text="draw a red fox, please")
    assert await enqueue(queue, again) is EnqueueResult.DUPLICATE

    first = await claim_one(queue)
    assert first is not None and first.text == "hi"
    queue.mark_delivered(first, Outcome.ANSWERED)
    await queue.flush()
    question = await claim_one(queue)
    assert question is not None and question.text == "draw a red fox"


async def test_an_edit_does_not_ask_again_what_was_asked(queue: SqlQuestionQueue) -> None:
    await enqueue(queue, build_incoming_message("draw a fox"))
    edit = replace(build_incoming_message("draw a red fox", event_id="Ev2"), is_edit=True)
    assert await enqueue(queue, edit) is EnqueueResult.DUPLICATE
    question = await claim_one(queue)
    assert question is not None and question.text == "draw a fox"


async def test_programs_are_answered_three_times_in_a_thread_and_people_always(
    queue: SqlQuestionQueue, database: Database
) -> None:
    results = []
    for number in range(6):
        message = build_incoming_message(f"post {number}", ts=f"170000010{number}.000100")
        # One program alone, or two in turns.
        sender = Person(f"B0PROGRAM{number % 2}", "T0EASEL")
        message = replace(message, sender=sender, is_from_app=True)
        results.append(await enqueue(queue, message))
        assert await enqueue(queue, message) is not EnqueueResult.NEW
        # The second event of a post that is answered changes nothing, of the last one neither.
        again = await enqueue(queue, replace(message, event_id=f"{message.event_id} again"))
        assert (again is EnqueueResult.DUPLICATE) == (results[-1] is EnqueueResult.NEW)
    assert results == [EnqueueResult.NEW] * 3 + [EnqueueResult.LIMITED] * 3
    person = build_incoming_message("and me?", ts="1700000200.000100")
    assert await enqueue(queue, person) is EnqueueResult.NEW
    elsewhere = build_incoming_message("post", ts=build_thread(7).root, thread=build_thread(7))
    assert await enqueue(queue, replace(elsewhere, is_from_app=True)) is EnqueueResult.NEW
    turns = await load_turns(SqlConversationStore(database), THREAD, before="9", limit=100)
    assert [turn.text for turn in turns] == [*(f"post {n}" for n in range(6)), "and me?"]


def build_program_post(number: int, thread: Thread) -> IncomingMessage:
    ts = f"17000{number:05d}.000100"
    post = build_incoming_message(f"post {number}", ts=ts, thread=thread)
    return replace(post, is_from_app=True, overheard_text=f"App:\n\npost {number}")


async def test_a_program_that_begins_a_thread_with_each_post_is_answered_ten_times_an_hour(
    queue: SqlQuestionQueue, database: Database
) -> None:
    posts = [build_program_post(number, build_thread(number)) for number in range(0, 1_300, 100)]
    results = [await enqueue(queue, post) for post in posts]
    assert results == [EnqueueResult.NEW] * 10 + [EnqueueResult.LIMITED] * 3
    another = replace(build_program_post(1_400, build_thread(1_400)), sender=Person("B2", "T1"))
    assert await enqueue(queue, another) is EnqueueResult.NEW
    later = build_program_post(5_000, build_thread(5_000))
    assert await enqueue(queue, later) is EnqueueResult.NEW
    person = build_incoming_message("I", ts="1700001500.000100", thread=build_thread(1_500))
    assert await enqueue(queue, person) is EnqueueResult.NEW
