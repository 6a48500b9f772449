"""Writes the seccomp filter of a sandbox process: which system calls it may make. Pure.

An allow list, for a deny list would miss what kernels learn later. It holds what reading memory,
files and the clock takes, and threads. No call on it opens a connection, starts a program or a
process, changes a file, or touches another process. See `kernel.py` for how it takes hold.
"""

from __future__ import annotations

import errno
import os
import struct
from typing import NamedTuple

# From the Linux headers bpf_common.h and seccomp.h.
_LOAD, _RETURN = 0x20, 0x06
_IF_EQUAL, _IF_GREATER, _IF_NOT_LESS, _IF_ANY_BIT = 0x15, 0x25, 0x35, 0x45
_ALLOW, _FAIL, _KILL_PROCESS = 0x7FFF_0000, 0x0005_0000, 0x8000_0000
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET, _ARGUMENTS_OFFSET = 0, 4, 16
# From audit.h; the numbers of the calls from asm/unistd_64.h and asm-generic/unistd.h.
ARCHITECTURES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
_X32_BIT = 0x4000_0000
# Numbers above it were given to calls after this file was written. They fail as on a kernel that
# does not know them, so that a library falls back to an older call.
_NEWEST_KNOWN = 462

# By name: the number on x86_64 and on aarch64, "-" where the architecture does not have it.
_ALLOWED = """
read 0 63 | pread64 17 67 | readv 19 65 | preadv 295 69 | preadv2 327 286 | write 1 64
writev 20 66 | pwrite64 18 68 | lseek 8 62 | close 3 57 | close_range 436 436 | dup 32 23
dup2 33 - | dup3 292 24 | fstat 5 80 | stat 4 - | lstat 6 - | newfstatat 262 79 | statx 332 291
access 21 - | faccessat 269 48 | faccessat2 439 439 | readlink 89 - | readlinkat 267 78
getdents 78 - | getdents64 217 61 | getcwd 79 17 | fstatfs 138 44 | statfs 137 43
fadvise64 221 223 | umask 95 166 | poll 7 - | ppoll 271 73 | select 23 - | pselect6 270 72
epoll_create1 291 20 | epoll_create 213 - | epoll_ctl 233 21 | epoll_wait 232 -
epoll_pwait 281 22 | eventfd2 290 19 | pipe 22 - | pipe2 293 59 | recvfrom 45 207
sendto 44 206 | shutdown 48 210 | getsockopt 55 209 | getsockname 51 204 | getpeername 52 205
mmap 9 222 | munmap 11 215 | mremap 25 216 | mprotect 10 226 | madvise 28 233 | brk 12 214
msync 26 227 | mincore 27 232 | membarrier 324 283 | getrandom 318 278 | futex 202 98
futex_waitv 449 449 | set_robust_list 273 99 | set_tid_address 218 96 | rseq 334 293
sched_yield 24 124 | sched_getaffinity 204 123 | sched_getparam 143 121
sched_getscheduler 145 120 | sched_get_priority_max 146 125 | sched_get_priority_min 147 126
getcpu 309 168 | rt_sigaction 13 134 | rt_sigprocmask 14 135 | rt_sigreturn 15 139
rt_sigpending 127 136 | rt_sigsuspend 130 133 | rt_sigtimedwait 128 137 | sigaltstack 131 132
restart_syscall 219 128 | pause 34 - | exit 60 93 | exit_group 231 94 | clock_gettime 228 113
clock_getres 229 114 | clock_nanosleep 230 115 | nanosleep 35 101 | gettimeofday 96 169
time 201 - | times 100 153 | getpid 39 172 | gettid 186 178 | getppid 110 173 | getpgrp 111 -
getpgid 121 155 | getsid 124 156 | getuid 102 174 | geteuid 107 175 | getgid 104 176
getegid 108 177 | getresuid 118 148 | getresgid 120 150 | getgroups 115 158
getrusage 98 165 | getrlimit 97 163 | getpriority 140 141 | uname 63 160 | sysinfo 99 179
capget 125 90
"""
# These are allowed for some arguments only: see `_list_conditions`.
_CONDITIONAL = """
open 2 - | openat 257 56 | fcntl 72 25 | ioctl 16 29 | prctl 157 167 | prlimit64 302 261
kill 62 129 | tgkill 234 131 | clone 56 220
"""
# The C library has an older call for each, whose arguments a filter can see.
_UNKNOWN = "clone3 435 435 | openat2 437 437"

