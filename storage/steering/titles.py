"""Who gave a thread its title. The title itself is Slack's alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select, tuple_, update

from bot.domain.answers.steering import TitleAuthor
from bot.domain.conversation import Speaker, Thread
from storage.engine.database import Database
from storage.rows import build_thread_key, match_thread
from storage.schema import questions, threads, turns

_MAX_QUESTIONS = 5
_MAX_DELAY_SECONDS = 5.0
_MAX_STALE = 10_000
_AUTHOR = select(threads.c.titled_by).where(match_thread(threads)).scalar_subquery()
_NAMES = ("team", "channel", "root")
_IS_OF_THREAD = tuple(threads.c[name] == bindparam(f"of_{name}") for name in _NAMES)
# A question that was asked from the menu of a message quotes what others have written.
_SELECT_FIRST_WORDS = (
    select(turns.c.text)
    .select_from(turns.join(questions, questions.c.turn_id == turns.c.id))
    .where(match_thread(turns), turns.c.about_ts == "", turns.c.text != "")
    .order_by(turns.c.place)
    .limit(_MAX_QUESTIONS)
)
_SELECT_WORDS = _SELECT_FIRST_WORDS.where(
    _AUTHOR.in_(["", TitleAuthor.STALE.value]),
)
_RECORD = (
    update(threads)
    .where(
        *_IS_OF_THREAD,
        # What a person has given stays theirs.
        threads.c.titled_by != TitleAuthor.PERSON.value,
    )
    .values(titled_by=bindparam("author"))
)
# A title that a person gave is not Easel's to change. Which question another one was taken from is
# not stored, and questions before it may be gone: each one counts.
_LOCK_TITLE = select(threads.c.titled_by).where(*_IS_OF_THREAD).with_for_update()
_SET_STALE = (
    update(threads)
    .where(*_IS_OF_THREAD, threads.c.titled_by == TitleAuthor.EASEL.value)
    .values(titled_by=TitleAuthor.STALE.value)
)
_MARK_STALE = _SET_STALE.where(
    select(questions.c.id).where(questions.c.turn_id == bindparam("of_turn")).exists()
)
_SELECT_STALE = (
    select(threads.c.team, threads.c.channel, threads.c.root, turns.c.user)
    .join(
        turns,
        and_(*(turns.c[name] == threads.c[name] for name in _NAMES)),
    )
    .where(
        turns.c.team == bindparam("team"),
        turns.c.channel == bindparam("channel"),
        turns.c.ts == bindparam("ts"),
        turns.c.speaker == Speaker.PERSON.value,
        threads.c.titled_by == TitleAuthor.STALE.value,
    )
)
# They are few, and found by one look through the rows: in the order of the key it takes SQLite
# twenty times as long.
_stale = (
    select(*(threads.c[name] for name in _NAMES))
    .where(threads.c.titled_by == TitleAuthor.STALE.value)
    .limit(_MAX_STALE)
    .subquery()
)
_stale_key = tuple_(*(_stale.c[name] for name in _NAMES))
_first_asker = (
    select(questions.c.user)
    .where(*(questions.c[name] == _stale.c[name] for name in _NAMES))
    .order_by(questions.c.ts)
    .limit(1)
    .scalar_subquery()
)
_LIST_STALE = (
    select(*(_stale.c[name] for name in _NAMES), func.coalesce(_first_asker, "").label("user"))
    .where(_stale_key > tuple_(*map(bindparam, _NAMES)))
    .order_by(*(_stale.c[name] for name in _NAMES))
    .limit(bindparam("most"))
)


def mark_stale(connection: Connection, thread: Thread, turn_id: int) -> None:
    """Note that the title of `thread` may hold words of a question whose words have just changed.

    One that is being noted at this moment is waited for: it is compared with these words, or found
    here.
    """
    key = _name_thread(thread)
    connection.execute(_LOCK_TITLE, key)
    connection.execute(_MARK_STALE, {**key, "of_turn": turn_id})


class SqlTitleStore:
    """Implements `bot.domain.stores.titles.TitleStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_first_words(self, thread: Thread) -> list[str]:
        key = build_thread_key(thread)
        return await self._database.read(lambda c: list(c.scalars(_SELECT_WORDS, key).all()))

    async def find_stale(self, team: str, channel: str, ts: str) -> tuple[Thread, str] | None:
        key = {"team": team, "channel": channel, "ts": ts}
        row = await self._database.read(lambda c: c.execute(_SELECT_STALE, key).first())
        return None if row is None else (Thread(row.team, row.channel, row.root), row.user)

    async def list_stale(self, after: Thread | None, limit: int) -> list[tuple[Thread, str]]:
        start = dict.fromkeys(_NAMES, "") if after is None else build_thread_key(after)
        rows = await self._database.read_apart(
            lambda c: c.execute(_LIST_STALE, start | {"most": limit}).all()
        )
        return [(Thread(row.team, row.channel, row.root), row.user) for row in rows]

    async def record(self, thread: Thread, author: TitleAuthor) -> None:
        values = {**_name_thread(thread), "author": author.value}
        await self._database.write(lambda c: c.execute(_RECORD, values).rowcount)

    def record_soon(self, thread: Thread, author: TitleAuthor, words: Sequence[str]) -> None:
        # A transaction more for each thread would be one more for most questions.
        self._database.defer(
            lambda c: _record(c, thread, author, words), within_seconds=_MAX_DELAY_SECONDS
        )


def _record(
    connection: Connection, thread: Thread, author: TitleAuthor, words: Sequence[str]
) -> None:
    """Note who gave the title of `words`, stale if the first questions do not say them any more."""
    key = _name_thread(thread)
    # This locks the row: words that change later find the author there, see `mark_stale`.
    connection.execute(_RECORD, {**key, "author": author.value})
    if author is not TitleAuthor.EASEL:
        return
    now = connection.scalars(_SELECT_FIRST_WORDS, build_thread_key(thread)).all()
    if list(now[: len(words)]) != list(words):
        connection.execute(_SET_STALE, key)


def _name_thread(thread: Thread) -> Mapping[str, Any]:
    return {f"of_{name}": value for name, value in build_thread_key(thread).items()}
