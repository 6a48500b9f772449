"""A title whose words are edited or deleted is replaced, whenever and by whomever that is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import pytest
from sqlalchemy import select

from bot.answering.showing.titles import MAX_REPLACED, TitleGiver
from bot.domain.answers.steering import TitleAuthor
from bot.domain.conversation import Thread
from bot.domain.errors import TransientError
from bot.domain.safe_text import SafeText
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.queue.questions import SqlQuestionQueue
from storage.schema import threads
from storage.steering.titles import SqlTitleStore
from tests.support.queues import enqueue
from tests.support.values import THREAD, build_incoming_message, build_thread


class SessionTitles:
    """The titles that Slack has taken. `before` happens to the next one before it is taken."""

    def __init__(self) -> None:
        self.given: dict[Thread, str] = {}
        self.before: Callable[[], Awaitable[None]] | None = None
        self.refused: Sequence[Thread] = ()

    async def set_title(self, thread: Thread, title: SafeText) -> None:
        before, self.before = self.before, None
        if before is not None:
            await before()
        if thread in self.refused:
            raise TransientError("away")
        self.given[thread] = title


@pytest.fixture
def slack() -> SessionTitles:
    return SessionTitles()


@pytest.fixture
def giver(database: Database, slack: SessionTitles) -> TitleGiver:
    return TitleGiver(SqlTitleStore(database), slack)


async def ask(queue: SqlQuestionQueue, *texts: str, thread: Thread = THREAD) -> list[str]:
    """Ask some questions in `thread`; return their ts, of which the first is the thread's."""
    first = float(thread.root)
    stamps = [thread.root, *(f"{first + number:.6f}" for number in range(1, len(texts)))]
    for ts, text in zip(stamps, texts, strict=True):
        await enqueue(queue, build_incoming_message(text, ts=ts, thread=thread, event_id=ts))
    return stamps


async def give(giver: TitleGiver, database: Database, thread: Thread = THREAD) -> None:
    giver.give_soon(thread)
    await settle(giver, database)


async def settle(giver: TitleGiver, database: Database) -> None:
    await giver.wait_until_idle()
    await database.flush()


async def forget(database: Database, ts: str, thread: Thread = THREAD) -> None:
    await SqlDeletionStore(database).forget_message(thread.team, thread.channel, ts)


async def list_authors(database: Database) -> list[str]:
    return list(await database.read(lambda c: c.scalars(select(threads.c.titled_by)).all()))


@pytest.mark.parametrize("is_next", [False, True])
async def test_words_that_go_while_slack_takes_the_title_do_not_stay_in_it(
    queue: SqlQuestionQueue,
    database: Database,
    giver: TitleGiver,
    slack: SessionTitles,
    is_next: bool,
) -> None:
    stamps = await ask(queue, "the owl is secret", *(["the fox"] if is_next else []))

    async def delete() -> None:
        await forget(database, stamps[0])
        giver.renew_soon(THREAD.team, THREAD.channel, stamps[0])

    slack.before = delete
    await give(giver, database)
    assert await list_authors(database) == [TitleAuthor.STALE]
    await giver.replace_stale()
    await database.flush()
    assert slack.given == {THREAD: "the fox" if is_next else "Conversation"}
    assert await list_authors(database) == [TitleAuthor.EASEL]


async def test_words_that_go_before_the_title_is_noted_do_not_stay_in_it(
    queue: SqlQuestionQueue, database: Database, giver: TitleGiver, slack: SessionTitles
) -> None:
    (ts,) = await ask(queue, "the owl is secret")
    giver.give_soon(THREAD)
    await giver.wait_until_idle()
    await forget(database, ts)
    await database.flush()
    await giver.replace_stale()
    assert slack.given == {THREAD: "Conversation"}


async def test_a_question_that_follows_leaves_the_title_as_it_is(
    queue: SqlQuestionQueue, database: Database, giver: TitleGiver, slack: SessionTitles
) -> None:
    await ask(queue, "help", "the owl")
    giver.give_soon(THREAD)
    await giver.wait_until_idle()
    message = build_incoming_message("the fox", ts="1700009999.000000", event_id="E9")
    await enqueue(queue, message)
    await database.flush()
    assert await list_authors(database) == [TitleAuthor.EASEL] and slack.given[THREAD] == "the owl"


async def test_one_that_slack_does_not_take_is_replaced_later(
    queue: SqlQuestionQueue, database: Database, giver: TitleGiver, slack: SessionTitles
) -> None:
    first, _ = await ask(queue, "the owl", "the fox")
    await give(giver, database)
    slack.refused = [THREAD]
    await forget(database, first)
    giver.renew_soon(THREAD.team, THREAD.channel, first)
    await settle(giver, database)
    await giver.replace_stale()
    assert slack.given[THREAD] == "the owl"
    slack.refused = ()
    # After the next answer of the thread, wherever it is given, and without one.
    await give(giver, database)
    assert slack.given[THREAD] == "the fox"
    await giver.replace_stale()
    assert await list_authors(database) == [TitleAuthor.EASEL]


async def test_each_question_of_a_thread_may_have_given_the_title(
    queue: SqlQuestionQueue, database: Database, giver: TitleGiver, slack: SessionTitles
) -> None:
    stamps = await ask(queue, *(f"owl {number}" for number in range(8)))
    await give(giver, database)
    for number, ts in enumerate(stamps, 1):
        await forget(database, ts)
        giver.renew_soon(THREAD.team, THREAD.channel, ts)
        await settle(giver, database)
        assert slack.given[THREAD] == (f"owl {number}" if number < 8 else "Conversation")


async def test_many_at_once_are_all_replaced_and_none_holds_up_the_others(
    queue: SqlQuestionQueue, database: Database, giver: TitleGiver, slack: SessionTitles
) -> None:
    many = [build_thread(number) for number in range(MAX_REPLACED + 10)]
    store = SqlTitleStore(database)
    for thread in many:
        await ask(queue, "the owl", thread=thread)
        await store.record(thread, TitleAuthor.EASEL)
    slack.refused = many[: MAX_REPLACED // 2]
    for thread in many:
        await forget(database, thread.root, thread)
        giver.renew_soon(thread.team, thread.channel, thread.root)
    await settle(giver, database)
    for _ in range(2):
        await giver.replace_stale()
        await database.flush()
    assert set(slack.given) == set(many) - set(slack.refused)
    slack.refused = ()
    await giver.replace_stale()
    await database.flush()
    assert set(slack.given.values()) == {"Conversation"} and len(slack.given) == len(many)
    assert await store.list_stale(None, 1) == []
