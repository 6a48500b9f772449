"""What code does that has taken over a sandbox process. Each attack returns its loot or raises."""

from __future__ import annotations

import contextlib
import ctypes
import encodings.idna  # noqa: F401 - loaded on the first connection, from a folder of root's
import fcntl
import os
import resource
import signal
import socket
import stat
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from tests.security.decoders.file_attacks import FILE_ATTACKS, Attack, Target

_libc = ctypes.CDLL(None, use_errno=True)
_ON_X86 = os.uname().machine == "x86_64"
# By name: the number on x86_64 and on aarch64.
_CALLS = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434),
    "mount": (165, 40),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "userfaultfd": (323, 282),
    "memfd_create": (319, 279),
    "open_by_handle_at": (304, 265),
    "kcmp": (312, 272),
    "clone3": (435, 435),
    "execveat": (322, 281),
    "chroot": (161, 51),
    "personality": (135, 92),
    "setuid": (105, 146),
    "init_module": (175, 105),
    "process_madvise": (440, 440),
    "openat2": (437, 437),
    "landlock_create_ruleset": (444, 444),
    "seccomp": (317, 277),
}


def call(name: str, *arguments: Any) -> int:
    """Make a system call by its number. Raises `OSError`."""
    number = _CALLS[name][0 if _ON_X86 else 1]
    result = int(_libc.syscall(number, *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def read_memory_of(pid: int, address: int) -> str:
    """Read the victim's memory with one call, without stopping it."""

    class Piece(ctypes.Structure):
        _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))

    buffer = ctypes.create_string_buffer(16)
    here = Piece(ctypes.addressof(buffer), 16)
    there = Piece(address, 16)
    call("process_vm_readv", pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    return buffer.raw.decode()


def read_memory_file(pid: int, address: int) -> str:
    with open(f"/proc/{pid}/mem", "rb") as memory:
        memory.seek(address)
        return memory.read(16).decode()


def trace(pid: int) -> str:
    call("ptrace", 16, pid, 0, 0)  # PTRACE_ATTACH
    os.waitpid(pid, 0)
    call("ptrace", 17, pid, 0, 0)  # PTRACE_DETACH
    return "attached"


def connect_by_tcp(target: Target) -> str:
    with socket.create_connection(("127.0.0.1", target["port"]), timeout=5) as connection:
        return connection.recv(16).decode()


def connect_by_path(address: str) -> str:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(address)
        return connection.recv(16).decode()


def open_socket(family: int, kind: int) -> str:
    socket.socket(family, kind).close()
    return "opened"


def write_file(path: Path) -> str:
    path.write_bytes(b"")
    return str(path)


def run_shell(_target: Target) -> str:
    return subprocess.run(
        ["/bin/sh", "-c", "echo owned"], capture_output=True, check=True
    ).stdout.decode()


def become_shell(_target: Target) -> str:
    os.execv("/bin/sh", ["/bin/sh", "-c", "sleep 1"])


def fork_survivors(_target: Target) -> list[int]:
    """Leave three children: in the group, in a session of its own, and one without a parent."""
    reading, writing = os.pipe()
    for level in range(3):
        if os.fork() == 0:
            if level:
                os.setsid()
            if level == 2 and os.fork() != 0:
                os._exit(0)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.write(writing, f"{os.getpid()}\n".encode())
            time.sleep(600)
            os._exit(0)
    text = b""
    while text.count(b"\n") < 3:
        text += os.read(reading, 100)
    return [int(pid) for pid in text.split()]


def start_many_threads(_target: Target) -> int:
    """Start more threads than any reader needs."""
    threading.stack_size(64 * 1024)
    end = threading.Event()
    threads = [threading.Thread(target=end.wait, daemon=True) for _ in range(400)]
    try:
        for thread in threads:
            thread.start()
    finally:
        end.set()
    return len(threads)


def send_signals_by_a_socket(target: Target) -> str:
    """Have the kernel send signals to the victim whenever a socket becomes readable."""
    fcntl.fcntl(find_socket(), fcntl.F_SETOWN, target["victim"])
    return "set"


def find_socket() -> int:
    """Return the descriptor of the socket to the service."""
    for descriptor in range(3, 64):
        with contextlib.suppress(OSError):
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return descriptor
    raise ValueError("no socket")


def change_priority(target: Target) -> str:
    os.setpriority(os.PRIO_PROCESS, target["victim"], 19)
    return "changed"


def change_processor(target: Target) -> str:
    os.sched_setaffinity(target["victim"], {min(os.sched_getaffinity(0))})
    return "changed"


def change_limits(target: Target) -> str:
    soft, hard = resource.prlimit(target["victim"], resource.RLIMIT_CORE)
    resource.prlimit(target["victim"], resource.RLIMIT_CORE, (soft, hard))
    return "changed"


def raise_own_limits(_target: Target) -> str:
    for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_AS, resource.RLIMIT_NPROC):
        resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return "raised"


