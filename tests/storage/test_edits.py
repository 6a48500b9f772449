"""An edit is taken once, by its author, and asks the last question again; on both engines."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.answers.steering import EditResult
from bot.domain.conversation import Person
from bot.domain.questions import ASKERS_OWN_SECONDS, Answer, Outcome, Presser, PressResult
from bot.domain.stores.feedback import AnswerName
from storage.conversations import SqlConversationStore
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.presses.store import SqlPressStore
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.steering.changed_words import QUIET_SECONDS
from storage.steering.store import SqlSteeringStore
from tests.support.clock import Clock
from tests.support.queues import answer, claim_one, enqueue, take_question
from tests.support.values import THREAD, build_edit, build_incoming_message, load_turns

BEN = Person("U0BEN", "T0EASEL")


async def test_others_old_deleted_and_equal_edits_are_ignored(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, database: Database, clock: Clock
) -> None:
    await enqueue(queue, build_incoming_message("first"))
    for edit in (
        build_edit("forged", user="U0BEN"),
        build_edit("unknown", ts="1700000000.999999"),
        build_edit("  FIRST\n"),
        build_edit("\u3000fi\u200brst\u00a0\u2060"),
    ):
        assert (await steering.take_edit(edit)).result is EditResult.IGNORED
    assert (await steering.take_edit(build_edit("second", edited=5))).result is EditResult.CORRECTED
    assert (await steering.take_edit(build_edit("older", edited=4))).result is EditResult.IGNORED
    assert (await steering.take_edit(build_edit("replay", edited=5))).result is EditResult.IGNORED
    # The event of the post itself, late, does not bring back what was edited away.
    await enqueue(queue, build_incoming_message("first, and much more of it", event_id="Ev9"))
    deletion = SqlDeletionStore(database, clock=clock)
    question = await claim_one(queue)
    assert question is not None and question.text == "second"
    await deletion.forget_message(THREAD.team, THREAD.channel, THREAD.root)
    assert (await steering.take_edit(build_edit("back", edited=6))).result is EditResult.IGNORED


async def test_an_edit_to_stop_is_for_who_may_stop(
    queue: SqlQuestionQueue, steering: SqlSteeringStore
) -> None:
    await take_question(queue)
    report = await steering.take_edit(replace(build_edit("stop"), is_stop=True))
    assert report.result is EditResult.STOPPED
    assert report.messages == ((THREAD.team, THREAD.channel, THREAD.root),)
    by_ben = replace(build_incoming_message("hm", ts="1700000000.000200"), sender=BEN)
    await enqueue(queue, by_ben)
    edit = replace(build_edit("stop", ts=by_ben.ts, user=BEN.id), is_stop=True)
    assert (await steering.take_edit(edit)).result is EditResult.CORRECTED
    # It waited behind the first, and asks nothing any more.
    assert (await queue.read_stats()).states == {"claimed": 1}


async def test_an_edit_is_the_authors_to_pay_whoever_pressed_before(
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
    again = await claim_one(queue)
    assert again is not None and again.asker == BEN
    await answer(queue, journal, again, "new answer")
    assert (await steering.take_edit(build_edit("second"))).result is EditResult.ASKED
    clock.now += QUIET_SECONDS
    edited = await claim_one(queue)
    assert edited is not None and (edited.text, edited.asker) == ("second", question.asker)


async def test_a_shown_question_is_asked_anew_after_a_quiet_moment(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    steering: SqlSteeringStore,
    conversations: SqlConversationStore,
    clock: Clock,
) -> None:
    question = await take_question(queue, "first")
    await answer(queue, journal, question, "old answer")
    for edited, text in enumerate(("second", "third"), 1):
        report = await steering.take_edit(build_edit(text, edited=edited))
        assert report.result is EditResult.ASKED
        clock.now += QUIET_SECONDS - 1
    assert await claim_one(queue) is None
    clock.now += QUIET_SECONDS
    again = await claim_one(queue)
    assert again is not None and (again.text, again.version) == ("third", 2)
    await answer(queue, journal, again, "new answer")
    await enqueue(queue, build_incoming_message("next", ts="1700000000.000200"))
    turns = await load_turns(conversations, THREAD, before="1700000000.000200", limit=10)
    assert [turn.text for turn in turns] == ["third", "new answer"]


async def test_an_answer_that_is_complete_is_shown_before_the_new_one(
    queue: SqlQuestionQueue, journal: SqlJournal, steering: SqlSteeringStore, clock: Clock
) -> None:
    question = await take_question(queue, "first")
    await journal.settle(question, Answer(text="old answer"))
    assert (await steering.take_edit(build_edit("second"))).result is EditResult.ASKED
    assert await claim_one(queue) is None
    queue.mark_delivered(question, Outcome.ANSWERED)
    await queue.flush()
    clock.now += QUIET_SECONDS
    again = await claim_one(queue)
    assert again is not None and (again.text, again.answer) == ("second", None)


async def test_a_running_answer_begins_again_with_the_new_words(
    queue: SqlQuestionQueue, journal: SqlJournal, steering: SqlSteeringStore, clock: Clock
) -> None:
    question = await take_question(queue, "first")
    for number, text in enumerate(["second", "2nd"], 1):
        report = await steering.take_edit(build_edit(text, edited=number))
        assert report.result is EditResult.ASKED
        assert await steering.list_changed() == [(THREAD.team, THREAD.channel, question.ts)]
    await queue.requeue(question, counts_as_attempt=False)
    assert await claim_one(queue) is None
    assert (await steering.take_edit(build_edit("third", edited=3))).result is EditResult.ASKED
    clock.now += QUIET_SECONDS
    again = await claim_one(queue)
    assert again is not None and again.text == "third"
    # The words that it was claimed with are the newest: nothing is left to be asked.
    await answer(queue, journal, again, "new answer")
    clock.now += QUIET_SECONDS
    assert await claim_one(queue) is None


async def test_an_older_message_is_corrected_and_its_summary_forgotten(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    steering: SqlSteeringStore,
    conversations: SqlConversationStore,
) -> None:
    await answer(queue, journal, await take_question(queue, "secret"), "one")
    await enqueue(queue, build_incoming_message("next", ts="1700000000.000200"))
    second = await claim_one(queue)
    assert second is not None
    await answer(queue, journal, second, "two")
    history = await conversations.load(THREAD, before="1700000000.000300", limit=10)
    await conversations.save_summary(THREAD, history.turns[:2], "it was about a secret")
    assert (await steering.take_edit(build_edit("nothing"))).result is EditResult.CORRECTED
    history = await conversations.load(THREAD, before="1700000000.000300", limit=10)
    assert [turn.text for turn in history.turns] == ["nothing", "one", "next", "two"]
    assert history.summary == "" and await claim_one(queue) is None
