"""Messages between the service and a decoder's process: a small header and any number of bytes.

Over a socket that blocks: both ends are threads of their own. What headers mean, `tasks.py` knows.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Sequence
from typing import Any

_LENGTH = 4
_MOST_HEADER = 1024 * 1024
_PIECE = 1024 * 1024
# More than any file that is let in, and any picture that can come of it.
_MOST_BYTES = 1024 * 1024 * 1024


class PipeBroken(Exception):
    """The other end is gone, or speaks another language."""


def send(sock: socket.socket, header: dict[str, Any], blobs: Sequence[bytes]) -> None:
    """Send all of it. Raises `OSError` where the other end is gone or does not take it in time."""
    told = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    sock.sendall(len(told).to_bytes(_LENGTH, "big") + told)
    for blob in blobs:
        sock.sendall(blob)


def receive(
    sock: socket.socket, *, until: float | None = None
) -> tuple[dict[str, Any], list[bytes]]:
    """The next message. Raises `PipeBroken`, `OSError`, `TimeoutError` at monotonic `until`."""
    size = int.from_bytes(_exactly(sock, _LENGTH, until), "big")
    if size > _MOST_HEADER:
        raise PipeBroken("a header of another kind")
    try:
        header = json.loads(_exactly(sock, size, until))
        sizes = [int(length) for length in header.pop("blobs")]
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        raise PipeBroken(type(error).__name__) from error
    except RecursionError as error:
        raise PipeBroken("too deep") from error
    if sum(sizes) > _MOST_BYTES or any(length < 0 for length in sizes):
        raise PipeBroken("more than there can be")
    return header, [_exactly(sock, length, until) for length in sizes]


def _exactly(sock: socket.socket, size: int, until: float | None) -> bytes:
    """So many bytes. Room is made as they come: what is only claimed takes none."""
    data = bytearray()
    while len(data) < size:
        if until is not None:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            sock.settimeout(left)
        piece = sock.recv(min(_PIECE, size - len(data)))
        if not piece:
            raise PipeBroken("closed")
        data += piece
    return bytes(data)
