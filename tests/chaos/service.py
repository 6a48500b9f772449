"""Runs the real service as a process that can be killed, stopped and started again."""

from __future__ import annotations

import asyncio
import resource
import signal
from pathlib import Path

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from tests.support.process import build_settings, start_service

GRACE_SECONDS = 1


class ServiceProcess:
    """The process `python -m bot run` between the played ends, with its data in a folder."""

    def __init__(self, folder: Path, slack: PlayedSlack, model: PlayedModel) -> None:
        self.folder = folder
        self._slack = slack
        self._log = (folder / "service.log").open("ab")
        self._settings = build_settings(slack, model, folder) | {
            "EASEL_GRACE_SECONDS": str(GRACE_SECONDS),
            "EASEL_SLACK_RATE": "1000",
            "EASEL_PER_PERSON": "256",
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process and wait until its socket is open."""
        self._process = await start_service(self.folder, self._settings, stderr=self._log)
        await self._slack.socket.wait_until_connected(seconds=60)

    async def kill(self) -> None:
        """Send SIGKILL and wait for the end."""
        process = self._get_process()
        process.kill()
        await process.wait()
        await self._slack.socket.cut()

    async def terminate(self) -> None:
        """Send SIGTERM. Raises `AssertionError` unless the process ends in time with code 0."""
        process = self._get_process()
        process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), GRACE_SECONDS + 20)
        assert code == 0, f"SIGTERM ended with code {code}"
        await self._slack.socket.cut()

    def fill_the_disk(self) -> None:
        """Stop all files of the process from growing, as on a full disk."""
        resource.prlimit(
            self._get_process().pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY)
        )

    def free_the_disk(self) -> None:
        free = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(self._get_process().pid, resource.RLIMIT_FSIZE, free)

    def close(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        self._log.close()

    def _get_process(self) -> asyncio.subprocess.Process:
        assert self._process is not None and self._process.returncode is None, "it has ended"
        return self._process
