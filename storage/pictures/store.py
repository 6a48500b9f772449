"""The stores behind the menu under pictures. See the modules next to it for the statements."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bot.domain.pictures.presses import PictureName
from bot.domain.questions import ASKERS_OWN_SECONDS, Presser, PressResult, Question
from bot.domain.stores.pictures import PictureCost, PictureOrigin, PressedQuestion
from storage.engine.database import Database
from storage.pictures.costs import list_picture_costs
from storage.pictures.presses import ask_pressed, find_picture
from storage.pictures.references import keep_reference, list_references
from storage.presses.rights import RightsRule
from storage.replicas.clock import estimate_now


class SqlPictureStore:
    """Implements `bot.domain.stores.pictures.PicturePresses` and `PictureCosts`.

    A picture is its asker's for `own_seconds`.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], float] = time.time,
        own_seconds: float = ASKERS_OWN_SECONDS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._rights = RightsRule(own_seconds, clock)

    async def find(self, name: PictureName, presser: Presser) -> PictureOrigin | PressResult:
        return await self._database.read(
            lambda c: find_picture(c, name, presser, self._rights.build(c))
        )

    async def ask(
        self, name: PictureName, presser: Presser, question: PressedQuestion
    ) -> PressResult:
        return await self._database.write(
            lambda c: ask_pressed(c, name, presser, question, self._rights.build(c))
        )

    async def keep_reference(self, name: PictureName, presser: Presser) -> PressResult:
        return await self._database.write(
            lambda c: keep_reference(c, name, presser, self._rights.build(c))
        )

    async def list_references(self, question: Question) -> tuple[str, ...]:
        return await self._database.read(lambda c: list_references(c, question))

    async def list_costs(self, team: str, model: str) -> Sequence[PictureCost]:
        return await self._database.read(
            lambda c: list_picture_costs(c, team, model, now=estimate_now(c, self._clock))
        )
