"""Runs the real service as a process that can be killed, stopped and started again."""

from __future__ import annotations

import asyncio
import resource
import signal
from pathlib import Path

from bench.run import find_free_port
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from tests.chaos.measured import PORT_VARIABLE
from tests.support.process import build_settings, start_service

GRACE_SECONDS = 1
_STOP_SECONDS = 20


class ServiceProcess:
    """The process `python -m bot run` between the played ends, with its data in a folder.

    `starts` counts its starts, `problems` holds how it ended where it should not have. If it
    `is_measured`, it tells at `memory_port` how much memory it uses: see `measured.py`.
    """

    def __init__(
        self,
        folder: Path,
        slack: PlayedSlack,
        model: PlayedModel,
        *,
        model_port: int = 0,
        is_measured: bool = False,
    ) -> None:
        self.folder = folder
        self.starts = 0
        self.problems: list[str] = []
        self.port = find_free_port()
        self._slack = slack
        self._log = (folder / "service.log").open("ab")
        self._settings = build_settings(slack, model, folder) | {
            "EASEL_PORT": str(self.port),
            "EASEL_GRACE_SECONDS": str(GRACE_SECONDS),
            "EASEL_SLACK_RATE": "1000",
            "EASEL_PER_PERSON": "256",
        }
        if model_port:
            address = f"http://127.0.0.1:{model_port}/api/v1"
            self._settings["OPENROUTER_BASE_URL"] = address
        self.memory_port = find_free_port() if is_measured else 0
        self._module = "tests.chaos.measured" if is_measured else "bot"
        if is_measured:
            self._settings[PORT_VARIABLE] = str(self.memory_port)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        return self._get_process().pid

    async def start(self) -> None:
        """Start the process and wait until its socket is open."""
        self.starts += 1
        self._process = await start_service(
            self.folder, self._settings, stderr=self._log, module=self._module
        )
        await self._slack.socket.wait_until_connected(seconds=60)

    async def kill(self) -> None:
        """Send SIGKILL and wait for the end."""
        process = self._get_process()
        process.kill()
        await process.wait()
        await self._slack.socket.cut()

    async def terminate(self) -> None:
        """Send SIGTERM; it is a problem unless the process ends in time with code 0."""
        process = self._get_process()
        process.send_signal(signal.SIGTERM)
        try:
            code = await asyncio.wait_for(process.wait(), GRACE_SECONDS + _STOP_SECONDS)
        except TimeoutError:
            self.problems.append("SIGTERM did not end the process")
            await self.kill()
            return
        if code != 0:
            self.problems.append(f"SIGTERM ended with code {code}")
        await self._slack.socket.cut()

    def fill_the_disk(self) -> None:
        """Stop all files of the process from growing, as on a full disk."""
        self._limit_files(0)

    def free_the_disk(self) -> None:
        self._limit_files(resource.RLIM_INFINITY)

    def _limit_files(self, size: int) -> None:
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def close(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        self._log.close()

    def _get_process(self) -> asyncio.subprocess.Process:
        assert self._process is not None and self._process.returncode is None, "it has ended"
        return self._process
