"""While the machine is out of descriptors or processes, files wait, people see it, and no file is
called damaged.

The service is a process of its own, from which its limits are taken and given back while it runs.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.delivery.stopping.stop_message import WORKING_MESSAGE
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from tests.security.decoders import NOBODY
from tests.support.answers import wait_for_answers
from tests.support.easel import GENERAL, MENTION, build_png
from tests.support.process import build_settings, list_words_to_become, start_service
from tests.support.shortages import HELD_DESCRIPTORS

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("prlimit"), reason="changes limits of a process"
)

WAITING = "is waiting until its machine has room to go on…"
BLAME = ("damaged", "broke down", "took too long", "Slack did not", "Slack is not", "Please send")


class LimitedService:
    """The service, and what it may have."""

    def __init__(self, slack: PlayedSlack, model: PlayedModel, pid: int, user: int | None) -> None:
        self.slack, self.model, self._pid, self._user = slack, model, pid, user

    def take_away(self, limit: int) -> None:
        """Let it open no descriptor, or start no process and no thread, beyond those it has."""
        self._set_limit(limit, HELD_DESCRIPTORS if limit == resource.RLIMIT_NOFILE else 1)

    def give_back(self, limit: int) -> None:
        self._set_limit(limit, resource.getrlimit(limit)[0])

    def _set_limit(self, limit: int, value: int) -> None:
        name = "nofile" if limit == resource.RLIMIT_NOFILE else "nproc"
        # Only its own user may change it.
        become = list_words_to_become(self._user)
        command = [*become, "prlimit", f"--pid={self._pid}", f"--{name}={value}:"]
        subprocess.run(command, check=True)

    async def ask(self, text: str, *files: tuple[str, bytes]) -> str:
        return await self.slack.post_as_person(GENERAL, f"{MENTION} {text}", files=files)

    async def wait_for_status(self, *roots: str) -> None:
        """Wait until one of the threads shows that it waits for the machine."""
        workspace = self.slack.workspace
        await self.slack.wait_until(
            lambda: any(workspace.get_status(GENERAL, root) == WAITING for root in roots),
            seconds=60,
        )

    async def wait_for_text(self, root: str) -> str:
        """Return the answer; that it is being worked on is none."""

        def read() -> list[str]:
            return [reply.text for reply in self.slack.list_replies(GENERAL, root)]

        # A message that has just begun says nothing yet.
        await self.slack.wait_until(lambda: {*read()} - {WORKING_MESSAGE.msgid, ""})
        await wait_for_answers(self.slack, GENERAL, root)
        return "\n".join(read())


@asynccontextmanager
async def run_limited(folder: Path, user: int | None = None) -> AsyncIterator[LimitedService]:
    data = folder / "data"
    data.mkdir()
    if user is not None:
        os.chown(data, user, user)
        for parent in [folder, *folder.parents][:3]:
            parent.chmod(parent.stat().st_mode | 0o011)
    log_path = folder / "log"
    async with PlayedSlack() as slack, PlayedModel() as model:
        with log_path.open("wb") as log:
            settings = build_settings(slack, model, data)
            process = await start_service(data, settings, stderr=log, user=user)
        service = LimitedService(slack, model, process.pid, user)
        try:
            # It has its connections, and has read its libraries.
            warm = await service.ask("say hello", ("first.png", build_png((20, 20))))
            await service.wait_for_text(warm)
            yield service
        finally:
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), 60)
        assert "Traceback" not in log_path.read_text()
        assert "\tbug" not in log_path.read_text()


def can_run_python(user: int) -> bool:
    """Whether a user may start this interpreter, as decoders do."""
    start = f"import subprocess; subprocess.run([{sys.executable!r}, '-c', ''], check=True)"
    command = [*list_words_to_become(user), sys.executable, "-c", start]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


LIMITS = [
    pytest.param(resource.RLIMIT_NOFILE, None, id="descriptors"),
    pytest.param(
        resource.RLIMIT_NPROC,
        NOBODY,
        id="processes",
        marks=pytest.mark.skipif(
            os.geteuid() != 0 or not can_run_python(NOBODY), reason="needs a second user"
        ),
    ),
]


@pytest.mark.parametrize(("limit", "user"), LIMITS)
async def test_a_file_waits_until_the_machine_has_room_and_is_read_then(
    limit: int, user: int | None, tmp_path: Path
) -> None:
    async with run_limited(tmp_path, user) as service:
        service.take_away(limit)
        # The first may have what is ready, and the second has to wait.
        roots = [
            await service.ask("what do you see?", (f"{width}.png", build_png((width, 200))))
            for width in (320, 330)
        ]
        await service.wait_for_status(*roots)
        service.give_back(limit)
        for root, width in zip(roots, (320, 330), strict=True):
            text = await service.wait_for_text(root)
            assert f"**{width} × 200** pixels" in text
            assert not any(words in text for words in BLAME)
        # And nothing of the shortage is remembered against these bytes.
        again = await service.ask("what do you see now?", ("again.png", build_png((330, 200))))
        assert "**330 × 200** pixels" in await service.wait_for_text(again)


async def test_who_presses_stop_does_not_wait_for_the_machine(tmp_path: Path) -> None:
    async with run_limited(tmp_path) as service:
        service.take_away(resource.RLIMIT_NOFILE)
        root = await service.ask("what do you see?", ("fox.png", build_png((320, 200))))
        await service.wait_for_status(root)
        service.slack.press_stop(GENERAL, root)
        await service.slack.wait_until(
            lambda: not service.slack.workspace.get_status(GENERAL, root), seconds=60
        )
        service.give_back(resource.RLIMIT_NOFILE)
        replies = service.slack.list_replies(GENERAL, root)
        assert not any(words in reply.text for reply in replies for words in BLAME)
        # The model was asked for the first question only.
        assert len(service.model.requests) == 1
