"""Who works when: parallel across threads, in order within one, orderly at the end."""

from __future__ import annotations

import asyncio

from bot.domain.conversation import Trigger
from bot.domain.errors import OperatorError, TransientError
from bot.queue.worker import Worker
from storage.queue.sqlite import LEASE_SECONDS, SqliteQuestionQueue
from tests.support.desk import ManualAnswerer, run_worker
from tests.support.easel import wait_until
from tests.support.values import build_incoming_message, build_picture_ref, build_thread


async def test_threads_run_side_by_side_up_to_the_limit(
    worker: Worker, desk: ManualAnswerer
) -> None:
    for number in (1, 2, 3):
        await worker.submit(
            build_incoming_message(
                f"q{number}", ts=build_thread(number).root, thread=build_thread(number)
            )
        )
    assert {await desk.wait_for_next(), await desk.wait_for_next()} == {"q1", "q2"}
    assert desk.started.empty()

    desk.finish("q1")
    assert await desk.wait_for_next() == "q3"


async def test_the_next_in_a_thread_starts_when_the_first_ends(
    worker: Worker, desk: ManualAnswerer
) -> None:
    await worker.submit(build_incoming_message("first"))
    assert await desk.wait_for_next() == "first"
    await worker.submit(
        build_incoming_message("second", ts="1700000000.000200", reach=Trigger.THREAD)
    )
    assert desk.started.empty()

    desk.finish("first")
    assert await desk.wait_for_next() == "second"


async def test_what_waits_from_before_is_taken_up_at_the_start(
    inbox: SqliteQuestionQueue, desk: ManualAnswerer
) -> None:
    await inbox.enqueue(build_incoming_message("left over"), claim=False)
    await inbox.claim()
    async with run_worker(inbox, desk):
        assert await desk.wait_for_next() == "left over"


async def test_a_bug_in_one_answer_ends_in_an_apology_and_touches_no_other(
    worker: Worker, desk: ManualAnswerer
) -> None:
    desk.failure = KeyError("a secret from the traceback")
    await worker.submit(build_incoming_message("bad"))
    assert await desk.wait_for_next() == "bad"
    desk.finish("bad")
    await asyncio.wait_for(desk.settled.get(), 5)
    assert desk.apologies == ["Something went wrong on my side. Please ask again."]

    desk.failure = None
    await worker.submit(
        build_incoming_message("good", ts=build_thread(5).root, thread=build_thread(5))
    )
    assert await desk.wait_for_next() == "good"


async def test_an_expected_failure_says_its_own_sentence(
    worker: Worker, desk: ManualAnswerer
) -> None:
    desk.failure = OperatorError("no scope", user_message="The model is not there.")
    await worker.submit(build_incoming_message("q"))
    await desk.wait_for_next()
    desk.finish("q")
    await asyncio.wait_for(desk.settled.get(), 5)
    assert desk.apologies == ["The model is not there."]


async def test_what_may_pass_is_tried_again_later_and_holds_up_nobody(
    inbox: SqliteQuestionQueue, desk: ManualAnswerer
) -> None:
    async with run_worker(inbox, desk, concurrency=1) as worker:
        desk.failure = TransientError("Slack is away")
        await worker.submit(build_incoming_message("q"))
        assert await desk.wait_for_next() == "q"
        desk.finish("q")
        await worker.submit(
            build_incoming_message("other", ts=build_thread(5).root, thread=build_thread(5))
        )
        assert await desk.wait_for_next() == "other"
        assert desk.apologies == []


async def test_slack_being_away_does_not_count_against_a_question(
    inbox: SqliteQuestionQueue, desk: ManualAnswerer
) -> None:
    desk.failure = TransientError("Slack is away")
    async with run_worker(inbox, desk) as worker:
        await worker.submit(build_incoming_message("q"))
        await desk.wait_for_next()
        desk.finish("q")
        await wait_until(lambda: not worker._running)
    await inbox.recover_expired()
    again = await inbox.claim()
    assert again is not None and (again.attempt, again.claims) == (1, 2)


async def test_stopping_lets_an_answer_finish_within_the_grace(
    inbox: SqliteQuestionQueue, desk: ManualAnswerer
) -> None:
    async with run_worker(inbox, desk) as worker:
        await worker.submit(build_incoming_message("q"))
        await desk.wait_for_next()
        stopping = asyncio.create_task(worker.stop(grace_seconds=60))
        await asyncio.sleep(0)
        desk.finish("q")
        await asyncio.wait_for(stopping, 5)

    assert desk.settled.get_nowait() == "q"
    assert await inbox.recover_expired() == 0


async def test_what_is_not_finished_in_time_goes_back_and_does_not_count(
    inbox: SqliteQuestionQueue, desk: ManualAnswerer
) -> None:
    async with run_worker(inbox, desk) as worker:
        await worker.submit(build_incoming_message("q"))
        await desk.wait_for_next()

    again = await inbox.claim()
    assert again is not None and (again.attempt, again.claims) == (1, 2)


async def test_a_failed_question_is_asked_again_when_its_button_is_pressed(
    worker: Worker, desk: ManualAnswerer
) -> None:
    desk.failure = OperatorError("no")
    await worker.submit(build_incoming_message("q"))
    question = await asyncio.wait_for(desk.started.get(), 5)
    desk.finish("q")
    await worker.wait_until_idle()
    desk.failure = None

    assert await worker.retry(question.id, question.thread.channel, go_on=False)
    assert await desk.wait_for_next() == "q"
    assert not await worker.retry(question.id, question.thread.channel, go_on=False)


async def test_the_persons_stop_reaches_the_answer_of_its_thread_only(
    worker: Worker, desk: ManualAnswerer
) -> None:
    await worker.submit(build_incoming_message("q"))
    await desk.wait_for_next()
    assert not worker.stop_thread(build_thread(3))
    assert worker.stop_thread(build_incoming_message("q").thread)
    assert desk.stopped == ["q"]


async def test_a_lease_that_lapsed_is_taken_up_again(
    inbox: SqliteQuestionQueue, desk: ManualAnswerer
) -> None:
    now = [1000.0]
    inbox._clock = lambda: now[0]
    async with run_worker(inbox, desk) as worker:
        await inbox.enqueue(build_incoming_message("lost"), claim=True)  # by nobody who runs
        now[0] += LEASE_SECONDS + 1
        await worker.lease_renewer.renew()
        assert await desk.wait_for_next() == "lost"


async def test_files_of_the_second_view_start_an_answer_over_that_shows_nothing_yet(
    worker: Worker, desk: ManualAnswerer
) -> None:
    await worker.submit(build_incoming_message("look"))
    await desk.wait_for_next()
    await worker.submit(
        build_incoming_message("look", event_id="Ev2", files=(build_picture_ref(),))
    )

    again = await asyncio.wait_for(desk.started.get(), 5)
    assert again.files == (build_picture_ref(),)


async def test_an_answer_that_is_already_visible_is_not_started_over(
    worker: Worker, desk: ManualAnswerer
) -> None:
    desk.shown = True
    await worker.submit(build_incoming_message("look"))
    await desk.wait_for_next()
    await worker.submit(
        build_incoming_message("look", event_id="Ev2", files=(build_picture_ref(),))
    )
    desk.finish("look")
    assert await asyncio.wait_for(desk.settled.get(), 5) == "look"
    assert desk.started.empty()
