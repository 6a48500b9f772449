"""What is pressed under pictures, on both engines: once, by whom it is for, and for how long."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import Connection, update

from bot.billing.usage_report import TimeSpan
from bot.domain.conversation import Person, Trigger
from bot.domain.costs import ModelRequest
from bot.domain.files import FileRef
from bot.domain.pictures.presses import (
    MAX_REFERENCES,
    REFERENCE_SECONDS,
    PictureAction,
    PictureName,
    PressedPicture,
)
from bot.domain.questions import ASKERS_OWN_SECONDS, Answer, Outcome, Presser, PressResult, Question
from bot.domain.stores.feedback import AnswerName
from bot.domain.stores.pictures import PictureOrigin, PressedQuestion
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.pictures.presses import DOUBLE_CLICK_SECONDS
from storage.pictures.store import SqlPictureStore
from storage.presses.store import SqlPressStore
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.reports.usage_lists import list_pictures
from storage.schema import attempts
from tests.support.clock import Clock
from tests.support.queues import claim_one, enqueue, take_question
from tests.support.values import ALEX, THREAD, build_incoming_message

BEN = Person("U0BEN", "T0EASEL")
PICTURE = FileRef("F1", "cat-v1.png", "image/png", 10, version=1, made_from="photo.png")


@pytest.fixture
def pictures(database: Database, clock: Clock) -> SqlPictureStore:
    return SqlPictureStore(database, clock=clock)


async def answer(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    question: Question,
    *requests: ModelRequest,
    pictures: tuple[FileRef, ...] = (PICTURE,),
) -> PictureName:
    """Answer with pictures; return the name of the first."""
    files = tuple(replace(one, id="") for one in pictures)
    await journal.settle(question, Answer("Here.", files=files, requests=requests))
    await journal.record_uploads(question, [one.id for one in pictures])
    queue.mark_delivered(question, Outcome.ANSWERED, pictures)
    await queue.flush()
    return PictureName(question.id, 1, THREAD.channel)


@pytest.fixture
async def name(queue: SqlQuestionQueue, journal: SqlJournal) -> PictureName:
    return await answer(queue, journal, await take_question(queue, "draw a cat"))


def build_press(number: int = 1, person: Person = ALEX) -> Presser:
    return Presser(person, f"1700000100.{number:06d}")


def build_question(
    presser: Presser, action: PictureAction = PictureAction.AGAIN, key: str = ""
) -> PressedQuestion:
    pressed = PressedPicture(action, 1, ("F0", "F1"))
    name = key or f"{action}:1.1:{presser.person.id}/{presser.ts}"
    is_again = action is PictureAction.AGAIN
    return PressedQuestion("draw a cat", pressed, name, is_single=is_again, repeats_words=is_again)


async def press(
    pictures: SqlPictureStore, name: PictureName, presser: Presser, **more: PictureAction
) -> PressResult:
    return await pictures.ask(name, presser, build_question(presser, **more))


async def test_a_press_is_a_question_of_who_pressed_with_what_it_takes_along(
    pictures: SqlPictureStore, name: PictureName, queue: SqlQuestionQueue
) -> None:
    found = await pictures.find(name, build_press())
    assert isinstance(found, PictureOrigin)
    assert (found.thread, found.picture.id, found.request_text) == (THREAD, "F1", "draw a cat")
    assert await press(pictures, name, build_press()) is PressResult.ASKED
    question = await claim_one(queue)
    assert question is not None and question.pressed is not None
    assert (question.asker, question.thread) == (ALEX, THREAD)
    assert question.pressed == PressedPicture(PictureAction.AGAIN, 1, ("F0", "F1"))
    assert not question.is_from_menu and question.ts == build_press().ts


async def test_the_same_press_is_one_question_however_often_and_at_once(
    pictures: SqlPictureStore, name: PictureName, queue: SqlQuestionQueue, clock: Clock
) -> None:
    clock.now += ASKERS_OWN_SECONDS
    presses = [build_press(1), build_press(1), build_press(2), build_press(3, BEN)]
    results = await asyncio.gather(*(press(pictures, name, one) for one in presses))
    assert sorted(results).count(PressResult.ASKED) == 1
    assert PressResult.UNDERWAY in results or PressResult.NOTHING_TO_ASK in results
    question = await claim_one(queue)
    assert question is not None and await claim_one(queue) is None


async def test_it_can_be_pressed_again_once_its_answer_is_there(
    pictures: SqlPictureStore,
    name: PictureName,
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    clock: Clock,
) -> None:
    assert await press(pictures, name, build_press(1)) is PressResult.ASKED
    question = await claim_one(queue)
    assert question is not None
    await journal.settle(question, Answer("Here."))
    queue.mark_delivered(question, Outcome.ANSWERED)
    await queue.flush()
    # Both clicks were made at once, however late Slack delivers the second.
    clock.now += 600
    assert await press(pictures, name, build_press(2)) is PressResult.NOTHING_TO_ASK
    assert await press(pictures, name, build_press(1)) is PressResult.NOTHING_TO_ASK  # a replay
    later = Presser(ALEX, f"{float(build_press().ts) + DOUBLE_CLICK_SECONDS + 0.1:.6f}")
    assert await press(pictures, name, later) is PressResult.ASKED


async def test_two_edits_are_two_questions_and_none_takes_the_place_of_a_message(
    pictures: SqlPictureStore, name: PictureName, queue: SqlQuestionQueue
) -> None:
    taken = build_incoming_message("hello", ts=build_press(1).ts, trigger=Trigger.THREAD)
    await enqueue(queue, taken)
    edit = PictureAction.EDIT
    same = replace(build_question(build_press(1), edit), key="edit:form")
    assert await press(pictures, name, build_press(1), action=edit) is PressResult.ASKED
    assert await pictures.ask(name, build_press(1), same) is PressResult.ASKED
    assert await pictures.ask(name, build_press(9), same) is PressResult.NOTHING_TO_ASK
    question = await claim_one(queue)
    assert question is not None and question.text == "hello" and question.pressed is None


async def test_for_an_hour_it_is_for_who_asked_and_never_for_another_channel(
    pictures: SqlPictureStore, name: PictureName, clock: Clock
) -> None:
    by_ben = build_press(1, BEN)
    assert await press(pictures, name, by_ben) is PressResult.NOT_THEIRS
    assert await pictures.keep_reference(name, by_ben) is PressResult.NOT_THEIRS
    clock.now += ASKERS_OWN_SECONDS
    for gone in (
        replace(name, channel="C0OTHER"),
        replace(name, version=2),
        replace(name, version=0),
        replace(name, question_id=999),
    ):
        assert await press(pictures, gone, by_ben) is PressResult.GONE
    assert await press(pictures, name, by_ben) is PressResult.ASKED


async def test_nothing_is_asked_of_what_was_deleted(
    pictures: SqlPictureStore, name: PictureName, database: Database, queue: SqlQuestionQueue
) -> None:
    assert await press(pictures, name, build_press()) is PressResult.ASKED
    await SqlDeletionStore(database).forget_message(THREAD.team, THREAD.channel, THREAD.root)
    assert await press(pictures, name, build_press(2)) is PressResult.GONE
    assert await claim_one(queue) is None  # what repeats its words goes with it


async def test_a_deleted_picture_is_gone(
    pictures: SqlPictureStore, name: PictureName, database: Database
) -> None:
    await SqlDeletionStore(database).forget_file("F1")
    assert await pictures.keep_reference(name, build_press()) is PressResult.GONE


async def ask(queue: SqlQuestionQueue, ts: str, person: Person = ALEX) -> Question:
    message = build_incoming_message("and now?", ts=ts, trigger=Trigger.THREAD)
    await enqueue(queue, replace(message, sender=person))
    question = await claim_one(queue)
    assert question is not None
    return question


async def test_the_next_question_of_that_person_takes_a_reference_along(
    pictures: SqlPictureStore, name: PictureName, queue: SqlQuestionQueue, journal: SqlJournal
) -> None:
    for _ in range(2):
        assert await pictures.keep_reference(name, build_press(500)) is PressResult.ASKED
    asked: list[tuple[str, ...]] = []
    for ts, person in (
        ("1700000100.000400", ALEX),  # before the press, and stored after it
        ("1700000100.000600", BEN),
        ("1700000100.000700", ALEX),
        ("1700000100.000800", ALEX),
    ):
        question = await ask(queue, ts, person)
        asked += [await pictures.list_references(question)]
        asked[-1] = await pictures.list_references(question)  # the next attempt, too
        await journal.settle(question, Answer("Here."))
        queue.mark_delivered(question, Outcome.ANSWERED)
        await queue.flush()
    assert asked == [(), (), ("F1",), ()]


async def test_a_reference_is_forgotten_after_a_day_and_few_are_taken(
    pictures: SqlPictureStore, name: PictureName, queue: SqlQuestionQueue
) -> None:
    for number in range(MAX_REFERENCES + 2):
        await pictures.keep_reference(name, build_press(number))
    late = f"{float(build_press().ts) + REFERENCE_SECONDS + 60:.6f}"
    question = await ask(queue, late)
    assert await pictures.list_references(question) == ()
    soon = replace(question, ts=build_press(900_000).ts)
    assert await pictures.list_references(soon) == ("F1",)


async def test_what_pictures_cost_is_told_by_workspace_and_model(
    pictures: SqlPictureStore, queue: SqlQuestionQueue, journal: SqlJournal, clock: Clock
) -> None:
    clock.now = 1_700_000_000.0
    request = ModelRequest("openrouter", "draws", "g1", cost=Decimal("0.5"), started_at=clock.now)
    repair = replace(request, generation_id="g2", cost=Decimal("0.25"))
    await answer(queue, journal, await take_question(queue), request, repair)
    (known,) = await pictures.list_costs(THREAD.team, "draws")
    assert known.cost == Decimal("0.75")
    assert not await pictures.list_costs("T0OTHER", "draws")
    assert not await pictures.list_costs(THREAD.team, "other")


async def test_a_picture_that_is_made_here_of_another_costs_nothing(
    pictures: SqlPictureStore, queue: SqlQuestionQueue, journal: SqlJournal, clock: Clock
) -> None:
    clock.now = 1_700_000_000.0
    request = ModelRequest("openrouter", "draws", "g1", cost=Decimal("0.5"), started_at=clock.now)
    put_back = replace(PICTURE, id="F2", version=2, made_from="v1")
    question = await take_question(queue)
    await answer(queue, journal, question, request, pictures=(PICTURE, put_back))
    (known,) = await pictures.list_costs(THREAD.team, "draws")
    assert known.cost == Decimal("0.5")


@pytest.mark.parametrize(("later", "told"), [("--quality low", ["0.5"]), ("--quality high", [])])
async def test_a_picture_costs_no_more_because_another_has_taken_its_place(
    pictures: SqlPictureStore,
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    database: Database,
    clock: Clock,
    later: str,
    told: list[str],
) -> None:
    clock.now = 1_700_000_000.0
    first = ModelRequest("openrouter", "draws", "g1", cost=Decimal("0.5"), started_at=clock.now)
    made = await answer(queue, journal, await take_question(queue, "draw a cat"), first)
    presses = SqlPressStore(database, clock=clock)
    answer_name = AnswerName(made.question_id, 1, made.channel)
    assert await presses.answer_again(answer_name, build_press(1)) is PressResult.ASKED
    again = await claim_one(queue)
    assert again is not None
    clock.now += 1_000
    second = replace(first, generation_id="g2", started_at=clock.now)
    files = (replace(PICTURE, id="", version=2),)
    await journal.settle(again, Answer("Here.", files=files, requests=(second,)))
    queue.mark_delivered(again, Outcome.ANSWERED, (replace(PICTURE, id="F2", version=2),))
    await queue.flush()

    def set_flags(connection: Connection) -> None:
        for one, flags in (("g1", "--quality low"), ("g2", later)):
            is_one = attempts.c.generation_id == one
            connection.execute(update(attempts).where(is_one).values(parameters=flags))

    await database.write(set_flags)
    costs = await pictures.list_costs(THREAD.team, "draws")
    assert [one.cost for one in costs] == list(map(Decimal, told))
    listed = [row async for page in list_pictures(database, TimeSpan(0.0, 2e9)) for row in page]
    assert [(row.version, row.cost) for row in listed] == [(1, first.cost), (2, first.cost)]


async def test_while_the_answer_is_given_again_it_is_for_who_asked(
    pictures: SqlPictureStore, name: PictureName, database: Database, clock: Clock
) -> None:
    presses = SqlPressStore(database, clock=clock)
    answer_name = AnswerName(name.question_id, 1, name.channel)
    assert await presses.answer_again(answer_name, build_press(1)) is PressResult.ASKED
    assert await press(pictures, name, build_press(2, BEN)) is PressResult.NOT_THEIRS
    assert await press(pictures, name, build_press(3)) is PressResult.ASKED
