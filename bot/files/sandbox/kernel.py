"""Asks Linux to take rights away from this process: the one file that calls the kernel by ctypes.

Decides nothing: what is taken away is in `confinement.py`, the filter in `system_calls.py`. Every
function raises `OSError` where the kernel refuses. Numbers are those of the Linux headers prctl.h,
sched.h, capability.h, landlock.h and seccomp.h; the calls of Landlock have the same numbers on
every architecture.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 1, 4, 36
_PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000
_CAPABILITY_VERSION_3 = 0x2008_0522
_CAP_DAC_READ_SEARCH = 1 << 2

_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_CREATE_RULESET_VERSION, _LANDLOCK_RULE_PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# By the version that added them: all rights to files (the first thirteen, REFER, TRUNCATE,
# IOCTL_DEV), to the network (to bind and to connect TCP), and over other processes (abstract
# sockets, signals).
_FILE_RIGHTS = ((1, (1 << 13) - 1), (2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
_NETWORK_RIGHTS = ((4, 3),)
_SCOPES = ((6, 3),)

_libc: Any = ctypes.CDLL(None, use_errno=True)


def set_death_signal(signal: int) -> None:
    """Have this process sent `signal` when the thread that started it ends."""
    _set_option(_PR_SET_PDEATHSIG, signal)


def set_undumpable() -> None:
    """Write no core file, also not by a program of the system; hide `/proc/self` from equals."""
    _set_option(_PR_SET_DUMPABLE, 0)


def set_subreaper() -> None:
    """Become the parent of descendants whose own parent ends: they stay findable."""
    _set_option(_PR_SET_CHILD_SUBREAPER, 1)


def set_no_new_privileges() -> None:
    """Let no program that is started from here have more rights than this process."""
    _set_option(_PR_SET_NO_NEW_PRIVS, 1)


def disconnect_network() -> bool:
    """Move to a network without any device; return whether that took a user namespace."""
    if _libc.unshare(_CLONE_NEWNET) == 0:
        return False
    _check(_libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET))
    return True


def drop_capabilities() -> None:
    """Give up every capability but that of reading the files of other users.

    Without it, root could not read an installation that belongs to somebody else. Landlock bounds
    what is read.
    """
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION_3, 0))
    data = ctypes.create_string_buffer(24)
    _check(_libc.capget(header, data))
    kept = struct.unpack("=6I", data.raw[:24])[1] & _CAP_DAC_READ_SEARCH
    _check(_libc.capset(header, struct.pack("=6I", kept, kept, 0, 0, 0, 0)))


def detect_landlock() -> int:
    """Return the version of Landlock that the kernel has; 0 for none."""
    request = (None, ctypes.c_size_t(0), ctypes.c_uint(_LANDLOCK_CREATE_RULESET_VERSION))
    version = int(_libc.syscall(_LANDLOCK_CREATE_RULESET, *request))
    return max(version, 0)


def limit_files(version: int, readable: Iterable[str]) -> None:
    """Leave this thread the right to read `readable` and what is below, and no other right.

    Paths that do not exist are skipped. Takes every right that Landlock knows at `version`, also
    those to other processes. Needs `set_no_new_privileges` before.
    """
    rights = [_select(table, version) for table in (_FILE_RIGHTS, _NETWORK_RIGHTS, _SCOPES)]
    # An older kernel takes the structure as it was then.
    size = 8 if version < 4 else 16 if version < 6 else 24
    attributes = struct.pack("=QQQ", *rights)[:size]
    ruleset = _check(
        _libc.syscall(_LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint(0))
    )
    try:
        for path in readable:
            _add_readable(ruleset, path)
        _check(_libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, ctypes.c_uint(0)))
    finally:
        os.close(ruleset)


def set_system_call_filter(program: bytes) -> None:
    """Have the kernel decide on every system call of this thread by `program`, for ever.

    `program` is classic BPF: eight bytes an instruction. Needs `set_no_new_privileges` before.
    """
    instructions = ctypes.create_string_buffer(program, len(program))
    description = struct.pack("@HP", len(program) // 8, ctypes.addressof(instructions))
    _check(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, description, 0, 0))


def _add_readable(ruleset: int, path: str) -> None:
    try:
        file = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        right = _READ_FILE | (_READ_DIR if Path(path).is_dir() else 0)
        rule = struct.pack("=Qi", right, file)
        call = (_LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_RULE_PATH_BENEATH, rule, ctypes.c_uint(0))
        _check(_libc.syscall(*call))
    finally:
        os.close(file)


def _select(table: tuple[tuple[int, int], ...], version: int) -> int:
    return sum(bits for since, bits in table if since <= version)


def _set_option(option: int, value: int) -> None:
    _check(_libc.prctl(option, value, 0, 0, 0))


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
