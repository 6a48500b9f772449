"""What was said in a thread: messages, files, and what older ones came to. Decides nothing."""

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
from sqlalchemy.dialects.sqlite import insert

from bot.domain.conversation import Speaker, Thread, ThreadHistory, Turn
from bot.domain.files import FileRef
from bot.domain.tokens import estimate_tokens
from bot.request.keywords import MAX_KEYWORDS
from storage.engine.sqlite import Database
from storage.rows import add_files, build_thread_key, match_thread, read_file
from storage.schema import files, questions, summaries, threads, turns

MAX_RETRIEVED = 4
# A word that more messages hold names nothing.
_MAX_WORD_MATCHES = 4
_MAX_FILES = 100

_ADD_TURN = insert(turns).on_conflict_do_nothing().returning(turns.c.id)
_SELECT_EARLIER_KEPT = select(threads.c.earlier_kept).where(match_thread(threads))
_MARK_EARLIER_KEPT = (
    insert(threads)
    .values(joined=False, earlier_kept=True)
    .on_conflict_do_update(index_elements=["team", "channel", "root"], set_={"earlier_kept": True})
)
_SELECT_THREAD = select(
    threads.c.tokens_estimated, threads.c.tokens_reported, summaries.c.upto_place,
    summaries.c.upto_id, summaries.c.text, summaries.c.tokens,
).select_from(
    threads.outerjoin(
        summaries,
        and_(*(summaries.c[name] == threads.c[name] for name in ("team", "channel", "root"))),
    )
).where(match_thread(threads))  # fmt: skip
# A message that Slack told of late has an older place and a newer id: no summary holds it.
_NOT_SUMMARIZED = or_(turns.c.place > bindparam("upto_place"), turns.c.id > bindparam("upto_id"))
_BEFORE = and_(match_thread(turns), turns.c.place < bindparam("before"))
_TURN_COLUMNS = (
    turns.c.id,
    turns.c.speaker,
    turns.c.ts,
    turns.c.text,
    turns.c.user,
    turns.c.tokens,
)
_SELECT_NEWEST = (
    select(*_TURN_COLUMNS)
    .where(_BEFORE, _NOT_SUMMARIZED)
    .order_by(turns.c.place.desc(), turns.c.id.desc())
    .limit(bindparam("most"))
)


def _match_word(number: int) -> ColumnElement[int]:
    word: ColumnElement[str] = bindparam(f"word{number}")
    there = and_(word != literal(""), func.instr(func.lower(turns.c.text), word) > 0)
    return case((there, 1), else_=0)


_WORD_MATCHES = [_match_word(number) for number in range(MAX_KEYWORDS)]
_COUNT_WORD_MATCHES = select(*(func.sum(word) for word in _WORD_MATCHES)).where(
    _BEFORE, not_(_NOT_SUMMARIZED)
)
_SCORE = sum(_WORD_MATCHES[1:], start=_WORD_MATCHES[0])
_SELECT_RETRIEVED = (
    select(*_TURN_COLUMNS)
    .where(_BEFORE, not_(_NOT_SUMMARIZED), _SCORE > 0)
    .order_by(_SCORE.desc(), turns.c.id.desc())
    .limit(MAX_RETRIEVED)
)
_question_turns = turns.alias("asked")
_SELECT_FILES = (
    # Beside each file who has brought it, and the words that a made one was asked for with.
    select(files, turns.c.speaker, func.coalesce(_question_turns.c.text, "").label("asked"))
    .join(turns, turns.c.id == files.c.turn_id)
    .outerjoin(questions, questions.c.answer_turn_id == files.c.turn_id)
    .outerjoin(_question_turns, _question_turns.c.id == questions.c.turn_id)
    .where(_BEFORE)
    .order_by(turns.c.place.desc(), turns.c.id.desc(), files.c.position.desc())
    .limit(_MAX_FILES)
)
_SELECT_LAST_SUMMARIZED = select(func.max(turns.c.place), func.max(turns.c.id)).where(
    turns.c.id.in_(bindparam("ids", expanding=True))
)
_SELECT_CURRENT_TEXTS = select(turns.c.id, turns.c.text).where(
    turns.c.id.in_(bindparam("ids", expanding=True))
)
_UPSERT_SUMMARY = insert(summaries)
_UPSERT_SUMMARY = _UPSERT_SUMMARY.on_conflict_do_update(
    index_elements=["team", "channel", "root"],
    set_={
        name: _UPSERT_SUMMARY.excluded[name]
        for name in ("upto_place", "upto_id", "text", "tokens", "made_at")
    },
)


