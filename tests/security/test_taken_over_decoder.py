"""Code that has taken over a decoder by a hostile file finds nothing to take.

The code runs in a real decoder with one task more, as a user without rights, and as whoever runs
the tests. The service that it attacks is a process of the same user that holds secrets.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.files.sandbox import running
from bot.files.sandbox.family import kill_family
from bot.files.sandbox.forking.client import ForkServer
from bot.files.sandbox.process import START_SECONDS, ProcessDied, SandboxProcess
from bot.files.sandbox.protection import Protection
from tests.security.decoders import NOBODY
from tests.security.decoders.attacks import ATTACKS, RAW_ATTACKS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes rights away")

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
BLOCKED_WITHOUT_LANDLOCK = {
    *(name for name in ATTACKS if "write" in name or "make" in name or "link" in name),
    *("open the database to write", "rename the database", "truncate a file of the data folder"),
    *("run a shell", "become a shell", "connect by TCP", "connect to a socket in a folder"),
    *("trace the service", "read the memory of the service", "signal the service"),
    "leave children",
}
BLOCKED_WITHOUT_FILTER = {
    *("read the settings", "read the database", "read the users of the system"),
    *("list the data folder", "rename the database", "open the database to write"),
    *("write into the data folder", "write into the folder of all", "write into shared memory"),
    *("truncate a file of the data folder", "make a folder", "run a shell", "become a shell"),
    *("read the memory of the service", "read the memory file of the service"),
    *("read the environment of the service", "trace the service", "signal the service"),
    *("connect by TCP", "connect to a socket without a folder"),
}


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


def _open_scene(user: str) -> Iterator[Scene]:
    # Not below the folder of pytest, which other users may not enter.
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    scene = Scene(folder, user)
    yield scene
    scene.close()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """Of a user without rights; where the tests run as one, of that one."""
    yield from _open_scene("nobody")


@pytest.fixture(scope="module")
def own_scene() -> Iterator[Scene]:
    """Of whoever runs the tests."""
    yield from _open_scene("whoever")


def require(protection: Protection, *, landlock: bool = True, has_filter: bool = True) -> None:
    if landlock and not protection.landlock:
        pytest.skip("this kernel has no Landlock")
    if has_filter and not protection.has_filter:
        pytest.skip("this kernel has no seccomp filters")


@pytest.mark.parametrize("name", ATTACKS)
def test_a_taken_over_decoder_gets_nothing(scene: Scene, name: str) -> None:
    require(scene.get_decoder("full").protection)
    if name == "start four hundred threads" and not _has_own_users():
        pytest.skip("no user namespaces here: the limit of threads is shared with all processes")
    _check_refused(scene.attack("full", name))
    _check_nothing_is_lost(scene)


@pytest.mark.parametrize("name", ATTACKS)
def test_also_a_fork_gets_nothing(scene: Scene, name: str) -> None:
    require(scene.get_decoder("forked").protection)
    if name == "start four hundred threads" and not _has_own_users():
        pytest.skip("no user namespaces here: the limit of threads is shared with all processes")
    _check_refused(scene.attack("forked", name))
    _check_nothing_is_lost(scene)


@pytest.mark.parametrize(
    ("decoder", "user"),
    [
        ("forked", "nobody"),
        ("forked_without_landlock", "nobody"),
        ("forked_without_filter", "nobody"),
        ("forked_as_root", "whoever"),
    ],
)
def test_a_fork_gets_nothing_of_its_server_and_of_other_forks(
    request: pytest.FixtureRequest, decoder: str, user: str
) -> None:
    """What each of them holds is what no other may have: the bytes of another person's file."""
    scene: Scene = request.getfixturevalue("scene" if user == "nobody" else "own_scene")
    protection = scene.get_decoder(decoder).protection
    require(
        protection,
        landlock="without_landlock" not in decoder,
        has_filter="without_filter" not in decoder,
    )
    if not protection.has_filter and protection.landlock < 6:
        pytest.skip("this kernel's Landlock knows no signals")
    other = SandboxProcess(2_048, server=scene.servers[decoder])
    other.start()
    for pid in (scene.servers[decoder].pid, other.pid):
        for name in ("trace the service", "read the memory file of the service",
                     "read the memory of the service", "signal the service",
                     "read the environment of the service"):  # fmt: skip
            _check_refused(scene.attack(decoder, name, victim=pid))
    assert other.run_task({"task": "attack", "name": "nothing", "target": {}}, [], 60.0)
    other.kill()


