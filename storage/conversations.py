"""Store the messages of threads with their files, and summaries of older ones. Decides nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    func,
    literal,
    not_,
    or_,
    select,
)

from bot.domain.answers.chart_fence import remove_fence
from bot.domain.conversation import Thread, ThreadHistory, Turn
from bot.domain.tokens import estimate_tokens
from bot.request.keywords import MAX_KEYWORDS
from storage.authors import list_latest, read_authors
from storage.engine.database import Database
from storage.engine.dialects import find_text, insert
from storage.engine.prepared import PreparedStatement
from storage.files import read_thread_files
from storage.presses.answers import NEWEST_VERSION, count_answers, find_answer
from storage.queue.late_files import LATE_MARKS, build_mark_range, read_late_files
from storage.rows import (
    add_files,
    build_thread_key,
    build_turn,
    lock_thread,
    match_thread,
)
from storage.schema import summaries, threads, turns
from storage.summaries import sum_summarized, write_summary

_MAX_RETRIEVED = 4
# A word that more messages contain is too common to find anything by it.
_MAX_WORD_MATCHES = 4

_GIVEN_BY_DEFAULT = ("id", "is_replaced", "edited_ts")
_ADD_TURN = PreparedStatement(
    insert(turns).on_conflict_do_nothing().returning(turns.c.id),
    columns=[name for name in turns.c.keys() if name not in _GIVEN_BY_DEFAULT],  # noqa: SIM118 - no dict
)
_SELECT_EARLIER_KEPT = select(threads.c.earlier_kept).where(match_thread(threads))
_MARK_EARLIER_KEPT = (
    insert(threads)
    .values(joined=False, earlier_kept=True)
    .on_conflict_do_update(index_elements=["team", "channel", "root"], set_={"earlier_kept": True})
)
_SELECT_THREAD = select(
    threads.c.tokens_estimated, threads.c.tokens_reported, summaries.c.upto_place,
    summaries.c.upto_id, summaries.c.text, summaries.c.tokens, LATE_MARKS.label("late_marks"),
    NEWEST_VERSION.label("newest_version"),
).select_from(
    threads.outerjoin(
        summaries,
        and_(*(summaries.c[name] == threads.c[name] for name in ("team", "channel", "root"))),
    )
).where(match_thread(threads))  # fmt: skip
# A message that Slack has sent late has an older place but a newer id: no summary contains it.
_NOT_SUMMARIZED = or_(turns.c.place > bindparam("upto_place"), turns.c.id > bindparam("upto_id"))
_IS_BEFORE = and_(
    match_thread(turns), turns.c.place < bindparam("before"), not_(turns.c.is_replaced)
)
_TURN_COLUMNS = (
    turns.c.id, turns.c.speaker, turns.c.ts, turns.c.text, turns.c.user, turns.c.tokens,
)  # fmt: skip
_SELECT_UNSUMMARIZED = (
    select(*_TURN_COLUMNS).where(_IS_BEFORE, _NOT_SUMMARIZED).limit(bindparam("limit"))
)
_SELECT_OLDEST = _SELECT_UNSUMMARIZED.order_by(turns.c.place, turns.c.id)
_SELECT_NEWEST = _SELECT_UNSUMMARIZED.order_by(turns.c.place.desc(), turns.c.id.desc())


def _match_word(number: int) -> ColumnElement[int]:
    """Return 1 if a turn contains the word of that number, else 0, also for an empty word."""
    word: ColumnElement[str] = bindparam(f"word{number}")
    contains = and_(word != literal(""), find_text(func.lower(turns.c.text), word) > 0)
    return case((contains, 1), else_=0)


_WORD_MATCHES = [_match_word(number) for number in range(MAX_KEYWORDS)]
_COUNT_WORD_MATCHES = select(*(func.sum(word) for word in _WORD_MATCHES)).where(
    _IS_BEFORE, not_(_NOT_SUMMARIZED)
)
_SCORE = sum(_WORD_MATCHES[1:], start=_WORD_MATCHES[0])
_SELECT_RETRIEVED = (
    select(*_TURN_COLUMNS)
    .where(_IS_BEFORE, not_(_NOT_SUMMARIZED), _SCORE > 0)
    .order_by(_SCORE.desc(), turns.c.id.desc())
    .limit(_MAX_RETRIEVED)
)


class SqlConversationStore:
    """Implements `bot.domain.stores.conversations.ConversationStore`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def load(
        self,
        thread: Thread,
        *,
        before: str,
        limit: int,
        keywords: Sequence[str] = (),
        starts_with_oldest: bool = False,
    ) -> ThreadHistory:
        parameters = {**build_thread_key(thread), "before": before, "limit": limit}
        words = _build_word_parameters(keywords)
        return await self._database.read(
            lambda c: _read_history(c, parameters, words, starts_with_oldest=starts_with_oldest)
        )

    async def list_latest(
        self, thread: Thread, person: str, *, before: str, since: str, limit: int
    ) -> list[Thread]:
        return await self._database.read(
            lambda c: list_latest(c, thread, person, before=before, since=since, limit=limit)
        )

    async def has_earlier(self, thread: Thread) -> bool:
        key = build_thread_key(thread)
        return await self._database.read(lambda c: bool(c.scalar(_SELECT_EARLIER_KEPT, key)))

    async def save_earlier(self, thread: Thread, earlier: Sequence[Turn]) -> None:
        def insert_earlier(connection: Connection) -> None:
            lock_thread(connection, thread)
            connection.execute(_MARK_EARLIER_KEPT, build_thread_key(thread))
            for turn in earlier:
                insert_turn(connection, thread, turn, now=self._clock())

        await self._database.write(insert_earlier)

    async def count_answers(self, thread: Thread) -> int:
        return await self._database.read(lambda c: count_answers(c, thread))

    async def find_answer(self, thread: Thread, *, before: str, question_ts: str = "") -> str:
        return await self._database.read(
            lambda c: find_answer(c, thread, before=before, question_ts=question_ts)
        )

    async def save_summary(self, thread: Thread, summarized: Sequence[Turn], summary: str) -> None:
        texts = {turn.id: turn.text for turn in summarized}
        key, now = build_thread_key(thread), self._clock()

        def write(connection: Connection) -> None:
            lock_thread(connection, thread)  # a text may be deleted at this moment
            write_summary(connection, key, texts, summary, now=now)

        await self._database.write(write)


