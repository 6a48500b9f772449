"""The store of what people want of answers and messages that are already there."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.domain.answers.steering import EditReport, MessageEdit, StopReport
from bot.domain.conversation import IncomingMessage, Person, Thread
from bot.domain.questions import ASKERS_OWN_SECONDS
from storage.engine.database import Database
from storage.presses.rights import RightsRule
from storage.steering.changed_words import list_changed
from storage.steering.edits import take_edit
from storage.steering.gone_questions import list_running
from storage.steering.quiet import leave_thread
from storage.steering.stops import stop_by_press, stop_by_word, stop_thread


class SqlSteeringStore:
    """Implements `bot.domain.stores.steering.SteeringStore`.

    An answer is its asker's to stop for `own_seconds`.
    """

    def __init__(
        self,
        database: Database,
        *,
        own_seconds: float = ASKERS_OWN_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._rights = RightsRule(own_seconds, clock)

    async def stop_by_word(self, message: IncomingMessage) -> StopReport:
        return await self._database.write(lambda c: stop_by_word(c, message, self._rights.build(c)))

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
                rights=self._rights.build(c),
            )
        )

    async def stop_thread(self, thread: Thread) -> bool:
        return await self._database.write(lambda c: stop_thread(c, thread))

    async def take_edit(self, edit: MessageEdit) -> EditReport:
        return await self._database.write(lambda c: take_edit(c, edit, self._rights.build(c)))

    async def list_running_deleted(self, team: str, channel: str, ts: str) -> list[str]:
        return await self._database.read(lambda c: list_running(c, team, channel, ts))

    async def list_changed(self) -> list[tuple[str, str, str]]:
        return await self._database.read(list_changed)

    async def leave_thread(self, thread: Thread, ts: str) -> None:
        await self._database.write(lambda c: leave_thread(c, thread, ts))
