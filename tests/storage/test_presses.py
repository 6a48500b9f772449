"""What is stored when people press under answers, on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.answers.presses import AnswerCost, AnswerPlace, EarlierAnswer, FollowUp
from bot.domain.conversation import Person
from bot.domain.files import FileRef
from bot.domain.questions import (
    ASKERS_OWN_SECONDS,
    MAX_CRASHES,
    Answer,
    Ending,
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
from tests.support.clock import Clock
from tests.support.queues import claim_one, enqueue, take_question
from tests.support.values import (
    ALEX,
    THREAD,
    build_incoming_message,
    build_model_requests,
    load_turns,
)

BEN = Presser(Person("U0BEN", "T0EASEL"), "1700000900.000200")
AGAIN = Presser(ALEX, "1700000900.000100")
COPY = FollowUp("copy", lambda text: f"copy {text}")


@pytest.fixture
def presses(database: Database, clock: Clock) -> SqlPressStore:
    return SqlPressStore(database, clock=clock)


async def show(
    queue: SqlQuestionQueue, journal: SqlJournal, question: Question, answer: Answer
) -> None:
    await journal.settle(question, answer)
    queue.mark_delivered(question, answer.outcome)
    await queue.flush()


async def answer_one(
    queue: SqlQuestionQueue, journal: SqlJournal, text: str = "old", ending: Ending = Ending.WHOLE
) -> AnswerName:
    question = await take_question(queue)
    await show(queue, journal, question, Answer(text, ending=ending))
    return AnswerName(question.id, 1, THREAD.channel)


async def claim_again(queue: SqlQuestionQueue) -> Question:
    again = await claim_one(queue)
    assert again is not None
    return again


async def list_words(conversations: SqlConversationStore) -> list[str]:
    turns = await load_turns(conversations, THREAD, before="9", limit=10)
    return [turn.text for turn in turns]


async def test_the_newer_answer_takes_the_place_of_the_earlier_one(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    presses: SqlPressStore,
    conversations: SqlConversationStore,
    clock: Clock,
) -> None:
    first = await answer_one(queue, journal)
    clock.now += ASKERS_OWN_SECONDS
    assert await presses.answer_again(first, BEN) is PressResult.ASKED
    assert await presses.answer_again(first, AGAIN) is PressResult.RUNNING
    again = await claim_again(queue)
    assert (again.version, again.asker, again.is_regeneration) == (2, BEN.person, True)
    assert again.go_on and again.answer is None
    await show(queue, journal, again, Answer("new", ending=Ending.WHOLE))
    assert await list_words(conversations) == ["hello", "new"]
    assert await presses.answer_again(first, AGAIN) is PressResult.REPLACED
    second = replace(first, version=2)
    assert await presses.find_earlier(second, BEN) == EarlierAnswer("old")
    assert await presses.find_place(second, BEN) == AnswerPlace(THREAD, THREAD.root)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.STOPPED, Outcome.ASKED_BACK])
async def test_where_none_comes_the_earlier_one_stays_as_it_was(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    presses: SqlPressStore,
    conversations: SqlConversationStore,
    outcome: Outcome,
) -> None:
    first = await answer_one(queue, journal, ending=Ending.CUT)
    assert await presses.answer_again(first, AGAIN) is PressResult.ASKED
    await show(queue, journal, await claim_again(queue), Answer(note="no", outcome=outcome))
    assert await list_words(conversations) == ["hello", "old"]
    assert await presses.answer_again(first, AGAIN) is PressResult.NOTHING_TO_ASK, "sent again"
    later = replace(AGAIN, ts="1700000901.000100")
    assert await presses.answer_again(first, later) is PressResult.ASKED
    again = await claim_again(queue)
    assert again.version == 2
    await show(queue, journal, again, Answer("new"))
    assert await list_words(conversations) == ["hello", "new"]


async def test_what_was_deleted_meanwhile_is_not_read_again(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    presses: SqlPressStore,
    conversations: SqlConversationStore,
    database: Database,
    clock: Clock,
) -> None:
    first = await answer_one(queue, journal)
    assert await presses.answer_again(first, AGAIN) is PressResult.ASKED
    again = await claim_again(queue)
    deletion = SqlDeletionStore(database, clock=clock)
    await deletion.forget_message(THREAD.team, THREAD.channel, THREAD.root)
    await show(queue, journal, again, Answer(note="no", outcome=Outcome.STOPPED))
    assert "old" not in " ".join(await list_words(conversations))
    later = replace(AGAIN, ts="1700000901.000100")
    assert await presses.answer_again(first, later) is PressResult.GONE
    assert await presses.find_earlier(first, AGAIN) is PressResult.GONE


async def test_pictures_that_came_are_the_answer_even_if_it_was_stopped(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    presses: SqlPressStore,
    conversations: SqlConversationStore,
) -> None:
    first = await answer_one(queue, journal)
    await presses.answer_again(first, AGAIN)
    again = await claim_again(queue)
    picture = FileRef("", "fox.png", "image/png", 9, sha256="ab", version=7)
    await journal.settle(again, Answer("new", files=(picture,), outcome=Outcome.STOPPED))
    queue.mark_delivered(again, Outcome.STOPPED, [replace(picture, id="F1")])
    await queue.flush()
    assert await list_words(conversations) == ["hello", "new"]
    # Numbers are counted in the whole thread, whatever the order of its questions.
    history = await conversations.load(THREAD, before=THREAD.root, limit=0)
    assert (history.files, history.newest_version) == ((), 7)


async def test_a_question_about_an_answer_is_stored_once_for_each(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    presses: SqlPressStore,
    conversations: SqlConversationStore,
    clock: Clock,
) -> None:
    first = await answer_one(queue, journal)
    assert await presses.ask_further(first, BEN, COPY) is PressResult.NOT_THEIRS
    assert await presses.ask_further(first, AGAIN, COPY) is PressResult.ASKED
    assert await presses.ask_further(first, AGAIN, COPY) is PressResult.NOTHING_TO_ASK
    clock.now += 30 * 24 * 3_600.0
    assert await presses.ask_further(first, BEN, COPY) is PressResult.ASKED_BEFORE
    asked = await claim_again(queue)
    assert (asked.text, asked.about_ts, asked.asker) == ("copy old", THREAD.root, ALEX)
    assert asked.is_from_menu
    found = await conversations.find_answer(THREAD, before=asked.ts, question_ts=asked.about_ts)
    assert found == "old" == await conversations.find_answer(THREAD, before=asked.ts)
    assert await conversations.find_answer(THREAD, before=THREAD.root) == ""
    other = FollowUp("continue", lambda text: f"on {text}")
    assert await presses.ask_further(first, BEN, other) is PressResult.ASKED


@pytest.mark.parametrize(
    "name",
    [
        AnswerName(10**17, 1, THREAD.channel),
        AnswerName(1, 2, THREAD.channel),
        AnswerName(1, 999_999, THREAD.channel),
        AnswerName(1, 1, "C0OTHER"),
    ],
)
async def test_an_answer_that_there_is_not_is_gone(
    queue: SqlQuestionQueue, journal: SqlJournal, presses: SqlPressStore, name: AnswerName
) -> None:
    await answer_one(queue, journal)
    assert await presses.answer_again(name, AGAIN) is PressResult.GONE
    assert await presses.ask_further(name, AGAIN, COPY) is PressResult.GONE
    assert await presses.find_earlier(name, AGAIN) is PressResult.GONE
    assert await presses.sum_cost(name, AGAIN, is_operator=True) is PressResult.GONE


async def test_what_failed_or_ends_processes_is_not_answered_again_by_this_button(
    queue: SqlQuestionQueue, journal: SqlJournal, presses: SqlPressStore
) -> None:
    question = await take_question(queue)
    await show(queue, journal, question, Answer(note="no", outcome=Outcome.FAILED))
    name = AnswerName(question.id, 1, THREAD.channel)
    assert await presses.answer_again(name, AGAIN) is PressResult.NOTHING_TO_ASK
    assert MAX_CRASHES > 1


async def test_costs_are_the_askers_and_the_operators_to_know(
    queue: SqlQuestionQueue, journal: SqlJournal, presses: SqlPressStore
) -> None:
    question = await take_question(queue)
    requests = build_model_requests("gen-1", "gpt")
    await show(queue, journal, question, Answer("old", requests=requests))
    name = AnswerName(question.id, 1, THREAD.channel)
    assert await presses.sum_cost(name, BEN, is_operator=False) is PressResult.NOT_THEIRS
    for person, is_operator in ((AGAIN, False), (BEN, True)):
        cost = await presses.sum_cost(name, person, is_operator=is_operator)
        assert isinstance(cost, AnswerCost)
        assert (cost.request_count, cost.models) == (1, ("gpt",))


async def test_a_press_before_the_answer_is_shown_says_that_it_comes(
    queue: SqlQuestionQueue, journal: SqlJournal, presses: SqlPressStore
) -> None:
    question = await take_question(queue)
    name = AnswerName(question.id, 1, THREAD.channel)
    assert await presses.answer_again(name, AGAIN) is PressResult.RUNNING
    await enqueue(queue, build_incoming_message("next", ts="1700000000.000200"))
    await show(queue, journal, question, Answer("old"))
    assert await presses.answer_again(name, AGAIN) is PressResult.ASKED
    assert (await claim_again(queue)).ts == THREAD.root, "in the order of the thread"


async def test_an_answer_without_what_it_took_along_is_for_who_asked_at_first(
    queue: SqlQuestionQueue, journal: SqlJournal, clock: Clock
) -> None:
    question = await take_question(queue)
    await show(queue, journal, question, Answer("old", took_along=True))
    name = question.id, THREAD.channel
    assert await queue.ask_apart(*name, BEN) is PressResult.NOT_THEIRS
    clock.now += ASKERS_OWN_SECONDS
    assert await queue.ask_apart(*name, BEN) is PressResult.ASKED
    assert await queue.ask_apart(*name, AGAIN) is PressResult.ASKED_BEFORE