def _read_history(
    connection: Connection,
    thread_parameters: dict[str, Any],
    word_parameters: dict[str, str] | None,
    *,
    starts_with_oldest: bool,
) -> ThreadHistory:
    key = thread_parameters | build_mark_range(thread_parameters)
    thread = connection.execute(_SELECT_THREAD, key).first()
    summary = thread if thread is not None and thread.upto_place is not None else None
    place, last_id = (summary.upto_place, summary.upto_id) if summary else ("", -1)
    parameters = thread_parameters | {"upto_place": place, "upto_id": last_id}
    statement = _SELECT_OLDEST if starts_with_oldest else _SELECT_NEWEST
    rows = connection.execute(statement, parameters).all()
    rows = rows[:: 1 if starts_with_oldest else -1]
    found = read_thread_files(connection, thread_parameters)
    retrieved: Sequence[Any] = ()
    if summary and word_parameters is not None:
        retrieved = _find_retrieved(connection, parameters, word_parameters)
    older = [build_turn(row, found.by_turn) for row in retrieved]
    return ThreadHistory(
        turns=tuple(build_turn(row, found.by_turn) for row in rows),
        summary=summary.text if summary else "",
        summary_tokens=summary.tokens if summary else 0,
        summarized=summary is not None,
        summarized_tokens=sum_summarized(connection, parameters) if starts_with_oldest else 0,
        retrieved=tuple(sorted(older, key=lambda turn: (turn.ts, turn.id))),
        files=found.latest,
        made_files=found.made,
        late_file_ids=read_late_files(thread.late_marks) if thread else frozenset(),
        estimated_tokens=thread.tokens_estimated if thread else 0,
        reported_tokens=thread.tokens_reported if thread else 0,
        authors=read_authors(connection, thread_parameters) if summary else (),
        newest_version=(thread.newest_version or 0) if thread else 0,
    )


def _find_retrieved(
    connection: Connection, thread_parameters: dict[str, Any], word_parameters: dict[str, str]
) -> Sequence[Any]:
    """Return the summarized turns that contain the question's rarest words."""
    counts = connection.execute(_COUNT_WORD_MATCHES, thread_parameters | word_parameters).one()
    rare = {
        name: word if 0 < (count or 0) <= _MAX_WORD_MATCHES else ""
        for (name, word), count in zip(word_parameters.items(), counts, strict=True)
    }
    if not any(rare.values()):
        return ()
    return connection.execute(_SELECT_RETRIEVED, thread_parameters | rare).all()


def insert_turn(
    connection: Connection,
    thread: Thread,
    turn: Turn,
    *,
    now: float,
    quoted_ts: str = "",
    place: str = "",
) -> int | None:
    """Store `turn` with its files; return its id, or None if it is already stored.

    `quoted_ts` is the ts of the message that it quotes; `place` orders it in its thread, if
    its own ts does not.
    """
    row = build_thread_key(thread) | {
        "ts": turn.ts,
        "place": place or turn.ts,
        "speaker": turn.speaker.value,
        "user": turn.user,
        "text": turn.text,
        "stored_at": now,
        "tokens": turn.tokens or estimate_tokens(remove_fence(turn.text)),
        "about_ts": quoted_ts,
    }
    turn_id: int | None = _ADD_TURN.fetch_value(connection, row)
    if turn_id is not None:
        add_files(connection, turn_id, turn.files)
    return turn_id


def _build_word_parameters(keywords: Sequence[str]) -> dict[str, str] | None:
    if not keywords:
        return None
    padded = [*keywords[:MAX_KEYWORDS], *[""] * (MAX_KEYWORDS - len(keywords))]
    return {f"word{n}": word for n, word in enumerate(padded)}
