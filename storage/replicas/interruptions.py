"""What is to become of answers that other replicas give: stored, and announced."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, literal_column, not_, select

from bot.domain.conversation import Thread
from bot.domain.stores.replicas import SILENT_MARK, Interruption, InterruptionKind
from storage.engine.announcements import announce
from storage.engine.database import Database
from storage.engine.dialects import insert, match_listed
from storage.replicas.clock import read_now
from storage.replicas.schema import interruptions
from storage.rows import build_thread_key, match_thread
from storage.schema import questions

# Announced when the replicas should look what is wanted of the answers that they give.
INTERRUPTIONS_TOPIC = "interruptions"
_KEPT_SECONDS = 3_600.0

_IS_ELSEWHERE = (
    not_(questions.c.shown),
    questions.c.claimed_by != literal_column("''"),
    questions.c.claimed_by != bindparam("owner"),
)
_OF_THREAD = select(questions.c.id, questions.c.claims).where(
    match_thread(questions), *_IS_ELSEWHERE
)
_OF_MESSAGE = select(questions.c.id, questions.c.claims).where(
    questions.c.team == bindparam("team"),
    questions.c.channel == bindparam("channel"),
    questions.c.ts == bindparam("ts"),
    *_IS_ELSEWHERE,
)
_INSERT = insert(interruptions)
_UPSERT = _INSERT.on_conflict_do_update(
    index_elements=["question_id", "kind"],
    set_={name: _INSERT.excluded[name] for name in ("claims", "file_ids", "made_at")},
)
_DELETE_OLD = delete(interruptions).where(interruptions.c.made_at < bindparam("before"))
_SELECT_FOR = select(interruptions).where(match_listed(interruptions.c.question_id, "ids"))
_DELETE_FOR = delete(interruptions).where(interruptions.c.question_id == bindparam("of_question"))


class SqlInterruptions:
    """Implements `bot.domain.stores.replicas.Interruptions` for the replica `owner`."""

    def __init__(
        self, database: Database, *, owner: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._owner = owner
        self._clock = clock

    async def stop_thread(self, thread: Thread) -> int:
        return await self._interrupt(_OF_THREAD, build_thread_key(thread), InterruptionKind.STOP)

    async def stop_message(
        self, team: str, channel: str, ts: str, *, silently: bool = False
    ) -> int:
        key = {"team": team, "channel": channel, "ts": ts}
        marks = (SILENT_MARK,) if silently else ()
        return await self._interrupt(_OF_MESSAGE, key, InterruptionKind.STOP, marks)

    async def restart(self, team: str, channel: str, ts: str, file_ids: Sequence[str]) -> int:
        key = {"team": team, "channel": channel, "ts": ts}
        return await self._interrupt(_OF_MESSAGE, key, InterruptionKind.RESTART, file_ids)

    async def restart_edited(self, team: str, channel: str, ts: str) -> int:
        key = {"team": team, "channel": channel, "ts": ts}
        return await self._interrupt(_OF_MESSAGE, key, InterruptionKind.EDITED)

    async def note_follow_up(self, thread: Thread) -> int:
        key = build_thread_key(thread)
        return await self._interrupt(_OF_THREAD, key, InterruptionKind.FOLLOW_UP)

    async def list_for(self, question_ids: Collection[int]) -> list[Interruption]:
        ids = {"ids": list(question_ids)}
        rows = await self._database.read(lambda c: c.execute(_SELECT_FOR, ids).all())
        return [
            Interruption(
                row.question_id,
                InterruptionKind(row.kind),
                row.claims,
                tuple(row.file_ids.split()),
            )
            for row in rows
        ]

    async def _interrupt(
        self,
        statement: Any,
        key: dict[str, str],
        kind: InterruptionKind,
        file_ids: Sequence[str] = (),
    ) -> int:
        parameters = {**key, "owner": self._owner}
        # Most threads are answered by no one now, or here.
        if not await self._database.read(lambda c: c.execute(statement, parameters).first()):
            return 0

        def write(connection: Connection) -> int:
            now = read_now(connection, self._clock)
            connection.execute(_DELETE_OLD, {"before": now - _KEPT_SECONDS})
            rows = [
                {
                    "question_id": row.id,
                    "kind": kind.value,
                    "claims": row.claims,
                    "file_ids": " ".join(file_ids),
                    "made_at": now,
                }
                for row in connection.execute(statement, parameters)
            ]
            if rows:
                connection.execute(_UPSERT, rows)
                announce(connection, INTERRUPTIONS_TOPIC)
            return len(rows)

        return await self._database.write(write)


def forget_interruptions(connection: Connection, question_id: int) -> None:
    """Forget what was wanted of an answer: the question is asked again.

    Runs inside the caller's transaction.
    """
    connection.execute(_DELETE_FOR, {"of_question": question_id})
