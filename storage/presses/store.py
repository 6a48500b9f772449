"""The store of what people press under answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.domain.answers.presses import AnswerCost, AnswerPlace, EarlierAnswer, FollowUp
from bot.domain.conversation import Thread
from bot.domain.questions import ASKERS_OWN_SECONDS, Presser, PressResult
from bot.domain.stores.feedback import AnswerName
from storage.engine.database import Database
from storage.presses.further import ask_further
from storage.presses.reading import read_earlier, sum_cost
from storage.presses.regenerate import answer_again
from storage.presses.rights import RightsRule, find_answer

T = TypeVar("T")


class SqlPressStore:
    """Implements `bot.domain.stores.presses.PressStore`.

    An answer is its asker's for `own_seconds`.
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

    async def answer_again(self, answer: AnswerName, presser: Presser) -> PressResult:
        return await self._database.write(
            lambda c: answer_again(c, answer, presser, self._rights.build(c))
        )

    async def ask_further(
        self, answer: AnswerName, presser: Presser, follow_up: FollowUp
    ) -> PressResult:
        return await self._database.write(
            lambda c: ask_further(c, answer, presser, follow_up, self._rights.build(c))
        )

    async def find_place(self, answer: AnswerName, presser: Presser) -> AnswerPlace | PressResult:
        def build(_: Connection, row: Any) -> AnswerPlace:
            return AnswerPlace(Thread(row.team, row.channel, row.root), row.ts)

        return await self._read(answer, presser, build)

    async def find_earlier(
        self, answer: AnswerName, presser: Presser
    ) -> EarlierAnswer | PressResult:
        return await self._read(answer, presser, read_earlier)

    async def sum_cost(
        self, answer: AnswerName, presser: Presser, *, is_operator: bool
    ) -> AnswerCost | PressResult:
        return await self._read(answer, presser, sum_cost, is_operator=is_operator)

    async def _read(
        self,
        answer: AnswerName,
        presser: Presser,
        build: Callable[[Connection, Any], T],
        *,
        is_operator: bool = False,
    ) -> T | PressResult:
        def read(connection: Connection) -> T | PressResult:
            rights = self._rights.build(connection, is_free=is_operator)
            row = find_answer(connection, answer, presser.person.id, rights)
            return row if isinstance(row, PressResult) else build(connection, row)

        return await self._database.read(read)
