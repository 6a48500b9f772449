"""The inbox: from stored to settled, once."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from bot.domain.conversation import Incoming, Reach, Speaker
from bot.domain.errors import ClaimLost
from bot.domain.files import FileRef
from bot.domain.llm import Usage
from bot.domain.questions import Answer, Outcome, Put, Question
from storage.conversations import ThreadHistory
from storage.engine.sqlite import Database
from storage.queue.journal import QuestionJournal
from storage.queue.sqlite import SqliteInbox
from storage.schema import attempts
from tests.support.values import THREAD, asked, incoming, picture_file, thread, turns_of


class Clock:
    """Seconds that pass when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(database: Database, clock: Clock) -> SqliteInbox:
    return SqliteInbox(database, owner="test", clock=clock)


@pytest.fixture
def journal(database: Database, clock: Clock) -> QuestionJournal:
    return QuestionJournal(database, owner="test", clock=clock)


async def taken(inbox: SqliteInbox, text: str = "hello") -> Question:
    """A new question, claimed while it was stored."""
    found = await inbox.put(incoming(text), take=True)
    assert isinstance(found, Question)
    return found


async def put(inbox: SqliteInbox, message: Incoming) -> Put | Question:
    """Store without taking, so that a test claims when it wants to."""
    return await inbox.put(message, take=False)


async def test_a_question_can_be_taken_while_it_is_stored(inbox: SqliteInbox) -> None:
    taken = await inbox.put(incoming("now", files=(picture_file(),)), take=True)
    assert isinstance(taken, Question)
    assert (taken.text, taken.files, taken.attempt) == ("now", (picture_file(),), 1)
    assert await inbox.claim() is None


async def test_a_question_whose_thread_is_not_free_is_not_taken(inbox: SqliteInbox) -> None:
    await inbox.put(incoming("first"), take=True)
    later = incoming("second", ts="1700000000.000200")
    assert await inbox.put(later, take=True) is Put.NEW
    third = incoming("third", ts="1700000000.000300")
    assert await inbox.put(third, take=True) is Put.NEW


async def test_two_views_of_one_post_are_one_question(inbox: SqliteInbox) -> None:
    assert await put(inbox, incoming(event_id="Ev1")) is Put.NEW
    assert await put(inbox, incoming(event_id="Ev2")) is Put.NOTHING

    assert await inbox.claim() is not None
    assert await inbox.claim() is None


async def test_the_second_view_brings_the_files_the_first_did_not_carry(
    inbox: SqliteInbox,
) -> None:
    await put(inbox, incoming(event_id="Ev1"))

    assert await put(inbox, incoming(event_id="Ev2", files=(picture_file(),))) is Put.CHANGED

    question = await inbox.claim()
    assert question is not None
    assert question.files == (picture_file(),)


async def test_a_view_without_files_takes_none_away(inbox: SqliteInbox) -> None:
    await put(inbox, incoming(files=(picture_file(),)))
    assert await put(inbox, incoming(event_id="Ev2")) is Put.NOTHING

    question = await inbox.claim()
    assert question is not None and question.files == (picture_file(),)


async def test_files_that_come_after_the_answer_are_kept_but_ask_nothing(
    inbox: SqliteInbox, journal: QuestionJournal, database: Database
) -> None:
    await put(inbox, incoming())
    question = await inbox.claim()
    assert question is not None
    await journal.settle(question, Answer("hi"))

    assert await put(inbox, incoming(event_id="Ev2", files=(picture_file(),))) is Put.NOTHING
    turns = await turns_of(ThreadHistory(database), THREAD, before="9", limit=9)
    assert turns[0].files == (picture_file(),)


async def test_a_thread_message_is_a_question_only_where_easel_takes_part(
    inbox: SqliteInbox,
) -> None:
    follow_up = incoming("and then?", ts="1700000009.000100", reach=Reach.THREAD)
    assert await put(inbox, follow_up) is Put.NOTHING

    await put(inbox, incoming())
    assert await put(inbox, follow_up) is Put.NEW


async def test_talk_to_somebody_else_is_remembered_and_not_answered(
    inbox: SqliteInbox, database: Database
) -> None:
    await put(inbox, incoming())
    overheard = incoming("<@U0SAM> look", ts="1700000009.000100", reach=Reach.OVERHEARD)
    assert await put(inbox, overheard) is Put.NOTHING

    turns = await turns_of(ThreadHistory(database), THREAD, before="9", limit=9)
    assert [turn.text for turn in turns] == ["hello", "<@U0SAM> look"]
    assert await inbox.claim() is not None
    assert await inbox.claim() is None


async def test_talk_in_a_thread_without_easel_leaves_no_trace(
    inbox: SqliteInbox, database: Database
) -> None:
    await put(inbox, incoming("secret", ts="1700000009.000100", reach=Reach.OVERHEARD))
    await put(inbox, incoming("secret", ts="1700000010.000100", reach=Reach.THREAD))

    assert await turns_of(ThreadHistory(database), THREAD, before="9", limit=9) == []