# Without protection, each of these succeeds as any user.
ATTACKS: dict[str, Attack] = {
    "read the settings": lambda t: Path(t["settings"]).read_text(),
    "read the database": lambda t: Path(t["database"]).read_bytes().decode(),
    "list the data folder": lambda t: os.listdir(t["folder"]),
    "read the users of the system": lambda _: Path("/etc/passwd").read_text(),
    **FILE_ATTACKS,
    "write into the data folder": lambda t: write_file(Path(t["folder"]) / "new"),
    "write into the folder of all": lambda t: write_file(Path(t["shared"]) / "new"),
    "write into shared memory": lambda t: write_file(Path(f"/dev/shm/{t['name']}")),
    "run a shell": run_shell,
    "become a shell": become_shell,
    "connect by TCP": connect_by_tcp,
    "connect to a socket in a folder": lambda t: connect_by_path(t["socket"]),
    "connect to a socket without a folder": lambda t: connect_by_path("\0" + t["name"]),
    "open a TCP socket": lambda _: open_socket(socket.AF_INET, socket.SOCK_STREAM),
    "open a UDP socket": lambda _: open_socket(socket.AF_INET6, socket.SOCK_DGRAM),
    "open a Unix socket": lambda _: open_socket(socket.AF_UNIX, socket.SOCK_STREAM),
    "open a socket to the kernel": lambda _: open_socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "read the memory of the service": lambda t: read_memory_of(t["victim"], t["address"]),
    "read the memory file of the service": lambda t: read_memory_file(t["victim"], t["address"]),
    "read the environment of the service": lambda t: Path(
        f"/proc/{t['victim']}/environ"
    ).read_text(),
    "trace the service": lambda t: trace(t["victim"]),
    "signal the service": lambda t: os.kill(t["victim"], 0),
    "signal the service by a socket": send_signals_by_a_socket,
    "change the priority of the service": change_priority,
    "change the processor of the service": change_processor,
    "change the limits of the service": change_limits,
    "hold the service by a descriptor": lambda t: call("pidfd_open", t["victim"], 0),
    "leave children": fork_survivors,
    "start four hundred threads": start_many_threads,
    "make a program in memory": lambda _: call("memfd_create", b"program", 0),
}
# These are refused to many users and by many kernels anyway.
RAW_ATTACKS: dict[str, Attack] = {
    "become another user's namespace": lambda _: call("unshare", 0x1000_0000),
    "raise its own limits": raise_own_limits,
    "mount": lambda _: call("mount", b"none", b"/tmp", b"tmpfs", 0, 0),
    "join a namespace": lambda _: call("setns", 0, 0),
    "load a program of the kernel": lambda _: call("bpf", 0, 0, 0),
    "read keys": lambda _: call("keyctl", 0, -3, 1),
    "add a key": lambda _: call("add_key", b"user", b"k", b"v", 1, -3),
    "measure the machine": lambda _: call("perf_event_open", 0, 0, -1, -1, 0),
    "use rings": lambda t: call("io_uring_setup", 1, ctypes.create_string_buffer(200)),
    "handle page faults": lambda _: call("userfaultfd", 1),
    "open a file by its handle": lambda _: call("open_by_handle_at", 3, 0, 0),
    "compare processes": lambda t: call("kcmp", os.getpid(), t["victim"], 0, 0, 0),
    "write the memory of the service": lambda t: call(
        "process_vm_writev", t["victim"], 0, 0, 0, 0, 0
    ),
    "advise the memory of the service": lambda t: call("process_madvise", 3, 0, 0, 0, 0),
    "fork by the newest call": lambda _: call("clone3", ctypes.create_string_buffer(88), 88),
    "run a program by a descriptor": lambda _: call("execveat", 0, b"", 0, 0, 0x1000),
    "change the root": lambda _: call("chroot", b"/"),
    "change the personality": lambda _: call("personality", 0x0400000),
    "become root": lambda _: call("setuid", 0),
    "load a module": lambda _: call("init_module", 0, 0, b""),
    "open by the newest call": lambda t: call(
        "openat2", -100, t["database"].encode(), ctypes.create_string_buffer(24), 24
    ),
    "loosen the filter": lambda _: call("seccomp", 1, 0, 0),
}
ATTACKS |= RAW_ATTACKS
