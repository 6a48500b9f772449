"""Who works when: parallel across threads, in order within one, orderly at the end."""

from __future__ import annotations

import asyncio

from bot.domain.conversation import Reach
from bot.domain.errors import GiveUp, TryLater
from bot.queue.worker import Worker
from storage.queue.sqlite import LEASE_SECONDS, SqliteInbox
from tests.support.desk import Desk, working
from tests.support.easel import eventually
from tests.support.values import incoming, picture_file, thread


async def test_threads_run_side_by_side_up_to_the_limit(worker: Worker, desk: Desk) -> None:
    for number in (1, 2, 3):
        await worker.submit(incoming(f"q{number}", ts=thread(number).root, thread=thread(number)))
    assert {await desk.next(), await desk.next()} == {"q1", "q2"}
    assert desk.begun.empty()

    desk.finish("q1")
    assert await desk.next() == "q3"


async def test_the_next_in_a_thread_starts_when_the_first_ends(worker: Worker, desk: Desk) -> None:
    await worker.submit(incoming("first"))
    assert await desk.next() == "first"
    await worker.submit(incoming("second", ts="1700000000.000200", reach=Reach.THREAD))
    assert desk.begun.empty()

    desk.finish("first")
    assert await desk.next() == "second"


async def test_what_waits_from_before_is_taken_up_at_the_start(
    inbox: SqliteInbox, desk: Desk
) -> None:
    await inbox.put(incoming("left over"), take=False)
    await inbox.claim()
    async with working(inbox, desk):
        assert await desk.next() == "left over"


async def test_a_bug_in_one_answer_ends_in_an_apology_and_touches_no_other(
    worker: Worker, desk: Desk
) -> None:
    desk.failure = KeyError("a secret from the traceback")
    await worker.submit(incoming("bad"))
    assert await desk.next() == "bad"
    desk.finish("bad")
    await asyncio.wait_for(desk.settled.get(), 5)
    assert desk.apologies == ["Something went wrong on my side. Please ask again."]

    desk.failure = None
    await worker.submit(incoming("good", ts=thread(5).root, thread=thread(5)))
    assert await desk.next() == "good"


async def test_an_expected_failure_says_its_own_sentence(worker: Worker, desk: Desk) -> None:
    desk.failure = GiveUp("no scope", said="The model is not there.")
    await worker.submit(incoming("q"))
    await desk.next()
    desk.finish("q")
    await asyncio.wait_for(desk.settled.get(), 5)
    assert desk.apologies == ["The model is not there."]


async def test_what_may_pass_is_tried_again_later_and_holds_up_nobody(
    inbox: SqliteInbox, desk: Desk
) -> None:
    async with working(inbox, desk, concurrency=1) as worker:
        desk.failure = TryLater("Slack is away")
        await worker.submit(incoming("q"))
        assert await desk.next() == "q"
        desk.finish("q")
        await worker.submit(incoming("other", ts=thread(5).root, thread=thread(5)))
        assert await desk.next() == "other"
        assert desk.apologies == []


async def test_slack_being_away_does_not_count_against_a_question(
    inbox: SqliteInbox, desk: Desk
) -> None:
    desk.failure = TryLater("Slack is away")
    async with working(inbox, desk) as worker:
        await worker.submit(incoming("q"))
        await desk.next()
        desk.finish("q")
        await eventually(lambda: not worker._running)
    await inbox.release_all()
    again = await inbox.claim()
    assert again is not None and (again.attempt, again.claims) == (1, 2)


async def test_stopping_lets_an_answer_finish_within_the_grace(
    inbox: SqliteInbox, desk: Desk
) -> None:
    async with working(inbox, desk) as worker:
        await worker.submit(incoming("q"))
        await desk.next()
        stopping = asyncio.create_task(worker.stop(grace=60))
        await asyncio.sleep(0)
        desk.finish("q")
        await asyncio.wait_for(stopping, 5)

    assert desk.settled.get_nowait() == "q"
    assert await inbox.release_all() == 0


async def test_what_is_not_finished_in_time_goes_back_and_does_not_count(
    inbox: SqliteInbox, desk: Desk
) -> None:
    async with working(inbox, desk) as worker:
        await worker.submit(incoming("q"))
        await desk.next()

    again = await inbox.claim()
    assert again is not None and (again.attempt, again.claims) == (1, 2)


async def test_a_failed_question_is_asked_again_when_its_button_is_pressed(
    worker: Worker, desk: Desk
) -> None:
    desk.failure = GiveUp("no")
    await worker.submit(incoming("q"))
    question = await asyncio.wait_for(desk.begun.get(), 5)
    desk.finish("q")
    await worker.until_idle()
    desk.failure = None

    assert await worker.retry(question.id, question.thread.channel, go_on=False)
    assert await desk.next() == "q"
    assert not await worker.retry(question.id, question.thread.channel, go_on=False)


async def test_the_persons_stop_reaches_the_answer_of_its_thread_only(
    worker: Worker, desk: Desk
) -> None:
    await worker.submit(incoming("q"))
    await desk.next()
    assert not worker.stop_in(thread(3))
    assert worker.stop_in(incoming("q").thread)
    assert desk.stopped == ["q"]


async def test_a_lease_that_lapsed_is_taken_up_again(inbox: SqliteInbox, desk: Desk) -> None:
    now = [1000.0]
    inbox._clock = lambda: now[0]
    async with working(inbox, desk) as worker:
        await inbox.put(incoming("lost"), take=True)  # by nobody who runs
        now[0] += LEASE_SECONDS + 1
        await worker.leases.renew()
        assert await desk.next() == "lost"


async def test_files_of_the_second_view_start_an_answer_over_that_shows_nothing_yet(
    worker: Worker, desk: Desk
) -> None:
    await worker.submit(incoming("look"))
    await desk.next()
    await worker.submit(incoming("look", event_id="Ev2", files=(picture_file(),)))

    again = await asyncio.wait_for(desk.begun.get(), 5)
    assert again.files == (picture_file(),)


async def test_an_answer_that_is_already_visible_is_not_started_over(
    worker: Worker, desk: Desk
) -> None:
    desk.shown = True
    await worker.submit(incoming("look"))
    await desk.next()
    await worker.submit(incoming("look", event_id="Ev2", files=(picture_file(),)))
    desk.finish("look")
    assert await asyncio.wait_for(desk.settled.get(), 5) == "look"
    assert desk.begun.empty()
