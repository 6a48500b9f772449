"""The process of which decoders are forks: when it starts and ends, and what it does then."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.files.sandbox.forking.client import SERVER_MODULE, ForkServer
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.process import START_SECONDS, ProcessDied, SandboxProcess
from bot.files.sandbox.sandbox import Sandbox
from tests.support.easel import build_png, wait_until
from tests.support.forks import READ, ROOT, start
from tests.support.process_states import is_running, read_parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks decoders")


async def test_the_server_ends_with_its_last_decoder(server: ForkServer) -> None:
    process = start(server)
    first = server.pid
    server.retire()
    assert is_running(first) and server.pid == 0
    other = start(server)
    assert server.pid not in (0, first)
    process.kill()
    await wait_until(lambda: not is_running(first))
    last = server.pid
    other.kill()
    server.retire()
    await wait_until(lambda: not is_running(last))


async def test_forks_end_with_a_server_that_is_killed_and_their_files_are_not_to_blame(
    server: ForkServer,
) -> None:
    process = start(server)
    os.kill(server.pid, signal.SIGKILL)
    await wait_until(lambda: not is_running(process.pid))
    with pytest.raises(ProcessDied) as died:
        process.run_task(READ, [b"words"], 30.0)
    assert died.value.was_used
    process.kill()
    # The next one has another server.
    start(server).kill()


async def test_a_server_is_replaced_after_so_many_forks() -> None:
    server = ForkServer(START_SECONDS, max_forks=2)
    processes, servers = list[SandboxProcess](), list[int]()
    for _ in range(5):
        processes.append(start(server))
        servers.append(server.pid)
    assert servers[0] == servers[1] != servers[2] == servers[3] != servers[4]
    for process in processes:
        process.kill()
    await wait_until(lambda: not any(map(is_running, servers[:4])))
    server.close()
    await wait_until(lambda: not is_running(servers[4]))


async def test_what_a_closed_server_still_starts_is_its_last(server: ForkServer) -> None:
    server.close()
    process = start(server)
    last = read_parent(process.pid)
    assert server.pid == 0 and is_running(last)
    process.kill()
    await wait_until(lambda: not is_running(last))


@pytest.mark.parametrize("program", ["/bin/false", "/nowhere/python"])
async def test_a_server_that_does_not_start_is_told_from_a_refusal(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ForkServer(START_SECONDS)
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", program)
        with pytest.raises((ConnectionError, FileNotFoundError)) as failed:
            server.fork(2_048, 300)
        assert failed.value.errno in (errno.ECONNRESET, errno.EPIPE, errno.ENOENT)
    start(server).kill()
    server.close()


def test_nonsense_from_the_service_does_not_end_the_server() -> None:
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        code = f"from {SERVER_MODULE} import main; main()"
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            env={"PYTHONPATH": str(ROOT)},
        )
    control.settimeout(60)
    for nonsense in (b"bury 1", b"bury 999999", b"dig", b"fork", b"x" * 500):
        control.send(nonsense)
    # Without a socket for it.
    control.send(b"fork 2048 300")
    assert control.recv(64) == b"errno %d" % errno.EMFILE
    control.close()
    assert process.wait(60) == 0


async def test_an_idle_pool_has_neither_decoders_nor_their_server() -> None:
    async with Sandbox(idle_seconds=0.01) as sandbox:
        owner = TaskOwner("alex", "one message")
        await sandbox.read("a.png", build_png(), owner=owner)
        server = sandbox.pool._server
        await wait_until(lambda: not sandbox.pool.idle_processes and server.pid == 0)
        assert (await sandbox.read("b.png", build_png(), owner=owner)).pictures


async def test_a_server_holds_no_setting_of_the_service(
    server: ForkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    process = start(server)
    for pid in (server.pid, process.pid):
        assert b"xoxb" not in Path(f"/proc/{pid}/environ").read_bytes()
    process.kill()