@pytest.mark.parametrize("name", sorted(set(ATTACKS) - {"start four hundred threads"}))
def test_also_as_root_it_gets_nothing(own_scene: Scene, name: str) -> None:
    require(own_scene.get_decoder("as_root").protection)
    _check_refused(own_scene.attack("as_root", name))
    _check_nothing_is_lost(own_scene)


@pytest.mark.parametrize("name", sorted(BLOCKED_WITHOUT_LANDLOCK))
def test_where_the_kernel_has_no_landlock_the_filter_holds(scene: Scene, name: str) -> None:
    protection = scene.get_decoder("without_landlock").protection
    require(protection, landlock=False)
    assert protection.landlock == 0 and "read all files of this user" in protection.open_doors
    _check_refused(scene.attack("without_landlock", name))


@pytest.mark.parametrize("name", sorted(BLOCKED_WITHOUT_FILTER))
def test_where_the_kernel_has_no_filters_landlock_holds(scene: Scene, name: str) -> None:
    protection = scene.get_decoder("without_filter").protection
    require(protection, has_filter=False)
    if protection.landlock < 6:
        pytest.skip("this kernel's Landlock knows no signals")
    assert "start programs" in protection.open_doors
    _check_refused(scene.attack("without_filter", name))


@pytest.mark.parametrize("name", sorted(set(ATTACKS) - set(RAW_ATTACKS)))
def test_without_protection_every_attack_succeeds(scene: Scene, name: str) -> None:
    """The attacks are real: were they refused here as well, the tests above would show nothing."""
    tracing = Path("/proc/sys/kernel/yama/ptrace_scope")
    needs_tracing = any(word in name for word in ("memory of", "memory file", "trace", "environ"))
    if needs_tracing and tracing.exists() and tracing.read_text().strip() != "0":
        pytest.skip("this system lets no one trace")
    result = scene.attack("unprotected", name)
    assert "loot" in result, result
    if isinstance(result["loot"], str) and ("memory of" in name or "connect" in name):
        assert result["loot"] == SECRET


@pytest.mark.parametrize("decoder", ["without_filter", "without_both", "forked_without_filter"])
def test_children_of_a_decoder_end_with_it(scene: Scene, decoder: str) -> None:
    """Also those that left its session, and those whose parent has ended."""
    result = scene.attack(decoder, "leave children")
    assert len(result["loot"]) == 3 and all(map(_is_running, result["loot"]))
    scene.end_decoder(decoder)
    _wait_for_ends(result["loot"])


def test_children_of_a_decoder_end_with_it_however_late_it_is_killed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its socket it would end by itself, and whose parent has ended is found no more."""

    def kill_late(pid: int) -> None:
        while _read_state(pid) not in "ZXT":
            time.sleep(0.01)
        kill_family(pid)

    monkeypatch.setattr(running, "kill_family", kill_late)
    children = scene.attack("without_both", "leave children")["loot"]
    scene.end_decoder("without_both")
    _wait_for_ends(children)


def _wait_for_ends(pids: list[int]) -> None:
    deadline = threading.Event()
    for _ in range(1_200):
        if not any(map(_is_running, pids)):
            return
        deadline.wait(0.05)
    for pid in filter(_is_running, pids):
        os.kill(pid, signal.SIGKILL)
    pytest.fail("children of a decoder have survived it")


def _check_refused(result: dict[str, Any]) -> None:
    """Whether the kernel has refused it: not that the attack has a mistake."""
    kinds = (
        "PermissionError",
        "OSError",
        "ConnectionRefusedError",
        "RuntimeError: can't start new thread",
        "ValueError: not",
    )
    assert result.get("refused", "").startswith(kinds), result


def _is_running(pid: int) -> bool:
    return _read_state(pid) not in "ZX"


def _read_state(pid: int) -> str:
    """Return the letter of its state, X where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def _has_own_users() -> bool:
    if os.getuid() != 0:
        return subprocess.run(["unshare", "-U", "true"], check=False).returncode == 0
    path = Path("/proc/sys/user/max_user_namespaces")
    return path.exists() and int(path.read_text()) > 0


def _check_nothing_is_lost(scene: Scene) -> None:
    data = scene.folder / "data"
    assert {path.name for path in data.iterdir()} == {".env", "easel.db", "scratch", "socket"}
    assert (data / "easel.db").read_text() == SECRET
    assert (data / "easel.db").stat().st_mode & 0o777 == 0o600
    assert (data / "scratch").read_text() == "long enough"
    assert list((scene.folder / "shared").iterdir()) == []
