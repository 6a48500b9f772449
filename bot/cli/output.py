"""Lets reports be printed to whatever reads them: a terminal, a file, a program that ends early."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain.errors import NotNow

_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


@contextmanager
def guard_output() -> Iterator[None]:
    """Print in UTF-8 what is printed within. What is read no more is dropped.

    Raises `NotNow` if it cannot be written, as to a full disk.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Whatever the terminal's language is, and with the line ends that CSV has.
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` has.
        _drop_output()
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        _drop_output()
        raise NotNow([f"what is printed cannot be written: {error.strerror}"]) from error


def _drop_output() -> None:
    """Let what is still to be written go nowhere: Python writes it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
