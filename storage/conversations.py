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

from bot.domain.conversation import Past, Speaker, Thread, Turn
from bot.domain.files import FileRef
from bot.domain.tokens import estimate
from bot.prompt.keywords import MOST_WORDS
from storage.engine.sqlite import Database
from storage.rows import add_files, of_thread, read_file, thread_key
from storage.schema import files, questions, summaries, threads, turns

MOST_RECALLED = 4
# A word that more messages hold names nothing.
_RARE = 4
_MOST_FILES = 100

_ADD_TURN = insert(turns).on_conflict_do_nothing().returning(turns.c.id)
_EARLIER_KEPT = select(threads.c.earlier_kept).where(of_thread(threads))
_KEEP_EARLIER = (
    insert(threads)
    .values(joined=False, earlier_kept=True)
    .on_conflict_do_update(index_elements=["team", "channel", "root"], set_={"earlier_kept": True})
)
_ABOUT = select(
    threads.c.tokens_estimated, threads.c.tokens_reported, summaries.c.upto_place,
    summaries.c.upto_id, summaries.c.text, summaries.c.tokens,
).select_from(
    threads.outerjoin(
        summaries,
        and_(*(summaries.c[name] == threads.c[name] for name in ("team", "channel", "root"))),
    )
).where(of_thread(threads))  # fmt: skip
# A message that Slack told of late has an older place and a newer id: no summary holds it.
_NOT_FOLDED = or_(turns.c.place > bindparam("upto_place"), turns.c.id > bindparam("upto_id"))
_BEFORE = and_(of_thread(turns), turns.c.place < bindparam("before"))
_COLUMNS = (turns.c.id, turns.c.speaker, turns.c.ts, turns.c.text, turns.c.user, turns.c.tokens)
_NEWEST = (
    select(*_COLUMNS)
    .where(_BEFORE, _NOT_FOLDED)
    .order_by(turns.c.place.desc(), turns.c.id.desc())
    .limit(bindparam("most"))
)


def _holds(number: int) -> ColumnElement[int]:
    word: ColumnElement[str] = bindparam(f"word{number}")
    there = and_(word != literal(""), func.instr(func.lower(turns.c.text), word) > 0)
    return case((there, 1), else_=0)


_WORDS = [_holds(number) for number in range(MOST_WORDS)]
_HOLDING = select(*(func.sum(word) for word in _WORDS)).where(_BEFORE, not_(_NOT_FOLDED))
_SCORE = sum(_WORDS[1:], start=_WORDS[0])
_RECALLED = (
    select(*_COLUMNS)
    .where(_BEFORE, not_(_NOT_FOLDED), _SCORE > 0)
    .order_by(_SCORE.desc(), turns.c.id.desc())
    .limit(MOST_RECALLED)
)
_asked = turns.alias("asked")
_FILES = (
    # Beside each file who has brought it, and the words that a made one was asked for with.
    select(files, turns.c.speaker, func.coalesce(_asked.c.text, "").label("asked"))
    .join(turns, turns.c.id == files.c.turn_id)
    .outerjoin(questions, questions.c.answer_turn_id == files.c.turn_id)
    .outerjoin(_asked, _asked.c.id == questions.c.turn_id)
    .where(_BEFORE)
    .order_by(turns.c.place.desc(), turns.c.id.desc(), files.c.position.desc())
    .limit(_MOST_FILES)
)
_UPTO = select(func.max(turns.c.place), func.max(turns.c.id)).where(
    turns.c.id.in_(bindparam("ids", expanding=True))
)
_SAID_NOW = select(turns.c.id, turns.c.text).where(turns.c.id.in_(bindparam("ids", expanding=True)))
_FOLD = insert(summaries)
_FOLD = _FOLD.on_conflict_do_update(
    index_elements=["team", "channel", "root"],
    set_={
        name: _FOLD.excluded[name]
        for name in ("upto_place", "upto_id", "text", "tokens", "made_at")
    },
)


