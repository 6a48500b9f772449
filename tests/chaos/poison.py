"""A question that kills the process whenever it reaches the model."""

from __future__ import annotations

import asyncio
import threading

from bot.playground.model import PlayedModel
from bot.playground.model.talk import PlayedAnswer, PlayedRequest
from tests.chaos.service import ServiceProcess

POISON_TEXT = "say that this question kills"
_MAX_WAIT_SECONDS = 90.0


class Poison:
    """Holds the poison's request until the service that made it is dead, and starts it again."""

    def __init__(
        self, model: PlayedModel, service: ServiceProcess, restarting: asyncio.Lock
    ) -> None:
        self.crashes = 0
        self._service = service
        self._restarting = restarting
        self._loop = asyncio.get_running_loop()
        self._requests: asyncio.Queue[tuple[int, threading.Event]] = asyncio.Queue()
        self._answer = model.speak
        model.speak = self._speak

    def _speak(self, request: PlayedRequest) -> PlayedAnswer:
        """Answer as before, but the poison not before its service is dead. Runs in a thread."""
        if POISON_TEXT in request.question:
            dead = threading.Event()
            made = (self._service.starts, dead)
            self._loop.call_soon_threadsafe(self._requests.put_nowait, made)
            dead.wait(_MAX_WAIT_SECONDS)
        return self._answer(request)

    async def run(self) -> None:
        """Kill the service with each request of the poison."""
        while True:
            start, dead = await self._requests.get()
            async with self._restarting:
                if start == self._service.starts:
                    await self._service.kill()
                    self.crashes += 1
                dead.set()
                if start == self._service.starts:
                    await self._service.start()
