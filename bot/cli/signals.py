"""Run a service until the process receives a signal."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable


async def run_until_signalled(serve: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `serve` until SIGTERM or SIGINT; a second signal ends the process at once."""
    stop = asyncio.Event()

    def handle_signal() -> None:
        if stop.is_set():
            # Acknowledged messages are committed, so nothing is lost by exiting here.
            os._exit(1)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, handle_signal)
    await serve(stop)