async def test_questions_of_one_thread_wait_for_each_other_and_others_do_not(
    inbox: SqliteInbox,
    journal: QuestionJournal,
) -> None:
    await put(inbox, incoming("first"))
    await put(inbox, incoming("second", ts="1700000000.000200"))
    await put(inbox, incoming("elsewhere", ts=thread(7).root, thread=thread(7)))

    first, elsewhere = await inbox.claim(), await inbox.claim()
    assert first is not None and first.text == "first"
    assert elsewhere is not None and elsewhere.text == "elsewhere"
    assert await inbox.claim() is None

    await journal.settle(first, Answer("done"))
    assert await inbox.claim() is None
    inbox.shown(first, Outcome.ANSWERED)
    second = await inbox.claim()
    assert second is not None and second.text == "second"


async def test_the_oldest_question_is_claimed_first_whatever_came_in_first(
    inbox: SqliteInbox,
) -> None:
    await put(inbox, incoming("later", ts=thread(2).root, thread=thread(2)))
    await put(inbox, incoming("earlier", ts=thread(1).root, thread=thread(1)))

    question = await inbox.claim()
    assert question is not None and question.text == "earlier"


async def test_an_answer_stands_after_its_question_even_if_more_was_posted_meanwhile(
    inbox: SqliteInbox, journal: QuestionJournal, database: Database
) -> None:
    await put(inbox, incoming("first"))
    question = await inbox.claim()
    assert question is not None
    await put(inbox, incoming("second", ts="1700000001.000000"))
    await journal.settle(question, Answer("to the first"))

    turns = await turns_of(ThreadHistory(database), THREAD, before="1700000001.000000", limit=9)
    assert [turn.text for turn in turns] == ["first", "to the first"]


async def test_what_a_dead_process_had_claimed_comes_back(inbox: SqliteInbox) -> None:
    await put(inbox, incoming())
    assert await inbox.claim() is not None
    assert await inbox.claim() is None

    assert await inbox.release_all() == 1
    again = await inbox.claim()
    assert again is not None and again.attempt == 2


async def test_a_question_put_back_does_not_count_the_attempt(inbox: SqliteInbox) -> None:
    await put(inbox, incoming())
    question = await inbox.claim()
    assert question is not None
    await inbox.put_back(question, counts=False)

    again = await inbox.claim()
    assert again is not None and again.attempt == 1


async def test_settling_keeps_the_answer_its_pictures_and_what_they_cost(
    inbox: SqliteInbox, journal: QuestionJournal, database: Database
) -> None:
    await put(inbox, incoming("draw"))
    question = await inbox.claim()
    assert question is not None
    made = FileRef("F9", "fox.png", "image/png", 9, sha256="ab", copy_sha256="cd")
    usage = Usage(53, 1304, 5, 7, 1290, Decimal("0.0387371"))
    answer = Answer("Here.", files=(made,), attempts=asked("gen-1", "gpt", usage))
    await journal.settle(question, answer)

    said = (await turns_of(ThreadHistory(database), THREAD, before="9", limit=1))[0]
    assert (said.speaker, said.text, said.files) == (Speaker.EASEL, "Here.", (made,))
    row = await database.read(lambda c: c.execute(select(attempts)).mappings().one())
    assert row["cost_nano"] == 38_737_100
    assert (row["generation_id"], row["image_tokens"]) == ("gen-1", 1290)


async def test_settling_twice_changes_nothing(
    inbox: SqliteInbox, journal: QuestionJournal, database: Database
) -> None:
    question = await taken(inbox)
    await journal.settle(question, Answer("once"))
    with pytest.raises(ClaimLost):
        await journal.settle(question, Answer("twice", outcome=Outcome.FAILED))

    turns = await turns_of(ThreadHistory(database), THREAD, before="9", limit=9)
    assert [turn.text for turn in turns] == ["hello", "once"]


async def test_the_same_post_from_many_deliveries_at_once_is_one_question(
    inbox: SqliteInbox,
) -> None:
    puts = await asyncio.gather(*(put(inbox, incoming(event_id=f"Ev{n}")) for n in range(20)))
    assert puts.count(Put.NEW) == 1


async def test_a_put_whose_caller_is_cancelled_is_whole_and_leaves_no_lock(
    inbox: SqliteInbox,
) -> None:
    for number in range(20):
        task = asyncio.create_task(
            put(inbox, incoming(ts=thread(number).root, thread=thread(number)))
        )
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert await put(inbox, incoming(ts=thread(99).root, thread=thread(99))) is Put.NEW


async def test_the_file_is_in_wal_mode_and_syncs_fully(database: Database) -> None:
    mode = await database.write(lambda c: c.execute(text("PRAGMA journal_mode")).scalar())
    synchronous = await database.write(lambda c: c.execute(text("PRAGMA synchronous")).scalar())
    assert (mode, synchronous) == ("wal", 2)
