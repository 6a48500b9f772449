"""Runs several replicas as processes, of which each can be killed, stopped and started again."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Mapping
from pathlib import Path

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from tests.chaos.service import NotReadyError, ServiceProcess
from tests.support.connections import connect

SECRET = "a secret that is the same for all replicas of this storm"
_POLL_SECONDS = 0.05
_MAX_STARTS = 10


class Replica(ServiceProcess):
    """One of several: it is ready when its own page says so, and its end is no one else's."""

    async def _wait_until_connected(self, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not await self._is_ready():  # noqa: ASYNC110 - no event announces it
                await asyncio.sleep(_POLL_SECONDS)

    async def _forget_connection(self) -> None:
        """Slack knows by the connection, which has ended with the process."""

    async def _is_ready(self) -> bool:
        port = self.find_port()
        if port is None:
            return False
        with contextlib.suppress(OSError):
            async with connect("127.0.0.1", port) as (reader, writer):
                writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                return b" 200 " in await reader.readline()
        return False


async def _start(replica: Replica) -> None:
    for tries_left in reversed(range(_MAX_STARTS)):
        try:
            await replica.start()
            return
        except NotReadyError:
            if not tries_left:
                raise


class Fleet:
    """Has the shape of a `ServiceProcess`: `kill` and `terminate` take one at random, `start`
    starts all that do not run.

    `urls` are the addresses of the database, one for each replica.
    """

    def __init__(
        self,
        folder: Path,
        slack: PlayedSlack,
        model: PlayedModel,
        urls: list[str],
        rng: random.Random,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.replicas = [
            Replica(
                folder,
                slack,
                model,
                name=f"replica-{number}",
                settings={"DATABASE_URL": url, "EASEL_SECRET": SECRET, **(settings or {})},
            )
            for number, url in enumerate(urls, 1)
        ]
        self._rng = rng
        self._spared: Replica | None = None

    @property
    def problems(self) -> list[str]:
        return [problem for replica in self.replicas for problem in replica.problems]

    @property
    def was_ready(self) -> bool:
        return any(replica.was_ready for replica in self.replicas)

    async def start(self) -> None:
        """Start all that do not run, at the same time, as what watches over them does: again and
        again while the database is away. Raises `NotReadyError`."""
        await asyncio.gather(*(_start(one) for one in self.replicas if not one.is_running))

    async def kill(self) -> None:
        await self._choose_running().kill()

    async def terminate(self) -> None:
        await self._choose_running().terminate()

    async def terminate_all(self) -> None:
        await asyncio.gather(*(one.terminate() for one in self.replicas if one.is_running))

    async def roll(self) -> None:
        """Stop one after the other, each started again before the next."""
        for replica in self.replicas:
            if replica.is_running:
                await replica.terminate()
            await _start(replica)

    def spare(self, replica: Replica | None) -> None:
        """Neither kill nor stop `replica` until another one is spared, or none."""
        self._spared = replica

    def close(self) -> None:
        for replica in self.replicas:
            replica.close()

    def _choose_running(self) -> Replica:
        running = [one for one in self.replicas if one.is_running and one is not self._spared]
        return self._rng.choice(running)
