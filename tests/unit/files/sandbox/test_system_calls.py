"""The filter, run as the kernel would: on both architectures, against the kernel's own numbers."""

from __future__ import annotations

import errno
import os
import re
import struct
from pathlib import Path

import pytest

from bot.files.sandbox import system_calls
from bot.files.sandbox.system_calls import ARCHITECTURES, build_filter

PID = 4_711
ALLOW, KILL = 0x7FFF_0000, 0x8000_0000
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
DENIED = {
    "x86_64": {
        "socket": 41, "connect": 42, "bind": 49, "sendmsg": 46, "recvmsg": 47, "socketpair": 53,
        "fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "ptrace": 101, "mount": 165,
        "process_vm_readv": 310, "process_vm_writev": 311, "rename": 82, "unlink": 87,
        "truncate": 76, "ftruncate": 77, "creat": 85, "mkdir": 83, "chmod": 90, "setuid": 105,
        "bpf": 321, "keyctl": 250, "unshare": 272, "setns": 308, "perf_event_open": 298,
        "io_uring_setup": 425, "pidfd_open": 434, "pidfd_getfd": 438, "tkill": 200,
        "rt_sigqueueinfo": 129, "memfd_create": 319, "setrlimit": 160, "seccomp": 317,
    },
    "aarch64": {
        "socket": 198, "connect": 203, "bind": 200, "sendmsg": 211, "recvmsg": 212,
        "socketpair": 199, "execve": 221, "execveat": 281, "ptrace": 117, "mount": 40,
        "process_vm_readv": 270, "process_vm_writev": 271, "renameat2": 276, "unlinkat": 35,
        "truncate": 45, "ftruncate": 46, "mkdirat": 34, "fchmodat": 53, "setuid": 146,
        "bpf": 280, "keyctl": 219, "unshare": 97, "setns": 268, "perf_event_open": 241,
        "io_uring_setup": 425, "pidfd_open": 434, "pidfd_getfd": 438, "tkill": 130,
        "rt_sigqueueinfo": 138, "memfd_create": 279, "setrlimit": 164, "seccomp": 277,
    },
}  # fmt: skip


def run_filter(machine: str, number: int, *arguments: int, architecture: int = 0) -> int:
    """Run the filter on a call; return what the kernel would do. BPF as in bpf_common.h."""
    program = build_filter(machine, PID)
    instructions = [struct.unpack_from("=HBBI", program, at) for at in range(0, len(program), 8)]
    values = [*arguments, *([0] * (6 - len(arguments)))]
    data = struct.pack("<IIQ6Q", number, architecture or ARCHITECTURES[machine], 0, *values)
    accumulator = position = 0
    while True:
        code, if_true, if_false, value = instructions[position]
        position += 1
        if code == 0x06:
            return int(value)
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, value)
            continue
        holds = {
            0x15: accumulator == value,
            0x25: accumulator > value,
            0x35: accumulator >= value,
            0x45: bool(accumulator & value),
        }[code]
        position += if_true if holds else if_false


def get_number(machine: str, name: str) -> int:
    tables = system_calls._ALLOWED + "|" + system_calls._CONDITIONAL + "|" + system_calls._UNKNOWN
    return system_calls._parse_numbers(tables, list(ARCHITECTURES).index(machine))[name]


def is_allowed(machine: str, name: str, *arguments: int) -> bool:
    return run_filter(machine, get_number(machine, name), *arguments) == ALLOW


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_numbers_are_those_of_the_kernel(machine: str) -> None:
    if not HEADERS[machine].exists():
        pytest.skip("the kernel's headers are not installed")
    pattern = r"#define __NR(?:3264)?_(\w+)\s+(\d+)"
    listed = {name: int(n) for name, n in re.findall(pattern, HEADERS[machine].read_text())}
    tables = system_calls._ALLOWED + "|" + system_calls._CONDITIONAL + "|" + system_calls._UNKNOWN
    ours = system_calls._parse_numbers(tables, list(ARCHITECTURES).index(machine))
    other_names = {"newfstatat": "fstatat"}
    for name, number in ours.items():
        known = listed.get(name, listed.get(other_names.get(name, "")))
        assert known in (number, None), name
    assert {name: listed[name] for name in DENIED[machine] if name in listed} == {
        name: number for name, number in DENIED[machine].items() if name in listed
    }


