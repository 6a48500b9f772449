"""Store which picture a person's next question in a thread takes along."""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, delete, not_, select

from bot.domain.pictures.presses import MAX_REFERENCES, REFERENCE_SECONDS, PictureName
from bot.domain.questions import Presser, PressResult, Question
from storage.engine.dialects import insert
from storage.engine.prepared import PreparedStatement
from storage.pictures.presses import find_picture
from storage.pictures.rows import PRESS_PREFIX
from storage.pictures.schema import picture_references as references
from storage.presses.rights import Rights
from storage.rows import build_thread_key, match_thread
from storage.schema import questions

_INSERT = insert(references).on_conflict_do_nothing()
_DELETE_OLD = delete(references).where(references.c.at < bindparam("before"))
_is_between = and_(
    match_thread(questions),
    questions.c.user == bindparam("user"),
    questions.c.ts > references.c.pressed_ts,
    questions.c.ts < bindparam("ts"),
    # Who goes on pressing still means what they will write.
    not_(questions.c.event_id.startswith(PRESS_PREFIX)),
)
_SELECT_NEXT = PreparedStatement(
    select(references.c.file_id, references.c.pressed_ts)
    .where(
        match_thread(references),
        references.c.user == bindparam("user"),
        references.c.pressed_ts < bindparam("ts"),
        not_(select(questions.c.id).where(_is_between).exists()),
    )
    .order_by(references.c.pressed_ts.desc())
    .limit(MAX_REFERENCES)
)


def keep_reference(
    connection: Connection, name: PictureName, presser: Presser, rights: Rights
) -> PressResult:
    """As `PicturePresses.keep_reference`."""
    now = rights.now
    found = find_picture(connection, name, presser, rights)
    if isinstance(found, PressResult):
        return found
    connection.execute(_DELETE_OLD, {"before": now - REFERENCE_SECONDS})
    row = build_thread_key(found.thread) | {
        "user": presser.person.id,
        "pressed_ts": presser.ts,
        "file_id": found.picture.id,
        "at": now,
    }
    connection.execute(_INSERT, row)
    return PressResult.ASKED


def list_references(connection: Connection, question: Question) -> tuple[str, ...]:
    """As `PicturePresses.list_references`."""
    if question.pressed is not None:
        return ()
    key = build_thread_key(question.thread) | {"user": question.asker.id, "ts": question.place}
    rows = _SELECT_NEXT.fetch_rows(connection, key)
    oldest = float(question.place) - REFERENCE_SECONDS
    return tuple(
        dict.fromkeys(row.file_id for row in reversed(rows) if float(row.pressed_ts) >= oldest)
    )
