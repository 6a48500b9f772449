"""Who gave a thread its title. The title itself is Slack's alone."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, select, update

from bot.domain.answers.steering import TitleAuthor
from bot.domain.conversation import Speaker, Thread
from storage.engine.database import Database
from storage.rows import build_thread_key, match_thread
from storage.schema import questions, threads, turns

_MAX_QUESTIONS = 5
_MAX_DELAY_SECONDS = 5.0
_HAS_NO_TITLE = select(threads.c.titled_by).where(match_thread(threads)).scalar_subquery()
_NAMES = ("team", "channel", "root")
_IS_OF_THREAD = tuple(threads.c[name] == bindparam(f"of_{name}") for name in _NAMES)
# A question that was asked from the menu of a message quotes what others have written.
_SELECT_WORDS = (
    select(turns.c.text)
    .select_from(turns.join(questions, questions.c.turn_id == turns.c.id))
    .where(match_thread(turns), turns.c.about_ts == "", turns.c.text != "")
    .where(_HAS_NO_TITLE.in_(["", TitleAuthor.STALE.value]))
    .order_by(turns.c.place)
    .limit(_MAX_QUESTIONS)
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
# A title may hold words of the first questions. One that a person gave is not Easel's to change.
_first = (
    select(questions.c.turn_id)
    .where(*(questions.c[name] == bindparam(f"of_{name}") for name in _NAMES))
    .order_by(questions.c.ts)
    .limit(_MAX_QUESTIONS)
    .subquery()
)
MARK_STALE = (
    update(threads)
    .where(*_IS_OF_THREAD, threads.c.titled_by == TitleAuthor.EASEL.value)
    .where(select(_first.c.turn_id).where(_first.c.turn_id == bindparam("of_turn")).exists())
    .values(titled_by=TitleAuthor.STALE.value)
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