@pytest.mark.parametrize(
    ("machine", "name"), [(machine, name) for machine in DENIED for name in DENIED[machine]]
)
def test_what_is_not_needed_is_refused(machine: str, name: str) -> None:
    assert run_filter(machine, DENIED[machine][name]) == 0x0005_0000 | errno.EPERM


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_what_is_newer_fails_as_on_an_older_kernel(machine: str) -> None:
    for number in (get_number(machine, "clone3"), get_number(machine, "openat2"), 463, 9_999):
        assert run_filter(machine, number) == 0x0005_0000 | errno.ENOSYS


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_calls_of_another_architecture_end_the_process(machine: str) -> None:
    assert run_filter(machine, 63, architecture=0x4000_0003) == KILL
    if machine == "x86_64":
        assert run_filter(machine, 0x4000_0000 | 41) == KILL


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_files_are_opened_to_be_read_only(machine: str) -> None:
    for name, before in (("open", ()), ("openat", (0xFFFF_FF9C,))):
        if name == "open" and machine == "aarch64":
            continue
        path = 0x7FFF_0000_1000
        assert is_allowed(machine, name, *before, path, os.O_RDONLY | os.O_CLOEXEC)
        for flags in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, 3, 0o20_000_000):
            assert not is_allowed(machine, name, *before, path, flags)
            # The kernel does not look at the upper half.
            assert not is_allowed(machine, name, *before, path, flags | 1 << 40)


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_threads_are_started_and_processes_are_not(machine: str) -> None:
    thread = 0x003D_0F00
    assert is_allowed(machine, "clone", thread)
    assert not is_allowed(machine, "clone", 17) and not is_allowed(machine, "clone", 0x4111)
    for namespace in (0x0002_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000, 0x2000):
        assert not is_allowed(machine, "clone", thread | namespace)


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_only_itself_is_signalled_and_limited(machine: str) -> None:
    for name in ("kill", "tgkill"):
        assert is_allowed(machine, name, PID, PID, 6)
        for other in (1, PID + 1, 0, 0xFFFF_FFFF, 2**32 - PID):
            assert not is_allowed(machine, name, other, other, 9)
    assert is_allowed(machine, "prlimit64", 0, 7, 0, 0x7FFF_0000)
    for new_limit in (0x7FFF_0000_0000, 0x7FFF_1000, 1 << 63):
        assert not is_allowed(machine, "prlimit64", 0, 7, new_limit)
    assert not is_allowed(machine, "prlimit64", PID + 1, 7, 0)


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_descriptors_and_options_are_the_harmless_ones(machine: str) -> None:
    assert is_allowed(machine, "fcntl", 3, 1) and is_allowed(machine, "ioctl", 3, 0x5401)
    for command in (8, 10, 15, 1024, 1031, 1033):  # F_SETOWN, F_SETSIG, leases, seals
        assert not is_allowed(machine, "fcntl", 3, command)
    for command in (0x5412, 0x8901, 0x5423, 0x541C):  # TIOCSTI, FIOSETOWN, TIOCSETD, TIOCLINUX
        assert not is_allowed(machine, "ioctl", 3, command)
    assert is_allowed(machine, "prctl", 15)
    for option in (1, 4, 8, 22, 36, 38, 47, 0x5961_6D61):
        assert not is_allowed(machine, "prctl", option)


def test_another_machine_has_no_filter() -> None:
    with pytest.raises(LookupError):
        build_filter("riscv64", PID)
