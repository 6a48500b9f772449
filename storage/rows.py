"""Convert values to rows and back, for all tables. Decides nothing.

All statements of this package are built once, with parameters: building one takes several times as
long as running it. A parameter `of_…` or `new_…` is a column's value in the condition or the change
of an UPDATE, in which a parameter may not have a column's name. A list is one parameter, see
`storage.engine.dialects.match_listed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    bindparam,
    delete,
    select,
    update,
)

from bot.domain.answers.chart_fence import remove_fence
from bot.domain.conversation import Speaker, Thread, Turn
from bot.domain.costs import CostOwner
from bot.domain.files import FileRef
from bot.domain.tokens import estimate_tokens
from storage.engine.dialects import insert, match_listed
from storage.engine.named_locks import lock_in_turn
from storage.engine.prepared import PreparedStatement
from storage.schema import events, files

_FILE_FIELDS = (
    "name",
    "mimetype",
    "size",
    "url",
    "mode",
    "access",
    "sha256",
    "copy_sha256",
    "version",
    "made_from",
    "revised_prompt",
)


_ADD_FILES = insert(files)
_SELECT_FILES = (
    select(files)
    .where(match_listed(files.c.turn_id, "turn_ids"))
    .order_by(files.c.turn_id, files.c.position)
)

SELECT_USED_COPIES = select(files.c.copy_sha256).where(match_listed(files.c.copy_sha256, "copies"))

IS_PRESENT = files.c.mode.not_in(["tombstone", "forgotten"])
_IS_AT_POSITION = and_(
    files.c.turn_id == bindparam("of_turn"), files.c.position == bindparam("of_position")
)
_SET_SLACK_ID = update(files).where(_IS_AT_POSITION).values(slack_id=bindparam("new_id"))
_COMPLETE_FILE = (
    update(files)
    # A file that was deleted before it was completely shown stays deleted.
    .where(_IS_AT_POSITION, IS_PRESENT)
    .values(
        slack_id=bindparam("new_id"), copy_sha256=bindparam("new_copy"), url=bindparam("new_url")
    )
)
_DELETE_WITHOUT_ID = PreparedStatement(
    delete(files).where(files.c.turn_id == bindparam("of_turn"), files.c.slack_id == "")
)

_ADD_EVENT = PreparedStatement(
    insert(events).on_conflict_do_nothing(), columns=("event_id", "seen_at")
)
_SELECT_EVENT = PreparedStatement(
    select(events.c.event_id).where(events.c.event_id == bindparam("event"))
)


def build_thread_key(thread: Thread) -> dict[str, str]:
    """Return the parameters of `match_thread`, which are also the values of these columns."""
    return {"team": thread.team, "channel": thread.channel, "root": thread.root}


def lock_thread(connection: Connection, thread: Thread) -> float:
    """Let no other transaction that locks the thread go on before this one has ended.

    Return the time from which on it does, by the clock that all replicas share.
    """
    return lock_in_turn(connection, name_thread_lock(thread))


def name_thread_lock(thread: Thread) -> str:
    """Return the lock of a thread, as `lock_in_turn` takes it."""
    return f"thread/{thread.team}/{thread.channel}/{thread.root}"


def name_asker_lock(thread: Thread, user: str) -> str:
    """Return the lock under which a person's answers are counted, as `lock_in_turn` takes it."""
    return f"asker/{thread.team}/{user}"


def build_deletion_key(team: str, channel: str, ts: str) -> str:
    """Return the event id under which the deletion of a message is stored."""
    return f"deleted:{team}/{channel}/{ts}"


def build_owner_values(cost_owner: CostOwner) -> dict[str, Any]:
    """Return the values that name a cost owner in a row of `attempts` or `reservations`."""
    return {
        "question_id": cost_owner.question_id,
        "team": cost_owner.team,
        "channel": cost_owner.channel,
        "user": cost_owner.user,
    }


def match_thread(table: Table) -> ColumnElement[bool]:
    """Whether a row of `table` belongs to the thread that is named by the parameters."""
    return and_(*(table.c[name] == bindparam(name) for name in ("team", "channel", "root")))


def add_event(connection: Connection, event_id: str, *, now: float) -> bool:
    """Store an event; return False if it is already stored."""
    return _ADD_EVENT.count_changed(connection, {"event_id": event_id, "seen_at": now}) == 1


def has_event(connection: Connection, event_id: str) -> bool:
    """Whether an event is stored."""
    return _SELECT_EVENT.fetch_value(connection, {"event": event_id}) is not None


def add_files(
    connection: Connection, turn_id: int, refs: Sequence[FileRef], *, first_position: int = 0
) -> None:
    if not refs:
        return
    rows = [
        {"turn_id": turn_id, "position": position, "slack_id": ref.id}
        | {name: getattr(ref, name) for name in _FILE_FIELDS}
        for position, ref in enumerate(refs, first_position)
    ]
    connection.execute(_ADD_FILES, rows)


def read_files(connection: Connection, turn_ids: Iterable[int]) -> dict[int, tuple[FileRef, ...]]:
    """Return the files of each turn, in order; turns without files are absent."""
    found: dict[int, list[FileRef]] = {}
    ids = list(turn_ids)
    if not ids:
        return {}
    for row in connection.execute(_SELECT_FILES, {"turn_ids": ids}).mappings():
        found.setdefault(row["turn_id"], []).append(read_file(row))
    return {turn_id: tuple(refs) for turn_id, refs in found.items()}


def read_file(row: RowMapping, *, request_text: str = "") -> FileRef:
    """Return the file of a row that has all columns of `files`.

    `request_text` is the text of the question that a generated picture answers.
    """
    values: dict[str, Any] = {name: row[name] for name in _FILE_FIELDS}
    return FileRef(
        id=row["slack_id"],
        request_text=request_text if row["version"] else "",
        answer_id=row["turn_id"] if row["version"] else 0,
        **values,
    )


def assign_file_ids(connection: Connection, turn_id: int, file_ids: Sequence[str]) -> None:
    """Set the ids that Slack has assigned to the turn's files, in order."""
    for position, file_id in enumerate(file_ids):
        key = {"of_turn": turn_id, "of_position": position}
        connection.execute(_SET_SLACK_ID, {**key, "new_id": file_id})


def complete_files(connection: Connection, turn_id: int, refs: Sequence[FileRef]) -> None:
    """Complete the turn's files as they are in Slack; delete those that never got an id there."""
    for position, ref in enumerate(refs):
        key = {"of_turn": turn_id, "of_position": position}
        values = {"new_id": ref.id, "new_copy": ref.copy_sha256, "new_url": ref.url}
        connection.execute(_COMPLETE_FILE, {**key, **values})
    _DELETE_WITHOUT_ID.count_changed(connection, {"of_turn": turn_id})


_SPEAKERS = {speaker.value: speaker for speaker in Speaker}


def build_turn(row: Any, refs: Mapping[int, Sequence[FileRef]]) -> Turn:
    """Return the turn of a row of `storage.conversations`, with its files.

    What Slack draws of a chart is no part of what was said: the turn has the words alone.
    """
    turn_id, speaker, ts, stored_text, user, tokens = row
    text = remove_fence(stored_text)
    files = tuple(refs[turn_id]) if turn_id in refs else ()
    return Turn(_SPEAKERS[speaker], ts, text, user, files, tokens or estimate_tokens(text), turn_id)
