"""Runs in a sandbox process: reads untrusted files with little memory and without privileges.

Started by `process.py`, as a program or as a fork of one: see `forking/server.py`. What the process
gives up before its first file is in `confinement.py`.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import socket
import sys
import warnings
from importlib import import_module

from bot.files.sandbox.confinement import limit_process
from bot.files.sandbox.pipe import NOT_READY, Header, Message, PipeError, receive, send
from bot.files.sandbox.protection import serialize_protection
from bot.files.sandbox.tasks import FILE_TASKS_MODULE, TASKS
from bot.files.unreadable import UnreadableError, build_unreadable_error, serialize_error


def main() -> None:
    """Serve tasks as a program: see `serve`.

    Arguments: the socket's descriptor, and the limits of memory in MB and of processor seconds.
    """
    descriptor, memory_mb, cpu_seconds = map(int, sys.argv[1:4])
    serve(socket.socket(fileno=descriptor), memory_mb, cpu_seconds, parent=os.getppid())


def serve(sock: socket.socket, memory_mb: int, cpu_seconds: int, *, parent: int) -> None:
    """Say what protection holds, then serve tasks until the other end is closed.

    `parent` is the process that ends this one by ending itself.
    """
    protection = limit_process(memory_mb, cpu_seconds, parent)
    # Warnings of libraries about hostile files are of no use.
    warnings.simplefilter("ignore")
    with contextlib.suppress(PipeError, OSError):
        send(sock, serialize_protection(protection), [])
        # What cannot be loaded now is tried again, and said, with the task that needs it.
        with contextlib.suppress(ImportError, OSError, MemoryError):
            import_module(FILE_TASKS_MODULE)
        module_count = 0
        while True:
            request, blobs = receive(sock)
            header, result_blobs = _run_task(request, blobs)
            del blobs
            gc.collect()
            if len(sys.modules) != module_count:
                # Objects of imported libraries stay: the collector would need more time to look
                # through them after each file than most files take.
                module_count = len(sys.modules)
                gc.freeze()
            send(sock, header, result_blobs)


def _run_task(header: Header, blobs: list[bytes]) -> Message:
    name = str(header.get("name", ""))
    try:
        return TASKS[header["task"]](header, blobs)
    except UnreadableError as error:
        return serialize_error(error), []
    except MemoryError:
        return serialize_error(build_unreadable_error(name, "too heavy")), []
    except Exception as error:  # noqa: BLE001 - parsers raise anything on a hostile file
        if isinstance(error, ImportError) or getattr(error, "errno", None) == errno.ENFILE:
            # No library could be loaded, or the machine has no descriptor: no fault of the file.
            return {NOT_READY: type(error).__name__}, []
        damaged = build_unreadable_error(name, "damaged", detail=type(error).__name__)
        return serialize_error(damaged), []


if __name__ == "__main__":
    main()
