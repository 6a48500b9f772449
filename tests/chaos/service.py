"""Runs the real service as a process that can be killed, stopped and started again."""

from __future__ import annotations

import asyncio
import resource
import signal
from collections.abc import Mapping
from pathlib import Path

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from tests.chaos.measured import PORT_FILE_VARIABLE
from tests.support.process import build_settings, find_port, start_service

GRACE_SECONDS = 1
# Both end only what hangs: a busy machine starts and stops a service in a tenth of that.
_START_SECONDS = 120
_STOP_SECONDS = 60
_SHOWN_LOG_CHARS = 3_000


class NotReadyError(AssertionError):
    """The service was not ready in time, or ended before: the message has the end of its log."""


class ServiceProcess:
    """The process `python -m bot run` between the played ends, with its data in a folder.

    `starts` counts its starts, `problems` holds how it ended where it should not have; it
    `was_ready` once its socket has been open. If it `is_measured`, it tells at the port in
    `memory_port_file` how much memory it uses: see `measured.py`. Every port is the system's
    choice: one that is chosen before may be another's by then.
    """

    def __init__(
        self,
        folder: Path,
        slack: PlayedSlack,
        model: PlayedModel,
        *,
        model_port: int = 0,
        is_measured: bool = False,
        name: str = "service",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.starts = 0
        self.problems: list[str] = []
        self.was_ready = False
        self._log_path = folder / f"{name}.log"
        self._log_start = 0  # of what the running process writes
        self._slack = slack
        self._log = self._log_path.open("ab")
        self._settings = build_settings(slack, model, folder) | {
            "EASEL_GRACE_SECONDS": str(GRACE_SECONDS),
            "EASEL_SLACK_RATE": "1000",
            "EASEL_PER_PERSON": "256",
            **(settings or {}),
        }
        if model_port:
            address = f"http://127.0.0.1:{model_port}/api/v1"
            self._settings["OPENROUTER_BASE_URL"] = address
        self.memory_port_file = folder / "memory_port"
        self._module = "tests.chaos.measured" if is_measured else "bot"
        if is_measured:
            self._settings[PORT_FILE_VARIABLE] = str(self.memory_port_file)
        self._port: int | None = None
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        return self._get_process().pid

    def read_log(self) -> bytes:
        """Return what the running process has logged."""
        with self._log_path.open("rb") as file:
            file.seek(self._log_start)
            return file.read()

    def find_port(self) -> int | None:
        """Return the port of the service's pages, from its log; None before it is there."""
        self._port = self._port or find_port(self.read_log())
        return self._port

    async def start(self) -> None:
        """Start the process and wait until its socket is open. Raises `NotReadyError`."""
        self.starts += 1
        self._port, self._log_start = None, self._log_path.stat().st_size
        self._process = await start_service(
            self.folder, self._settings, stderr=self._log, module=self._module
        )
        await self._wait_until_ready(self._process)
        self.was_ready = True

    async def _wait_until_ready(self, process: asyncio.subprocess.Process) -> None:
        connecting = asyncio.create_task(self._wait_until_connected(_START_SECONDS))
        ending = asyncio.create_task(process.wait())
        try:
            await asyncio.wait({connecting, ending}, return_when=asyncio.FIRST_COMPLETED)
            if connecting.done() and connecting.exception() is None:
                return
            state = f"ended with {process.returncode}" if ending.done() else "is not connected"
            log = self.read_log()[-_SHOWN_LOG_CHARS:].decode(errors="replace")
            raise NotReadyError(f"the service {state}; its log ends: {log}")
        finally:
            connecting.cancel()
            ending.cancel()
            await asyncio.gather(connecting, ending, return_exceptions=True)

    async def _wait_until_connected(self, seconds: float) -> None:
        """Wait until events can arrive. Raises `TimeoutError`."""
        await self._slack.socket.wait_until_connected(seconds=seconds)

    async def _forget_connection(self) -> None:
        """Have Slack know that the process is gone."""
        await self._slack.socket.cut()

    async def kill(self) -> None:
        """Send SIGKILL and wait for the end."""
        process = self._get_process()
        process.kill()
        await process.wait()
        await self._forget_connection()

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
        await self._forget_connection()

    async def terminate_all(self) -> None:
        """Terminate it: there is no other."""
        await self.terminate()

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
