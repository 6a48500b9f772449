"""Titles that Easel gives are noted with another transaction, not with one of their own."""

from __future__ import annotations

from sqlalchemy import select

from bot.domain.answers.steering import TitleAuthor
from storage.engine.database import Database
from storage.queue.questions import SqlQuestionQueue
from storage.schema import threads
from storage.steering.titles import SqlTitleStore
from tests.support.queues import take_question
from tests.support.values import THREAD


async def test_a_title_is_noted_with_the_next_transaction(
    queue: SqlQuestionQueue, database: Database
) -> None:
    async def read_author() -> str | None:
        return await database.read(lambda c: c.scalar(select(threads.c.titled_by)))

    await take_question(queue)
    titles = SqlTitleStore(database)
    titles.record_soon(THREAD, TitleAuthor.EASEL, [])
    assert await read_author() == ""
    # Whoever writes next finds it there: what is deleted then is in a title of Easel's.
    found = await database.write(lambda c: c.scalar(select(threads.c.titled_by)))
    assert found == TitleAuthor.EASEL.value
    titles.record_soon(THREAD, TitleAuthor.PERSON, [])
    titles.record_soon(THREAD, TitleAuthor.EASEL, [])
    await database.flush()
    assert await read_author() == TitleAuthor.PERSON.value
