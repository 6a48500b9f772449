"""A service that holds secrets, and the decoders that attack it.

The service is a process of the same user as the decoders.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.files.sandbox.forking.client import ForkServer
from bot.files.sandbox.process import START_SECONDS, ProcessDied, SandboxProcess
from bot.files.sandbox.protection import Protection
from tests.security.decoders import NOBODY

SECRET = "xoxb-16-letters!"
# The service of the same user: it holds a secret in its environment and at a known address.
_VICTIM = f"""
import ctypes, os, sys
if os.getuid() == 0 and sys.argv[1] == "nobody":
    os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
secret = ctypes.create_string_buffer(os.environ["SECRET"].encode())
print(ctypes.addressof(secret), flush=True)
sys.stdin.read()
"""


class Scene:
    """What there is to attack, and the decoders by their names."""

    def __init__(self, folder: Path, user: str) -> None:
        self.folder, self.user = folder, user
        self._decoders: dict[str, SandboxProcess] = {}
        self.servers: dict[str, ForkServer] = {}
        data = folder / "data"
        data.mkdir()
        (folder / "shared").mkdir()
        (folder / "shared").chmod(0o777)
        for name, text in ((".env", SECRET), ("easel.db", SECRET), ("scratch", "long enough")):
            (data / name).write_text(text)
            (data / name).chmod(0o600)
        self._victim = subprocess.Popen(
            [sys.executable, "-c", _VICTIM, user],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"SECRET": SECRET},
        )
        assert self._victim.stdout is not None
        self.address = int(self._victim.stdout.readline())
        self._listeners = [socket.create_server(("127.0.0.1", 0))]
        # A name of its own: a worker may come back to these tests, with another scene.
        self.name = f"easel-test-{folder.name}-{user}"
        for address in (str(data / "socket"), "\0" + self.name):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(address)
            listener.listen()
            self._listeners.append(listener)
        for listener in self._listeners:
            threading.Thread(target=_greet, args=(listener,), daemon=True).start()
        if os.getuid() == 0 and user == "nobody":
            for path in (data, *data.iterdir()):
                os.chown(path, NOBODY, NOBODY)

    def attack(self, decoder: str, name: str, *, victim: int = 0) -> dict[str, Any]:
        """Have a decoder attack the service, or `victim`; return its loot, or the refusal."""
        data = self.folder / "data"
        target = {
            "settings": str(data / ".env"),
            "database": str(data / "easel.db"),
            "scratch": str(data / "scratch"),
            "folder": str(data),
            "shared": str(self.folder / "shared"),
            "socket": str(data / "socket"),
            "name": self.name,
            "port": self._listeners[0].getsockname()[1],
            "victim": victim or self._victim.pid,
            "address": self.address,
        }
        taken_over = self.get_decoder(decoder)
        try:
            result, _ = taken_over.run_task(
                {"task": "attack", "name": name, "target": target}, [], 60.0
            )
        except ProcessDied:
            # Another program runs in its place.
            self.end_decoder(decoder)
            return {"loot": "died"}
        return result

    def get_decoder(self, name: str) -> SandboxProcess:
        if name not in self._decoders:
            decoder = self._build_decoder(f"tests.security.decoders.{name}", name)
            decoder.start()
            self._decoders[name] = decoder
        return self._decoders[name]

    def _build_decoder(self, module: str, name: str) -> SandboxProcess:
        if not name.startswith("forked"):
            return SandboxProcess(2_048, module)
        server = self.servers.setdefault(name, ForkServer(START_SECONDS, module))
        return SandboxProcess(2_048, server=server)

    def end_decoder(self, name: str) -> None:
        self._decoders.pop(name).kill()

    def close(self) -> None:
        for decoder in self._decoders.values():
            decoder.kill()
        for server in self.servers.values():
            server.close()
        self._victim.kill()
        self._victim.communicate()
        for listener in self._listeners:
            # Else it stays open as long as a thread waits for who connects.
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        Path(f"/dev/shm/{self.name}").unlink(missing_ok=True)


def _greet(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.sendall(SECRET.encode())


def open_scene(user: str) -> Iterator[Scene]:
    # Not below the folder of pytest, which other users may not enter.
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    scene = Scene(folder, user)
    yield scene
    scene.close()
    shutil.rmtree(folder)


def require(protection: Protection, *, landlock: bool = True, has_filter: bool = True) -> None:
    if landlock and not protection.landlock:
        pytest.skip("this kernel has no Landlock")
    if has_filter and not protection.has_filter:
        pytest.skip("this kernel has no seccomp filters")


def check_refused(result: dict[str, Any]) -> None:
    """Whether the kernel has refused it: not that the attack has a mistake."""
    kinds = (
        "PermissionError",
        "OSError",
        "ConnectionRefusedError",
        "RuntimeError: can't start new thread",
        "ValueError: not",
    )
    assert result.get("refused", "").startswith(kinds), result


def check_nothing_is_lost(scene: Scene) -> None:
    data = scene.folder / "data"
    assert {path.name for path in data.iterdir()} == {".env", "easel.db", "scratch", "socket"}
    assert (data / "easel.db").read_text() == SECRET
    assert (data / "easel.db").stat().st_mode & 0o777 == 0o600
    assert (data / "scratch").read_text() == "long enough"
    assert list((scene.folder / "shared").iterdir()) == []
