"""Takes from a sandbox process what reading a file does not need, as far as the system can.

Runs in that process before it receives its first file: whoever takes it over by a hostile file then
finds nothing to steal. See `kernel.py` for the calls, and `protection.py` for what holds in words.
"""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import signal
import site
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import bot
from bot.files.sandbox import kernel
from bot.files.sandbox.protection import Protection
from bot.files.sandbox.system_calls import build_filter

_MB = 1024 * 1024
_MAX_OPEN_FILES = 64
# More threads than any library starts. Where the count is that of all processes of the user, the
# others need room as well.
_MAX_THREADS, _ROOM_FOR_OTHERS = 64, 256
_SYSTEM_PATHS = (
    *("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib"),
    *("/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts"),
    *("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo"),
    *("/dev/null", "/dev/urandom", "/dev/zero"),
    # The module `mimetypes` fails to load where one of these is there and cannot be read.
    *("/etc/mime.types", "/etc/httpd/mime.types", "/etc/httpd/conf/mime.types"),
    *("/etc/apache/mime.types", "/etc/apache2/mime.types"),
    *("/usr/local/etc/httpd/conf/mime.types", "/usr/local/etc/mime.types"),
    *("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"),
)


def limit_process(memory_mb: int, cpu_seconds: int, parent: int) -> Protection:
    """Give up all rights that this system can take; return what holds from now on.

    Has to be called while there is one thread, and after everything is imported that comes from
    elsewhere than a folder of libraries. With `parent`, which has started it, the process ends.
    """
    # These signals are meant for the service, which ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # A write then raises an error instead of ending the process.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if sys.platform != "linux":
        return Protection()
    has_own_users = _disconnect_network()
    _set_limits(memory_mb, cpu_seconds, has_own_users=has_own_users is True)
    for give_up in (kernel.set_undumpable, kernel.set_subreaper, kernel.drop_capabilities):
        _can(give_up)
    # After these: the kernel forgets the signal when rights change.
    _can(lambda: kernel.set_death_signal(signal.SIGKILL))
    if os.getppid() != parent:
        # It has ended in between.
        os._exit(1)
    has_no_new_privileges = _can(kernel.set_no_new_privileges)
    version = _limit_files()
    return Protection(
        landlock=version,
        has_filter=_set_filter(),
        has_no_network=has_own_users is not None,
        has_no_new_privileges=has_no_new_privileges,
    )


def list_readable_paths() -> list[str]:
    """Return the files and folders that a sandbox process may read: libraries and fonts.

    Not all of them exist everywhere. Of Easel itself it is the package `bot`, not the folder that
    holds it: next to it may lie an `.env`.
    """
    schemes = ("stdlib", "platstdlib", "purelib", "platlib")
    libraries = [sysconfig.get_path(name) for name in schemes]
    libraries += [*site.getsitepackages(), *sysconfig.get_config_vars("LIBDIR", "DESTSHARED")]
    if site.ENABLE_USER_SITE:
        libraries.append(site.getusersitepackages())
    linked = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    paths = [*bot.__path__, *_SYSTEM_PATHS, *map(str, libraries), *linked]
    real = dict.fromkeys(os.path.realpath(path) for path in paths if path.startswith("/"))
    return [path for path in real if path != "/"]


def _disconnect_network() -> bool | None:
    """Leave the network; return whether that took a user namespace, None if it is refused."""
    try:
        return kernel.disconnect_network()
    except OSError:
        return None


def _set_limits(memory_mb: int, cpu_seconds: int, *, has_own_users: bool) -> None:
    # Root is not bound by this limit.
    is_alone = has_own_users or os.getuid() == 0
    others = 0 if is_alone else _count_own_threads() + _ROOM_FOR_OTHERS
    limits = {
        resource.RLIMIT_AS: memory_mb * _MB,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _MAX_OPEN_FILES,
        resource.RLIMIT_NPROC: _MAX_THREADS + others,
    }
    for limit, value in limits.items():
        _, hard = resource.getrlimit(limit)
        lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (lowest, lowest))


def _count_own_threads() -> int:
    """Return how many threads this user has on this machine: the kernel counts all of them."""
    count, user = 0, os.getuid()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == user:
                count += len(list((folder / "task").iterdir()))
    return count


def _limit_files() -> int:
    """Take the right to all files but the readable ones; return Landlock's version, 0 if none."""
    version = kernel.detect_landlock()
    # It would bind this thread alone.
    has_one_thread = len(list(Path("/proc/self/task").iterdir())) == 1
    if not version or not has_one_thread:
        return 0
    paths = list_readable_paths()
    return version if _can(lambda: kernel.limit_files(version, paths)) else 0


def _set_filter() -> bool:
    try:
        program = build_filter(os.uname().machine, os.getpid())
    except LookupError:
        return False
    return _can(lambda: kernel.set_system_call_filter(program)) and _is_filtered()


def _is_filtered() -> bool:
    """Whether the filter is in force: some container runtimes take it and do not apply it."""
    try:
        # Refused by the filter; without it, a priority that is set to what it is.
        os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, 0))
    except OSError as error:
        return error.errno == errno.EPERM
    return False


def _can(give_up: Callable[[], None]) -> bool:
    try:
        give_up()
    except OSError:
        return False
    return True