class ThreadHistory:
    """Implements `bot.domain.stores.History`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def past(
        self, thread: Thread, *, before: str, limit: int, words: Sequence[str] = ()
    ) -> Past:
        wanted = {**thread_key(thread), "before": before, "most": limit}
        padded = [*words[:MOST_WORDS], *[""] * (MOST_WORDS - len(words))]
        named = {f"word{number}": word for number, word in enumerate(padded)}
        return await self._database.read(lambda c: _read_past(c, wanted, named if words else None))

    async def knows(self, thread: Thread) -> bool:
        key = thread_key(thread)
        return await self._database.read(lambda c: bool(c.scalar(_EARLIER_KEPT, key)))

    async def remember_earlier(self, thread: Thread, earlier: Sequence[Turn]) -> None:
        def body(connection: Connection) -> None:
            connection.execute(_KEEP_EARLIER, thread_key(thread))
            for turn in earlier:
                insert_turn(connection, thread, turn, now=self._clock())

        await self._database.write(body)

    async def fold(self, thread: Thread, folded: Sequence[Turn], summary: str) -> None:
        said = {turn.id: turn.text for turn in folded}
        ids = {"ids": list(said)}
        row = {"text": summary, "tokens": estimate(summary), "made_at": self._clock()}

        def body(connection: Connection) -> None:
            place, last = connection.execute(_UPTO, ids).one()
            now = {row.id: row.text for row in connection.execute(_SAID_NOW, ids).all()}
            # What was deleted while the summary was written must not live on in it.
            if place is not None and now == said:
                upto = {"upto_place": place, "upto_id": last}
                connection.execute(_FOLD, thread_key(thread) | row | upto)

        await self._database.write(body)


def _read_past(
    connection: Connection, wanted: dict[str, Any], named: dict[str, str] | None
) -> Past:
    about = connection.execute(_ABOUT, wanted).first()
    folded = about is not None and about.upto_place is not None
    upto = {
        "upto_place": about.upto_place if folded and about else "",
        "upto_id": about.upto_id if folded and about else -1,
    }
    rows = connection.execute(_NEWEST, wanted | upto).all()[::-1]
    found = connection.execute(_FILES, wanted).mappings().all()[::-1]
    refs: dict[int, list[FileRef]] = {}
    brought = dict[str, FileRef]()
    for row in found:
        ref = read_file(row, asked=row["asked"])
        refs.setdefault(row["turn_id"], []).append(ref)
        # Sheets, conversions and tables that Easel has made are shown once, and asked about never.
        if row["speaker"] == Speaker.PERSON.value or ref.version:
            # A file that is shared again, or asked about from a menu, is one file: as it is now.
            brought.pop(ref.id, None)
            brought[ref.id or f"{row['turn_id']}/{row['position']}"] = ref
    recalled: Sequence[Any] = ()
    if folded and named is not None:
        recalled = _recalled(connection, wanted | upto, named)
    kept = tuple(_turn(row, refs) for row in rows)
    older = tuple(_turn(row, refs) for row in recalled)
    return Past(
        turns=kept,
        summary=about.text if folded and about else "",
        summary_tokens=about.tokens if folded and about else 0,
        folded=folded,
        recalled=tuple(sorted(older, key=lambda turn: (turn.ts, turn.id))),
        files=tuple(brought.values()),
        estimated=about.tokens_estimated if about else 0,
        reported=about.tokens_reported if about else 0,
    )


def _recalled(
    connection: Connection, wanted: dict[str, Any], named: dict[str, str]
) -> Sequence[Any]:
    """Folded messages that hold what the question names."""
    counts = connection.execute(_HOLDING, wanted | named).one()
    rare = {
        name: word if 0 < (count or 0) <= _RARE else ""
        for (name, word), count in zip(named.items(), counts, strict=True)
    }
    if not any(rare.values()):
        return ()
    return connection.execute(_RECALLED, wanted | rare).all()


_SPEAKERS = {speaker.value: speaker for speaker in Speaker}


def _turn(row: Any, refs: dict[int, list[FileRef]]) -> Turn:
    turn_id, speaker, ts, text, user, tokens = row
    files = tuple(refs[turn_id]) if turn_id in refs else ()
    return Turn(_SPEAKERS[speaker], ts, text, user, files, tokens or estimate(text), turn_id)


def insert_turn(
    connection: Connection,
    thread: Thread,
    turn: Turn,
    *,
    now: float,
    place: str = "",
    about: str = "",
) -> int | None:
    """Add `turn` with its files; return its id, or None where it is already kept.

    `about` is the ts of the message that it quotes.
    """
    row = thread_key(thread) | {
        "ts": turn.ts,
        "place": place or turn.ts,
        "speaker": turn.speaker.value,
        "user": turn.user,
        "text": turn.text,
        "stored_at": now,
        "tokens": turn.tokens or estimate(turn.text),
        "about_ts": about,
    }
    turn_id: int | None = connection.scalar(_ADD_TURN, row)
    if turn_id is not None:
        add_files(connection, turn_id, turn.files)
    return turn_id
