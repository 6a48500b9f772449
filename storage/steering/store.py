"""The store of what people want of answers and messages that are already there."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.domain.answers.steering import EditReport, MessageEdit, StopReport
from bot.domain.conversation import IncomingMessage, Person, Thread
from storage.engine.database import Database
from storage.replicas.clock import estimate_now
from storage.steering.edits import take_edit
from storage.steering.quiet import leave_thread
from storage.steering.stops import stop_by_press, stop_by_word, stop_thread


class SqlSteeringStore:
    """Implements `bot.domain.stores.steering.SteeringStore`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def stop_by_word(self, message: IncomingMessage) -> StopReport:
        return await self._database.write(
            lambda c: stop_by_word(c, message, now=estimate_now(c, self._clock))
        )

    async def stop_by_press(
        self, question_id: int, channel: str, person: Person, *, version: int
    ) -> StopReport:
        return await self._database.write(
            lambda c: stop_by_press(
                c,
                question_id,
                channel,
                person.id,
                version=version,
                now=estimate_now(c, self._clock),
            )
        )

    async def stop_thread(self, thread: Thread) -> bool:
        return await self._database.write(lambda c: stop_thread(c, thread))

    async def take_edit(self, edit: MessageEdit) -> EditReport:
        return await self._database.write(
            lambda c: take_edit(c, edit, now=estimate_now(c, self._clock))
        )

    async def leave_thread(self, thread: Thread, ts: str) -> None:
        await self._database.write(lambda c: leave_thread(c, thread, ts))
