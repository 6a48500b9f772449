"""Has one replica do what is to be done once for all, and another one when that one ends.

What has to be done is given by those who build it. `storage/replicas/duties.py` says whose turn it
is.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from bot.domain.errors import EaselError
from bot.domain.stores.replicas import Duties

log = structlog.get_logger(__name__)

DUTY = "upkeep"
# Who ends without a word is replaced within both times together. A replica that cannot renew stops
# after the pause and the patience, which is before another one may begin.
LEASE_SECONDS, RENEW_SECONDS, PATIENCE_SECONDS = 18.0, 5.0, 8.0

Work = Callable[[], Awaitable[None]]


class Upkeep:
    """Runs work for as long as this replica has the duty.

    One duty for all of it: a replica that does it writes one row every few seconds, however much
    there is to do.
    """

    def __init__(self, duties: Duties) -> None:
        self._duties = duties
        self._held = asyncio.Event()
        self._lost = asyncio.Event()

    async def run(self) -> None:
        """Take the duty whenever it is free and renew it, until cancelled; then leave it."""
        try:
            while True:
                self._note(is_held=await self._take())
                await asyncio.sleep(RENEW_SECONDS)
        finally:
            was_held = self._held.is_set()
            self._note(is_held=False)
            if was_held:
                await self._leave()

    async def run_while_held(self, work: Work) -> None:
        """Run `work` while the duty is held, from its beginning each time, until cancelled.

        Work that returns is done until the duty is lost and held again. Raises what it raises.
        """
        while True:
            await self._held.wait()
            task = asyncio.ensure_future(work())
            lost = asyncio.create_task(self._lost.wait(), name="duty")
            try:
                await asyncio.wait({task, lost}, return_when=asyncio.FIRST_COMPLETED)
                if task.done():
                    task.result()
                    await lost
            finally:
                for each in (task, lost):
                    each.cancel()
                await asyncio.wait({task, lost})

    async def _take(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._duties.take(DUTY, seconds=LEASE_SECONDS)
        except TimeoutError:
            return False

    async def _leave(self) -> None:
        with contextlib.suppress(EaselError, TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._duties.release(DUTY)

    def _note(self, *, is_held: bool) -> None:
        if is_held == self._held.is_set():
            return
        if is_held:
            log.info("upkeep_begun")
            self._lost = asyncio.Event()
            self._held.set()
        else:
            log.info("upkeep_ended")
            self._held.clear()
            self._lost.set()