# From fcntl.h: to write, to create, to empty, to make a file without a name.
_O_TMPFILE = 0o20_000_000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | _O_TMPFILE
# From sched.h: of a thread, and of new namespaces and of what else no thread needs.
_CLONE_THREAD = 0x0001_0000
_CLONE_NEW_NAMESPACES = 0x7E02_0000 | 0x0000_2000
# Duplicates and flags of descriptors; not F_SETOWN and F_SETSIG, which send signals to others.
_FCNTL_COMMANDS = (0, 1, 2, 3, 4, 1030)
# TCGETS (is it a terminal?), FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
_IOCTL_COMMANDS = (0x5401, 0x541B, 0x5421, 0x5450, 0x5451)
# PR_SET_NAME, PR_GET_NAME and PR_SET_VMA: threads and memory get names.
_PRCTL_OPTIONS = (15, 16, 0x5356_4D41)


class _Condition(NamedTuple):
    """A test of one argument's lower half, or of its upper one: all of a call's have to hold."""

    argument: int
    comparison: int
    values: tuple[int, ...]
    wanted: bool = True
    is_upper_half: bool = False


def build_filter(machine: str, pid: int) -> bytes:
    """Return the filter for process `pid` as BPF. Raises `LookupError` for another `machine`."""
    column = list(ARCHITECTURES).index(machine) if machine in ARCHITECTURES else None
    if column is None:
        raise LookupError(machine)
    program = [
        _encode(_LOAD, _ARCHITECTURE_OFFSET),
        _encode(_IF_EQUAL, ARCHITECTURES[machine], 1, 0),
        _encode(_RETURN, _KILL_PROCESS),
        _encode(_LOAD, _NUMBER_OFFSET),
    ]
    if machine == "x86_64":
        program += [_encode(_IF_NOT_LESS, _X32_BIT, 0, 1), _encode(_RETURN, _KILL_PROCESS)]
    for number in _parse_numbers(_ALLOWED, column).values():
        program += [_encode(_IF_EQUAL, number, 0, 1), _encode(_RETURN, _ALLOW)]
    conditions = _list_conditions(pid)
    for name, number in _parse_numbers(_CONDITIONAL, column).items():
        refusal = errno.EACCES if name in ("open", "openat") else errno.EPERM
        block = _build_block(conditions[name], refusal)
        program += [_encode(_IF_EQUAL, number, 0, len(block)), *block]
    for number in _parse_numbers(_UNKNOWN, column).values():
        program += [_encode(_IF_EQUAL, number, 0, 1), _encode(_RETURN, _FAIL | errno.ENOSYS)]
    program += [
        _encode(_IF_GREATER, _NEWEST_KNOWN, 0, 1),
        _encode(_RETURN, _FAIL | errno.ENOSYS),
        _encode(_RETURN, _FAIL | errno.EPERM),
    ]
    return b"".join(program)


def _list_conditions(pid: int) -> dict[str, tuple[_Condition, ...]]:
    is_own = _Condition(0, _IF_EQUAL, (pid,))
    return {
        "open": (_Condition(1, _IF_ANY_BIT, (_WRITING,), wanted=False),),
        "openat": (_Condition(2, _IF_ANY_BIT, (_WRITING,), wanted=False),),
        "fcntl": (_Condition(1, _IF_EQUAL, _FCNTL_COMMANDS),),
        "ioctl": (_Condition(1, _IF_EQUAL, _IOCTL_COMMANDS),),
        "prctl": (_Condition(0, _IF_EQUAL, _PRCTL_OPTIONS),),
        # Only to ask for an own limit.
        "prlimit64": (
            _Condition(0, _IF_EQUAL, (0, pid)),
            _Condition(2, _IF_EQUAL, (0,)),
            _Condition(2, _IF_EQUAL, (0,), is_upper_half=True),
        ),
        "kill": (is_own,),
        "tgkill": (is_own,),
        "clone": (
            _Condition(0, _IF_ANY_BIT, (_CLONE_THREAD,)),
            _Condition(0, _IF_ANY_BIT, (_CLONE_NEW_NAMESPACES,), wanted=False),
        ),
    }


def _build_block(conditions: tuple[_Condition, ...], refusal: int) -> list[bytes]:
    """Return instructions that allow a call if all conditions hold, and fail it otherwise."""
    block = list[bytes]()
    for condition in conditions:
        half = 4 if condition.is_upper_half else 0
        block.append(_encode(_LOAD, _ARGUMENTS_OFFSET + 8 * condition.argument + half))
        count = len(condition.values)
        for index, value in enumerate(condition.values):
            # Past the other values and the refusal.
            to_next = count - index
            if condition.wanted:
                block.append(_encode(condition.comparison, value, to_next, 0))
            else:
                block.append(_encode(condition.comparison, value, 0, to_next))
        block.append(_encode(_RETURN, _FAIL | refusal))
    return [*block, _encode(_RETURN, _ALLOW)]


def _parse_numbers(table: str, column: int) -> dict[str, int]:
    entries = (entry.split() for entry in table.replace("\n", "|").split("|") if entry.strip())
    return {name: int(row[column]) for name, *row in entries if row[column] != "-"}


def _encode(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
