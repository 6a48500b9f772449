"""The worker answers in parallel across threads, in order within one, and stops in good order."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.domain.conversation import Trigger
from bot.domain.errors import OperatorError, TransientError
from bot.domain.messages import Message
from bot.domain.questions import Presser, PressResult
from bot.queue.worker import Worker
from storage.engine.database import Database
from storage.queue.journal import SqlJournal
from storage.queue.questions import LEASE_SECONDS, SqlQuestionQueue
from tests.support.desk import ManualAnswerer, RecordingNotices, run_worker
from tests.support.queues import AMPLE, claim_one
from tests.support.values import build_incoming_message, build_picture_ref, build_thread


async def test_threads_run_side_by_side_up_to_the_limit(
    worker: Worker, answerer: ManualAnswerer
) -> None:
    for number in (1, 2, 3):
        await worker.submit(
            build_incoming_message(
                f"q{number}", ts=build_thread(number).root, thread=build_thread(number)
            )
        )
    assert {await answerer.wait_for_next(), await answerer.wait_for_next()} == {"q1", "q2"}
    assert answerer.started_questions.empty()

    answerer.finish("q1")
    assert await answerer.wait_for_next() == "q3"


async def test_the_next_in_a_thread_starts_when_the_first_ends(
    worker: Worker, answerer: ManualAnswerer
) -> None:
    await worker.submit(build_incoming_message("first"))
    assert await answerer.wait_for_next() == "first"
    await worker.submit(
        build_incoming_message("second", ts="1700000000.000200", trigger=Trigger.THREAD)
    )
    assert answerer.started_questions.empty()

    answerer.finish("first")
    assert await answerer.wait_for_next() == "second"


async def test_questions_of_an_earlier_process_are_answered_at_the_start(
    queue: SqlQuestionQueue, answerer: ManualAnswerer
) -> None:
    await queue.enqueue(build_incoming_message("left over"), claim=None)
    await claim_one(queue)
    async with run_worker(queue, answerer):
        assert await answerer.wait_for_next() == "left over"


async def test_a_bug_in_one_answer_ends_in_an_apology_and_touches_no_other(
    worker: Worker, answerer: ManualAnswerer
) -> None:
    answerer.failure = KeyError("a secret from the traceback")
    await worker.submit(build_incoming_message("bad"))
    assert await answerer.wait_for_next() == "bad"
    answerer.finish("bad")
    await asyncio.wait_for(answerer.settled_texts.get(), 60)
    assert answerer.apologies == ["Something went wrong on my side. Please ask again."]

    answerer.failure = None
    await worker.submit(
        build_incoming_message("good", ts=build_thread(5).root, thread=build_thread(5))
    )
    assert await answerer.wait_for_next() == "good"


async def test_an_expected_failure_says_its_own_sentence(
    worker: Worker, answerer: ManualAnswerer
) -> None:
    answerer.failure = OperatorError("no scope", user_message=Message("The model is not there."))
    await worker.submit(build_incoming_message("q"))
    await answerer.wait_for_next()
    answerer.finish("q")
    await asyncio.wait_for(answerer.settled_texts.get(), 60)
    assert answerer.apologies == ["The model is not there."]


async def test_a_transient_failure_is_tried_again_later_and_holds_up_no_other_question(
    queue: SqlQuestionQueue, answerer: ManualAnswerer
) -> None:
    async with run_worker(queue, answerer, concurrency=1) as worker:
        answerer.failure = TransientError("Slack is away")
        await worker.submit(build_incoming_message("q"))
        assert await answerer.wait_for_next() == "q"
        answerer.finish("q")
        await worker.submit(
            build_incoming_message("other", ts=build_thread(5).root, thread=build_thread(5))
        )
        assert await answerer.wait_for_next() == "other"
        assert answerer.apologies == []


async def test_slack_being_away_does_not_count_against_a_question(
    queue: SqlQuestionQueue, answerer: ManualAnswerer
) -> None:
    answerer.failure = TransientError("Slack is away")
    async with run_worker(queue, answerer) as worker:
        await worker.submit(build_incoming_message("q"))
        await answerer.wait_for_next()
        answerer.finish("q")
        async with asyncio.timeout(60):
            while (await queue.read_stats()).states != {"stored": 1}:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.01)
    await queue.recover_expired()
    again = await claim_one(queue)
    assert again is not None and (again.attempt, again.claims) == (1, 2)


async def test_stopping_lets_an_answer_finish_within_the_grace(
    queue: SqlQuestionQueue, answerer: ManualAnswerer
) -> None:
    async with run_worker(queue, answerer) as worker:
        await worker.submit(build_incoming_message("q"))
        await answerer.wait_for_next()
        stopping = asyncio.create_task(worker.stop(grace_seconds=60))
        await asyncio.sleep(0)
        answerer.finish("q")
        await asyncio.wait_for(stopping, 60)

    assert answerer.settled_texts.get_nowait() == "q"
    assert await queue.recover_expired() == 0


async def test_an_answer_that_is_not_finished_in_time_is_requeued_and_does_not_count(
    queue: SqlQuestionQueue, answerer: ManualAnswerer
) -> None:
    async with run_worker(queue, answerer) as worker:
        await worker.submit(build_incoming_message("q"))
        await answerer.wait_for_next()

    again = await claim_one(queue)
    assert again is not None and (again.attempt, again.claims) == (1, 2)


async def test_a_failed_question_is_asked_again_when_its_button_is_pressed(
    worker: Worker, answerer: ManualAnswerer
) -> None:
    answerer.failure = OperatorError("no")
    await worker.submit(build_incoming_message("q"))
    question = await asyncio.wait_for(answerer.started_questions.get(), 60)
    answerer.finish("q")
    await worker.wait_until_idle()
    answerer.failure = None

    press = Presser(question.asker, "1700000009.000100")
    channel = question.thread.channel
    assert await worker.retry(question.id, channel, press, go_on=False) is PressResult.ASKED
    assert await answerer.wait_for_next() == "q"
    assert await worker.retry(question.id, channel, press, go_on=False) is not PressResult.ASKED


async def test_a_stop_reaches_the_answer_in_its_thread_only(
    worker: Worker, answerer: ManualAnswerer
) -> None:
    await worker.submit(build_incoming_message("q"))
    await answerer.wait_for_next()
    assert not await worker.stop_thread(build_thread(3))
    assert await worker.stop_thread(build_incoming_message("q").thread)
    assert answerer.stopped_texts == ["q"]


async def test_a_question_whose_lease_expired_is_claimed_again(database: Database) -> None:
    now = [1000.0]
    queue = SqlQuestionQueue(database, owner="test", clock=lambda: now[0])
    answerer = ManualAnswerer(queue, SqlJournal(database, owner="test"))
    async with run_worker(queue, answerer) as worker:
        await queue.enqueue(build_incoming_message("lost"), claim=AMPLE)  # but no task answers it
        now[0] += LEASE_SECONDS + 1
        await worker.lease_renewer.renew()
        assert await answerer.wait_for_next() == "lost"


async def test_files_of_the_second_view_start_an_answer_over_that_shows_nothing_yet(
    worker: Worker, answerer: ManualAnswerer
) -> None:
    await worker.submit(build_incoming_message("look"))
    await answerer.wait_for_next()
    await worker.submit(
        build_incoming_message("look", event_id="Ev2", files=(build_picture_ref(),))
    )

    again = await asyncio.wait_for(answerer.started_questions.get(), 60)
    assert again.files == (build_picture_ref(),)


async def test_an_answer_that_is_already_visible_is_not_started_over_and_that_is_said(
    queue: SqlQuestionQueue, answerer: ManualAnswerer
) -> None:
    answerer.has_shown_text = True
    notices = RecordingNotices()
    async with run_worker(queue, answerer, notices=notices) as worker:
        await worker.submit(build_incoming_message("look"))
        await answerer.wait_for_next()
        second = build_incoming_message("look", event_id="Ev2", files=(build_picture_ref(),))
        await worker.submit(second)
        assert notices.late == ["look"]
        # The same files once more are no news.
        await worker.submit(replace(second, event_id="Ev3"))
        assert notices.late == ["look"]
        answerer.finish("look")
        assert await asyncio.wait_for(answerer.settled_texts.get(), 60) == "look"
        assert answerer.started_questions.empty()
