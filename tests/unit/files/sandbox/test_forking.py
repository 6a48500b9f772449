"""Decoders are forks of one process that has loaded the readers: soon there, and kept apart."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.files.sandbox.forking.client import SERVER_MODULE, ForkingRefused, ForkServer
from bot.files.sandbox.forking.server import PRELOADED_MODULES
from bot.files.sandbox.process import START_SECONDS, ProcessDied, SandboxProcess
from tests.support.easel import wait_until
from tests.support.forks import READ, ROOT, start
from tests.support.process_states import read_parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks decoders")


async def test_decoders_are_forks_of_one_process_and_read_files(server: ForkServer) -> None:
    one, other = start(server), start(server)
    assert read_parent(one.pid) == read_parent(other.pid) == server.pid != os.getpid()
    assert one.protection == other.protection
    _, blobs = one.run_task(READ, [b"Plain words."], 30.0)
    assert b"Plain words." in blobs[0]
    for process in (one, other):
        process.kill()


async def test_a_fork_has_the_same_protection_as_a_program(server: ForkServer) -> None:
    forked, program = start(server), SandboxProcess(2_048)
    program.start()
    assert forked.protection == program.protection
    forked.kill()
    program.kill()


async def test_a_decoder_holds_no_descriptor_but_its_socket(server: ForkServer) -> None:
    process = start(server)
    # Until its first task it may still load what reads files, and opens that.
    process.run_task(READ, [b"words"], 30.0)
    folder = Path(f"/proc/{process.pid}/fd")
    held = {path.name: str(path.readlink()) for path in folder.iterdir()}
    assert [held.pop(name) for name in ("0", "1", "2")] == ["/dev/null"] * 3
    assert [target.partition(":")[0] for target in held.values()] == ["socket"]
    process.kill()


async def test_an_ended_decoder_leaves_no_process_behind(server: ForkServer) -> None:
    process = start(server)
    pid, folder = process.pid, Path(f"/proc/{process.pid}")
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ProcessDied):
        process.run_task(READ, [b"words"], 30.0)
    process.kill()
    await wait_until(lambda: not folder.exists())
    # Twice is once.
    process.kill()


_SERVICE = """
import ctypes, os, signal, time
from pathlib import Path
from bot.files.sandbox.forking.client import ForkServer
from bot.files.sandbox.process import SandboxProcess

ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # inherits orphans, as the first process of a container

def list_children():
    rows = (p.read_text().rpartition(")")[2].split() for p in Path("/proc").glob("[0-9]*/stat"))
    return [row for row in rows if int(row[1]) == os.getpid()]

server = ForkServer(30.0)
for is_killed in (False, True):
    processes = [SandboxProcess(2048, server=server) for _ in range(2)]
    for process in processes:
        process.start()
    pid = server.pid
    if is_killed:
        os.kill(pid, signal.SIGKILL)
        while [row[0] for row in list_children()] != ["Z"] * 3:
            time.sleep(0.01)
    for process in processes:
        process.kill()
    server.retire()
    while list_children():
        time.sleep(0.01)
    print("none is left")
"""


def test_a_service_that_inherits_orphans_has_none_of_its_decoders() -> None:
    command = [sys.executable, "-c", _SERVICE]
    ran = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=240
    )
    assert ran.stdout.splitlines() == ["none is left"] * 2, ran.stderr


async def test_forks_from_many_threads_at_once_are_all_there(server: ForkServer) -> None:
    processes = [SandboxProcess(2_048, server=server) for _ in range(6)]
    # The server ends with the thread that starts it.
    processes[0].start()
    threads = [threading.Thread(target=process.start) for process in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({process.pid for process in processes}) == 6
    assert all(process.run_task(READ, [b"words"], 30.0) for process in processes)
    for process in processes:
        process.kill()


async def test_where_the_system_refuses_forks_a_decoder_is_a_program(
    server: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "refusing.py").write_text(
        "import os\n"
        "def refuse(pid, flags=0): raise PermissionError(1, 'not allowed')\n"
        "os.pidfd_open = refuse\n"
        f"from {SERVER_MODULE} import main\n"
        "main()\n"
    )
    monkeypatch.setattr("bot.files.sandbox.running._PACKAGE_ROOT", f"{tmp_path}:{ROOT}")
    refused = ForkServer(START_SECONDS, "refusing")
    with pytest.raises(ForkingRefused):
        refused.fork(2_048, 300)
    process = SandboxProcess(2_048, server=refused)
    process.start()
    assert read_parent(process.pid) == os.getpid() and refused.pid == 0
    process.kill()


def test_what_ordinary_files_need_is_loaded_before_the_fork() -> None:
    code = f"""
import sys
from importlib import import_module
for module in {PRELOADED_MODULES!r}:
    import_module(module)
from bench.ordinary.samples import KINDS, build_ordinary
"""
    samples = f"""
{code}
import pickle
pickle.dump({{ending: build_ordinary(ending, 1)[0] for ending in KINDS}}, sys.stdout.buffer)
"""
    reading = f"""
import sys, pickle, os
from importlib import import_module
import bot.files.sandbox.forking.server
for module in {PRELOADED_MODULES!r}:
    import_module(module)
assert len(os.listdir("/proc/self/task")) == 1, "a fork has one thread, whatever the others hold"
before = set(sys.modules)
from bot.files.sandbox.file_tasks import read_file
for ending, data in pickle.load(sys.stdin.buffer).items():
    read_file({{"told_name": f"a.{{ending}}"}}, [data])
print(*sorted(set(sys.modules) - before))
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    made = subprocess.run(
        [sys.executable, "-c", samples], capture_output=True, check=True, env=environment
    )
    told = subprocess.run(
        [sys.executable, "-c", reading],
        input=made.stdout,
        capture_output=True,
        check=True,
        env=environment,
    )
    assert told.stdout.decode().split() == []
