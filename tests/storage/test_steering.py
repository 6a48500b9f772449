"""What is stored when people stop answers and edit messages, on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.answers.steering import EditResult, MessageEdit, StopResult, TitleAuthor
from bot.domain.conversation import Person, Trigger
from bot.domain.questions import (
    ASKERS_OWN_SECONDS,
    Answer,
    EnqueueResult,
    Outcome,
    Presser,
    PressResult,
    Question,
)
from bot.domain.stores.feedback import AnswerName
from storage.conversations import SqlConversationStore
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.presses.store import SqlPressStore
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.schema import threads
from storage.settings import SqlSettingsStore
from storage.steering.edits import QUIET_SECONDS
from storage.steering.store import SqlSteeringStore
from storage.steering.titles import SqlTitleStore
from tests.support.clock import Clock
from tests.support.queues import claim_one, enqueue, take_question
from tests.support.values import THREAD, build_incoming_message, load_turns

BEN = Person("U0BEN", "T0EASEL")


@pytest.fixture
def steering(database: Database, clock: Clock) -> SqlSteeringStore:
    return SqlSteeringStore(database, clock=clock)


@pytest.fixture
def conversations(database: Database) -> SqlConversationStore:
    return SqlConversationStore(database)


def build_edit(text: str, *, edited: int = 1, ts: str = THREAD.root, user: str = "") -> MessageEdit:
    author = build_incoming_message().sender
    if user:
        author = replace(author, id=user)
    edited_ts = f"1700009{edited:03d}.000100"
    return MessageEdit(THREAD.team, THREAD.channel, ts, author, text, "", edited_ts)


async def answer(
    queue: SqlQuestionQueue, journal: SqlJournal, question: Question, text: str
) -> None:
    await journal.settle(question, Answer(text=text))
    queue.mark_delivered(question, Outcome.ANSWERED)
    await queue.flush()


async def test_a_stop_is_noted_once_and_by_who_asked(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, clock: Clock
) -> None:
    question = await take_question(queue)
    word = build_incoming_message("stop", ts="1700000000.000200", trigger=Trigger.THREAD)
    by_ben = replace(word, ts="1700000000.000150", sender=BEN)
    assert (await steering.stop_by_word(by_ben)).result is StopResult.NOT_THEIRS
    report = await steering.stop_by_word(word)
    assert report.result is StopResult.STOPPED
    assert report.messages == ((THREAD.team, THREAD.channel, question.ts),)
    assert (await steering.stop_by_word(word)).result is StopResult.IGNORED
    clock.now += ASKERS_OWN_SECONDS
    later = replace(by_ben, ts="1700000000.000300")
    assert (await steering.stop_by_word(later)).result is StopResult.STOPPED
    await queue.release_claims()
    again = await claim_one(queue)
    assert again is not None and again.is_stopped


async def test_a_thread_without_easel_is_not_spoken_in(
    queue: SqlQuestionQueue, steering: SqlSteeringStore
) -> None:
    word = build_incoming_message("stop", ts="1700000000.000200", trigger=Trigger.THREAD)
    assert (await steering.stop_by_word(word)).result is StopResult.IGNORED
    mention = replace(word, trigger=Trigger.MENTION, ts="1700000000.000300")
    assert (await steering.stop_by_word(mention)).result is StopResult.NOTHING


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
    assert (await steering.take_edit(build_edit("second"))).result is EditResult.RUNNING
    assert (await steering.take_edit(build_edit("2nd", edited=2))).result is EditResult.RUNNING
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


async def test_others_old_deleted_and_equal_edits_are_ignored(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, database: Database, clock: Clock
) -> None:
    await enqueue(queue, build_incoming_message("first"))
    for edit in (
        build_edit("forged", user="U0BEN"),
        build_edit("unknown", ts="1700000000.999999"),
        build_edit("  FIRST\n"),
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


async def test_a_thread_has_one_title_and_a_persons_stays(
    queue: SqlQuestionQueue, database: Database
) -> None:
    titles = SqlTitleStore(database)
    await enqueue(queue, build_incoming_message("one"))
    await enqueue(queue, build_incoming_message("two", ts="1700000000.000200"))
    assert await titles.list_first_words(THREAD) == ["one", "two"]
    await titles.record(THREAD, TitleAuthor.PERSON)
    await titles.record(THREAD, TitleAuthor.EASEL)
    assert await titles.list_first_words(THREAD) == []
    await titles.record(replace(THREAD, root="1700000000.999999"), TitleAuthor.EASEL)
    found = await database.read(lambda c: c.scalars(select(threads.c.titled_by)).all())
    assert list(found) == ["person"], "no thread is made of an event"


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


async def test_a_button_stops_the_answer_that_it_names(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, clock: Clock
) -> None:
    question = await take_question(queue)
    asker, channel = question.asker, THREAD.channel

    async def press(person: Person, *, version: int = 1, where: str = channel) -> StopResult:
        found = await steering.stop_by_press(question.id, where, person, version=version)
        return found.result

    assert await press(BEN) is StopResult.NOT_THEIRS
    assert await press(asker, version=2) is StopResult.NOTHING
    assert await press(asker, where="C0OTHER") is StopResult.NOTHING
    assert await press(asker) is await press(asker) is StopResult.STOPPED
    clock.now += ASKERS_OWN_SECONDS + 1
    assert await press(BEN) is StopResult.STOPPED


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


async def test_an_answer_that_is_given_again_is_stopped_by_whose_it_is(
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

    async def stop(person: Person) -> StopResult:
        found = await steering.stop_by_press(question.id, THREAD.channel, person, version=2)
        return found.result

    cleo = Person("U0CLEO", "T0EASEL")
    assert await stop(cleo) is StopResult.NOT_THEIRS, "it waits"
    assert await claim_one(queue) is not None
    assert await stop(cleo) is StopResult.NOT_THEIRS
    assert await stop(BEN) is await stop(question.asker) is StopResult.STOPPED
    clock.now += ASKERS_OWN_SECONDS
    assert await stop(cleo) is StopResult.STOPPED
