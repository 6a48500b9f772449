"""Runs in the fork server: loads the readers once, and forks decoders from itself.

It never receives a byte of a file, holds nothing of the service, and has one thread. What a decoder
gives up it gives up itself, after the fork and before its first file: see `child.py`. The service's
side is `client.py`, which also says what the two send each other.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import resource
import select
import signal
import socket
import sys
import warnings
from importlib import import_module
from typing import NoReturn

from bot.files.sandbox import child, kernel
from bot.files.sandbox.forking import MAX_REQUEST_BYTES
from bot.files.sandbox.tasks import FILE_TASKS_MODULE

# What ordinary files need, loaded one after another while no decoder is asked for. The first asked
# for does not wait until all is there: it loads itself what is not.
PRELOADED_MODULES = (
    FILE_TASKS_MODULE,
    *("PIL.BmpImagePlugin", "PIL.GifImagePlugin", "PIL.JpegImagePlugin", "PIL.PngImagePlugin"),
    *("PIL.PpmImagePlugin", "PIL.WebPImagePlugin"),
    *("pypdfium2", "pypdfium2.raw", "tempfile"),
    *("bot.files.readers.vector.svg", "resvg_py", "defusedxml.ElementTree", "mmap"),
    *("bot.files.readers.ooxml.word.reader", "bot.files.readers.ooxml.workbooks.reader"),
    *("bot.files.readers.ooxml.slides.reader", "bot.files.readers.documents.previews"),
    *("email.parser", "encodings.cp437", "encodings.utf_16_be", "encodings.utf_8_sig"),
)


def main() -> None:
    """Serve the socket whose descriptor is the only argument, until the other end is closed."""
    control = socket.socket(fileno=int(sys.argv[1]))
    _protect()
    children = set[int]()
    serve(control, children)
    _end_all(children)


def serve(control: socket.socket, children: set[int]) -> None:
    """Load the readers and fork decoders until the service closes its end.

    `children` gets those that are not waited for.
    """
    unloaded = list(PRELOADED_MODULES)
    while True:
        if unloaded and not select.select([control], [], [], 0)[0]:
            _load(unloaded.pop(0))
            continue
        try:
            request, descriptors, _, _ = socket.recv_fds(control, MAX_REQUEST_BYTES, 1)
        except OSError:
            return
        match [word.decode() for word in request.split()]:
            case ["fork", memory_mb, cpu_seconds]:
                limits = (int(memory_mb), int(cpu_seconds))
                _answer(control, descriptors, limits, children)
            case ["bury", pid] if int(pid) in children:
                children.remove(int(pid))
                os.waitpid(int(pid), 0)
            case []:
                return  # the service has closed its end
            case _:
                pass


def _end_all(children: set[int]) -> None:
    """End what is left, of which the service knows nothing, and leave no one's child behind."""
    for pid in children:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _protect() -> None:
    """Give up what a server of forks does not need; what its forks give up comes after."""
    parent = os.getppid()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Warnings of libraries about hostile files are of no use.
    warnings.simplefilter("ignore")
    for give_up in (kernel.set_undumpable, kernel.set_no_new_privileges):
        with contextlib.suppress(OSError):
            give_up()
    with contextlib.suppress(OSError):
        kernel.set_death_signal(signal.SIGKILL)
    if os.getppid() != parent:
        # The service ended in between.
        sys.exit(1)


def _load(module: str) -> None:
    # What cannot be loaded now is tried again, and said, with the file that needs it.
    with contextlib.suppress(Exception):
        import_module(module)
    gc.collect()
    # What is loaded stays in memory that the forks share: the collector would write to it.
    gc.freeze()


def _answer(
    control: socket.socket, descriptors: list[int], limits: tuple[int, int], children: set[int]
) -> None:
    """Fork a decoder and tell its id, with a descriptor that stands for it, or why there is none.

    The descriptor is opened here, before the child can have been waited for: its id may then be
    that of no other process.
    """
    handle = -1
    try:
        if not descriptors:
            raise OSError(errno.EMFILE, "no descriptor came")
        os.close(_open_handle(os.getpid()))  # refused by old kernels and strict containers
        pid = os.fork()
        if pid == 0:
            _continue_as_decoder(control, descriptors[0], limits)
        children.add(pid)
        handle = _open_handle(pid)
        socket.send_fds(control, [str(pid).encode()], [handle])
    except OSError as error:
        with contextlib.suppress(OSError):
            control.send(f"errno {error.errno or 0}".encode())
    finally:
        for descriptor in (*descriptors, handle):
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _open_handle(pid: int) -> int:
    if sys.platform != "linux":
        raise OSError(errno.ENOSYS, "only Linux has them")
    return os.pidfd_open(pid)


def _continue_as_decoder(
    control: socket.socket, descriptor: int, limits: tuple[int, int]
) -> NoReturn:
    """Go on as a decoder, with one descriptor more than the standard ones."""
    server = os.getppid()
    try:
        control.close()
        os.setsid()
        child.serve(socket.socket(fileno=descriptor), *limits, parent=server)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
