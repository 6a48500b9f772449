"""Who has asked how often, and what was said once: the same for all replicas."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, bindparam, func, select

from bot.domain.conversation import Thread
from storage.engine.database import Database
from storage.replicas.clock import estimate_now
from storage.rows import add_event, build_thread_key, match_thread
from storage.schema import questions, turns

_COUNT_QUESTIONS = (
    select(func.count())
    .select_from(turns.join(questions, questions.c.turn_id == turns.c.id))
    .where(
        match_thread(turns),
        turns.c.user == bindparam("user"),
        questions.c.stored_at > bindparam("since"),
    )
)


class SqlSenders:
    """Implements `bot.domain.stores.replicas.Senders`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def count_questions(self, thread: Thread, user: str, seconds: float) -> int:
        key = {**build_thread_key(thread), "user": user}

        def count(connection: Connection) -> int:
            since = estimate_now(connection, self._clock) - seconds
            return connection.scalar(_COUNT_QUESTIONS, {**key, "since": since}) or 0

        return await self._database.read_in_time(count)


class SqlOnce:
    """Implements `bot.domain.stores.replicas.Once`. What was said is known for a day."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def is_first(self, name: str) -> bool:
        return await self._database.write(
            lambda c: add_event(c, f"said:{name}", now=estimate_now(c, self._clock))
        )