class SqliteConversationStore:
    """Implements `bot.domain.stores.History`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def load(
        self, thread: Thread, *, before: str, limit: int, keywords: Sequence[str] = ()
    ) -> ThreadHistory:
        wanted = {**build_thread_key(thread), "before": before, "most": limit}
        padded = [*keywords[:MAX_KEYWORDS], *[""] * (MAX_KEYWORDS - len(keywords))]
        named = {f"word{number}": word for number, word in enumerate(padded)}
        return await self._database.read(
            lambda c: _read_history(c, wanted, named if keywords else None)
        )

    async def has_earlier(self, thread: Thread) -> bool:
        key = build_thread_key(thread)
        return await self._database.read(lambda c: bool(c.scalar(_SELECT_EARLIER_KEPT, key)))

    async def save_earlier(self, thread: Thread, earlier: Sequence[Turn]) -> None:
        def insert_earlier(connection: Connection) -> None:
            connection.execute(_MARK_EARLIER_KEPT, build_thread_key(thread))
            for turn in earlier:
                insert_turn(connection, thread, turn, now=self._clock())

        await self._database.write(insert_earlier)

    async def save_summary(self, thread: Thread, summarized: Sequence[Turn], summary: str) -> None:
        said = {turn.id: turn.text for turn in summarized}
        ids = {"ids": list(said)}
        row = {"text": summary, "tokens": estimate_tokens(summary), "made_at": self._clock()}

        def write_summary(connection: Connection) -> None:
            place, last = connection.execute(_SELECT_LAST_SUMMARIZED, ids).one()
            now = {row.id: row.text for row in connection.execute(_SELECT_CURRENT_TEXTS, ids).all()}
            # What was deleted while the summary was written must not live on in it.
            if place is not None and now == said:
                upto = {"upto_place": place, "upto_id": last}
                connection.execute(_UPSERT_SUMMARY, build_thread_key(thread) | row | upto)

        await self._database.write(write_summary)


def _read_history(
    connection: Connection,
    thread_parameters: dict[str, Any],
    word_parameters: dict[str, str] | None,
) -> ThreadHistory:
    about = connection.execute(_SELECT_THREAD, thread_parameters).first()
    folded = about is not None and about.upto_place is not None
    upto = {
        "upto_place": about.upto_place if folded and about else "",
        "upto_id": about.upto_id if folded and about else -1,
    }
    rows = connection.execute(_SELECT_NEWEST, thread_parameters | upto).all()[::-1]
    found = connection.execute(_SELECT_FILES, thread_parameters).mappings().all()[::-1]
    refs: dict[int, list[FileRef]] = {}
    brought = dict[str, FileRef]()
    for row in found:
        ref = read_file(row, request_text=row["asked"])
        refs.setdefault(row["turn_id"], []).append(ref)
        # Sheets, conversions and tables that Easel has made are shown once, and asked about never.
        if row["speaker"] == Speaker.PERSON.value or ref.version:
            # A file that is shared again, or asked about from a menu, is one file: as it is now.
            brought.pop(ref.id, None)
            brought[ref.id or f"{row['turn_id']}/{row['position']}"] = ref
    recalled: Sequence[Any] = ()
    if folded and word_parameters is not None:
        recalled = _find_retrieved(connection, thread_parameters | upto, word_parameters)
    kept = tuple(_build_turn(row, refs) for row in rows)
    older = tuple(_build_turn(row, refs) for row in recalled)
    return ThreadHistory(
        turns=kept,
        summary=about.text if folded and about else "",
        summary_tokens=about.tokens if folded and about else 0,
        summarized=folded,
        retrieved=tuple(sorted(older, key=lambda turn: (turn.ts, turn.id))),
        files=tuple(brought.values()),
        estimated_tokens=about.tokens_estimated if about else 0,
        reported_tokens=about.tokens_reported if about else 0,
    )


def _find_retrieved(
    connection: Connection, thread_parameters: dict[str, Any], word_parameters: dict[str, str]
) -> Sequence[Any]:
    """Folded messages that hold what the question names."""
    counts = connection.execute(_COUNT_WORD_MATCHES, thread_parameters | word_parameters).one()
    rare = {
        name: word if 0 < (count or 0) <= _MAX_WORD_MATCHES else ""
        for (name, word), count in zip(word_parameters.items(), counts, strict=True)
    }
    if not any(rare.values()):
        return ()
    return connection.execute(_SELECT_RETRIEVED, thread_parameters | rare).all()


_SPEAKERS = {speaker.value: speaker for speaker in Speaker}


def _build_turn(row: Any, refs: dict[int, list[FileRef]]) -> Turn:
    turn_id, speaker, ts, text, user, tokens = row
    files = tuple(refs[turn_id]) if turn_id in refs else ()
    return Turn(_SPEAKERS[speaker], ts, text, user, files, tokens or estimate_tokens(text), turn_id)


def insert_turn(
    connection: Connection,
    thread: Thread,
    turn: Turn,
    *,
    now: float,
    place: str = "",
    quoted_ts: str = "",
) -> int | None:
    """Add `turn` with its files; return its id, or None where it is already kept.

    `about` is the ts of the message that it quotes.
    """
    row = build_thread_key(thread) | {
        "ts": turn.ts,
        "place": place or turn.ts,
        "speaker": turn.speaker.value,
        "user": turn.user,
        "text": turn.text,
        "stored_at": now,
        "tokens": turn.tokens or estimate_tokens(turn.text),
        "about_ts": quoted_ts,
    }
    turn_id: int | None = connection.scalar(_ADD_TURN, row)
    if turn_id is not None:
        add_files(connection, turn_id, turn.files)
    return turn_id
