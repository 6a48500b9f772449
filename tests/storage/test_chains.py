"""What quotes a message by way of others goes where the message goes, on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.answers.presses import FollowUp
from bot.domain.answers.steering import EditResult, MessageEdit
from bot.domain.conversation import IncomingMessage, Speaker, Trigger
from bot.domain.files import FileRef
from bot.domain.pictures.presses import PictureAction, PictureName, PressedPicture
from bot.domain.questions import Answer, EnqueueResult, Outcome, Presser, PressResult, Question
from bot.domain.stores.feedback import AnswerName
from bot.domain.stores.pictures import PressedQuestion
from bot.request.recipes.recipe import quote
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.pictures.store import SqlPictureStore
from storage.presses.store import SqlPressStore
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.schema import turns
from storage.steering.store import SqlSteeringStore
from tests.support.changing_words import delete
from tests.support.clock import Clock
from tests.support.queues import claim_one, enqueue, take_question
from tests.support.values import ALEX, THREAD, build_incoming_message

ON = FollowUp("continue", lambda text: f"go on with {text}")


def build_ts(number: int) -> str:
    return f"1700000100.{number:06d}"


def build_press(number: int) -> Presser:
    return Presser(ALEX, build_ts(number))


def build_quoting(
    text: str, number: int, quoted_ts: str, *, event: str, trigger: Trigger = Trigger.DIRECT
) -> IncomingMessage:
    message = build_incoming_message(text, ts=build_ts(number), event_id=f"{event}{number}")
    return replace(message, quoted_ts=quoted_ts, trigger=trigger)


def build_edit(text: str, *, edited: int = 1, previous: str = "") -> MessageEdit:
    edited_ts = f"1700009{edited:03d}.000100"
    return MessageEdit(THREAD.team, THREAD.channel, THREAD.root, ALEX, text, previous, edited_ts)


async def claim(queue: SqlQuestionQueue) -> Question:
    question = await claim_one(queue)
    assert question is not None
    return question


async def answer(
    queue: SqlQuestionQueue, journal: SqlJournal, question: Question, *, version: int = 0
) -> AnswerName:
    """Answer with the words of the question, and with a picture of that version."""
    picture = FileRef("", f"owl-v{version}.png", "image/png", 9, version=version)
    files = (picture,) if version else ()
    await journal.settle(question, Answer(question.text, files=files))
    shown = tuple(replace(ref, id=f"F{version}") for ref in files)
    await journal.record_uploads(question, [ref.id for ref in shown])
    queue.mark_delivered(question, Outcome.ANSWERED, shown)
    await queue.flush()
    return AnswerName(question.id, 1, THREAD.channel)


async def list_texts(database: Database, *speakers: Speaker) -> list[str]:
    """Return the words of all turns, or of those of some speakers."""
    wanted = [speaker.value for speaker in speakers or Speaker]
    statement = select(turns.c.text).where(turns.c.speaker.in_(wanted)).order_by(turns.c.id)
    return await database.read(lambda c: list(c.scalars(statement).all()))


@pytest.fixture
def steering(database: Database, clock: Clock) -> SqlSteeringStore:
    return SqlSteeringStore(database, clock=clock)


async def test_what_is_pressed_under_pressed_pictures_goes_with_the_first_message(
    queue: SqlQuestionQueue, journal: SqlJournal, database: Database, clock: Clock
) -> None:
    pictures = SqlPictureStore(database, clock=clock)
    shown = await answer(queue, journal, await take_question(queue, "draw an owl"), version=1)
    for number in (2, 3, 4):
        pressed = PressedPicture(PictureAction.AGAIN, number - 1, ())
        name = PictureName(shown.question_id, number - 1, THREAD.channel)
        words = PressedQuestion("draw an owl", pressed, f"key{number}", repeats_words=True)
        assert await pictures.ask(name, build_press(number), words) is PressResult.ASKED
        if number < 4:
            shown = await answer(queue, journal, await claim(queue), version=number)
    await delete(database, clock=clock)
    assert set(await list_texts(database)) == {""}
    files = await database.read(lambda c: c.exec_driver_sql("SELECT mode FROM files").all())
    assert {row.mode for row in files} == {"forgotten"}
    assert await claim_one(queue) is None  # nor is the last one, which waited, asked


async def test_what_goes_on_with_what_went_on_goes_with_the_first_message(
    queue: SqlQuestionQueue, journal: SqlJournal, database: Database, clock: Clock
) -> None:
    presses = SqlPressStore(database, clock=clock)
    shown = await answer(queue, journal, await take_question(queue, "an owl"))
    for number in (2, 3, 4):
        assert await presses.ask_further(shown, build_press(number), ON) is PressResult.ASKED
        asked = await claim(queue)
        assert asked.about_ts == (THREAD.root if number == 2 else build_ts(number - 1))
        shown = await answer(queue, journal, asked)
    await delete(database, clock=clock)
    assert set(await list_texts(database)) == {""}
    assert await presses.ask_further(shown, build_press(5), ON) is PressResult.GONE


async def test_what_quotes_a_gone_chain_later_is_no_question(
    queue: SqlQuestionQueue, database: Database, clock: Clock
) -> None:
    await enqueue(queue, build_quoting("an owl", 1, THREAD.root, event="apart:"))
    await enqueue(queue, build_quoting("an owl", 2, build_ts(1), event="apart:"))
    await delete(database, clock=clock)
    late = build_quoting("an owl", 3, build_ts(2), event="apart:")
    assert await enqueue(queue, late) is EnqueueResult.DUPLICATE
    assert set(await list_texts(database)) == {""} and await claim_one(queue) is None


async def test_messages_that_quote_each_other_are_forgotten_once(
    queue: SqlQuestionQueue, database: Database, clock: Clock
) -> None:
    await enqueue(queue, build_quoting("one", 1, build_ts(2), event="apart:"))
    await enqueue(queue, build_quoting("two", 2, build_ts(1), event="apart:"))
    deletion = SqlDeletionStore(database, clock=clock)
    await deletion.forget_message(THREAD.team, THREAD.channel, build_ts(1))
    assert await list_texts(database) == ["", ""]


async def test_all_of_a_chain_says_what_the_message_says_now(
    queue: SqlQuestionQueue, journal: SqlJournal, database: Database, steering: SqlSteeringStore
) -> None:
    await answer(queue, journal, await take_question(queue, "draw an owl"))
    await enqueue(queue, build_quoting("draw an owl", 1, THREAD.root, event="picture:"))
    await answer(queue, journal, await claim(queue))
    await enqueue(queue, build_quoting("draw an owl", 2, build_ts(1), event="picture:"))
    await enqueue(queue, build_quoting("draw an owl", 3, build_ts(2), event="apart:"))
    await steering.take_edit(build_edit("draw a fox"))
    texts = ["draw a fox", "", "draw a fox --variations 1", "draw a fox"]
    assert await list_texts(database, Speaker.PERSON) == texts
    await steering.take_edit(build_edit("draw a cat", edited=2))
    texts = ["draw a cat", "", "draw a cat --variations 1", "draw a cat"]
    assert await list_texts(database, Speaker.PERSON) == texts


async def test_what_repeats_a_recipe_keeps_it_and_quotes_the_message_as_it_is(
    queue: SqlQuestionQueue, database: Database, steering: SqlSteeringStore
) -> None:
    recipe, menu = quote("Draw it", "our owl is big"), Trigger.MENU
    await enqueue(queue, build_quoting(recipe, 1, THREAD.root, event="menu:", trigger=menu))
    await enqueue(queue, build_quoting(recipe, 2, build_ts(1), event="apart:"))
    await enqueue(queue, build_quoting(recipe, 3, build_ts(2), event="picture:"))
    await steering.take_edit(build_edit("our fox is big"))
    assert await list_texts(database, Speaker.PERSON) == [quote("Draw it", "our fox is big")] * 3


async def test_a_quoted_message_that_is_not_stored_is_quoted_as_edited(
    queue: SqlQuestionQueue, database: Database, steering: SqlSteeringStore
) -> None:
    recipe, menu = quote("Extract as CSV", "our owl is big"), Trigger.MENU
    await enqueue(queue, build_quoting(recipe, 1, THREAD.root, event="menu:", trigger=menu))
    # Slack reports it as well where only a preview came to a message.
    await steering.take_edit(build_edit("our owl is wide", edited=9, previous="our owl is wide"))
    assert await list_texts(database) == [recipe]
    report = await steering.take_edit(build_edit("our fox is big", edited=5))
    assert report.result is EditResult.IGNORED  # nothing else is to be done about it
    await steering.take_edit(build_edit("our owl was small", edited=4))
    assert (await claim(queue)).text == quote("Extract as CSV", "our fox is big")
    await steering.take_edit(build_edit("our cat is big", edited=6))
    assert await list_texts(database) == [quote("Extract as CSV", "our cat is big")]
    changed = "SELECT id FROM questions WHERE words_changed"
    assert len(await database.read(lambda c: c.exec_driver_sql(changed).all())) == 1


async def test_a_shown_recipe_says_nothing_of_an_unstored_message_that_was_edited(
    queue: SqlQuestionQueue, journal: SqlJournal, database: Database, steering: SqlSteeringStore
) -> None:
    recipe, menu = quote("Extract as CSV", "our owl is big"), Trigger.MENU
    await enqueue(queue, build_quoting(recipe, 1, THREAD.root, event="menu:", trigger=menu))
    question = await claim(queue)
    await journal.settle(question, Answer("done"))
    queue.mark_delivered(question, Outcome.ANSWERED)
    await queue.flush()
    await steering.take_edit(build_edit("our fox is big"))
    assert await list_texts(database) == ["", "done"]


async def test_what_quotes_a_message_of_easels_goes_with_it(
    queue: SqlQuestionQueue, journal: SqlJournal, database: Database, clock: Clock
) -> None:
    question = await take_question(queue, "hello")
    await journal.record_message(question, "1700000050.000100")
    await answer(queue, journal, question)
    asked = build_quoting("the owl", 1, "1700000050.000100", event="menu", trigger=Trigger.MENU)
    await enqueue(queue, asked)
    await answer(queue, journal, await claim(queue), version=1)
    deletion = SqlDeletionStore(database, clock=clock)
    await deletion.forget_answer(THREAD, "1700000050.000100", ())
    texts = await database.read(lambda c: c.scalars(select(turns.c.text)).all())
    assert not [text for text in texts if "owl" in text]


async def test_what_is_being_answered_is_found_at_the_end_of_a_chain(
    queue: SqlQuestionQueue, journal: SqlJournal, database: Database, clock: Clock
) -> None:
    await answer(queue, journal, await take_question(queue, "the owl"))
    first = build_quoting("the owl", 1, THREAD.root, event="menu", trigger=Trigger.MENU)
    await enqueue(queue, first)
    await answer(queue, journal, await claim(queue))
    second = build_quoting("the owl", 2, build_ts(1), event="menu", trigger=Trigger.MENU)
    await enqueue(queue, second)
    running = await claim(queue)
    steering = SqlSteeringStore(database, clock=clock)
    place = THREAD.team, THREAD.channel, THREAD.root
    assert await steering.list_running_deleted(*place) == []
    await delete(database, clock=clock)
    assert await steering.list_running_deleted(*place) == [running.ts]
