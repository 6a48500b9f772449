"""Who gave a thread its title. The title itself is Slack's alone."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from bot.domain.answers.steering import TitleAuthor
from bot.domain.conversation import Thread
from storage.engine.database import Database
from storage.rows import build_thread_key, match_thread
from storage.schema import questions, threads, turns

_MAX_QUESTIONS = 5
_MAX_DELAY_SECONDS = 5.0
# A question that was asked from the menu of a message quotes what others have written.
_SELECT_WORDS = (
    select(turns.c.text)
    .select_from(turns.join(questions, questions.c.turn_id == turns.c.id))
    .where(match_thread(turns), turns.c.about_ts == "", turns.c.text != "")
    .where(select(threads.c.titled_by).where(match_thread(threads)).scalar_subquery() == "")
    .order_by(turns.c.place)
    .limit(_MAX_QUESTIONS)
)
_RECORD = (
    update(threads)
    .where(
        threads.c.team == bindparam("of_team"),
        threads.c.channel == bindparam("of_channel"),
        threads.c.root == bindparam("of_root"),
        # What a person has given stays theirs.
        threads.c.titled_by != TitleAuthor.PERSON.value,
    )
    .values(titled_by=bindparam("author"))
)


class SqlTitleStore:
    """Implements `bot.domain.stores.titles.TitleStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_first_words(self, thread: Thread) -> list[str]:
        key = build_thread_key(thread)
        return await self._database.read(lambda c: list(c.scalars(_SELECT_WORDS, key).all()))

    async def record(self, thread: Thread, author: TitleAuthor) -> None:
        key = {"of_team": thread.team, "of_channel": thread.channel, "of_root": thread.root}
        values = {**key, "author": author.value}
        await self._database.write(lambda c: c.execute(_RECORD, values).rowcount)

    def record_soon(self, thread: Thread, author: TitleAuthor) -> None:
        # A transaction more for each thread would be one more for most questions.
        values = {"of_team": thread.team, "of_channel": thread.channel, "of_root": thread.root}
        self._database.defer(
            lambda c: c.execute(_RECORD, values | {"author": author.value}).close(),
            within_seconds=_MAX_DELAY_SECONDS,
        )
